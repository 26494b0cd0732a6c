use super::{Place, Reason, Scene};
use crate::codebook::Cue;

/// The farthest, in characters, that a name for something (所谓) stands from it.
const REACH: usize = 10;

/// The quotation or attribution that makes the term somebody else's words.
pub(super) fn quoted(scene: &Scene<'_>, place: Place<'_>) -> Option<Reason> {
    let span = place.span;
    // A whole post between quotation marks quotes nobody.
    if let Some(quote) = scene
        .clauses
        .quote_around(span)
        .filter(|quote| quote.len() * 2 < scene.text.len())
    {
        return Some(quote);
    }
    scene
        .cues_in(Cue::Attribution, scene.clause_before(span), span)
        .next_back()
        .filter(|cue| scene.within(cue.end, span.start, REACH))
}
