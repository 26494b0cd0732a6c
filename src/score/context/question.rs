use super::{Place, Reason, Scene};
use crate::{codebook::Cue, score::span::Span};

/// A question a term lies in.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) cue: Reason,
    /// Whether it asks nothing and denies what it names (难道…, 怎么可能…).
    pub(super) rhetorical: bool,
}

/// The question the term lies in. A bare question mark makes none: 凭什么送给外国? presupposes what it names; only yes-no
/// questions (…吗, 是不是…) and those that ask for help (请问 …) leave it open.
pub(super) fn asked(scene: &Scene<'_>, place: Place<'_>) -> Option<Asked> {
    let span = place.span;
    let sentence = scene.sentence_around(span);
    let before = Span {
        start: sentence.start,
        end: span.start,
    };
    if let Some(cue) = scene.cues_in(Cue::Rhetorical, before, span).next_back() {
        return Some(Asked { cue, rhetorical: true });
    }
    // 凭什么送给外国? blames the giving; 凭什么共享? has nothing good to say of sharing.
    if let Some(cue) = scene.cues_in(Cue::Reproach, before, span).next_back() {
        return (place.favourable == Some(true)).then_some(Asked { cue, rhetorical: true });
    }
    if let Some(cue) = scene.cues_in(Cue::Question, before, span).next_back() {
        return Some(Asked { cue, rhetorical: false });
    }
    let clause = scene.clauses.clause_of(span);
    let behind = Span {
        start: span.end,
        end: clause.end,
    };
    scene
        .cues_in(Cue::QuestionClose, behind, span)
        .next()
        .map(|cue| Asked { cue, rhetorical: false })
}
