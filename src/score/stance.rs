//! The decision: a linear model whose weights the codebook holds. Multinomial logistic for the stances, which stand against each
//! other; logistic for each code.

use std::sync::Arc;

use super::{features, grams::values};
use crate::{
    codebook::{Codebook, Outcome},
    grams::Grams,
    model::{CodeId, CodeSet, Stance},
};

/// What a text is decided from.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// Named features, in the order of [`features::names`].
    pub(super) named: Vec<f64>,
    /// Numbers of grams, with their values.
    pub(super) grams: Vec<(usize, f64)>,
}

impl Values {
    /// Positions and values of the named features that are not 0.
    fn present_named(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let named = self.named.iter().copied().enumerate();
        named.filter(|&(_, value)| value != 0.0)
    }
}

/// One feature of a text and what it adds to the log-odds of positive, negative, neutral and irrelevant.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Name of the feature (told in `score/features.rs`); of a gram `gram.` and its characters.
    pub feature: String,
    /// Its value in this text.
    pub value: f64,
    /// Value times weight, for each of [`Stance::BY_HAND`]; 0 for one the weights do not know.
    pub adds: [f64; 4],
}

/// What is decided for a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decided {
    /// The likeliest stance of a text on topic.
    pub(super) stance: Stance,
    /// Probabilities of [`Stance::ON_TOPIC`] for a text on topic; they add up to 1.
    pub(super) probabilities: [f64; 3],
    /// Whether it is likelier off topic than of that stance; `false` where the weights do not know.
    pub(super) off_topic: bool,
    /// Probability of each code, where the weights know codes.
    pub(super) codes: Option<Vec<(CodeId, f64)>>,
}

impl Decided {
    /// Probability of positive less that of negative.
    pub(super) fn score(&self) -> f64 {
        self.probabilities[0] - self.probabilities[1]
    }

    /// Probability of the stance decided.
    pub(super) fn confidence(&self) -> f64 {
        self.probabilities.into_iter().fold(0.0, f64::max)
    }
}

/// The model with its weights in the order of the features.
pub(super) struct Model {
    names: Vec<String>,
    outcomes: Vec<Outcome>,
    intercept: Vec<f64>,
    threshold: Vec<f64>,
    /// One row a named feature, one weight an outcome.
    weights: Vec<f64>,
    grams: Arc<Grams>,
}

impl Model {
    pub(super) fn new(codebook: &Codebook) -> Self {
        let names = features::names(codebook);
        let model = &codebook.weights;
        let zero = vec![0.0; model.outcomes.len()];
        let named = names.iter().flat_map(|name| model.named.get(name).unwrap_or(&zero));
        Model {
            weights: named.copied().collect(),
            outcomes: model.outcomes.clone(),
            intercept: model.intercept.clone(),
            threshold: model.threshold.clone(),
            grams: Arc::clone(&model.grams),
            names,
        }
    }

    /// The names of the named features.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The grams in a folded text.
    pub(super) fn grams(&self, text: &str) -> Vec<(usize, f64)> {
        values(&self.grams, |gram| self.grams.rarity(gram), text)
    }

    /// The weights of a named feature, one an outcome.
    fn named(&self, feature: usize) -> &[f64] {
        let width = self.outcomes.len();
        &self.weights[feature * width..(feature + 1) * width]
    }

    fn of(&self, row: &[f64], stance: Stance) -> Option<f64> {
        let at = self
            .outcomes
            .iter()
            .position(|&outcome| outcome == Outcome::Stance(stance))?;
        row.get(at).copied()
    }

    /// What one unit of a named feature adds to positive against negative.
    pub(super) fn pull(&self, feature: usize) -> f64 {
        let row = self.named(feature);
        let of = |stance| self.of(row, stance).unwrap_or(0.0);
        of(Stance::Positive) - of(Stance::Negative)
    }

    /// Stance and codes of a text with these feature values.
    pub(super) fn decide(&self, values: &Values) -> Decided {
        let mut odds = self.intercept.clone();
        for (feature, value) in values.present_named() {
            for (odds, weight) in odds.iter_mut().zip(self.named(feature)) {
                *odds += value * weight;
            }
        }
        for &(gram, value) in &values.grams {
            self.grams.add(gram, value, &mut odds);
        }
        let of_stance = |stance| self.of(&odds, stance).unwrap_or(0.0);
        let probabilities = softmax(Stance::ON_TOPIC.map(of_stance));
        // Of equally probable stances the later one, so that a model without weights says neutral.
        let likeliest = (0..3)
            .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
            .unwrap_or(2);
        let stance = Stance::ON_TOPIC[likeliest];
        let codes: Vec<(CodeId, f64)> = (self.outcomes.iter().zip(&odds))
            .filter_map(|(outcome, odds)| match outcome {
                Outcome::Code(code) => Some((*code, logistic(*odds))),
                Outcome::Stance(_) => None,
            })
            .collect();
        Decided {
            stance,
            probabilities,
            off_topic: self
                .of(&odds, Stance::Irrelevant)
                .is_some_and(|off_topic| off_topic > of_stance(stance)),
            codes: Some(codes).filter(|codes| !codes.is_empty()),
        }
    }

    /// The codes that are probable enough.
    pub(super) fn given(&self, chances: &[(CodeId, f64)]) -> CodeSet {
        let mut codes = CodeSet::default();
        let thresholds = self.outcomes.iter().zip(&self.threshold);
        for (outcome, threshold) in thresholds {
            let chance = chances.iter().find(|(code, _)| Outcome::Code(*code) == *outcome);
            if let Some((code, _)) = chance.filter(|(_, chance)| chance >= threshold) {
                codes.insert(*code);
            }
        }
        codes
    }

