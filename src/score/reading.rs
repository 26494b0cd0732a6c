//! From a stretch of raw text to its evidence, each piece weighed in its context.

use std::ops::Range;

use super::{
    Scorer,
    clauses::Clauses,
    context::{self, Place, Scene},
    decide::{self, Weighed},
    features::{self, Seen},
    matcher::Match,
    stance::Values,
};
use crate::{
    clean::Folded,
    codebook::Heading,
    model::{Context, Evidence, Polarity},
    segment::Boundaries,
};

/// What one stretch of a text says.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) weighed: Vec<Weighed>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) sentiment: Vec<f64>,
    pub(super) values: Values,
}

impl Scorer {
    /// Finds and weighs the evidence in one stretch of a raw text.
    ///
    /// Terms that `left_out` names, by their position in the codebook, count as not found.
    pub(super) fn read(
        &self,
        raw: &str,
        range: Range<usize>,
        scored: bool,
        left_out: &dyn Fn(usize) -> bool,
    ) -> Reading {
        let folded = Folded::new(raw, range);
        let text = folded.text();
        let clauses = Clauses::of(text);
        let mut found = self
            .matcher
            .find(text, &self.codebook.terms, |at| clauses.sentence_of(at));
        if !scored {
            // Others' words tell only what the post is about.
            found
                .matches
                .retain(|hit| self.codebook.terms[hit.term].heading == Heading::Topic);
        }
        found.matches.retain(|hit| !left_out(hit.term));
        let scene = Scene::new(text, &clauses, &found.cues);
        let mut reading = Reading::default();
        for hit in self.valid(text, found.matches) {
            let term = &self.codebook.terms[hit.term];
            let in_hashtag = clauses.in_hashtag(hit.span);
            let polarity = decide::polarity(&self.codebook, term.heading);
            let (context, reason) = match term.heading {
                Heading::Topic | Heading::OffTopic => (Context::Plain, None),
                _ => {
                    let favourable = (polarity != Polarity::None).then_some(polarity == Polarity::Positive);
                    context::context_of(
                        &scene,
                        Place {
                            span: hit.span,
                            gaps: &hit.gaps,
                            favourable,
                        },
                    )
                }
            };
            let factor = if in_hashtag && term.heading != Heading::Topic {
                self.codebook.stance.hashtag_factor
            } else {
                1.0
            };
            let piece = Weighed {
                heading: term.heading,
                term: hit.term,
                span: hit.span,
                strength: term.weight * factor,
                context,
                in_hashtag,
                scored,
            };
            let at = folded.raw_range(hit.span.start..hit.span.end);
            reading.evidence.push(Evidence {
                code: term.heading_name.clone(),
                term: term.text.clone(),
                start: at.start,
                end: at.end,
                context,
                weight: self.pull(&piece),
                rule: match reason {
                    Some(cue) => format!("{context}:{}", &text[cue.start..cue.end]).into(),
                    None => self.plain_rule.clone(),
                },
            });
            reading.weighed.push(piece);
        }
        if scored {
            reading.sentiment = found.sentiment.into_iter().map(|(_, weight)| weight).collect();
            let seen = Seen {
                text,
                clauses: &clauses,
                cues: &found.cues,
                weighed: &reading.weighed,
                sentiment: &reading.sentiment,
            };
            reading.values = Values {
                named: features::values(&self.codebook, &seen),
                grams: self.model.grams(text),
            };
        }
        reading
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
        let terms = &self.codebook.terms;
        let mut boundaries: Option<Boundaries> = None;
        let mut found: Vec<Match> = matches
            .into_iter()
            .filter(|hit| {
                terms[hit.term].inside || {
                    let words = boundaries.get_or_insert_with(|| self.segmenter.boundaries(text));
                    words.contains(hit.span.start) && words.contains(hit.span.end)
                }
            })
            .collect();
        found.sort_by(|a, b| {
            let (of_a, of_b) = (&terms[a.term], &terms[b.term]);
            (of_a.heading.cmp(&of_b.heading))
                .then(of_b.weight.total_cmp(&of_a.weight))
                .then(b.span.len().cmp(&a.span.len()))
                .then(a.span.cmp(&b.span))
                .then(a.term.cmp(&b.term))
        });
        let mut kept: Vec<Match> = Vec::with_capacity(found.len());
        let mut of_heading = 0;
        for hit in found {
            let heading = terms[hit.term].heading;
            if kept.last().is_some_and(|last| terms[last.term].heading != heading) {
                of_heading = kept.len();
            }
            if !kept[of_heading..].iter().any(|other| other.span.overlaps(hit.span)) {
                kept.push(hit);
            }
        }
        kept
    }
}
