//! From a stretch of raw text to its evidence, each piece weighed in its context.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    ops::{Bound, Range},
    sync::Arc,
};

use super::{
    Blamed, Scorer,
    clauses::Clauses,
    context::{self, Blame, Degree, Place, Scene, Whom},
    decide::{self, ROUNDING, Weighed},
    features::{self, Seen},
    matcher::{CueHit, Hits, Match},
    span::Span,
    stance::Values,
};
use crate::{
    clean::Folded,
    codebook::{Heading, Term},
    model::{Context, Evidence, Polarity, Sentiment},
    segment::{Boundaries, Segmenter},
};

/// One stretch of a text as far as it has been read: only what is asked for is looked at.
pub(super) struct Reading<'a> {
    folded: Folded<'a>,
    hits: Hits<'a>,
    clauses: OnceCell<Clauses>,
    cues: OnceCell<Vec<CueHit>>,
    matches: Vec<Match>,
    /// Why each match counts as it does.
    reasons: Vec<Reasons>,
}

/// Why a piece of evidence counts as it does.
#[derive(Clone, Copy, Default)]
struct Reasons {
    /// The cue that decided its context.
    context: Option<Span>,
    degree: Option<Degree>,
}

impl Reading<'_> {
    /// The author's own blame in it.
    pub(super) fn blames(&self) -> Vec<Blame> {
        context::blames(&Scene::new(self.folded.text(), self.clauses(), self.cues()))
    }

    /// What was found in it.
    pub(super) fn hits(&self) -> &Hits<'_> {
        &self.hits
    }

    fn clauses(&self) -> &Clauses {
        self.clauses.get_or_init(|| Clauses::of(self.folded.text()))
    }

    fn cues(&self) -> &[CueHit] {
        self.cues.get_or_init(|| self.hits.cues())
    }
}

