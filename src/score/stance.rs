//! The stance of a text on topic: a multinomial logistic model whose weights the codebook holds.

use super::features;
use crate::{codebook::Codebook, model::Stance};

/// One feature of a text and what it adds to the log-odds of positive, negative and neutral.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Name of the feature (told in `score/features.rs`).
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
        let weights = names
            .iter()
            .map(|name| model.weights.get(name).copied().unwrap_or_default())
            .collect();
        Model {
            intercept: model.intercept,
            weights,
            names,
        }
    }

    /// The names of the features.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// What one unit of a feature adds to positive against negative.
    pub(super) fn pull(&self, feature: usize) -> f64 {
        self.weights
            .get(feature)
            .map_or(0.0, |[positive, negative, _]| positive - negative)
    }

    /// The stance of a text with these feature values.
    pub(super) fn decide(&self, values: &[f64]) -> Decided {
        let mut odds = self.intercept;
        for (at, value) in present(values) {
            for (odds, weight) in odds.iter_mut().zip(self.weights[at]) {
                *odds += value * weight;
            }
        }
        let probabilities = softmax(odds);
        // Of equally probable stances the later one, so that a model without weights says neutral.
        let likeliest = (0..3)
            .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
            .unwrap_or(2);
        Decided {
            stance: Stance::ON_TOPIC[likeliest],
            probabilities,
        }
    }

    /// What is not 0 in a text, what weighs most first.
    pub(super) fn contributions(&self, values: &[f64]) -> Vec<Contribution> {
        let mut all: Vec<Contribution> = present(values)
            .map(|(at, value)| Contribution {
                feature: self.names[at].clone(),
                value,
                adds: self.weights[at].map(|weight| value * weight),
            })
            .collect();
        let size = |one: &Contribution| one.adds.iter().fold(0.0, |most: f64, adds| most.max(adds.abs()));
        all.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.feature.cmp(&b.feature)));
        all
    }
}

/// Positions and values of the features that are not 0.
pub(super) fn present(values: &[f64]) -> impl Iterator<Item = (usize, f64)> + '_ {
    values.iter().copied().enumerate().filter(|&(_, value)| value != 0.0)
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

    fn model(intercept: [f64; 3], weights: &[[f64; 3]]) -> Model {
        Model {
            names: ["one", "two"].map(str::to_owned).into(),
            intercept,
            weights: weights.to_vec(),
        }
    }

    #[test]
    fn the_likeliest_stance_is_decided() {
        let model = model([0.0, 0.0, 0.5], &[[2.0, 0.0, 0.0], [0.0, 3.0, 0.0]]);
        assert_eq!(model.decide(&[0.0, 0.0]).stance, Stance::Neutral);
        assert_eq!(model.decide(&[1.0, 0.0]).stance, Stance::Positive);
        assert_eq!(model.decide(&[1.0, 1.0]).stance, Stance::Negative);
    }

    #[test]
    fn the_heaviest_contribution_comes_first_and_zeros_are_none() {
        let model = model([0.0; 3], &[[1.0, 0.0, 0.0], [0.0, -3.0, 0.0]]);
        let names = |values: &[f64]| -> Vec<String> {
            model.contributions(values).into_iter().map(|one| one.feature).collect()
        };
        assert_eq!(names(&[2.0, 1.0]), ["two", "one"]);
        assert_eq!(names(&[2.0, 0.0]), ["one"]);
    }
}
