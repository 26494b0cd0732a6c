//! Which texts need not be read to know that they are irrelevant.
//!
//! Most posts of a corpus on other subjects hold nothing that a post of the topic holds. One walk over a text finds the
//! literals that could make it relevant; all of them together, whatever stands between them and around them, bound what
//! reading it would find. The words of the general sentiment list are counted on the way.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use super::{
    decide::{ROUNDING, Sums},
    literals::{Literals, Room},
    patterns::{Held, Patterns},
    sentiment::Tally,
};
use crate::{
    clean::{HASHTAG, fold_chars},
    codebook::{Codebook, Heading, Term},
    model::Sentiment,
    segment::{Segmenter, has_han},
};

/// Tells what a text holds at most.
pub(super) struct Gate {
    literals: Literals,
    /// What all literals mean, and where that of a literal stands in it, by its number: what matters once in a text, then what
    /// matters each time the literal is found.
    uses: Vec<Use>,
    places: Vec<Places>,
    marks: Vec<Mark>,
    patterns: Patterns,
    /// By the number of the term.
    shares: Vec<Share>,
    /// What weak topic terms add together at most.
    weak_max: f64,
    /// What a mark within a hashtag is multiplied by.
    hashtag_factor: f64,
    /// How much marks of another subject weigh at least.
    offtopic_min: f64,
}

/// What a literal may mean.
#[derive(Clone, Copy)]
enum Use {
    /// The term of this number is the literal.
    Term(u32),
    /// It is in the set of this number, as parts of patterns have them.
    Set(u32),
    /// It is a mark, of this number among all.
    Mark(u32),
    /// It has this weight in the general sentiment list.
    Sentiment(f64),
}

#[derive(Clone, Copy)]
struct Places {
    once: u32,
    each: u32,
    end: u32,
}

/// A literal that marks a text as being about something else.
#[derive(Clone, Copy)]
struct Mark {
    term: u32,
    weight: f64,
    /// Whether it may stand inside words.
    inside: bool,
    /// Its length in bytes.
    bytes: usize,
    /// Whether it holds a Chinese character; words of an alphabet are left to the reading.
    han: bool,
}

/// What a term adds to the sums at most.
#[derive(Clone, Copy, Default)]
struct Share {
    topic: bool,
    /// A mark of another subject, which adds nothing.
    off_topic: bool,
    /// In `topic` stands what a weak topic term adds.
    sums: Sums,
}