    /// What is not 0 in a text, what weighs most first.
    pub(super) fn contributions(&self, values: &Values) -> Vec<Contribution> {
        let contribution = |feature: String, weights: &[f64], value: f64| Contribution {
            feature,
            value,
            adds: Stance::BY_HAND.map(|stance| value * self.of(weights, stance).unwrap_or(0.0)),
        };
        let named = values
            .present_named()
            .map(|(at, value)| contribution(self.names[at].clone(), self.named(at), value));
        let grams = values.grams.iter().map(|&(gram, value)| {
            let weights: Vec<f64> = self.grams.weights(gram).collect();
            let text = self.grams.text(gram).unwrap_or_default();
            contribution(format!("gram.{text}"), &weights, value)
        });
        let mut all: Vec<Contribution> = named.chain(grams).collect();
        let size = |one: &Contribution| one.adds.iter().fold(0.0, |most: f64, adds| most.max(adds.abs()));
        all.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.feature.cmp(&b.feature)));
        all
    }
}

/// Probabilities from log-odds.
pub(super) fn softmax<const N: usize>(odds: [f64; N]) -> [f64; N] {
    let most = odds.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let powers = odds.map(|odds| (odds - most).exp());
    let total: f64 = powers.iter().sum();
    powers.map(|power| power / total)
}

/// The probability with these log-odds.
pub(super) fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::Weights;

    #[test]
    fn probabilities_follow_the_log_odds() {
        // Odds of 1 : 2 : 1.
        let [a, b, c] = softmax([0.0, 2f64.ln(), 0.0]);
        assert!((a - 0.25).abs() < 1e-12 && (b - 0.5).abs() < 1e-12 && (c - 0.25).abs() < 1e-12);
        // Large odds do not overflow.
        assert_eq!(softmax([1000.0, 0.0, 0.0]), [1.0, 0.0, 0.0]);
        assert!((logistic(3f64.ln()) - 0.75).abs() < 1e-12);
    }

    /// A model over two features of the cues, `negator` and `turn`.
    fn model(outcomes: &[Outcome], intercept: &[f64], weights: [&[f64]; 2]) -> Model {
        let mut codebook = Codebook::load("weibo-pangenome", None).unwrap();
        codebook.weights = Weights {
            outcomes: outcomes.to_vec(),
            intercept: intercept.to_vec(),
            threshold: vec![0.5; outcomes.len()],
            named: ["cue.negator", "cue.turn"]
                .into_iter()
                .zip(weights)
                .map(|(name, weights)| (name.to_owned(), weights.to_vec()))
                .collect(),
            ..Weights::default()
        };
        Model::new(&codebook)
    }

    fn values(model: &Model, negator: f64, turn: f64) -> Values {
        let of = |name: &String| match name.as_str() {
            "cue.negator" => negator,
            "cue.turn" => turn,
            _ => 0.0,
        };
        Values {
            named: model.names().iter().map(of).collect(),
            grams: Vec::new(),
        }
    }

    #[test]
    fn the_likeliest_stance_is_decided() {
        let stances = Stance::ON_TOPIC.map(Outcome::Stance);
        let model = model(&stances, &[0.0, 0.0, 0.5], [&[2.0, 0.0, 0.0], &[0.0, 3.0, 0.0]]);
        let stance = |negator, turn| model.decide(&values(&model, negator, turn)).stance;
        assert_eq!(stance(0.0, 0.0), Stance::Neutral);
        assert_eq!(stance(1.0, 0.0), Stance::Positive);
        assert_eq!(stance(1.0, 1.0), Stance::Negative);
        assert_eq!(model.decide(&values(&model, 1.0, 1.0)).codes, None);
    }

    #[test]
    fn off_topic_stands_against_the_likeliest_stance_and_codes_stand_alone() {
        let code = CodeId(1);
        let mut outcomes = Stance::BY_HAND.map(Outcome::Stance).to_vec();
        outcomes.push(Outcome::Code(code));
        let model = model(
            &outcomes,
            &[0.0, 1.0, 0.0, 0.0, -1.0],
            [&[0.0, 0.0, 0.0, 2.0, 0.0], &[0.0, 0.0, 0.0, 0.0, 2.0]],
        );
        let decide = |negator, turn| model.decide(&values(&model, negator, turn));
        assert!(!decide(0.0, 0.0).off_topic);
        assert!(decide(1.0, 0.0).off_topic);
        for (turn, given) in [(0.0, false), (1.0, true)] {
            let chances = decide(0.0, turn).codes.unwrap();
            assert_eq!(model.given(&chances).contains(code), given);
        }
    }

    #[test]
    fn the_heaviest_contribution_comes_first_and_zeros_are_none() {
        let stances = Stance::ON_TOPIC.map(Outcome::Stance);
        let model = model(&stances, &[0.0; 3], [&[1.0, 0.0, 0.0], &[0.0, -3.0, 0.0]]);
        let names = |negator, turn| -> Vec<String> {
            let contributions = model.contributions(&values(&model, negator, turn));
            contributions.into_iter().map(|one| one.feature).collect()
        };
        assert_eq!(names(2.0, 1.0), ["cue.turn", "cue.negator"]);
        assert_eq!(names(2.0, 0.0), ["cue.negator"]);
    }
}
