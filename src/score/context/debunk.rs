use super::{Place, Reason, Scene, negation};
use crate::{codebook::Cue, score::span::Span};

/// The debunk frame (谣言, 不实, 误读) that declares an unfavourable term false: in its own sentence or one beside it; for
/// quoted words a hint (其实, 真相) is enough. A frame that is itself negated or quoted (我不是阴谋论, 别说什么“谣言”)
/// debunks nothing.
pub(super) fn debunked(scene: &Scene<'_>, place: Place<'_>, quoted: bool) -> Option<Reason> {
    if place.favourable == Some(true) {
        return None;
    }
    let near = scene.sentences_around(place.span, 1, 1);
    let hints = if quoted {
        scene.hits_in(Cue::DebunkHint, near)
    } else {
        &[]
    };
    let stands = |span: &Span| {
        (span.end <= place.span.start || span.start >= place.span.end)
            && scene.clauses.quote_around(*span).is_none()
            && negation::negated(scene, *span, &[]).is_none()
    };
    let frames = scene.hits_in(Cue::Debunk, near).iter().copied().find(stands);
    let hints = hints.iter().copied().find(stands);
    // The first in the text, the frame before the hint where they stand together.
    [frames, hints].into_iter().flatten().min()
}
