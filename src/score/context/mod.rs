//! How a term stands in its post: asserted, negated, asked, quoted, ironic, supposed or conceded; how strongly it is said
//! (`intensity`); and whom blame meets (`blame`).
//!
//! Each question has its own small piece, which answers with the cue that decided; [`context_of`] asks those of the context
//! in a fixed order. The cue words are data (`lexicons/context/`), and so is what each context does to a piece of evidence.

mod blame;
mod concession;
mod condition;
mod debunk;
mod intensity;
mod irony;
mod negation;
mod question;
mod quotation;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{
    clauses::Clauses,
    matcher::CueHit,
    span::{Span, within},
};
use crate::{codebook::Cue, model::Context};

pub(super) use blame::{Blame, Whom, blames};
pub(super) use intensity::{Degree, degree};

/// One text with what was found in it, as the context pieces see it.
pub(super) struct Scene<'a> {
    pub(super) text: &'a str,
    pub(super) clauses: &'a Clauses,
    /// Cues of each kind that changes a context, in the order of the text.
    cues: BTreeMap<Cue, Vec<Span>>,
    /// Whether the text refutes something.
    refutes: bool,
}

/// A term, its polarity in the text as written.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) span: Span,
    /// What stands between the parts of a pattern.
    pub(super) gaps: &'a [Span],
    /// Whether the term by itself speaks in favour (true) or against (false); `None` for codes without a pole.
    pub(super) favourable: Option<bool>,
}

/// The cue that decided a context.
pub(super) type Reason = Span;

/// The context of a term and the cue that made it, if any.
pub(super) fn context_of(scene: &Scene<'_>, place: Place<'_>) -> (Context, Option<Reason>) {
    let span = place.span;
    let quotation = quotation::quoted(scene, place);
    if let Some(cue) = debunk::debunked(scene, place, quotation.is_some()) {
        return (Context::Debunked, Some(cue));
    }
    if let Some(cue) = quotation {
        return (Context::Quoted, Some(cue));
    }
    // A rule that forbids (法律规定基因不得公开) holds its negator as part of what it says.
    let gaps = if place.favourable.is_some() { place.gaps } else { &[] };
    let negation = negation::negated(scene, span, gaps);
    let question = question::asked(scene, place);
    match (negation, question) {
        // 难道不是…吗 asserts what it seems to deny.
        (Some(_), Some(_)) => return (Context::Plain, question.map(|asked| asked.cue)),
        (Some(cue), None) => return (Context::Negated, Some(cue)),
        (None, Some(asked)) if asked.rhetorical => return (Context::Rhetorical, Some(asked.cue)),
        (None, Some(asked)) => return (Context::Question, Some(asked.cue)),
        (None, None) => {}
    }
    if let Some(cue) = irony::ironic(scene, place) {
        return (Context::Irony, Some(cue));
    }
    if let Some(cue) = concession::conceded(scene, span) {
        return (Context::Conceded, Some(cue));
    }
    if let Some(cue) = condition::supposed(scene, span) {
        return (Context::Conditional, Some(cue));
    }
    (Context::Plain, None)
}

impl<'a> Scene<'a> {
    /// What the context pieces need to know of a text, from all its cues in the order of the text.
    pub(super) fn new(text: &'a str, clauses: &'a Clauses, cues: &[CueHit]) -> Self {
        let mut by_kind: BTreeMap<Cue, Vec<Span>> = BTreeMap::new();
        for hit in cues.iter().filter(|hit| !matches!(hit.cue, Cue::Mark(_))) {
            by_kind.entry(hit.cue).or_default().push(hit.span);
        }
        let refutes = by_kind.contains_key(&Cue::Debunk);
        let cues = by_kind;
        Scene {
            text,
            clauses,
            cues,
            refutes,
        }
    }

    /// Cues of one kind that begin in `within`.
    fn hits_in(&self, cue: Cue, within: Span) -> &[Span] {
        let cues = self.cues.get(&cue).map_or(&[][..], Vec::as_slice);
        let from = cues.partition_point(|hit| hit.start < within.start);
        let to = cues.partition_point(|hit| hit.start < within.end);
        cues.get(from..to).unwrap_or_default()
    }

    /// Cues of one kind that lie in `within` and do not touch `outside`: a term does not give itself a context.
    fn cues_in(&self, cue: Cue, within: Span, outside: Span) -> impl DoubleEndedIterator<Item = Span> {
        self.hits_in(cue, within)
            .iter()
            .copied()
            .filter(move |&hit| within.contains(hit))
            .filter(move |hit| hit.end <= outside.start || hit.start >= outside.end)
    }

    /// The groups of people named in `within`, each with the word that names it.
    fn named_in(&self, within: Span, outside: Span) -> impl Iterator<Item = (u8, Span)> {
        let groups = self.cues.keys().filter_map(|cue| match cue {
            Cue::Blamed(group) => Some(*group),
            _ => None,
        });
        groups.flat_map(move |group| {
            let named = self.cues_in(Cue::Blamed(group), within, outside);
            named.map(move |at| (group, at))
        })
    }

    /// What stands before `span` in its clause.
    fn clause_before(&self, span: Span) -> Span {
        let clause = self.clauses.clause_of(span);
        Span {
            start: clause.start,
            end: span.start,
        }
    }

    /// What stands behind `span` in its clause.
    fn clause_behind(&self, span: Span) -> Span {
        let clause = self.clauses.clause_of(span);
        Span {
            start: span.end,
            end: clause.end,
        }
    }

    /// What stands before `span` in its sentence.
    fn sentence_before(&self, span: Span) -> Span {
        Span {
            start: self.sentence_around(span).start,
            end: span.start,
        }
    }

    fn sentence_around(&self, span: Span) -> Span {
        self.clauses.sentence(self.clauses.sentence_of(span.start))
    }

    /// The sentences from `before` ones in front of that of `span` to `behind` ones after it.
    fn sentences_around(&self, span: Span, before: usize, behind: usize) -> Span {
        let here = self.clauses.sentence_of(span.start);
        let first = self.clauses.sentence(here.saturating_sub(before));
        let last = (here..=here + behind)
            .rev()
            .map(|number| self.clauses.sentence(number))
            .find(|last| last.end > 0);
        Span {
            start: first.start,
            end: last.map_or(first.end, |last| last.end),
        }
    }

    /// Whether at most `limit` characters (words of an alphabet) stand between two places.
    fn within(&self, from: usize, to: usize, limit: usize) -> bool {
        self.text
            .get(from..to)
            .is_some_and(|between| within(between.chars(), limit))
    }
}
