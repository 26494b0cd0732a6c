//! From evidence in context to relevance, codes and stance. Every constant is in the codebook.

use std::collections::BTreeMap;

use crate::{
    codebook::{Codebook, Heading},
    model::{CodeSet, Context, Evidence, Polarity, Sentiment, Stance, Verdict},
};

/// Sums of decimal weights such as 0.5 + 0.3 + 0.2 must reach 1.
const ROUNDING: f64 = 1e-9;

/// What it takes for a post to be about the scheme's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relevance {
    /// The post must show it.
    #[default]
    Shown,
    /// The corpus was collected by a search for the topic: a post is on topic unless it is marked as something else.
    Assumed,
}

/// A piece of evidence before it is written out: what it is evidence of, and its strength.
pub(super) struct Weighed {
    pub(super) heading: Heading,
    /// Position of the term in the codebook.
    pub(super) term: usize,
    /// Strength as the codebook has it, after the hashtag factor.
    pub(super) strength: f64,
    pub(super) context: Context,
    pub(super) in_hashtag: bool,
    /// Whether it stands in the words that are scored (not only in the chain).
    pub(super) scored: bool,
}

/// The sums the decision was made from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Topic weight, each term once.
    pub topic: f64,
    /// Off-topic weight, each term once.
    pub off_topic: f64,
    /// Weight of evidence in the scored words that hardly occurs outside the debate, whatever its context, each term once.
    pub specific: f64,
    /// The same for evidence that posts on other subjects hold too: benefits, bare attitude.
    pub general: f64,
    /// Evidence in favour after context, sentiment included.
    pub positive: f64,
    /// Evidence against after context, sentiment included.
    pub negative: f64,
}

impl Weighed {
    /// What this adds to the stance score: above 0 in favour, below 0 against.
    pub(super) fn contribution(&self, codebook: &Codebook) -> f64 {
        let effect = codebook.context.effect(self.context);
        match polarity(codebook, self.heading) {
            _ if !self.scored => 0.0,
            Polarity::Positive => self.strength * effect.positive,
            Polarity::Negative => -self.strength * effect.negative,
            Polarity::None => 0.0,
        }
    }
}

pub(super) fn polarity(codebook: &Codebook, heading: Heading) -> Polarity {
    match heading {
        Heading::Code(code) => codebook.entry(code).polarity,
        Heading::StancePositive => Polarity::Positive,
        Heading::StanceNegative => Polarity::Negative,
        Heading::Topic | Heading::OffTopic | Heading::Guard => Polarity::None,
    }
}

/// Sums of evidence and sentiment. A term counts once a post, at its strongest. `sentiment` holds the weights of the
/// general words found.
pub(super) fn sums(codebook: &Codebook, weighed: &[Weighed], sentiment: &[f64]) -> Sums {
    let mut sums = Sums::default();
    let mut strength: BTreeMap<usize, f64> = BTreeMap::new();
    let mut adds: BTreeMap<usize, f64> = BTreeMap::new();
    for piece in weighed {
        if piece.scored || piece.heading == Heading::Topic {
            let best = strength.entry(piece.term).or_default();
            *best = best.max(piece.strength);
        }
        let (best, new) = (adds.entry(piece.term).or_default(), piece.contribution(codebook));
        if new.abs() > best.abs() {
            *best = new;
        }
    }
    for (term, strength) in strength {
        match codebook.terms[term].heading {
            Heading::Topic => sums.topic += strength,
            Heading::OffTopic => sums.off_topic += strength,
            heading if codebook.is_specific(heading) => sums.specific += strength,
            _ => sums.general += strength,
        }
    }
    for adds in adds.into_values() {
        sums.positive += adds.max(0.0);
        sums.negative += (-adds).max(0.0);
    }
    let rule = codebook.stance;
    let of_sentiment = |side: f64| {
        let total: f64 = sentiment.iter().map(|weight| (weight * side).max(0.0)).sum();
        (total * rule.sentiment_weight).min(rule.sentiment_cap)
    };
    sums.positive += of_sentiment(1.0);
    sums.negative += of_sentiment(-1.0);
    sums
}

/// Codes whose evidence in the scored words reaches the code's threshold.
pub(super) fn codes(codebook: &Codebook, weighed: &[Weighed]) -> CodeSet {
    let mut strongest: BTreeMap<usize, f64> = BTreeMap::new();
    for piece in weighed
        .iter()
        .filter(|piece| piece.scored && codebook.context.effect(piece.context).code)
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

/// Whether the post is about the scheme's target.
fn relevant(codebook: &Codebook, weighed: &[Weighed], sums: Sums, relevance: Relevance) -> bool {
    let gate = codebook.gate;
    let general = if sums.topic > 0.0 {
        sums.general / gate.general_min
    } else {
        0.0
    };
    let shown = sums.topic / gate.topic_min + sums.specific / gate.evidence_min + general >= 1.0 - ROUNDING;
    if sums.off_topic < gate.offtopic_min {
        return shown || relevance == Relevance::Assumed;
    }
    // What carries marks of advertisement or fan talk must say more about the target in its own words than those weigh;
    // hashtags are borrowed.
    let own = |piece: &&Weighed| piece.scored && !piece.in_hashtag;
    let topic = weighed
        .iter()
        .filter(own)
        .filter(|piece| piece.heading == Heading::Topic);
    let topic = topic.map(|piece| piece.strength).fold(0.0, f64::max);
    let evidence: f64 = weighed
        .iter()
        .filter(own)
        .filter(|piece| !matches!(piece.heading, Heading::Topic | Heading::OffTopic))
        .map(|piece| piece.strength)
        .sum();
    shown && topic + evidence > sums.off_topic
}

/// The verdict on one text.
pub(super) fn verdict(
    codebook: &Codebook,
    weighed: &[Weighed],
    evidence: Vec<Evidence>,
    sentiment: Sentiment,
    sums: Sums,
    relevance: Relevance,
) -> Verdict {
    if !relevant(codebook, weighed, sums, relevance) {
        return Verdict {
            stance: Stance::Irrelevant,
            score: 0.0,
            sentiment,
            codes: CodeSet::default(),
            evidence,
        };
    }
    let rule = codebook.stance;
    let weight = sums.positive + sums.negative;
    let score = if weight > 0.0 {
        (sums.positive - sums.negative) / (weight + rule.smoothing)
    } else {
        0.0
    };
    let stance = if score >= rule.positive_from {
        Stance::Positive
    } else if score <= rule.negative_from {
        Stance::Negative
    } else {
        Stance::Neutral
    };
    Verdict {
        stance,
        score,
        sentiment,
        codes: codes(codebook, weighed),
        evidence,
    }
}
