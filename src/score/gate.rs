//! Which texts need not be read to know that they are irrelevant.
//!
//! Most posts of a corpus on other subjects hold nothing that a post of the topic holds. One walk over a text finds the
//! literals that could make it relevant, and the words of the general sentiment list; whatever stands between those literals and
//! around them, all together bound what reading the text would find. In the few texts where that is enough, marks of another
//! subject are looked for. Several texts take each step together, as the code of a step stays near the processor no longer
//! than that.

mod net;

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use super::{
    Sides,
    decide::{ROUNDING, Sums},
    matcher::Matcher,
    patterns,
};
use crate::{
    both::both,
    clean::{HASHTAG, fold_chars},
    codebook::{Codebook, Heading, Term},
    model::Sentiment,
    segment::{Segmenter, is_han},
};
use net::{Finds, Net, Stretch};

/// Tells what a text holds at most.
pub(super) struct Gate {
    /// Topic and specific evidence, without which no text is relevant, and the sentiment list.
    evidence: Net,
    /// Marks of another subject.
    marks: Net,
    /// By the number of the term.
    shares: Vec<Share>,
    /// What weak topic terms add together at most.
    weak_max: f64,
    /// What a mark within a hashtag is multiplied by.
    hashtag_factor: f64,
    /// How much marks of another subject weigh at least.
    offtopic_min: f64,
}

/// What a term adds to the sums at most.
#[derive(Clone, Copy, Default)]
struct Share {
    /// Whether it may stand inside words.
    inside: bool,
    weight: f64,
    /// In `topic` stands what a weak topic term adds.
    sums: Sums,
}

/// A literal that marks a text as being about something else, and its characters in the text.
struct Mark {
    at: Range<usize>,
    term: u32,
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
    /// The texts at hand.
    texts: Vec<Text>,
    room: Room,
}

/// Room for what is found in one text.
#[derive(Default)]
struct Room {
    finds: Finds,
    /// Marks of another subject in the words that are scored, by their characters.
    marks: Vec<Mark>,
}

/// The words of a text that are scored, and others'.
#[derive(Default)]
struct Text {
    sides: Sides,
    scored: Stretch,
    others: Stretch,
    /// That of the words that are scored.
    sentiment: Sentiment,
}

/// So many texts are looked at together: few enough for what is found in them to stay near the processor.
const TOGETHER: usize = 32;

/// So many texts tell what is rare in all of them.
const LEARNED_FROM: usize = 256;

