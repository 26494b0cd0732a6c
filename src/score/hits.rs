//! Literals found in a folded text, by their bytes.

use super::span::Span;
use crate::literals::{Found, Literals, with_chars};

/// A literal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) literal: u32,
    pub(super) span: Span,
}

/// Puts into `hits` the literals found in `text`, in the order of the starts, the shorter first.
pub(super) fn find(literals: &Literals, text: &str, hits: &mut Vec<Hit>) {
    hits.clear();
    with_chars(text.chars(), |chars| {
        let width = |from: u32, to: u32| {
            let stretch = &chars[from as usize..to as usize];
            stretch.iter().map(|c| c.len_utf8()).sum::<usize>()
        };
        // The number of a character and the byte it begins at.
        let (mut number, mut at) = (0, 0);
        literals.each_of_words_in(chars, |Found { literal, start, end }| {
            at += width(number, start);
            number = start;
            let span = Span {
                start: at,
                end: at + width(start, end),
            };
            hits.push(Hit { literal, span });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_told_by_its_bytes() {
        let literals = Literals::new(["a", "家", "家的"].into_iter().zip(0..));
        let mut hits = Vec::new();
        find(&literals, "国a家的ab", &mut hits);
        let told: Vec<_> = hits
            .iter()
            .map(|hit| (hit.literal, hit.span.start, hit.span.end))
            .collect();
        assert_eq!(told, [(0, 3, 4), (1, 4, 7), (2, 4, 10)]);
    }
}
