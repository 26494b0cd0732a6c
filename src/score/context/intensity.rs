use super::Scene;
use crate::{codebook::Cue, score::span::Span};

/// The farthest, in characters, that a word of degree stands before its term (太不要脸; 非常非常支持).
const REACH: usize = 3;
/// The farthest a word of degree stands behind (恶心得要命).
const REACH_BEHIND: usize = 1;
/// What an intensifier makes of the strength of a term.
const STRONGER: f64 = 1.5;
/// What a diminisher makes of it.
const WEAKER: f64 = 0.5;

/// A word of degree that belongs to a term.
#[derive(Debug, Clone, Copy)]
pub(in crate::score) struct Degree {
    pub(in crate::score) cue: Span,
    /// Whether the term is said more strongly, not less.
    stronger: bool,
}

impl Degree {
    /// Factor on the strength of the term.
    pub(in crate::score) fn factor(self) -> f64 {
        if self.stronger { STRONGER } else { WEAKER }
    }

    /// What the outputs call it.
    pub(in crate::score) fn name(self) -> &'static str {
        if self.stronger { "stronger" } else { "weaker" }
    }
}

/// The word of degree nearest to the term, in its own clause: one before it, else one behind.
pub(in crate::score) fn degree(scene: &Scene<'_>, span: Span) -> Option<Degree> {
    let before = [(Cue::Intensifier, true), (Cue::Diminisher, false)]
        .into_iter()
        .filter_map(|(cue, stronger)| {
            let cue = scene.cues_in(cue, scene.clause_before(span), span).next_back()?;
            let near = scene.within(cue.end, span.start, REACH);
            near.then_some(Degree { cue, stronger })
        });
    before
        .max_by_key(|degree| (degree.cue.end, degree.stronger))
        .or_else(|| {
            let mut behind = scene.cues_in(Cue::IntensifierBehind, scene.clause_behind(span), span);
            let cue = behind.find(|hit| scene.within(span.end, hit.start, REACH_BEHIND))?;
            Some(Degree { cue, stronger: true })
        })
}
