//! The terms of a codebook that a text may hold, whatever stands between their parts and around them.

use std::{mem, ops::Range};

use crate::{
    clean::Chars,
    codebook::{Codebook, Term},
    literals::{Found, Literals, Meanings},
    model::Sentiment,
    score::{
        matcher::GAP,
        patterns::{Held, Patterns},
        sentiment::{Tally, sign},
        span::within,
    },
};

/// Finds the terms that it was made for.
pub(super) struct Net {
    literals: Literals,
    meanings: Meanings<Use>,
    /// What each literal adds at most: that of its terms, and of the patterns of which it is the rarest part.
    most: Vec<f32>,
    patterns: Patterns,
    common: Common,
}

/// Characters that are a literal by themselves, of which most texts hold some (不, 的), so that it costs less to mark every
/// character of a text than to find these.
struct Common {
    /// For each character of the basic multilingual plane its place among those; 0 for others.
    places: Box<[u8; 1 << 16]>,
    /// The places of each set that has such characters.
    of_sets: Vec<Vec<u8>>,
    /// One bit a set: whether it has.
    sets: Vec<u64>,
}

/// What a literal may mean.
#[derive(Clone, Copy)]
enum Use {
    /// The term of this number is the literal.
    Term(u32),
    /// It is in the set of this number, as parts of patterns have them.
    Set(u32),
    /// It is in the general sentiment list, with this sign.
    Sentiment(i8),
}

/// What is told of a literal where it is found: its number, and in the upper bits what it means in short.
#[derive(Clone, Copy)]
struct Told(u32);

impl Told {
    const NUMBER: u32 = (1 << 24) - 1;
    const MEANS_MORE: u32 = 1 << 24;
    const IN_LIST: u32 = 1 << 25;
    const POSITIVE: u32 = 1 << 26;
    const NEGATIVE: u32 = 1 << 27;

    fn of(number: u32, uses: &[Use]) -> Told {
        let bit_of = |one: &Use| match one {
            Use::Sentiment(0) => Told::IN_LIST,
            Use::Sentiment(1..) => Told::IN_LIST | Told::POSITIVE,
            Use::Sentiment(_) => Told::IN_LIST | Told::NEGATIVE,
            Use::Term(_) | Use::Set(_) => Told::MEANS_MORE,
        };
        Told(uses.iter().map(bit_of).fold(number, |told, bits| told | bits))
    }

    #[inline]
    fn number(self) -> u32 {
        self.0 & Told::NUMBER
    }

    /// Its sign in the sentiment list, if it is there.
    #[inline]
    fn sentiment(self) -> Option<i8> {
        let sign = i8::from(self.0 & Told::POSITIVE != 0) - i8::from(self.0 & Told::NEGATIVE != 0);
        (self.0 & Told::IN_LIST != 0).then_some(sign)
    }

    /// Whether it is more than a word of the sentiment list.
    #[inline]
    fn means_more(self) -> bool {
        self.0 & Told::MEANS_MORE != 0
    }
}

/// Words of a text, folded, and the literals in them, without those that are only words of the sentiment list.
#[derive(Default)]
pub(super) struct Stretch {
    pub(super) chars: Chars,
    pub(super) found: Vec<Found>,
    common: Marked,
}

/// The common characters of a stretch.
struct Marked {
    /// Whether one stands there, by its place. Those of other planes count as those they share their lower bits with.
    present: [bool; PLACES],
    /// Whether that was looked for.
    is_known: bool,
}

impl Default for Marked {
    fn default() -> Self {
        Marked {
            present: [false; PLACES],
            is_known: false,
        }
    }
}

/// Where parts of patterns stand in the stretch at hand.
#[derive(Default)]
struct Places {
    /// Sets and where they were found.
    of_sets: Vec<(u32, Range<u32>)>,
    /// For each place of a common character the last one that has it, counted from 1; 0 for none. Empty where none was asked for.
    last: Vec<u32>,
    /// For each character the one before that has the same place.
    before: Vec<u32>,
}

/// What the literals of a text mean.
#[derive(Default)]
pub(super) struct Finds {
    /// One bit a literal: whether the stretch at hand was found to hold it. None is set between stretches.
    seen: Vec<u64>,
    /// The literals found, each once.
    once: Vec<u32>,
    /// Sets of which a literal was found in it.
    held: Held,
    places: Places,
    /// Terms of all stretches of the text, some of them more than once.
    pub(super) terms: Vec<u32>,
}

