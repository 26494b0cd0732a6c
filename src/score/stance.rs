//! The stance of a text on topic: a multinomial logistic model whose weights the codebook holds.

use super::features::{self, Values};
use crate::{
    codebook::{Codebook, StanceModel},
    model::Stance,
};

/// One feature of a text and what it adds to the log-odds of positive, negative and neutral.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Name of the feature; what it means is told in `score/features.rs`.
    pub feature: String,
    /// Its value in this text.
    pub value: f64,
    /// Value times weight, for each of [`Stance::ON_TOPIC`].
    pub adds: [f64; 3],
}

/// The stance decided for a text on topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decided {
    pub(super) stance: Stance,
    /// Probabilities of [`Stance::ON_TOPIC`]; they add up to 1.
    pub(super) probabilities: [f64; 3],
}

impl Decided {
    /// Probability of positive less that of negative.
    pub(super) fn score(self) -> f64 {
        self.probabilities[0] - self.probabilities[1]
    }

    /// Probability of the stance decided.
    pub(super) fn confidence(self) -> f64 {
        self.probabilities.into_iter().fold(0.0, f64::max)
    }
}

/// The model with its weights in the order of the features.
pub(super) struct Model {
    names: Vec<String>,
    intercept: [f64; 3],
    weights: Vec<[f64; 3]>,
}

impl Model {
    pub(super) fn new(codebook: &Codebook) -> Self {
        let names = features::names(codebook);
        let model = &codebook.stance_model;
        let weights = names.iter().map(|name| model.weights.get(name).copied().unwrap_or_default()).collect();
        Model { intercept: model.intercept, weights, names }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// What one unit of a feature adds to positive against negative.
    pub(super) fn pull(&self, feature: usize) -> f64 {
        self.weights.get(feature).map_or(0.0, |[positive, negative, _]| positive - negative)
    }

    pub(super) fn decide(&self, values: &Values) -> Decided {
        let mut odds = self.intercept;
        for (value, weights) in values.iter().zip(&self.weights).filter(|(value, _)| **value != 0.0) {
            for (odds, weight) in odds.iter_mut().zip(weights) {
                *odds += value * weight;
            }
        }
        let probabilities = softmax(odds);
        // Of equally probable stances the later one, so that a model without weights says neutral.
        let likeliest = (0..3).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b])).unwrap_or(2);
        Decided { stance: Stance::ON_TOPIC[likeliest], probabilities }
    }

    /// The features that are not 0 in a text, those that weigh most first.
    pub(super) fn contributions(&self, values: &Values) -> Vec<Contribution> {
        let mut all: Vec<Contribution> = (self.names.iter().zip(values).zip(&self.weights))
            .filter(|((_, value), _)| **value != 0.0)
            .map(|((name, &value), weights)| Contribution {
                feature: name.clone(),
                value,
                adds: weights.map(|weight| value * weight),
            })
            .collect();
        let size = |one: &Contribution| one.adds.iter().fold(0.0, |most: f64, adds| most.max(adds.abs()));
        all.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.feature.cmp(&b.feature)));
        all
    }
}

/// The model's weights by name, leaving out those that are 0.
pub(super) fn by_name(names: &[String], intercept: [f64; 3], weights: &[[f64; 3]]) -> StanceModel {
    let used = names.iter().zip(weights).filter(|(_, weights)| weights.iter().any(|weight| weight.abs() >= 0.0005));
    StanceModel { intercept, weights: used.map(|(name, &weights)| (name.clone(), weights)).collect() }
}

/// Probabilities from log-odds.
pub(super) fn softmax(odds: [f64; 3]) -> [f64; 3] {
    let most = odds.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let powers = odds.map(|odds| (odds - most).exp());
    let total: f64 = powers.iter().sum();
    powers.map(|power| power / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_follow_the_log_odds() {
        // Odds of 1 : 2 : 1.
        let [a, b, c] = softmax([0.0, 2f64.ln(), 0.0]);
        assert!((a - 0.25).abs() < 1e-12 && (b - 0.5).abs() < 1e-12 && (c - 0.25).abs() < 1e-12);
        // Large odds do not overflow.
        assert_eq!(softmax([1000.0, 0.0, 0.0]), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn the_likeliest_stance_is_decided() {
        let model = Model {
            names: vec!["one".into(), "two".into()],
            intercept: [0.0, 0.0, 0.5],
            weights: vec![[2.0, 0.0, 0.0], [0.0, 3.0, 0.0]],
        };
        assert_eq!(model.decide(&vec![0.0, 0.0]).stance, Stance::Neutral);
        assert_eq!(model.decide(&vec![1.0, 0.0]).stance, Stance::Positive);
        assert_eq!(model.decide(&vec![1.0, 1.0]).stance, Stance::Negative);
    }

    #[test]
    fn the_heaviest_contribution_comes_first() {
        let model = Model {
            names: vec!["one".into(), "two".into(), "three".into()],
            intercept: [0.0; 3],
            weights: vec![[1.0, 0.0, 0.0], [0.0, -3.0, 0.0], [9.0, 0.0, 0.0]],
        };
        let named: Vec<String> = model.contributions(&vec![2.0, 1.0, 0.0]).into_iter().map(|one| one.feature).collect();
        assert_eq!(named, ["two", "one"]);
    }
}
