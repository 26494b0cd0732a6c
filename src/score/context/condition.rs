use super::{Reason, Scene};
use crate::{codebook::Cue, score::span::Span};

/// The condition (如果, 万一) before the term in its sentence.
pub(super) fn supposed(scene: &Scene<'_>, span: Span) -> Option<Reason> {
    let sentence = scene.sentence_around(span);
    scene
        .cues_in(
            Cue::Conditional,
            Span {
                start: sentence.start,
                end: span.start,
            },
            span,
        )
        .next_back()
}
