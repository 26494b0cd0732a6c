//! Which patterns a text may hold, told by the parts it holds.

use std::{collections::BTreeMap, ops::Range};

use crate::{codebook::Term, segment::Segmenter};

/// What counts as the frequency of a character that is no word of the dictionary, of which other words are made.
const CHARACTER: u64 = 1_000_000;

/// The patterns of a codebook (terms of several parts), each as the sets of literals that its parts are.
pub(super) struct Patterns<Sets = ()> {
    /// For each term the places of its sets in `sets_of`; none for a term of one part or one that is not wanted.
    ranges: Vec<Range<u32>>,
    sets_of: Vec<u32>,
    /// Whether other words may stand before each of them.
    gaps: Vec<bool>,
    /// For each set the patterns of which it is the rarest part.
    keys: Vec<Vec<OfKey>>,
    sets: Sets,
}

/// Patterns under their rarest part.
struct OfKey {
    /// The rarest part but one of all of them: what most texts that hold the rarest lack.
    next: u32,
    terms: Vec<u32>,
}

/// How often the dictionary has these literals.
pub(super) fn frequency(segmenter: &Segmenter, literals: &[String]) -> u64 {
    let of_one = |literal: &String| {
        let of_word = segmenter.frequency(literal).unwrap_or(0);
        of_word + if literal.chars().nth(1).is_none() { CHARACTER } else { 0 }
    };
    literals.iter().map(of_one).sum()
}

/// The sets that a text was found to hold.
#[derive(Default)]
pub(super) struct Held {
    /// One bit a set.
    sets: Vec<u64>,
    /// Those that are the rarest part of a pattern.
    keys: Vec<u32>,
}

impl<'c> Patterns<Vec<&'c [String]>> {
    /// The patterns among these terms that are wanted. `frequency` tells how often a literal of a part is met, and so which part is the rarest.
    pub(super) fn new<F: Ord>(
        terms: &'c [Term],
        wanted: impl Fn(&Term) -> bool,
        frequency: impl Fn(&[String]) -> F,
    ) -> Self {
        let mut numbers: BTreeMap<&[String], u32> = BTreeMap::new();
        let mut patterns = Patterns {
            ranges: Vec::with_capacity(terms.len()),
            sets_of: Vec::new(),
            gaps: Vec::new(),
            keys: Vec::new(),
            sets: Vec::new(),
        };
        let mut frequencies: Vec<F> = Vec::new();
        for (number, term) in (0..).zip(terms) {
            let start = patterns.sets_of.len();
            let parts = if term.parts.len() > 1 && wanted(term) {
                term.parts.as_slice()
            } else {
                &[]
            };
            for part in parts {
                let set = *numbers.entry(&*part.any_of).or_insert_with(|| {
                    patterns.sets.push(&*part.any_of);
                    patterns.keys.push(Vec::new());
                    frequencies.push(frequency(&part.any_of));
                    patterns.sets.len() as u32 - 1
                });
                patterns.sets_of.push(set);
                patterns.gaps.push(part.gap);
            }
            let mut sets = patterns.sets_of[start..].to_vec();
            sets.sort_by_key(|&set| &frequencies[set as usize]);
            if let [rarest, next, ..] = sets[..] {
                let of_key = &mut patterns.keys[rarest as usize];
                match of_key.iter_mut().find(|of_key| of_key.next == next) {
                    Some(of_key) => of_key.terms.push(number),
                    None => of_key.push(OfKey {
                        next,
                        terms: vec![number],
                    }),
                }
            }
            patterns.ranges.push(start as u32..patterns.sets_of.len() as u32);
        }
        patterns
    }

    /// The sets in the order of their numbers.
    pub(super) fn sets(&self) -> &[&'c [String]] {
        &self.sets
    }

    /// The same without the literals.
    pub(super) fn compiled(self) -> Patterns {
        Patterns {
            ranges: self.ranges,
            sets_of: self.sets_of,
            gaps: self.gaps,
            keys: self.keys,
            sets: (),
        }
    }
}

impl<Sets> Patterns<Sets> {
    /// The sets of a pattern, part by part.
    pub(super) fn sets_of(&self, term: u32) -> &[u32] {
        &self.sets_of[self.range(term)]
    }

    /// The same, each with whether other words may stand before it.
    pub(super) fn parts_of(&self, term: u32) -> impl Iterator<Item = (u32, bool)> {
        let gaps = self.gaps[self.range(term)].iter();
        self.sets_of(term).iter().copied().zip(gaps.copied())
    }

    fn range(&self, term: u32) -> Range<usize> {
        let range = &self.ranges[term as usize];
        range.start as usize..range.end as usize
    }

    /// Whether a set is the rarest part of a pattern.
    pub(super) fn is_key(&self, set: u32) -> bool {
        !self.keys[set as usize].is_empty()
    }

    /// The patterns of which a set is the rarest part.
    pub(super) fn of_key(&self, set: u32) -> impl Iterator<Item = u32> {
        self.keys[set as usize]
            .iter()
            .flat_map(|of_key| of_key.terms.iter().copied())
    }

    /// Takes down that a text holds a set.
    #[inline]
    pub(super) fn hold(&self, set: u32, held: &mut Held) {
        let (word, bit) = (&mut held.sets[set as usize / 64], 1 << (set % 64));
        if *word & bit == 0 {
            *word |= bit;
            if self.is_key(set) {
                held.keys.push(set);
            }
        }
    }

    /// Tells the patterns of which a text holds every part, in no order. Of a set that was not taken down `holds_too` tells whether it
    /// holds it, and `may_hold`, which costs less, whether it is worth asking.
    pub(super) fn each_complete(
        &self,
        held: &Held,
        may_hold: impl Fn(u32) -> bool,
        mut holds_too: impl FnMut(u32) -> bool,
        mut found: impl FnMut(u32),
    ) {
        let holds = |set: u32| held.sets[set as usize / 64] >> (set % 64) & 1 == 1;
        for &key in &held.keys {
            let may_be = |next: u32| holds(next) || may_hold(next);
            let of_key = self.keys[key as usize].iter().filter(|of_key| may_be(of_key.next));
            for &term in of_key.flat_map(|of_key| &of_key.terms) {
                let sets = self.sets_of(term);
                if sets.iter().all(|&set| holds(set) || may_hold(set))
                    && sets.iter().all(|&set| holds(set) || holds_too(set))
                {
                    found(term);
                }
            }
        }
    }
}

impl Held {
    /// Whether there may be a complete pattern.
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Nothing yet, with room for the sets of these patterns.
    pub(super) fn begin(&mut self, patterns: &Patterns) {
        self.sets.clear();
        self.sets.resize(patterns.keys.len().div_ceil(64), 0);
        self.keys.clear();
    }
}