/// Room kept for the characters of the texts at hand: 2 MB.
const KEPT: usize = 1 << 19;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Gate {
    /// For texts such as these, which tell what is rare in them: what they were collected by stands in most of them, and what the dictionary
    /// has seldom need not be rare.
    pub(super) fn new(codebook: &Codebook, segmenter: &Segmenter, matcher: &Matcher, texts: &[&str]) -> Self {
        let frequencies = matcher.frequencies(codebook, &texts[..texts.len().min(LEARNED_FROM)]);
        let frequency = |part: &[String]| {
            let in_texts = frequencies.get(part).copied().unwrap_or(0);
            (in_texts, patterns::frequency(segmenter, part))
        };
        let marks = |term: &Term| (term.heading == Heading::OffTopic).then_some(0.0);
        let shows = |term: &Term| {
            let sums = Share::of(codebook, term).sums;
            // Nothing of the topic is worth less than a look.
            let adds = if sums.topic + sums.strong_topic > 0.0 {
                f64::INFINITY
            } else {
                sums.specific
            };
            (sums != Sums::default()).then_some(adds as f32)
        };
        let (evidence, marks) = both(
            || Net::new(codebook, frequency, shows, true),
            || Net::new(codebook, frequency, marks, false),
        );
        Gate {
            evidence,
            marks,
            weak_max: codebook.gate.weak_max,
            hashtag_factor: codebook.stance.hashtag_factor,
            offtopic_min: codebook.gate.offtopic_min,
            shares: codebook.terms.iter().map(|term| Share::of(codebook, term)).collect(),
        }
    }

    /// Looks at the words of each text that are scored and at others' words, of which only the topic counts. `sides_of` tells which those
    /// are, `shown` whether sums make a text relevant.
    pub(super) fn glances(
        &self,
        texts: &[&str],
        sides_of: impl Fn(&str) -> Sides,
        segmenter: &Segmenter,
        shown: impl Fn(Sums) -> bool,
    ) -> Vec<(Sides, Option<Glance>)> {
        let mut glances = Vec::with_capacity(texts.len());
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch {
                texts: room_of_texts,
                room,
            } = &mut *scratch;
            room_of_texts.resize_with(TOGETHER, Default::default);
            for texts in texts.chunks(TOGETHER) {
                let at_hand = &mut room_of_texts[..texts.len()];
                for (text, raw) in at_hand.iter_mut().zip(texts) {
                    text.sides = sides_of(raw);
                }
                for (text, raw) in at_hand.iter_mut().zip(texts) {
                    fold_chars(raw, text.sides.scored.clone(), &mut text.scored.chars);
                    fold_chars(raw, text.sides.others.clone(), &mut text.others.chars);
                }
                for text in at_hand.iter_mut() {
                    text.sentiment = self.evidence.find(&mut text.scored);
                    self.evidence.find(&mut text.others);
                }
                for text in at_hand {
                    let glance = self.glance(text, room, segmenter, &shown);
                    glances.push((text.sides.clone(), Some(glance)));
                }
            }
            let capacity = |text: &Text| text.scored.chars.room() + text.others.chars.room();
            if room_of_texts.iter().map(capacity).sum::<usize>() > KEPT {
                *scratch = Scratch::default();
            }
        });
        glances
    }

    fn glance(&self, text: &mut Text, room: &mut Room, segmenter: &Segmenter, shown: impl Fn(Sums) -> bool) -> Glance {
        let Text {
            scored,
            others,
            sentiment,
            ..
        } = text;
        let glance = |may_be_relevant, off_topic: Option<bool>| Glance {
            may_be_relevant: may_be_relevant && off_topic != Some(true),
            may_be_off_topic: off_topic.is_none(),
            sentiment: *sentiment,
        };
        let Room { finds, marks } = room;
        let share = |term: u32| &self.shares[term as usize];
        finds.terms.clear();
        // Where nothing names the topic; a little more, as sums are rounded.
        let may_add = |most: f32| {
            let specific = f64::from(most) * 1.001;
            let most = Sums {
                specific,
                ..Sums::default()
            };
            !others.found.is_empty() || shown(most)
        };
        self.evidence.look(scored, finds, may_add, |_| true);
        // In others' words only the topic counts.
        let is_topic = |term| share(term).sums.specific == 0.0;
        self.evidence.look(others, finds, |_| true, is_topic);
        // Beside a strong topic term general evidence counts, too.
        let may_show = |most: Sums| most.strong_topic > 0.0 || shown(most);
        if !may_show(self.most(&mut finds.terms)) {
            return glance(false, Some(false));
        }
        // Few of the patterns of a long text are more than words that stand somewhere in it.
        let in_others = !others.found.is_empty();
        self.evidence
            .retain_standing(scored, finds, |term| in_others && is_topic(term));
        let most = self.most(&mut finds.terms);
        if !may_show(most) {
            return glance(false, Some(false));
        }
        // What names the topic is not off topic for its marks.
        if most.strong_topic > 0.0 {
            return glance(true, Some(false));
        }
        self.marks.find(scored);
        finds.terms.clear();
        marks.clear();
        self.marks.look(scored, finds, |_| true, |_| true);
        self.marks
            .each_of_one_part(scored, |term, at| marks.push(Mark { at, term }));
        let is_pattern = |&term: &u32| marks.iter().all(|mark| mark.term != term);
        let off_topic = if finds.terms.iter().any(is_pattern) {
            None
        } else {
            self.is_off_topic(&scored.chars, marks, segmenter)
        };
        glance(true, off_topic)
    }

    /// Whether the words that are scored, which name no topic, are marked as being about something else, as
    /// [`Scorer::is_off_topic`](super::Scorer) tells; `None` where only that can.
    fn is_off_topic(&self, scored: &[char], marks: &mut [Mark], segmenter: &Segmenter) -> Option<bool> {
        // Words of an alphabet are left to the reading.
        let has_han = |mark: &Mark| scored[mark.at.clone()].iter().copied().any(is_han);
        if !marks.iter().all(has_han) {
            return None;
        }
        let share = |mark: &Mark| &self.shares[mark.term as usize];
        let bytes = |mark: &Mark| scored[mark.at.clone()].iter().map(|c| c.len_utf8()).sum::<usize>();
        marks.sort_unstable_by(|a, b| {
            (share(b).weight.total_cmp(&share(a).weight))
                .then_with(|| bytes(b).cmp(&bytes(a)))
                .then((a.at.start, a.at.end, a.term).cmp(&(b.at.start, b.at.end, b.term)))
        });
        let hashtags = hashtags(scored);
        let mut kept: Vec<(Range<usize>, u32, f64)> = Vec::new();
        let mut sum = 0.0;
        for mark in marks {
            let at = &mark.at;
            let share = share(mark);
            let overlaps = |(other, ..): &(Range<usize>, u32, f64)| other.start < at.end && at.start < other.end;
            if kept.iter().any(overlaps) || !(share.inside || segmenter.is_whole(scored, at.clone())) {
                continue;
            }
            let tagged = hashtags
                .iter()
                .any(|hashtag| hashtag.start <= at.start && at.end <= hashtag.end);
            let strength = share.weight * if tagged { self.hashtag_factor } else { 1.0 };
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

impl Share {
    fn of(codebook: &Codebook, term: &Term) -> Share {
        let most = term.weight * f64::max(1.0, codebook.stance.hashtag_factor);
        let mut sums = Sums::default();
        match term.heading {
            Heading::Guard | Heading::OffTopic => {}
            Heading::Topic if term.weight < codebook.gate.weak_below => sums.topic = most,
            Heading::Topic => sums.strong_topic = most,
            heading if codebook.is_specific(heading) => sums.specific = most,
            _ => {}
        }
        Share {
            inside: term.inside,
            weight: term.weight,
            sums,
        }
    }
}
