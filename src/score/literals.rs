//! Finds every literal in a text, also those that overlap.

use std::cell::RefCell;

use super::span::Span;
use crate::{clean::CharSet, segment::Trie};

/// A literal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) literal: u32,
    pub(super) span: Span,
}

/// A literal found in characters: its number, its first character and the one behind its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) literal: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Literals, numbered in the order given.
pub(super) struct Literals {
    trie: Option<Trie>,
    /// Characters that are a literal by themselves.
    single: CharSet,
    /// The first two characters of longer literals, with the nodes they lead to.
    pairs: Pairs,
}

impl Literals {
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l str> + Clone) -> Self {
        let mut single = CharSet::default();
        for literal in literals.clone() {
            let mut chars = literal.chars();
            if let (Some(only), None) = (chars.next(), chars.next()) {
                single.insert(only);
            }
        }
        let trie = Trie::new(literals.zip(0..)).ok();
        Literals {
            pairs: Pairs::new(trie.iter().flat_map(Trie::pairs).collect()),
            trie,
            single,
        }
    }

    /// Puts into `found` each literal that stands in `text`, in the order of the starts, the shorter first. A literal that begins or ends
    /// inside a word of an alphabet ("no" in "know") is not found; Chinese words are the segmenter's matter.
    /// `starts` is room for the characters at which one may begin.
    pub(super) fn find_in(&self, text: &[char], starts: &mut Vec<u32>, found: &mut Vec<Found>) {
        found.clear();
        let Some(trie) = &self.trie else { return };
        let starts = self.starts(text, starts);
        let is_letter = |at: usize| text.get(at).is_some_and(char::is_ascii_alphabetic);
        let mut ends_at = |node: usize, start: usize, end: usize| {
            let Some(literal) = trie.value(node) else { return };
            let begins_inside = is_letter(start) && start > 0 && is_letter(start - 1);
            let ends_inside = is_letter(end - 1) && is_letter(end);
            if !(begins_inside || ends_inside) {
                let (start, end) = (start as u32, end as u32);
                found.push(Found { literal, start, end });
            }
        };
        for &start in starts {
            let start = start as usize;
            let Some(&first) = text.get(start) else { continue };
            if self.single.may_hold(first)
                && let Some(node) = trie.first(first)
            {
                ends_at(node, start, start + 1);
            }
            let mut node = text.get(start + 1).and_then(|&second| self.pairs.node(first, second));
            let mut end = start + 2;
            while let Some(at) = node {
                ends_at(at, start, end);
                node = text.get(end).and_then(|&c| trie.step(at, c));
                end += 1;
            }
        }
    }

    /// The characters at which a literal may begin. Every character of every text is looked at here, and most begin none:
    /// there is no branch that would depend on it.
    fn starts<'r>(&self, text: &[char], starts: &'r mut Vec<u32>) -> &'r [u32] {
        if starts.len() < text.len() {
            starts.resize(text.len(), 0);
        }
        let mut count = 0;
        for (at, pair) in (0..).zip(text.windows(2)) {
            let &[first, second] = pair else { continue };
            starts[count] = at;
            count +=
                usize::from(self.single.may_hold(first) | self.pairs.may_hold(Pairs::hash(Pairs::key(first, second))));
        }
        if let Some(last) = text.len().checked_sub(1) {
            starts[count] = last as u32;
            count += 1;
        }
        &starts[..count]
    }

    /// Puts into `hits` what is found in `text`, in the order of [`Literals::find_in`].
    pub(super) fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        hits.clear();
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch { chars, starts, found } = &mut *scratch;
            chars.clear();
            chars.extend(text.chars());
            self.find_in(chars, starts, found);
            let width = |from: u32, to: u32| {
                let stretch = &chars[from as usize..to as usize];
                stretch.iter().map(|c| c.len_utf8()).sum::<usize>()
            };
            // The number of a character and the byte it begins at.
            let (mut number, mut at) = (0, 0);
            for &Found { literal, start, end } in &*found {
                at += width(number, start);
                number = start;
                let span = Span {
                    start: at,
                    end: at + width(start, end),
                };
                hits.push(Hit { literal, span });
            }
            if chars.capacity() > KEPT {
                *scratch = Scratch::default();
            }
        });
    }
}

/// Room kept for the characters of a text.
const KEPT: usize = 1 << 16;

/// Room that is kept from text to text.
#[derive(Default)]
struct Scratch {
    chars: Vec<char>,
    starts: Vec<u32>,
    found: Vec<Found>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Pairs of characters with a node each. Most pairs of a text are not among them, which a bit tells.
struct Pairs {
    /// A bit for each pair, which others may share: what it does not hold was not put in.
    bits: Box<[u64; Pairs::WORDS]>,
    /// Pairs with their nodes, each in the first free place from its own on; a power of two of places.
    places: Box<[u64]>,
}

impl Pairs {
    /// 16 KB, which stay near the processor.
    const BITS: u32 = 17;
    const WORDS: usize = 1 << (Pairs::BITS - 6);
    /// A place holds the two characters, of 21 bits each, over the node, which a [`Trie`] has 22 bits for.
    const NODE: u32 = 22;
    /// No pair: no character has all its bits set.
    const FREE: u64 = u64::MAX;

    fn new(nodes: Vec<(char, char, usize)>) -> Self {
        let mut pairs = Pairs {
            bits: Box::new([0; Pairs::WORDS]),
            places: vec![Pairs::FREE; (nodes.len() + nodes.len() / 2 + 1).next_power_of_two()].into(),
        };
        for (first, second, node) in nodes {
            let key = Pairs::key(first, second);
            let hash = Pairs::hash(key);
            let bit = Pairs::bit(hash);
            pairs.bits[bit >> 6] |= 1 << (bit & 63);
            let mut place = pairs.place(hash);
            while pairs.places[place] != Pairs::FREE {
                place = pairs.behind(place);
            }
            pairs.places[place] = key << Pairs::NODE | node as u64;
        }
        pairs
    }

    /// Whether a pair of this hash may be among them.
    #[inline]
    fn may_hold(&self, hash: u64) -> bool {
        let bit = Pairs::bit(hash);
        self.bits.get(bit >> 6).is_some_and(|word| word >> (bit & 63) & 1 == 1)
    }

    #[inline]
    fn node(&self, first: char, second: char) -> Option<usize> {
        let key = Pairs::key(first, second);
        let hash = Pairs::hash(key);
        if !self.may_hold(hash) {
            return None;
        }
        let mut place = self.place(hash);
        loop {
            let held = self.places[place];
            if held >> Pairs::NODE == key {
                return Some((held & ((1 << Pairs::NODE) - 1)) as usize);
            }
            if held == Pairs::FREE {
                return None;
            }
            place = self.behind(place);
        }
    }

    #[inline]
    fn key(first: char, second: char) -> u64 {
        u64::from(u32::from(first)) << 21 | u64::from(u32::from(second))
    }

    /// Multiplicative hashing (Knuth 1998, 6.4) by the golden ratio.
    #[inline]
    fn hash(key: u64) -> u64 {
        key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[inline]
    fn bit(hash: u64) -> usize {
        (hash >> (64 - Pairs::BITS)) as usize
    }

    /// By other bits of the hash than [`Pairs::bit`] goes by.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        (hash >> 24) as usize & (self.places.len() - 1)
    }

    #[inline]
    fn behind(&self, place: usize) -> usize {
        (place + 1) & (self.places.len() - 1)
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