impl Scorer {
    /// Finds the literals in one stretch of a raw text.
    pub(super) fn scan<'a>(&'a self, raw: &'a str, range: Range<usize>) -> Reading<'a> {
        let folded = Folded::new(raw, range);
        let hits = self.matcher.scan(folded.text());
        Reading {
            folded,
            hits,
            clauses: OnceCell::new(),
            cues: OnceCell::new(),
            matches: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// Finds the terms in a stretch, also those that will not count, but for those that `left_out` names. Others' words
    /// (`scored` false) tell only what the post is about.
    pub(super) fn find(
        &self,
        reading: &mut Reading<'_>,
        scored: bool,
        left_out: &dyn Fn(usize) -> bool,
    ) -> Vec<Weighed> {
        self.find_of(reading, |heading| scored || heading == Heading::Topic, left_out);
        self.weigh(reading, scored)
    }

    /// Finds the terms of some headings.
    fn find_of(&self, reading: &mut Reading<'_>, wanted: impl Fn(Heading) -> bool, left_out: &dyn Fn(usize) -> bool) {
        let sentence_of = |at: usize| reading.clauses().sentence_of(at);
        let text = reading.folded.text();
        let mut matches = reading.hits.terms(text, &self.codebook.terms, wanted, sentence_of);
        matches.retain(|hit| !left_out(hit.term));
        reading.matches = matches;
    }

    /// Whether a stretch that names no topic is marked as being about something else. Most such stretches hold marks that
    /// suffice by themselves, so no more of the text is cut into words than the heaviest of them take.
    pub(super) fn is_off_topic(&self, reading: &mut Reading<'_>, left_out: &dyn Fn(usize) -> bool) -> bool {
        self.find_of(reading, |heading| heading == Heading::OffTopic, left_out);
        let least = self.codebook.gate.offtopic_min;
        let matches = self.in_precedence(std::mem::take(&mut reading.matches));
        let mut sifter = Sifter::new(self, reading.folded.text());
        let mut kept: Vec<Match> = Vec::new();
        let mut sum = 0.0;
        for hit in matches {
            if !sifter.keeps(&hit) {
                continue;
            }
            let strength = self.strength(&hit, reading.clauses().in_hashtag(hit.span));
            if kept.iter().all(|before| before.term != hit.term) {
                sum += strength;
            }
            // What comes yet can only add. Several that hardly reach the threshold are summed in their own order, below.
            if strength >= least || sum > least + ROUNDING {
                return true;
            }
            kept.push(hit);
        }
        reading.matches = kept;
        decide::sums(&self.codebook, &self.weigh(reading, true)).off_topic >= least
    }

    /// Leaves of the terms found those that count, all as if asserted: [`Scorer::weigh_in_context`] comes after.
    pub(super) fn sift(&self, reading: &mut Reading<'_>, scored: bool) -> Vec<Weighed> {
        let matches = std::mem::take(&mut reading.matches);
        reading.matches = self.valid(reading.folded.text(), matches);
        reading.reasons = vec![Reasons::default(); reading.matches.len()];
        self.weigh(reading, scored)
    }

    fn weigh(&self, reading: &Reading<'_>, scored: bool) -> Vec<Weighed> {
        let piece = |hit: &Match| {
            let term = &self.codebook.terms[hit.term];
            let in_hashtag = reading.clauses().in_hashtag(hit.span);
            Weighed {
                heading: term.heading,
                term: hit.term,
                span: hit.span,
                strength: self.strength(hit, in_hashtag),
                context: Context::Plain,
                in_hashtag,
                scored,
            }
        };
        reading.matches.iter().map(piece).collect()
    }

    /// How strong a match is evidence of its heading.
    fn strength(&self, hit: &Match, in_hashtag: bool) -> f64 {
        let term = &self.codebook.terms[hit.term];
        let factor = if in_hashtag && term.heading != Heading::Topic {
            self.codebook.stance.hashtag_factor
        } else {
            1.0
        };
        term.weight * factor
    }

    /// Puts each piece of evidence of a stretch into its context, and makes it as strong as it is said.
    pub(super) fn weigh_in_context(&self, reading: &mut Reading<'_>, weighed: &mut [Weighed]) {
        if weighed.is_empty() {
            return;
        }
        let scene = Scene::new(reading.folded.text(), reading.clauses(), reading.cues());
        let mut reasons = Vec::with_capacity(weighed.len());
        for (piece, hit) in weighed.iter_mut().zip(&reading.matches) {
            let polarity = decide::polarity(&self.codebook, piece.heading);
            if matches!(piece.heading, Heading::Topic | Heading::OffTopic) {
                reasons.push(Reasons::default());
                continue;
            }
            let favourable = (polarity != Polarity::None).then_some(polarity == Polarity::Positive);
            let place = Place {
                span: hit.span,
                gaps: &hit.gaps,
                favourable,
            };
            let (context, cue) = context::context_of(&scene, place);
            let degree = context::degree(&scene, hit.span);
            piece.context = context;
            piece.strength *= degree.map_or(1.0, Degree::factor);
            reasons.push(Reasons { context: cue, degree });
        }
        reading.reasons = reasons;
    }

    /// The evidence as the outputs have it.
    pub(super) fn evidence<'w>(
        &'w self,
        reading: &'w Reading<'_>,
        weighed: &'w [Weighed],
    ) -> impl Iterator<Item = Evidence> + 'w {
        let text = reading.folded.text();
        weighed.iter().zip(&reading.reasons).map(move |(piece, reasons)| {
            let term = &self.codebook.terms[piece.term];
            let at = reading.folded.raw_range(piece.span.start..piece.span.end);
            Evidence {
                code: term.heading_name.clone(),
                term: term.text.clone(),
                start: at.start,
                end: at.end,
                context: piece.context,
                weight: self.pull(piece),
                rule: self.rule(piece.context, reasons, text),
            }
        })
    }

    fn rule(&self, context: Context, reasons: &Reasons, text: &str) -> Arc<str> {
        let context = (reasons.context).map(|cue| format!("{context}:{}", &text[cue.start..cue.end]));
        let degree =
            (reasons.degree).map(|degree| format!("{}:{}", degree.name(), &text[degree.cue.start..degree.cue.end]));
        match (context, degree) {
            (None, None) => self.plain_rule.clone(),
            (Some(one), None) | (None, Some(one)) => one.into(),
            (Some(context), Some(degree)) => format!("{context} {degree}").into(),
        }
    }