impl Net {
    /// A net for the terms that add something, and for the sentiment list where that is wanted. `frequency` tells how often a literal of a
    /// part is met in such texts as are looked at.
    pub(super) fn new<F: Ord>(
        codebook: &Codebook,
        frequency: impl Fn(&[String]) -> F,
        adds: impl Fn(&Term) -> Option<f32>,
        with_sentiment: bool,
    ) -> Self {
        let wanted = |term: &Term| adds(term).is_some();
        let patterns = Patterns::new(&codebook.terms, wanted, frequency);
        let mut uses: Vec<(&str, Use)> = Vec::new();
        for (number, term) in (0..).zip(&codebook.terms) {
            if let [part] = term.parts.as_slice()
                && wanted(term)
            {
                uses.extend(part.any_of.iter().map(|literal| (literal.as_str(), Use::Term(number))));
            }
        }
        let sets = patterns.sets().to_vec();
        let patterns = patterns.compiled();
        let mut common = Common {
            places: Box::new([0; 1 << 16]),
            of_sets: vec![Vec::new(); sets.len()],
            sets: vec![0; sets.len().div_ceil(64)],
        };
        let mut last = 0;
        for (set, literals) in (0..).zip(sets) {
            for literal in literals {
                match common.place(literal, &mut last).filter(|_| !patterns.is_key(set)) {
                    Some(place) => {
                        common.of_sets[set as usize].push(place);
                        common.sets[set as usize / 64] |= 1 << (set % 64);
                    }
                    None => uses.push((literal, Use::Set(set))),
                }
            }
        }
        if with_sentiment {
            let words = codebook.sentiment.words.iter();
            uses.extend(words.map(|(word, weight)| (word.as_str(), Use::Sentiment(sign(*weight)))));
        }
        let (literals, meanings) = Meanings::new(uses);
        let adds = |term: &u32| adds(&codebook.terms[*term as usize]).unwrap_or_default();
        let most = |one: &Use| match one {
            Use::Term(term) => adds(term),
            Use::Set(set) => patterns.of_key(*set).map(|term| adds(&term)).sum(),
            Use::Sentiment(_) => 0.0,
        };
        let numbers = 0..literals.len() as u32;
        let told = numbers.clone().map(|literal| Told::of(literal, meanings.of(literal)).0);
        Net {
            most: numbers
                .map(|literal| meanings.of(literal).iter().map(most).sum())
                .collect(),
            literals: Literals::new(literals.into_iter().zip(told)),
            meanings,
            patterns,
            common,
        }
    }

    /// Finds the literals of a stretch; its sentiment.
    pub(super) fn find(&self, stretch: &mut Stretch) -> Sentiment {
        let Stretch { chars, found, common } = stretch;
        let mut tally = Tally::default();
        found.clear();
        common.is_known = false;
        self.literals.each_of_words_in(chars, |one| {
            let told = Told(one.literal);
            if let Some(sign) = told.sentiment() {
                tally.word(one.start as usize, one.end as usize, sign);
            }
            if told.means_more() {
                found.push(Found {
                    literal: told.number(),
                    ..one
                });
            }
        });
        tally.counted()
    }

    /// Adds to the terms those of a stretch that are wanted, if it `is_worth` a look for what all together add at most.
    #[inline]
    pub(super) fn look(
        &self,
        stretch: &mut Stretch,
        finds: &mut Finds,
        is_worth: impl Fn(f32) -> bool,
        wanted: impl Fn(u32) -> bool,
    ) {
        let Stretch { chars, found, common } = stretch;
        if found.is_empty() {
            return;
        }
        let Finds {
            seen,
            once,
            held,
            terms,
            ..
        } = finds;
        let words = self.most.len().div_ceil(64);
        if seen.len() < words {
            seen.resize(words, 0);
        }
        once.clear();
        let mut most = 0.0;
        for found in &*found {
            let (word, bit) = (&mut seen[found.literal as usize / 64], 1 << (found.literal % 64));
            if *word & bit == 0 {
                *word |= bit;
                once.push(found.literal);
                most += self.most[found.literal as usize];
            }
        }
        for literal in &*once {
            seen[*literal as usize / 64] = 0;
        }
        if !is_worth(most) {
            return;
        }
        held.begin(&self.patterns);
        for one in once.iter().flat_map(|&literal| self.meanings.of(literal)) {
            match *one {
                Use::Term(term) if wanted(term) => terms.push(term),
                Use::Set(set) => self.patterns.hold(set, held),
                Use::Term(_) | Use::Sentiment(_) => {}
            }
        }
        if !held.has_keys() {
            return;
        }
        let common_of = |set: u32| &self.common.of_sets[set as usize];
        let has_common = |set: u32| {
            self.common.mark(chars, common);
            common_of(set).iter().any(|&place| common.present[usize::from(place)])
        };
        let may_have = |set: u32| self.common.sets[set as usize / 64] >> (set % 64) & 1 == 1;
        self.patterns.each_complete(held, may_have, has_common, |term| {
            if wanted(term) {
                terms.push(term);
            }
        });
    }

