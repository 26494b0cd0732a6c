use super::{Place, Reason, Scene};
use crate::codebook::Cue;

/// The mark of irony that turns a favourable term round: in its own sentence or the one behind ([doge] closes what it
/// mocks); a hint (感谢, 大方) only beside another. Unfavourable terms mean what they say, ironic or not.
pub(super) fn ironic(scene: &Scene<'_>, place: Place<'_>) -> Option<Reason> {
    if place.favourable != Some(true) {
        return None;
    }
    // 按照热评的逻辑, Linux也是木马[摊手] mocks those who blame: what it praises it means.
    if scene.refutes {
        return None;
    }
    let here = scene.sentences_around(place.span, 0, 1);
    let near = |cue: Cue| scene.cues_in(cue, here, place.span);
    near(Cue::Irony).next().or_else(|| {
        let first = near(Cue::IronyHint).next()?;
        near(Cue::IronyHint).find(|second| {
            second.start >= first.end && scene.text[second.start..second.end] != scene.text[first.start..first.end]
        })
    })
}
