//! Which texts need not be read to know that they are irrelevant.
//!
//! Most posts of a corpus on other subjects hold nothing that a post of the topic holds. One walk over a text finds the
//! literals that could make it relevant; all of them together, whatever stands between them and around them, bound what
//! reading it would find. The words of the general sentiment list are counted on the way.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use super::{decide::Sums, literals::Literals, patterns::Patterns, sentiment::Tally};
use crate::{
    clean::fold_chars,
    codebook::{Codebook, Heading, Term},
    model::Sentiment,
    segment::Segmenter,
};

/// Tells what a text holds at most.
pub(super) struct Gate {
    literals: Literals,
    /// By the number of the literal.
    uses: Vec<Uses>,
    /// Terms and sets of all literals, which `uses` cuts out of it.
    numbers: Vec<u32>,
    patterns: Patterns,
    /// By the number of the term.
    shares: Vec<Share>,
    /// What weak topic terms add together at most.
    weak_max: f64,
}

/// What a literal may mean.
struct Uses {
    /// Terms that are this literal.
    whole: Range<u32>,
    /// Sets, as parts of patterns have them, that it is in.
    sets: Range<u32>,
    /// Weight in the general sentiment list.
    sentiment: Option<f64>,
}

/// What a term adds to the sums at most.
#[derive(Clone, Copy, Default)]
struct Share {
    topic: bool,
    /// In `topic` stands what a weak topic term adds.
    sums: Sums,
}

/// What a text holds at most, and the sentiment of the words that are scored.
pub(super) struct Glance {
    /// No reading finds higher sums.
    pub(super) most: Sums,
    /// Whether the words that are scored may hold a topic term that is not weak.
    pub(super) may_name_topic: bool,
    pub(super) sentiment: Sentiment,
}

/// Room that is kept from text to text.
#[derive(Default)]
struct Scratch {
    chars: Vec<char>,
    /// Terms that are a literal, each as often as it was found.
    terms: Vec<u32>,
    /// Sets of which a literal was found.
    sets: Vec<u32>,
    /// Terms of all stretches of the text.
    found: Vec<u32>,
}

/// Room kept for the characters of a text.
const KEPT: usize = 1 << 16;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Gate {
    pub(super) fn new(codebook: &Codebook, segmenter: &Segmenter) -> Self {
        let share = |term: &Term| Share::of(codebook, term);
        let patterns = Patterns::new(&codebook.terms, segmenter, |term| share(term).is_some());
        /// Terms, sets, and weight in the sentiment list.
        type Found = (Vec<u32>, Vec<u32>, Option<f64>);
        let mut found: BTreeMap<&str, Found> = BTreeMap::new();
        for (number, term) in (0..).zip(&codebook.terms).filter(|(_, term)| share(term).is_some()) {
            if let [part] = term.parts.as_slice() {
                for literal in &*part.any_of {
                    found.entry(literal).or_default().0.push(number);
                }
            }
        }
        for (set, literals) in (0..).zip(patterns.sets()) {
            for literal in *literals {
                found.entry(literal).or_default().1.push(set);
            }
        }
        for (word, weight) in &codebook.sentiment.words {
            found.entry(word).or_default().2.get_or_insert(*weight);
        }
        let mut numbers: Vec<u32> = Vec::new();
        let mut take = |new: &[u32]| {
            let from = numbers.len() as u32;
            numbers.extend(new);
            from..numbers.len() as u32
        };
        let uses = found.values().map(|(whole, sets, sentiment)| Uses {
            whole: take(whole),
            sets: take(sets),
            sentiment: *sentiment,
        });
        Gate {
            uses: uses.collect(),
            numbers,
            weak_max: codebook.gate.weak_max,
            literals: Literals::new(found.keys().copied()),
            patterns: patterns.compiled(),
            shares: codebook
                .terms
                .iter()
                .map(|term| share(term).unwrap_or_default())
                .collect(),
        }
    }

    /// Looks at the words that are scored and at others' words, of which only the topic counts.
    pub(super) fn glance(&self, raw: &str, scored: Range<usize>, others: Option<Range<usize>>) -> Glance {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.found.clear();
            let mut tally = Tally::default();
            self.look(raw, scored, scratch, &mut tally, |_| true);
            let strong = |&term: &u32| self.shares[term as usize].sums.strong_topic > 0.0;
            let may_name_topic = scratch.found.iter().any(strong);
            if let Some(others) = others.filter(|others| !others.is_empty()) {
                self.look(raw, others, scratch, &mut Tally::default(), |share| share.topic);
            }
            if scratch.chars.capacity() > KEPT {
                *scratch = Scratch::default();
            }
            Glance {
                most: self.most(&mut scratch.found),
                may_name_topic,
                sentiment: tally.counted(),
            }
        })
    }

    /// Adds to `scratch.found` the terms of a stretch.
    fn look(
        &self,
        raw: &str,
        stretch: Range<usize>,
        scratch: &mut Scratch,
        tally: &mut Tally,
        wanted: impl Fn(Share) -> bool,
    ) {
        let Scratch {
            chars,
            terms,
            sets,
            found,
        } = scratch;
        fold_chars(raw, stretch, chars);
        terms.clear();
        sets.clear();
        self.literals.each(chars, |literal, start, end| {
            let uses = &self.uses[literal as usize];
            terms.extend_from_slice(self.numbers(&uses.whole));
            sets.extend_from_slice(self.numbers(&uses.sets));
            if let Some(weight) = uses.sentiment {
                tally.word(start, end, weight);
            }
        });
        let wanted = |&term: &u32| wanted(self.shares[term as usize]);
        found.extend(terms.iter().copied().filter(wanted));
        self.patterns.each_complete(sets, |term| {
            if wanted(&term) {
                found.push(term);
            }
        });
    }

    fn numbers(&self, range: &Range<u32>) -> &[u32] {
        &self.numbers[range.start as usize..range.end as usize]
    }

    /// The sums of these terms, each once.
    fn most(&self, terms: &mut Vec<u32>) -> Sums {
        terms.sort_unstable();
        terms.dedup();
        let mut most = Sums::default();
        for &term in &*terms {
            let share = self.shares[term as usize].sums;
            most.topic += share.topic;
            most.strong_topic += share.strong_topic;
            most.specific += share.specific;
            most.general += share.general;
        }
        most.topic = most.strong_topic + f64::min(most.topic, self.weak_max);
        most
    }
}

impl Share {
    /// `None` for terms that make no post relevant.
    fn of(codebook: &Codebook, term: &Term) -> Option<Share> {
        let most = term.weight * f64::max(1.0, codebook.stance.hashtag_factor);
        let mut share = Share {
            topic: term.heading == Heading::Topic,
            ..Share::default()
        };
        match term.heading {
            Heading::Guard | Heading::OffTopic => return None,
            Heading::Topic if term.weight < codebook.gate.weak_below => share.sums.topic = most,
            Heading::Topic => share.sums.strong_topic = most,
            heading if codebook.is_specific(heading) => share.sums.specific = most,
            _ => share.sums.general = most,
        }
        Some(share)
    }
}
