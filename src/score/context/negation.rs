use super::{Reason, Scene};
use crate::{codebook::Cue, score::span::Span};

/// The farthest, in characters, that a negator stands from what it negates (一百个不赞成; 没有任何一个…).
const REACH: usize = 8;
/// The farthest a post-negator stands behind (高兴不起来).
const REACH_BACK: usize = 2;
/// Bytes of the longest word that holds a negator and negates nothing.
const LONGEST_PSEUDO: usize = 60;

/// The negator whose scope the term lies in, if their number is odd (不是不支持 negates nothing). A negator that is one of
/// the term's own words (毫无戒备) does not negate it; one in the gap of a pattern (他们从来没有背叛) does.
pub(super) fn negated(scene: &Scene<'_>, span: Span, gaps: &[Span]) -> Option<Reason> {
    let mut negators = scene
        .cues_in(Cue::Negator, scene.clause_before(span), span)
        .filter(|negator| scene.within(negator.end, span.start, REACH))
        .chain(gaps.iter().flat_map(|&gap| {
            scene.cues_in(
                Cue::Negator,
                gap,
                Span {
                    start: gap.end,
                    end: gap.end,
                },
            )
        }))
        .filter(|&negator| !only_looks_negative(scene, negator) && !inside_attribute(scene, negator, span))
        .collect::<Vec<_>>();
    // 没有 holds 没: overlapping negators are one.
    negators.sort_by_key(|negator| (negator.start, usize::MAX - negator.end));
    negators.dedup_by(|next, kept| next.start < kept.end);
    if negators.len() % 2 == 1 {
        let rest = Span {
            start: span.end,
            end: scene.sentence_around(span).end,
        };
        let asserted = scene.cues_in(Cue::RhetoricalClose, rest, span).next().is_some();
        return negators.last().copied().filter(|_| !asserted);
    }
    scene
        .cues_in(Cue::PostNegator, scene.clause_behind(span), span)
        .find(|post| scene.within(span.end, post.start, REACH_BACK))
}

/// Whether a bare negator (不, 没) lies in an attribute of the term: 治不了的怪病 is a 怪病.
fn inside_attribute(scene: &Scene<'_>, negator: Span, term: Span) -> bool {
    let between = scene.text.get(negator.end..term.start).unwrap_or_default();
    scene.text[negator.start..negator.end].chars().count() == 1
        && between.chars().count() > 1
        && between.ends_with('的')
}

/// Whether the negator is part of a word that negates nothing: 不仅, 特别, 不得不.
fn only_looks_negative(scene: &Scene<'_>, negator: Span) -> bool {
    // No word of the list begins farther before the negator it holds.
    let near = Span {
        start: negator.start.saturating_sub(LONGEST_PSEUDO),
        end: negator.end,
    };
    scene
        .hits_in(Cue::PseudoNegator, near)
        .iter()
        .any(|hit| hit.contains(negator) && hit.len() > negator.len())
}
