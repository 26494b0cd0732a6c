use std::ops::Range;

use super::{Folded, fold_term};

/// Where `term` stands in a raw text, in any script, width and case, spaces within Chinese text ignored: byte ranges of the
/// raw text, in order, without overlaps. Links and mentions are not searched.
///
/// ```
/// let text = "支持 開放科學，Open Science";
/// assert_eq!(minyi::clean::find(text, "开放科学").map(|at| &text[at]).collect::<Vec<_>>(), ["開放科學"]);
/// ```
pub fn find<'t>(text: &'t str, term: &str) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let term = fold_term(term);
    let folded = Folded::new(text, 0..text.len());
    let found: Vec<Range<usize>> = if term.is_empty() {
        Vec::new()
    } else {
        folded
            .text()
            .match_indices(&term)
            .map(|(at, found)| folded.raw_range(at..at + found.len()))
            .collect()
    };
    found.into_iter()
}
