//! Finds every literal in a text, also those that overlap.

use super::span::Span;
use crate::segment::Trie;

/// A literal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) literal: u32,
    pub(super) span: Span,
}

/// Literals, numbered in the order given.
pub(super) struct Literals {
    trie: Option<Trie>,
    /// Whether each begins and ends with a letter of the English alphabet.
    lettered: Vec<(bool, bool)>,
}

impl Literals {
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l str> + Clone) -> Self {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let lettered = literals
            .clone()
            .map(|literal| (letter(literal.chars().next()), letter(literal.chars().next_back())))
            .collect();
        Literals {
            trie: Trie::new(literals.zip(0..)).ok(),
            lettered,
        }
    }

    /// Puts into `hits` what is found in `text`, in the order of the starts, the shorter first. A literal that begins or
    /// ends inside a word of an alphabet ("no" in "know") is not found; Chinese words are the segmenter's matter.
    pub(super) fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        hits.clear();
        let Some(trie) = &self.trie else { return };
        let mut letter_before = false;
        for (start, first) in text.char_indices() {
            let mut node = trie.first(first);
            let mut rest = text[start + first.len_utf8()..].chars();
            while let Some(at) = node {
                if let Some(literal) = trie.value(at) {
                    let end = text.len() - rest.as_str().len();
                    let (begins, ends) = self.lettered[literal as usize];
                    let letter_behind = || rest.as_str().starts_with(|c: char| c.is_ascii_alphabetic());
                    if !(begins && letter_before || ends && letter_behind()) {
                        hits.push(Hit {
                            literal,
                            span: Span { start, end },
                        });
                    }
                }
                node = rest.next().and_then(|c| trie.step(at, c));
            }
            letter_before = first.is_ascii_alphabetic();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every literal looked for by itself.
    fn one_by_one(literals: &[String], text: &str) -> Vec<Hit> {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let mut hits: Vec<Hit> = Vec::new();
        for (number, literal) in (0..).zip(literals) {
            for start in 0..text.len() {
                if !text.get(start..).is_some_and(|rest| rest.starts_with(literal.as_str())) {
                    continue;
                }
                let end = start + literal.len();
                let cut_before = letter(literal.chars().next()) && letter(text[..start].chars().next_back());
                let cut_behind = letter(literal.chars().next_back()) && letter(text[end..].chars().next());
                if !cut_before && !cut_behind {
                    hits.push(Hit {
                        literal: number,
                        span: Span { start, end },
                    });
                }
            }
        }
        hits.sort_by_key(|hit| hit.span);
        hits
    }

    proptest! {
        #[test]
        fn all_of_them_are_found_and_nothing_else(
            literals in prop::collection::btree_set("[中国家不ab𠀀]{1,4}", 0..30),
            text in "[中国家不abc𠀀 ]{0,40}",
        ) {
            let literals: Vec<String> = literals.into_iter().collect();
            let mut hits = Vec::new();
            Literals::new(literals.iter().map(String::as_str)).find(&text, &mut hits);
            prop_assert_eq!(hits, one_by_one(&literals, &text));
        }
    }
}