/// What is known of a text at a glance.
pub(super) struct Glance {
    /// Whether a reading may find it relevant.
    pub(super) may_be_relevant: bool,
    /// Whether a reading must tell if the words that are scored name no topic and are marked as something else.
    pub(super) may_be_off_topic: bool,
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
    room: Room,
    /// One bit a literal: whether the stretch at hand was found to hold it.
    seen: Vec<u64>,
    /// Sets of which a literal was found in it.
    held: Held,
    /// Terms of all stretches of the text.
    terms: Vec<u32>,
    /// Whether the stretch may hold a pattern that marks it as being about something else.
    marked: bool,
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
        let mut found: BTreeMap<&str, Vec<Use>> = BTreeMap::new();
        let mut marks: Vec<Mark> = Vec::new();
        for (number, term) in (0..).zip(&codebook.terms) {
            let Some(share) = share(term) else { continue };
            let [part] = term.parts.as_slice() else { continue };
            for literal in &*part.any_of {
                let meaning = if share.off_topic {
                    marks.push(Mark {
                        term: number,
                        weight: term.weight,
                        inside: term.inside,
                        bytes: literal.len(),
                        han: has_han(literal),
                    });
                    Use::Mark(marks.len() as u32 - 1)
                } else {
                    Use::Term(number)
                };
                found.entry(literal).or_default().push(meaning);
            }
        }
        for (set, literals) in (0..).zip(patterns.sets()) {
            for literal in *literals {
                found.entry(literal).or_default().push(Use::Set(set));
            }
        }
        for (word, weight) in &codebook.sentiment.words {
            let uses = found.entry(word).or_default();
            if !uses.iter().any(|one| matches!(one, Use::Sentiment(_))) {
                uses.push(Use::Sentiment(*weight));
            }
        }
        let mut uses: Vec<Use> = Vec::new();
        let places = found.values().map(|meanings| {
            let (once, each): (Vec<Use>, Vec<Use>) = meanings.iter().partition(|one| one.matters_once());
            let from = uses.len() as u32;
            uses.extend(once.iter().chain(&each));
            Places {
                once: from,
                each: from + once.len() as u32,
                end: uses.len() as u32,
            }
        });
        Gate {
            places: places.collect(),
            uses,
            marks,
            weak_max: codebook.gate.weak_max,
            hashtag_factor: codebook.stance.hashtag_factor,
            offtopic_min: codebook.gate.offtopic_min,
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
            finds.terms.clear();
            marks.clear();
            fold_chars(raw, scored, &mut scratch.scored);
            let mut tally = Tally::default();
            let each = |at: Range<usize>, meaning| match meaning {
                Use::Sentiment(weight) => tally.word(at.start, at.end, weight),
                Use::Mark(mark) => marks.push((at, self.marks[mark as usize])),
                Use::Term(_) | Use::Set(_) => {}
            };
            self.look(&scratch.scored, finds, |_| true, each);
            let marked = finds.marked;
            let strong = |&term: &u32| self.shares[term as usize].sums.strong_topic > 0.0;
            let names_topic = finds.terms.iter().any(strong);
            if let Some(others) = others.filter(|others| !others.is_empty()) {
                fold_chars(raw, others, &mut scratch.others);
                self.look(&scratch.others, finds, |share| share.topic, |_, _| {});
            }
            let shown = shown(self.most(&mut finds.terms));
            let off_topic = match names_topic {
                false if shown && marked => None,
                false if shown => self.is_off_topic(scratch, segmenter),
                _ => Some(false),
            };
            if scratch.scored.capacity().max(scratch.others.capacity()) > KEPT {
                *scratch = Scratch::default();
            }
            Glance {
                may_be_relevant: shown && off_topic != Some(true),
                may_be_off_topic: off_topic.is_none(),
                sentiment: tally.counted(),
            }
        })
    }

    /// Adds to the terms found those of a stretch that are wanted; `each` is told what matters each time it is found, and where
    /// it was.
    #[inline]
    fn look(
        &self,
        stretch: &[char],
        finds: &mut Finds,
        wanted: impl Fn(Share) -> bool,
        mut each: impl FnMut(Range<usize>, Use),
    ) {
        let Finds {
            room,
            seen,
            held,
            terms,
            marked,
        } = finds;
        seen.clear();
        seen.resize(self.places.len().div_ceil(64), 0);
        held.begin(&self.patterns);
        *marked = false;
        let wanted = |term: u32| wanted(self.shares[term as usize]);
        self.literals.find_in(stretch, room);
        for found in &room.found {
            let places = self.places[found.literal as usize];
            let (word, bit) = (&mut seen[found.literal as usize / 64], 1 << (found.literal % 64));
            if *word & bit == 0 {
                *word |= bit;
                for meaning in &self.uses[places.once as usize..places.each as usize] {
                    match *meaning {
                        Use::Term(term) if wanted(term) => terms.push(term),
                        Use::Set(set) => self.patterns.hold(set, held),
                        _ => {}
                    }
                }
            }
            for meaning in &self.uses[places.each as usize..places.end as usize] {
                each(found.start as usize..found.end as usize, *meaning);
            }
        }
        self.patterns.each_complete(held, |term| {
            *marked |= self.shares[term as usize].off_topic;
            if wanted(term) {
                terms.push(term);
            }
        });
    }

    /// Whether the words that are scored, which name no topic, are marked as being about something else, as
    /// [`Scorer::is_off_topic`](super::Scorer) tells; `None` where only that can.
    fn is_off_topic(&self, scratch: &mut Scratch, segmenter: &Segmenter) -> Option<bool> {
        let Scratch { scored, marks, .. } = scratch;
        if marks.iter().any(|(_, mark)| !mark.han) {
            return None;
        }
        marks.sort_unstable_by(|(at, a), (beside, b)| {
            (b.weight.total_cmp(&a.weight))
                .then(b.bytes.cmp(&a.bytes))
                .then((at.start, at.end, a.term).cmp(&(beside.start, beside.end, b.term)))
        });
        let hashtags = hashtags(scored);
        let mut kept: Vec<(Range<usize>, u32, f64)> = Vec::new();
        let mut sum = 0.0;
        for (at, mark) in marks {
            let overlaps = |(other, ..): &(Range<usize>, u32, f64)| other.start < at.end && at.start < other.end;
            if kept.iter().any(overlaps) || !(mark.inside || segmenter.is_whole(scored, at.clone())) {
                continue;
            }
            let tagged = hashtags
                .iter()
                .any(|hashtag| hashtag.start <= at.start && at.end <= hashtag.end);
            let strength = mark.weight * if tagged { self.hashtag_factor } else { 1.0 };
            if kept.iter().all(|&(_, term, _)| term != mark.term) {
                sum += strength;
            }
            if strength >= self.offtopic_min || sum > self.offtopic_min + ROUNDING {
                return Some(true);
            }
            kept.push((at.clone(), mark.term, strength));
        }
        // Several that hardly reach the threshold are summed in the order of the terms, as everywhere.
        let mut strongest: BTreeMap<u32, f64> = BTreeMap::new();
        for (_, term, strength) in kept {
            let best = strongest.entry(term).or_default();
            *best = best.max(strength);
        }
        Some(strongest.into_values().fold(0.0, |sum, strength| sum + strength) >= self.offtopic_min)
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

/// What stands between the marks of hashtags, by its characters.
fn hashtags(text: &[char]) -> Vec<Range<usize>> {
    let mut marks = text
        .iter()
        .enumerate()
        .filter_map(|(at, &c)| (c == HASHTAG).then_some(at));
    let mut hashtags = Vec::new();
    while let (Some(opening), Some(closing)) = (marks.next(), marks.next()) {
        hashtags.push(opening + 1..closing);
    }
    hashtags
}

impl Use {
    fn matters_once(&self) -> bool {
        matches!(self, Use::Term(_) | Use::Set(_))
    }
}

impl Share {
    /// `None` for terms that neither make a post relevant nor mark it as being about something else.
    fn of(codebook: &Codebook, term: &Term) -> Option<Share> {
        let most = term.weight * f64::max(1.0, codebook.stance.hashtag_factor);
        let mut share = Share {
            topic: term.heading == Heading::Topic,
            off_topic: term.heading == Heading::OffTopic,
            ..Share::default()
        };
        match term.heading {
            Heading::Guard => return None,
            Heading::OffTopic => {}
            Heading::Topic if term.weight < codebook.gate.weak_below => share.sums.topic = most,
            Heading::Topic => share.sums.strong_topic = most,
            heading if codebook.is_specific(heading) => share.sums.specific = most,
            _ => share.sums.general = most,
        }
        Some(share)
    }
}
