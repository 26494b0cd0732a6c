//! Which texts need not be read to know that they are irrelevant.
//!
//! Most posts of a corpus on other subjects hold nothing that a post of the topic holds. One walk over a text finds the
//! literals that could make it relevant; all of them together, whatever stands between them and around them, bound what
//! reading it would find. The words of the general sentiment list are counted on the way.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use super::{decide::Sums, literals::Literals, patterns::Patterns, sentiment::Tally};
use crate::{
    clean::{HASHTAG, fold_chars},
    codebook::{Codebook, Heading, Term},
    model::Sentiment,
    segment::{Segmenter, has_han},
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
    /// Whether it marks a text as being about something else, all by itself.
    mark: Option<Mark>,
}

/// A literal that suffices to mark a text as being about something else.
#[derive(Clone, Copy)]
struct Mark {
    /// Whether it may stand inside words.
    inside: bool,
}

/// What a term adds to the sums at most.
#[derive(Clone, Copy, Default)]
struct Share {
    topic: bool,
    /// In `topic` stands what a weak topic term adds.
    sums: Sums,
}

/// What is known of a text at a glance.
pub(super) struct Glance {
    /// Whether a reading may find it relevant.
    pub(super) may_be_relevant: bool,
    /// Whether the words that are scored may hold a topic term that is not weak.
    pub(super) may_name_topic: bool,
    /// That of the words that are scored.
    pub(super) sentiment: Sentiment,
}

/// Room that is kept from text to text.
#[derive(Default)]
struct Scratch {
    /// The words that are scored, and others'.
    scored: Vec<char>,
    others: Vec<char>,
    finds: Finds,
    /// Marks of another subject in the words that are scored, by their characters.
    marks: Vec<(Range<usize>, Mark)>,
}

/// What was found.
#[derive(Default)]
struct Finds {
    /// Terms of a stretch that are a literal, each as often as it was found.
    terms: Vec<u32>,
    /// Sets of which a literal was found in it.
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
        /// Terms, sets, weight in the sentiment list, and whether it is a mark.
        type Found = (Vec<u32>, Vec<u32>, Option<f64>, Option<Mark>);
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
        for (literal, mark) in marks(codebook) {
            found.entry(literal).or_default().3.get_or_insert(mark);
        }
        let mut numbers: Vec<u32> = Vec::new();
        let mut take = |new: &[u32]| {
            let from = numbers.len() as u32;
            numbers.extend(new);
            from..numbers.len() as u32
        };
        let uses = found.values().map(|(whole, sets, sentiment, mark)| Uses {
            whole: take(whole),
            sets: take(sets),
            sentiment: *sentiment,
            mark: *mark,
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

    /// Looks at the words that are scored and at others' words, of which only the topic counts. `shown` tells whether sums
    /// make a text relevant.
    pub(super) fn glance(
        &self,
        raw: &str,
        scored: Range<usize>,
        others: Option<Range<usize>>,
        segmenter: &Segmenter,
        shown: impl Fn(Sums) -> bool,
    ) -> Glance {
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch { finds, marks, .. } = scratch;
            finds.found.clear();
            marks.clear();
            fold_chars(raw, scored, &mut scratch.scored);
            let mut tally = Tally::default();
            self.look(
                &scratch.scored,
                finds,
                |_| true,
                |uses, at| {
                    if let Some(weight) = uses.sentiment {
                        tally.word(at.start, at.end, weight);
                    }
                    marks.extend(uses.mark.map(|mark| (at, mark)));
                },
            );
            let strong = |&term: &u32| self.shares[term as usize].sums.strong_topic > 0.0;
            let may_name_topic = finds.found.iter().any(strong);
            if let Some(others) = others.filter(|others| !others.is_empty()) {
                fold_chars(raw, others, &mut scratch.others);
                self.look(&scratch.others, finds, |share| share.topic, |_, _| {});
            }
            let may_be_relevant =
                shown(self.most(&mut finds.found)) && (may_name_topic || !scratch.is_marked(segmenter));
            if scratch.scored.capacity().max(scratch.others.capacity()) > KEPT {
                *scratch = Scratch::default();
            }
            Glance {
                may_be_relevant,
                may_name_topic,
                sentiment: tally.counted(),
            }
        })
    }

    /// Adds to the terms found those of a stretch that are wanted, and tells `also` of every literal with its characters.
    fn look(
        &self,
        stretch: &[char],
        finds: &mut Finds,
        wanted: impl Fn(Share) -> bool,
        mut also: impl FnMut(&Uses, Range<usize>),
    ) {
        let Finds { terms, sets, found } = finds;
        terms.clear();
        sets.clear();
        self.literals.each(stretch, |literal, start, end| {
            let uses = &self.uses[literal as usize];
            terms.extend_from_slice(self.numbers(&uses.whole));
            sets.extend_from_slice(self.numbers(&uses.sets));
            also(uses, start..end);
        });
        let wanted = |term: u32| wanted(self.shares[term as usize]);
        found.extend(terms.iter().copied().filter(|&term| wanted(term)));
        self.patterns.each_complete(sets, |term| {
            if wanted(term) {
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

/// The literals that mark a text as being about something else, wherever they stand outside hashtags: terms heavy enough.
/// Those without a Chinese character are left to the reading.
fn marks(codebook: &Codebook) -> impl Iterator<Item = (&str, Mark)> {
    let enough = |term: &&Term| {
        term.heading == Heading::OffTopic && term.weight >= codebook.gate.offtopic_min && term.parts.len() == 1
    };
    codebook.terms.iter().filter(enough).flat_map(|term| {
        let mark = Mark { inside: term.inside };
        let literals = term.parts.iter().flat_map(|part| part.any_of.iter());
        literals
            .filter(|literal| has_han(literal))
            .map(move |literal| (literal.as_str(), mark))
    })
}

impl Scratch {
    /// Whether a mark of another subject is sure to count. One between marks of hashtags, where it may weigh less, is left to
    /// the reading. Of marks that overlap only one counts, but any of them suffices.
    fn is_marked(&self, segmenter: &Segmenter) -> bool {
        let is_hash = |c: &char| *c == HASHTAG;
        let first = self.scored.iter().position(is_hash).unwrap_or(self.scored.len());
        let last = self.scored.iter().rposition(is_hash).unwrap_or(0);
        let outside = |at: &Range<usize>| at.end <= first || at.start > last;
        self.marks
            .iter()
            .any(|(at, mark)| outside(at) && (mark.inside || segmenter.is_whole(&self.scored, at.clone())))
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
