use super::{Place, Reason, Scene, negation};
use crate::codebook::Cue;

/// The debunk frame (谣言, 不实, 误读) that declares an unfavourable term false: in its own sentence or one beside it; for
/// quoted words a hint (其实, 真相) is enough. A frame that is itself negated or quoted (我不是阴谋论, 别说什么“谣言”)
/// debunks nothing.
pub(super) fn debunked(scene: &Scene<'_>, place: Place<'_>, quoted: bool) -> Option<Reason> {
    if place.favourable == Some(true) {
        return None;
    }
    scene
        .hits_in(scene.sentences_around(place.span, 1, 1))
        .iter()
        .filter(|hit| hit.cue == Cue::Debunk || (quoted && hit.cue == Cue::DebunkHint))
        .filter(|hit| {
            scene.clauses.quote_around(hit.span).is_none() && negation::negated(scene, hit.span, &[]).is_none()
        })
        .map(|hit| hit.span)
        .find(|span| span.end <= place.span.start || span.start >= place.span.end)
}
