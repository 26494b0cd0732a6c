//! The terms of a codebook that a text may hold, whatever stands between their parts and around them.

use std::ops::Range;

use crate::{
    codebook::{Codebook, Term},
    model::Sentiment,
    score::{
        literals::{Found, Literals},
        meanings::Meanings,
        patterns::{Held, Patterns},
        sentiment::{Tally, sign},
    },
    segment::Segmenter,
};

/// Finds the terms that it was made for.
pub(super) struct Net {
    literals: Literals,
    meanings: Meanings<Use>,
    /// What stands in `meanings`, in short.
    kinds: Vec<Kind>,
    patterns: Patterns,
    common: Common,
}

/// Characters that are a literal by themselves, of which most texts hold some (不, 的), so that it costs less to mark every
/// character of a text than to find these.
struct Common {
    /// For each character of the basic multilingual plane its place among those; 0 for others.
    places: Box<[u8]>,
    /// The places of each set that has such characters.
    of_sets: Vec<Vec<u8>>,
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

/// What a literal means in short.
#[derive(Clone, Copy)]
struct Kind {
    /// Its sign in the sentiment list, if it is there.
    sentiment: Option<i8>,
    means_more: bool,
}

/// Words of a text, folded, and the literals in them, without those that are only words of the sentiment list.
#[derive(Default)]
pub(super) struct Stretch {
    pub(super) chars: Vec<char>,
    pub(super) found: Vec<Found>,
}

/// What the literals of a text mean.
#[derive(Default)]
pub(super) struct Finds {
    /// One bit a literal: whether the stretch at hand was found to hold it. None is set between stretches.
    seen: Vec<u64>,
    /// Sets of which a literal was found in it.
    held: Held,
    /// The common characters of it, by their places; what stands in the first means nothing.
    common: Vec<bool>,
    /// Terms of all stretches of the text, some of them more than once.
    pub(super) terms: Vec<u32>,
}

impl Net {
    /// A net for the terms that are wanted, and for the sentiment list where that is.
    pub(super) fn new(
        codebook: &Codebook,
        segmenter: &Segmenter,
        wanted: impl Fn(&Term) -> bool,
        with_sentiment: bool,
    ) -> Self {
        let patterns = Patterns::new(&codebook.terms, segmenter, &wanted);
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
            places: vec![0; 1 << 16].into(),
            of_sets: vec![Vec::new(); sets.len()],
        };
        let mut last = 0;
        for (set, literals) in (0..).zip(sets) {
            for literal in literals {
                match common.place(literal, &mut last).filter(|_| !patterns.is_key(set)) {
                    Some(place) => common.of_sets[set as usize].push(place),
                    None => uses.push((literal, Use::Set(set))),
                }
            }
        }
        if with_sentiment {
            let words = codebook.sentiment.words.iter();
            uses.extend(words.map(|(word, weight)| (word.as_str(), Use::Sentiment(sign(*weight)))));
        }
        let (literals, meanings) = Meanings::new(uses);
        let kinds = (0..literals.len() as u32).map(|literal| Kind::of(meanings.of(literal)));
        Net {
            kinds: kinds.collect(),
            literals: Literals::new(literals.into_iter()),
            meanings,
            patterns,
            common,
        }
    }

    /// Finds the literals of a stretch; its sentiment. `starts` is room that is used again.
    pub(super) fn find(&self, stretch: &mut Stretch, starts: &mut Vec<u32>) -> Sentiment {
        let Stretch { chars, found } = stretch;
        let mut tally = Tally::default();
        found.clear();
        self.literals.each_in(chars, starts, |one| {
            let kind = self.kinds[one.literal as usize];
            if let Some(sign) = kind.sentiment {
                tally.word(one.start as usize, one.end as usize, sign);
            }
            if kind.means_more {
                found.push(one);
            }
        });
        tally.counted()
    }

    /// Adds to the terms those of a stretch that are wanted. `each` is told those of one part each time they are found, and where.
    #[inline]
    pub(super) fn look(
        &self,
        stretch: &Stretch,
        finds: &mut Finds,
        wanted: impl Fn(u32) -> bool,
        mut each: impl FnMut(u32, Range<usize>),
    ) {
        let Stretch { chars, found } = stretch;
        if found.is_empty() {
            return;
        }
        let Finds {
            seen,
            held,
            common,
            terms,
        } = finds;
        let words = self.kinds.len().div_ceil(64);
        if seen.len() < words {
            seen.resize(words, 0);
        }
        held.begin(&self.patterns);
        for found in found {
            let (word, bit) = (&mut seen[found.literal as usize / 64], 1 << (found.literal % 64));
            let is_new = *word & bit == 0;
            *word |= bit;
            for one in self.meanings.of(found.literal) {
                match *one {
                    Use::Term(term) => {
                        each(term, found.start as usize..found.end as usize);
                        if is_new && wanted(term) {
                            terms.push(term);
                        }
                    }
                    Use::Set(set) if is_new => self.patterns.hold(set, held),
                    Use::Set(_) | Use::Sentiment(_) => {}
                }
            }
        }
        for found in found {
            seen[found.literal as usize / 64] = 0;
        }
        if !held.has_keys() {
            return;
        }
        common.clear();
        common.resize(PLACES, false);
        for &c in chars {
            common[self
                .common
                .places
                .get(c as usize)
                .map_or(0, |&place| usize::from(place))] = true;
        }
        let has_common = |set: u32| {
            let mut places = self.common.of_sets[set as usize].iter();
            places.any(|&place| common[usize::from(place)])
        };
        self.patterns.each_complete(held, has_common, |term| {
            if wanted(term) {
                terms.push(term);
            }
        });
    }
}

/// Places of common characters.
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
}

impl Kind {
    fn of(uses: &[Use]) -> Kind {
        let sign = |one: &Use| match one {
            Use::Sentiment(sign) => Some(*sign),
            _ => None,
        };
        Kind {
            sentiment: uses.iter().find_map(sign),
            means_more: uses.iter().any(|one| sign(one).is_none()),
        }
    }
}
