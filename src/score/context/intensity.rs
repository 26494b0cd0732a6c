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
    /// Factor on the strength of the term.
    pub(in crate::score) factor: f64,
    /// What the outputs call it.
    pub(in crate::score) name: &'static str,
}

/// The word of degree nearest to the term, in its own clause: one before it, else one behind.
pub(in crate::score) fn degree(scene: &Scene<'_>, span: Span) -> Option<Degree> {
    let clause = scene.clauses.clause_of(span);
    let before = Span {
        start: clause.start,
        end: span.start,
    };
    let last = |cue: Cue| {
        let near = scene.cues_in(cue, before, span).next_back();
        near.filter(|hit| scene.within(hit.end, span.start, REACH))
    };
    let stronger = |cue: Span| Degree {
        cue,
        factor: STRONGER,
        name: "stronger",
    };
    let weaker = |cue: Span| Degree {
        cue,
        factor: WEAKER,
        name: "weaker",
    };
    match (last(Cue::Intensifier), last(Cue::Diminisher)) {
        (Some(more), Some(less)) if less.end > more.end => Some(weaker(less)),
        (Some(more), _) => Some(stronger(more)),
        (None, Some(less)) => Some(weaker(less)),
        (None, None) => {
            let behind = Span {
                start: span.end,
                end: clause.end,
            };
            scene
                .cues_in(Cue::IntensifierBehind, behind, span)
                .find(|hit| scene.within(span.end, hit.start, REACH_BEHIND))
                .map(stronger)
        }
    }
}
