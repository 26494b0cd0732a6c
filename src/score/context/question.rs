use super::{Place, Reason, Scene};
use crate::codebook::Cue;

/// A question a term lies in.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) cue: Reason,
    /// Whether it asks nothing and denies what it names (难道…, 怎么可能…).
    pub(super) rhetorical: bool,
}

/// The question the term lies in. A bare question mark makes none: 凭什么送给外国? presupposes what it names. Blame in
/// the form of a question (一点防备都没有吗?) is blame; unfavourable terms are left open only by those who ask for help
/// (请问 …).
pub(super) fn asked(scene: &Scene<'_>, place: Place<'_>) -> Option<Asked> {
    let span = place.span;
    let before = scene.sentence_before(span);
    // 难道没有一点安全意识? asks nothing: what it seems to deny is what it says.
    if let Some(cue) = scene.cues_in(Cue::Rhetorical, before, span).next_back() {
        return Some(Asked { cue, rhetorical: true });
    }
    // 凭什么送给外国? blames the giving; 凭什么共享? has nothing good to say of sharing.
    if let Some(cue) = scene.cues_in(Cue::Reproach, before, span).next_back() {
        return (place.favourable == Some(true)).then_some(Asked { cue, rhetorical: true });
    }
    let near = scene.sentences_around(span, 1, 0);
    if let Some(cue) = scene.cues_in(Cue::Question, near, span).next_back() {
        return Some(Asked { cue, rhetorical: false });
    }
    if place.favourable == Some(false) {
        return None;
    }
    scene
        .cues_in(Cue::QuestionClose, scene.clause_behind(span), span)
        .next()
        .map(|cue| Asked { cue, rhetorical: false })
}
