use super::{Reason, Scene};
use crate::{codebook::Cue, score::span::Span};

/// The condition (如果, 万一) before the term in its sentence.
pub(super) fn supposed(scene: &Scene<'_>, span: Span) -> Option<Reason> {
    scene
        .cues_in(Cue::Conditional, scene.sentence_before(span), span)
        .next_back()
}
