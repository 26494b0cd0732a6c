//! Finds every literal in a text, also those that overlap.

use std::{cell::RefCell, ops::Range};

use super::span::Span;
use crate::{clean::CharSet, segment::Trie};

/// A literal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) literal: u32,
    pub(super) span: Span,
}

/// Literals, numbered in the order given.
pub(super) struct Literals {
    trie: Option<Trie>,
    /// Characters that are a literal by themselves.
    single: CharSet,
    /// Two characters that longer literals begin with.
    pairs: Pairs,
    /// Whether each begins and ends with a letter of the English alphabet.
    lettered: Vec<(bool, bool)>,
}

impl Literals {
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l str> + Clone) -> Self {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let mut new = Literals {
            trie: Trie::new(literals.clone().zip(0..)).ok(),
            single: CharSet::default(),
            pairs: Pairs::default(),
            lettered: Vec::new(),
        };
        for literal in literals {
            let mut chars = literal.chars();
            match (chars.next(), chars.next()) {
                (Some(only), None) => new.single.insert(only),
                (Some(first), Some(second)) => new.pairs.insert(first, second),
                (None, _) => {}
            }
            new.lettered
                .push((letter(literal.chars().next()), letter(literal.chars().next_back())));
        }
        new
    }

    /// Tells each literal that stands in `text` with the number of its first character and of that behind its last, in the
    /// order of the starts, the shorter first. A literal that begins or ends inside a word of an alphabet ("no" in "know")
    /// is not found; Chinese words are the segmenter's matter.
    #[inline]
    pub(super) fn each(&self, text: &[char], mut found: impl FnMut(u32, usize, usize)) {
        let Some(trie) = &self.trie else { return };
        for (start, &first) in text.iter().enumerate() {
            let second = text.get(start + 1);
            let longer = second.is_some_and(|&second| self.pairs.may_hold(first, second));
            if !longer && !self.single.may_hold(first) {
                continue;
            }
            let mut node = trie.first(first);
            let mut end = start + 1;
            while let Some(at) = node {
                if let Some(literal) = trie.value(at) {
                    let (begins, ends) = self.lettered[literal as usize];
                    let letter_at =
                        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(char::is_ascii_alphabetic);
                    if !(begins && letter_at(start.checked_sub(1)) || ends && letter_at(Some(end))) {
                        found(literal, start, end);
                    }
                }
                node = text.get(end).filter(|_| longer).and_then(|&c| trie.step(at, c));
                end += 1;
            }
        }
    }

    /// Puts into `hits` what is found in `text`, in the order of [`Literals::each`].
    pub(super) fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        hits.clear();
        CHARS.with_borrow_mut(|chars| {
            chars.clear();
            chars.extend(text.chars());
            let width = |range: Range<usize>| chars[range].iter().map(|c| c.len_utf8()).sum::<usize>();
            // The number of a character and the byte it begins at.
            let (mut number, mut at) = (0, 0);
            self.each(chars, |literal, start, end| {
                at += width(number..start);
                number = start;
                let span = Span {
                    start: at,
                    end: at + width(start..end),
                };
                hits.push(Hit { literal, span });
            });
            if chars.capacity() > KEPT {
                *chars = Vec::new();
            }
        });
    }
}

/// Room kept for the characters of a text.
const KEPT: usize = 1 << 16;

thread_local! {
    static CHARS: RefCell<Vec<char>> = const { RefCell::new(Vec::new()) };
}

/// Pairs of characters, by a bit each that others may share: what it does not hold was not put in.
struct Pairs(Box<[u64; Pairs::WORDS]>);

impl Default for Pairs {
    fn default() -> Self {
        Pairs(Box::new([0; Pairs::WORDS]))
    }
}

impl Pairs {
    /// 16 KB, which stay near the processor.
    const BITS: u32 = 17;
    const WORDS: usize = 1 << (Pairs::BITS - 6);

    fn insert(&mut self, first: char, second: char) {
        let bit = Pairs::bit(first, second);
        self.0[bit >> 6] |= 1 << (bit & 63);
    }

    #[inline]
    fn may_hold(&self, first: char, second: char) -> bool {
        let bit = Pairs::bit(first, second);
        self.0.get(bit >> 6).is_some_and(|word| word >> (bit & 63) & 1 == 1)
    }

    /// Multiplicative hashing (Knuth 1998, 6.4) by the golden ratio.
    #[inline]
    fn bit(first: char, second: char) -> usize {
        let key =
            (u64::from(u32::from(first)) << 21 | u64::from(u32::from(second))).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (key >> (64 - Pairs::BITS)) as usize
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
