//! Which texts need not be read to know that they are irrelevant.
//!
//! Most posts of a corpus on other subjects hold nothing that a post of the topic holds. One walk over a text finds the
//! literals that could make it relevant; all of them together, whatever stands between them and around them, bound what
//! reading it would find. The words of the general sentiment list are counted on the way. Several texts take each step
//! together, as the code of a step stays near the processor no longer than that.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use super::{
    Sides,
    decide::{ROUNDING, Sums},
    literals::{Found, Literals},
    meanings::Meanings,
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
    /// What matters once in a text stands before what matters each time the literal is found.
    meanings: Meanings<Use>,
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
    /// The words that are scored and others', of each text at hand.
    texts: Vec<[Stretch; 2]>,
    starts: Vec<u32>,
    finds: Finds,
    /// Marks of another subject in the words that are scored, by their characters.
    marks: Vec<(Range<usize>, Mark)>,
}

/// Words of a text, folded, and the literals in them.
#[derive(Default)]
struct Stretch {
    chars: Vec<char>,
    found: Vec<Found>,
}

/// What the literals of a text mean.
#[derive(Default)]
struct Finds {
    /// One bit a literal: whether the stretch at hand was found to hold it.
    seen: Vec<u64>,
    /// Sets of which a literal was found in it.
    held: Held,
    /// Terms of all stretches of the text.
    terms: Vec<u32>,
    /// Whether the stretch may hold a pattern that marks it as being about something else.
    marked: bool,
}

/// So many texts are looked at together: few enough for what is found in them to stay near the processor.
const TOGETHER: usize = 32;

