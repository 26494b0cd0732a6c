use super::{Place, Reason, Scene};
use crate::codebook::Cue;

/// The mark of irony that turns a favourable term round: in its own sentence or the one behind ([doge] closes what it
/// mocks). Unfavourable terms mean what they say, ironic or not.
pub(super) fn ironic(scene: &Scene<'_>, place: Place) -> Option<Reason> {
    if place.favourable != Some(true) {
        return None;
    }
    let here = scene.clauses.sentence_of(place.span.start);
    scene
        .cues
        .iter()
        .filter(|hit| hit.cue == Cue::Irony)
        .map(|hit| hit.span)
        .filter(|span| span.end <= place.span.start || span.start >= place.span.end)
        .find(|span| (here..=here + 1).contains(&scene.clauses.sentence_of(span.start)))
}