    /// Tells the terms of one part in a stretch wherever they stand, by their characters.
    pub(super) fn each_of_one_part(&self, stretch: &Stretch, mut each: impl FnMut(u32, Range<usize>)) {
        for found in &stretch.found {
            for one in self.meanings.of(found.literal) {
                if let Use::Term(term) = *one {
                    each(term, found.start as usize..found.end as usize);
                }
            }
        }
    }

    /// Leaves of the terms found those whose parts stand in their order in the stretch, and near enough for it. Terms of one part stay,
    /// and those that `keeps` tells.
    pub(super) fn retain_standing(&self, stretch: &Stretch, finds: &mut Finds, keeps: impl Fn(u32) -> bool) {
        let Finds { places, terms, .. } = finds;
        let is_sure = |term: u32| self.patterns.sets_of(term).is_empty() || keeps(term);
        if terms.iter().all(|&term| is_sure(term)) {
            return;
        }
        places.of_sets.clear();
        places.last.clear();
        for one in &stretch.found {
            let sets = self.meanings.of(one.literal).iter().filter_map(|one| match one {
                Use::Set(set) => Some(*set),
                _ => None,
            });
            places.of_sets.extend(sets.map(|set| (set, one.start..one.end)));
        }
        terms.retain(|&term| is_sure(term) || self.stands(&stretch.chars, places, term));
    }

    /// Whether the parts of a pattern stand in their order.
    fn stands(&self, chars: &[char], places: &mut Places, term: u32) -> bool {
        let mut ends: Vec<usize> = Vec::new();
        for (part, (set, gap)) in self.patterns.parts_of(term).enumerate() {
            let follows = |start: usize| {
                let joins = |&end: &usize| match gap {
                    _ if start < end => false,
                    true => within(chars[end..start].iter().copied(), GAP),
                    false => start == end,
                };
                part == 0 || ends.iter().any(joins)
            };
            let found = places.of_sets.iter().filter(|(other, _)| *other == set);
            let found = found.map(|(_, at)| at.start as usize..at.end as usize);
            let mut behind: Vec<usize> = found.filter(|at| follows(at.start)).map(|at| at.end).collect();
            for &place in &self.common.of_sets[set as usize] {
                let mut next = self.common.last_of(place, chars, places) as usize;
                while next != 0 {
                    if follows(next - 1) {
                        behind.push(next);
                    }
                    next = places.before[next - 1] as usize;
                }
            }
            if behind.is_empty() {
                return false;
            }
            ends = behind;
        }
        true
    }
}

/// Places of common characters; what stands in the first means nothing.
const PLACES: usize = 1 << u8::BITS;

impl Common {
    /// The place of a literal that is one character; `None` for others, or where all places are taken. `last` is the one given last.
    fn place(&mut self, literal: &str, last: &mut u8) -> Option<u8> {
        let mut chars = literal.chars();
        let only = chars.next().filter(|_| chars.as_str().is_empty())?;
        let place = self.places.get_mut(only as usize)?;
        if *place == 0 {
            *last = last.checked_add(1)?;
            *place = *last;
        }
        Some(*place)
    }

    /// Looks for common characters among these, unless that was done.
    fn mark(&self, chars: &[char], marked: &mut Marked) {
        if !mem::replace(&mut marked.is_known, true) {
            marked.present.fill(false);
            for &c in chars {
                marked.present[usize::from(self.place_of(c))] = true;
            }
        }
    }

    /// The last of these characters that has a place, counted from 1; 0 where none has.
    fn last_of(&self, place: u8, chars: &[char], places: &mut Places) -> u32 {
        let Places { last, before, .. } = places;
        if last.is_empty() {
            last.resize(PLACES, 0);
            before.clear();
            let numbered = (1..).zip(chars);
            before.extend(numbered.map(|(number, &c)| mem::replace(&mut last[usize::from(self.place_of(c))], number)));
        }
        last[usize::from(place)]
    }

    #[inline]
    fn place_of(&self, c: char) -> u8 {
        self.places[usize::from(u32::from(c) as u16)]
    }
}
