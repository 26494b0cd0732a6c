//! From evidence in context to relevance and codes. Every constant is in the codebook.

use std::collections::BTreeMap;

use super::span::Span;
use crate::{
    codebook::{Codebook, Heading},
    model::{CodeSet, Context, Polarity, Stance},
};

/// Sums of decimal weights such as 0.5 + 0.3 + 0.2 must reach 1.
pub(super) const ROUNDING: f64 = 1e-9;

/// What it takes for a post to be about the scheme's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relevance {
    /// The post must show it.
    #[default]
    Shown,
    /// The corpus was collected by a search for the topic: a post is on topic unless it is marked as something else, or reads
    /// like the scheme's off-topic examples.
    Assumed,
}

/// A piece of evidence before it is written out: what it is evidence of, and its strength.
pub(super) struct Weighed {
    pub(super) heading: Heading,
    /// Position of the term in the codebook.
    pub(super) term: usize,
    /// Where it stands in the folded text.
    pub(super) span: Span,
    /// Strength as the codebook has it, after the hashtag factor.
    pub(super) strength: f64,
    pub(super) context: Context,
    pub(super) in_hashtag: bool,
    /// Whether it stands in the words that are scored (not only in the chain).
    pub(super) scored: bool,
}

/// The sums that decide whether a post is about the target.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Topic weight, each term once, weak terms together at most the gate's `weak_max`.
    pub topic: f64,
    /// Off-topic weight, each term once.
    pub off_topic: f64,
    /// The part of `topic` that comes from terms which are not weak.
    pub strong_topic: f64,
    /// Weight of evidence in the scored words that hardly occurs outside the debate, whatever its context, each term once.
    pub specific: f64,
    /// The same for evidence that posts on other subjects hold too: benefits, bare attitude.
    pub general: f64,
}

pub(super) fn polarity(codebook: &Codebook, heading: Heading) -> Polarity {
    match heading {
        Heading::Code(code) => codebook.entry(code).polarity,
        Heading::StancePositive => Polarity::Positive,
        Heading::StanceNegative => Polarity::Negative,
        Heading::Topic | Heading::OffTopic | Heading::Guard => Polarity::None,
    }
}

/// Sums of evidence. A term counts once a post, at its strongest.
pub(super) fn sums(codebook: &Codebook, weighed: &[Weighed]) -> Sums {
    let mut sums = Sums::default();
    let mut strength: BTreeMap<usize, f64> = BTreeMap::new();
    for piece in weighed
        .iter()
        .filter(|piece| piece.scored || piece.heading == Heading::Topic)
    {
        let best = strength.entry(piece.term).or_default();
        *best = best.max(piece.strength);
    }
    let mut weak = 0.0;
    for (term, strength) in strength {
        match codebook.terms[term].heading {
            Heading::Topic if codebook.terms[term].weight < codebook.gate.weak_below => weak += strength,
            Heading::Topic => sums.strong_topic += strength,
            Heading::OffTopic => sums.off_topic += strength,
            heading if codebook.is_specific(heading) => sums.specific += strength,
            _ => sums.general += strength,
        }
    }
    sums.topic = sums.strong_topic + f64::min(weak, codebook.gate.weak_max);
    sums
}

/// Codes whose evidence in the scored words reaches the code's threshold.
pub(super) fn codes(codebook: &Codebook, weighed: &[Weighed]) -> CodeSet {
    let mut strongest: BTreeMap<usize, f64> = BTreeMap::new();
    for piece in weighed
        .iter()
        .filter(|piece| piece.scored && codebook.context.gives_code(piece.context))
    {
        let best = strongest.entry(piece.term).or_default();
        *best = best.max(piece.strength);
    }
    let mut totals = vec![0.0; codebook.entries().len()];
    for (term, strength) in strongest {
        if let Heading::Code(code) = codebook.terms[term].heading {
            totals[usize::from(code.0)] += strength;
        }
    }
    let mut codes = CodeSet::default();
    for ((code, entry), total) in (0..).zip(codebook.entries()).zip(totals) {
        if total >= entry.threshold - ROUNDING {
            codes.insert(crate::model::CodeId(code));
        }
    }
    codes
}

/// The codes without those of another side than the stance.
pub(super) fn one_sided(codebook: &Codebook, codes: CodeSet, stance: Stance) -> CodeSet {
    let mut kept = CodeSet::default();
    for code in codes.iter() {
        let side = match codebook.entry(code).polarity {
            Polarity::Positive => Some(Stance::Positive),
            Polarity::Negative => Some(Stance::Negative),
            Polarity::None => None,
        };
        if side.is_none_or(|side| side == stance) {
            kept.insert(code);
        }
    }
    kept
}

/// Whether topic and evidence show that the post is about the target. More of either never makes it less so.
pub(super) fn shown(codebook: &Codebook, sums: Sums) -> bool {
    let gate = codebook.gate;
    let general = if sums.strong_topic > 0.0 {
        sums.general / gate.general_min
    } else {
        0.0
    };
    let specific = sums.specific
        / if sums.topic > 0.0 {
            gate.evidence_min
        } else {
            gate.evidence_alone
        };
    sums.topic / gate.topic_min + specific + general >= 1.0 - ROUNDING
}

/// Whether the post is about the scheme's target.
pub(super) fn relevant(codebook: &Codebook, weighed: &[Weighed], sums: Sums, relevance: Relevance) -> bool {
    let gate = codebook.gate;
    let shown = shown(codebook, sums);
    if sums.off_topic < gate.offtopic_min {
        return shown || relevance == Relevance::Assumed;
    }
    // What carries marks of another subject must name this one in its own words and say more about it than those weigh;
    // hashtags are borrowed.
    let own = |piece: &&Weighed| piece.scored && !piece.in_hashtag;
    let topic = weighed
        .iter()
        .filter(own)
        .filter(|piece| piece.heading == Heading::Topic);
    let topic = topic
        .map(|piece| piece.strength)
        .filter(|&strength| strength >= gate.weak_below)
        .fold(0.0, f64::max);
    let evidence: f64 = weighed
        .iter()
        .filter(own)
        .filter(|piece| !matches!(piece.heading, Heading::Topic | Heading::OffTopic))
        .map(|piece| piece.strength)
        .sum();
    shown && topic > 0.0 && topic + evidence > sums.off_topic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_stance_and_those_of_no_side_stay() {
        let codebook = Codebook::load("weibo-pangenome", None).unwrap();
        let code = |id| codebook.code(id).unwrap();
        let mut codes = CodeSet::default();
        for id in ["POS.SHARE", "RISK.NATSEC", "LAW.MISUND"] {
            codes.insert(code(id));
        }
        let kept = |stance| one_sided(&codebook, codes, stance).iter().collect::<Vec<_>>();
        assert_eq!(kept(Stance::Negative), [code("RISK.NATSEC"), code("LAW.MISUND")]);
        assert_eq!(kept(Stance::Positive), [code("POS.SHARE"), code("LAW.MISUND")]);
        assert_eq!(kept(Stance::Neutral), [code("LAW.MISUND")]);
    }
}