/// Room kept for the characters of a text.
const KEPT: usize = 1 << 16;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Gate {
    pub(super) fn new(codebook: &Codebook, segmenter: &Segmenter) -> Self {
        let share = |term: &Term| Share::of(codebook, term);
        let patterns = Patterns::new(&codebook.terms, segmenter, |term| share(term).is_some());
        let mut uses: Vec<(&str, Use)> = Vec::new();
        let mut of_marks: Vec<(&str, Use)> = Vec::new();
        let mut marks: Vec<Mark> = Vec::new();
        for (number, term) in (0..).zip(&codebook.terms) {
            let Some(share) = share(term) else { continue };
            let [part] = term.parts.as_slice() else { continue };
            for literal in &*part.any_of {
                if share.off_topic {
                    of_marks.push((literal, Use::Mark(marks.len() as u32)));
                    marks.push(Mark {
                        term: number,
                        weight: term.weight,
                        inside: term.inside,
                        bytes: literal.len(),
                        han: has_han(literal),
                    });
                } else {
                    uses.push((literal, Use::Term(number)));
                }
            }
        }
        for (set, literals) in (0..).zip(patterns.sets()) {
            uses.extend(literals.iter().map(|literal| (literal.as_str(), Use::Set(set))));
        }
        uses.extend(of_marks);
        let words = codebook.sentiment.words.iter();
        uses.extend(words.map(|(word, weight)| (word.as_str(), Use::Sentiment(*weight))));
        let (literals, meanings) = Meanings::new(uses);
        Gate {
            literals: Literals::new(literals.into_iter()),
            meanings,
            marks,
            weak_max: codebook.gate.weak_max,
            hashtag_factor: codebook.stance.hashtag_factor,
            offtopic_min: codebook.gate.offtopic_min,
            patterns: patterns.compiled(),
            shares: codebook
                .terms
                .iter()
                .map(|term| share(term).unwrap_or_default())
                .collect(),
        }
    }

    /// Looks at the words of each text that are scored and at others' words, of which only the topic counts. `shown` tells whether
    /// sums make a text relevant.
    pub(super) fn glances(
        &self,
        texts: &[(&str, Sides)],
        segmenter: &Segmenter,
        shown: impl Fn(Sums) -> bool,
    ) -> Vec<Glance> {
        let mut glances = Vec::with_capacity(texts.len());
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.texts.resize_with(TOGETHER, Default::default);
            for texts in texts.chunks(TOGETHER) {
                let at_hand = &mut scratch.texts[..texts.len()];
                for ([scored, others], (raw, sides)) in at_hand.iter_mut().zip(texts) {
                    fold_chars(raw, sides.scored.clone(), &mut scored.chars);
                    fold_chars(raw, sides.others.clone(), &mut others.chars);
                }
                for stretch in at_hand.iter_mut().flatten() {
                    self.literals
                        .find_in(&stretch.chars, &mut scratch.starts, &mut stretch.found);
                }
                for text in at_hand {
                    glances.push(self.glance(text, &mut scratch.finds, &mut scratch.marks, segmenter, &shown));
                }
            }
            let capacities = scratch.texts.iter().flatten().map(|stretch| stretch.chars.capacity());
            if capacities.sum::<usize>() > KEPT {
                *scratch = Scratch::default();
            }
        });
        glances
    }

    fn glance(
        &self,
        [scored, others]: &[Stretch; 2],
        finds: &mut Finds,
        marks: &mut Vec<(Range<usize>, Mark)>,
        segmenter: &Segmenter,
        shown: impl Fn(Sums) -> bool,
    ) -> Glance {
        finds.terms.clear();
        marks.clear();
        let mut tally = Tally::default();
        let each = |at: Range<usize>, meaning| match meaning {
            Use::Sentiment(weight) => tally.word(at.start, at.end, weight),
            Use::Mark(mark) => marks.push((at, self.marks[mark as usize])),
            Use::Term(_) | Use::Set(_) => {}
        };
        self.look(&scored.found, finds, |_| true, each);
        let marked = finds.marked;
        let strong = |&term: &u32| self.shares[term as usize].sums.strong_topic > 0.0;
        let names_topic = finds.terms.iter().any(strong);
        if !others.found.is_empty() {
            self.look(&others.found, finds, |share| share.topic, |_, _| {});
        }
        let shown = shown(self.most(&mut finds.terms));
        let off_topic = match names_topic {
            false if shown && marked => None,
            false if shown => self.is_off_topic(&scored.chars, marks, segmenter),
            _ => Some(false),
        };
        Glance {
            may_be_relevant: shown && off_topic != Some(true),
            may_be_off_topic: off_topic.is_none(),
            sentiment: tally.counted(),
        }
    }

    /// Adds to the terms found those of a stretch that are wanted; `each` is told what matters each time it is found, and where
    /// it was.
    #[inline]
    fn look(
        &self,
        found: &[Found],
        finds: &mut Finds,
        wanted: impl Fn(Share) -> bool,
        mut each: impl FnMut(Range<usize>, Use),
    ) {
        let Finds {
            seen,
            held,
            terms,
            marked,
        } = finds;
        seen.clear();
        seen.resize(self.meanings.literals().div_ceil(64), 0);
        held.begin(&self.patterns);
        *marked = false;
        let wanted = |term: u32| wanted(self.shares[term as usize]);
        for found in found {
            let uses = self.meanings.of(found.literal);
            let mut is_new = false;
            if uses.first().is_some_and(Use::matters_once) {
                let (word, bit) = (&mut seen[found.literal as usize / 64], 1 << (found.literal % 64));
                is_new = *word & bit == 0;
                *word |= bit;
            }
            for meaning in uses {
                match *meaning {
                    Use::Term(term) if is_new && wanted(term) => terms.push(term),
                    Use::Set(set) if is_new => self.patterns.hold(set, held),
                    Use::Term(_) | Use::Set(_) => {}
                    meaning => each(found.start as usize..found.end as usize, meaning),
                }
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
    fn is_off_topic(&self, scored: &[char], marks: &mut [(Range<usize>, Mark)], segmenter: &Segmenter) -> Option<bool> {
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
