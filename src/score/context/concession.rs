use super::{Reason, Scene};
use crate::{codebook::Cue, score::span::Span};

/// The concession (虽然, 我承认) before the term, where a turn (但是) follows behind it in the same sentence or opens the
/// next.
pub(super) fn conceded(scene: &Scene<'_>, span: Span) -> Option<Reason> {
    let number = scene.clauses.sentence_of(span.start);
    let sentence = scene.clauses.sentence(number);
    let before = scene.sentence_before(span);
    let concession = scene.cues_in(Cue::Concession, before, span).next_back()?;
    let behind = Span {
        start: span.end,
        end: scene.clauses.sentence(number + 1).end.max(sentence.end),
    };
    scene.cues_in(Cue::Turn, behind, span).next().map(|_| concession)
}