    /// Blame as `explain` tells it, in bytes of the raw text.
    pub(super) fn blamed(&self, reading: &Reading<'_>, blames: &[Blame]) -> Vec<Blamed> {
        let raw = |span: Span| reading.folded.raw_range(span.start..span.end);
        let rules = &self.codebook.context;
        let told = blames.iter().map(|blame| Blamed {
            word: raw(blame.word),
            whom: Whom::names(rules)
                .nth(blame.whom.place(rules))
                .unwrap_or_default()
                .to_owned(),
            named: blame.named.map(raw),
        });
        told.collect()
    }

    /// The feature values of the words scored.
    pub(super) fn values(
        &self,
        reading: &Reading<'_>,
        weighed: &[Weighed],
        blames: &[Blame],
        sentiment: Sentiment,
    ) -> Values {
        let seen = Seen {
            text: reading.folded.text(),
            clauses: reading.clauses(),
            cues: reading.cues(),
            blames,
            weighed,
            sentiment,
        };
        Values {
            named: features::values(&self.codebook, &seen),
            grams: self.model.grams(seen.text),
        }
    }

    /// What a piece of evidence by itself adds to the log-odds of positive against negative.
    fn pull(&self, piece: &Weighed) -> f64 {
        let polarity = decide::polarity(&self.codebook, piece.heading);
        let feature = features::of_evidence(piece.heading, polarity, piece.context).filter(|_| piece.scored);
        feature.map_or(0.0, |feature| piece.strength * self.model.pull(feature))
    }

    /// The matches that count: ends on word boundaries where the term asks for it, and of overlapping matches of one
    /// heading the heaviest, of equally heavy ones the longest.
    fn valid(&self, text: &str, matches: Vec<Match>) -> Vec<Match> {
        let mut sifter = Sifter::new(self, text);
        let mut matches = self.in_precedence(matches);
        matches.retain(|hit| sifter.keeps(hit));
        matches
    }

    /// Matches in the order in which they displace each other, heading by heading.
    fn in_precedence(&self, mut matches: Vec<Match>) -> Vec<Match> {
        let terms = &self.codebook.terms;
        matches.sort_by(|a, b| {
            let (of_a, of_b) = (&terms[a.term], &terms[b.term]);
            (of_a.heading.cmp(&of_b.heading))
                .then(of_b.weight.total_cmp(&of_a.weight))
                .then(b.span.len().cmp(&a.span.len()))
                .then(a.span.cmp(&b.span))
                .then(a.term.cmp(&b.term))
        });
        matches
    }
}

/// Tells which matches of a text count. They come in the order of [`Scorer::in_precedence`]; the text is cut into words only
/// around those that are asked about.
struct Sifter<'a> {
    terms: &'a [Term],
    segmenter: &'a Segmenter,
    text: &'a str,
    boundaries: Option<Boundaries<'a>>,
    heading: Option<Heading>,
    /// Start and end of what is kept of the heading; no two of them overlap.
    taken: BTreeMap<usize, usize>,
}

impl<'a> Sifter<'a> {
    fn new(scorer: &'a Scorer, text: &'a str) -> Self {
        Sifter {
            terms: &scorer.codebook.terms,
            segmenter: &scorer.segmenter,
            text,
            boundaries: None,
            heading: None,
            taken: BTreeMap::new(),
        }
    }

    fn keeps(&mut self, hit: &Match) -> bool {
        let term = &self.terms[hit.term];
        if self.heading.replace(term.heading) != Some(term.heading) {
            self.taken.clear();
        }
        let before = (self.taken)
            .range((Bound::Unbounded, Bound::Excluded(hit.span.end)))
            .next_back();
        if before.is_some_and(|(_, &end)| end > hit.span.start) || !(term.inside || self.is_whole(hit.span)) {
            return false;
        }
        self.taken.insert(hit.span.start, hit.span.end);
        true
    }

    /// Whether a stretch begins and ends where words do.
    fn is_whole(&mut self, span: Span) -> bool {
        let boundaries = (self.boundaries).get_or_insert_with(|| self.segmenter.boundaries(self.text));
        boundaries.contains(span.start) && boundaries.contains(span.end)
    }
}
