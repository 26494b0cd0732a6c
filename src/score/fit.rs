//! Fits the weights of the stance model on the codebook's own examples, and tells how well they do on posts they were
//! not fitted on.
//!
//! Multinomial logistic regression with an L2 penalty on the weights (not on the intercept), by accelerated gradient
//! descent (Nesterov 1983) from zero: no chance is involved, the same examples give the same weights. Near-duplicates lie
//! in one fold, so that no post is predicted from its twin.

use std::collections::BTreeMap;

use super::{
    Scope, Scorer,
    folds::folds_of,
    stance::{present, softmax},
};
use crate::{codebook::StanceModel, model::Stance};

const ITERATIONS: usize = 500;
/// Size of the gradient below which the weights are final.
const CONVERGED: f64 = 1e-4;

/// A prediction for an example by a model that did not see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Line of examples.csv.
    pub line: usize,
    /// The stance it should have.
    pub stance: Stance,
    /// The stance predicted.
    pub guess: Stance,
    /// Probability of the stance predicted.
    pub confidence: f64,
}

/// A fitted model and how it does in cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The weights, fitted on all examples on topic.
    pub model: StanceModel,
    /// Out-of-fold predictions, one for each example on topic, in the order of examples.csv.
    pub guesses: Vec<Guess>,
}

impl Fitted {
    /// Share of guesses that are right.
    pub fn accuracy(&self) -> f64 {
        let right = self.guesses.iter().filter(|guess| guess.stance == guess.guess).count();
        right as f64 / self.guesses.len().max(1) as f64
    }

    /// Cohen's kappa (1960) between the examples and the guesses.
    pub fn kappa(&self) -> f64 {
        let n = self.guesses.len().max(1) as f64;
        let share = |of: &dyn Fn(&Guess) -> Stance, stance| {
            self.guesses.iter().filter(|guess| of(guess) == stance).count() as f64 / n
        };
        let chance: f64 = Stance::ON_TOPIC
            .into_iter()
            .map(|stance| share(&|guess| guess.stance, stance) * share(&|guess| guess.guess, stance))
            .sum();
        if chance < 1.0 {
            (self.accuracy() - chance) / (1.0 - chance)
        } else {
            1.0
        }
    }
}

/// One post to learn from.
struct Row {
    line: usize,
    /// Features that are not 0.
    values: Vec<(usize, f64)>,
    /// Position in [`Stance::ON_TOPIC`].
    stance: usize,
}

#[derive(Clone)]
struct Weights {
    intercept: [f64; 3],
    of: Vec<[f64; 3]>,
}

/// Fits the model of the scorer's codebook with penalty `l2` (above 0) and predicts each example from those of the other
/// `folds` (at least 2). `None` where the codebook has no examples of all three stances.
pub fn fit(scorer: &Scorer, l2: f64, folds: usize) -> Option<Fitted> {
    let examples: Vec<_> = scorer
        .codebook()
        .examples
        .iter()
        .filter(|one| one.stance != Stance::Irrelevant)
        .collect();
    let rows: Vec<Row> = examples
        .iter()
        .filter_map(|example| {
            let stance = Stance::ON_TOPIC.iter().position(|&stance| stance == example.stance)?;
            let values = present(&scorer.code(&example.text, Scope::Own).values).collect();
            Some(Row {
                line: example.line,
                values,
                stance,
            })
        })
        .collect();
    let size = scorer.model.names().len();
    if (0..3).any(|stance| !rows.iter().any(|row| row.stance == stance)) {
        return None;
    }
    let texts: Vec<&str> = examples.iter().map(|example| example.text.as_str()).collect();
    let fold = folds_of(&texts, folds.max(2));
    let mut guesses = Vec::new();
    for held_out in 0..folds.max(2) {
        let rest: Vec<&Row> = rows
            .iter()
            .zip(&fold)
            .filter(|(_, fold)| **fold != held_out)
            .map(|(row, _)| row)
            .collect();
        let weights = descend(&rest, size, l2);
        for (row, _) in rows.iter().zip(&fold).filter(|(_, fold)| **fold == held_out) {
            let probabilities = softmax(weights.odds(row));
            let likeliest = (0..3)
                .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
                .unwrap_or(2);
            guesses.push(Guess {
                line: row.line,
                stance: Stance::ON_TOPIC[row.stance],
                guess: Stance::ON_TOPIC[likeliest],
                confidence: probabilities[likeliest],
            });
        }
    }
    guesses.sort_by_key(|guess| guess.line);
    let all: Vec<&Row> = rows.iter().collect();
    let weights = descend(&all, size, l2);
    let model = StanceModel {
        intercept: weights.intercept,
        weights: by_name(scorer.model.names(), &weights.of),
    };
    Some(Fitted { model, guesses })
}

/// The weights by name, leaving out those that are 0 to three decimals.
fn by_name(names: &[String], weights: &[[f64; 3]]) -> BTreeMap<String, [f64; 3]> {
    let used = names
        .iter()
        .zip(weights)
        .filter(|(_, weights)| weights.iter().any(|weight| weight.abs() >= 0.0005));
    used.map(|(name, &weights)| (name.clone(), weights)).collect()
}

impl Weights {
    fn zero(features: usize) -> Self {
        Weights {
            intercept: [0.0; 3],
            of: vec![[0.0; 3]; features],
        }
    }

    fn odds(&self, row: &Row) -> [f64; 3] {
        let mut odds = self.intercept;
        for &(feature, value) in &row.values {
            for (odds, weight) in odds.iter_mut().zip(self.of[feature]) {
                *odds += value * weight;
            }
        }
        odds
    }

    /// Each weight by `f` of itself and its counterpart.
    fn with(&self, other: &Weights, f: impl Fn(f64, f64) -> f64) -> Weights {
        let join = |a: [f64; 3], b: [f64; 3]| std::array::from_fn(|class| f(a[class], b[class]));
        Weights {
            intercept: join(self.intercept, other.intercept),
            of: self.of.iter().zip(&other.of).map(|(&a, &b)| join(a, b)).collect(),
        }
    }

    fn largest(&self) -> f64 {
        self.of
            .iter()
            .flatten()
            .chain(&self.intercept)
            .fold(0.0, |most, weight| f64::max(most, weight.abs()))
    }
}

/// Minimises mean negative log-likelihood + l2 / 2 * sum of squared weights.
fn descend(rows: &[&Row], features: usize, l2: f64) -> Weights {
    let n = rows.len().max(1) as f64;
    let squares: f64 = rows
        .iter()
        .flat_map(|row| &row.values)
        .map(|(_, value)| value * value)
        .sum();
    // The mean squared length of a row, with 1 for the intercept, bounds twice the curvature of the loss.
    let step = 1.0 / (0.5 * (1.0 + squares / n) + l2);
    let mut weights = Weights::zero(features);
    let mut ahead = weights.clone();
    for turn in 0..ITERATIONS {
        let gradient = gradient(rows, &ahead, l2);
        if gradient.largest() < CONVERGED {
            break;
        }
        let next = ahead.with(&gradient, |weight, slope| weight - step * slope);
        let momentum = turn as f64 / (turn as f64 + 3.0);
        ahead = next.with(&weights, |new, old| new + momentum * (new - old));
        weights = next;
    }
    weights
}

fn gradient(rows: &[&Row], weights: &Weights, l2: f64) -> Weights {
    let n = rows.len().max(1) as f64;
    let mut gradient = Weights {
        intercept: [0.0; 3],
        of: weights.of.iter().map(|of| of.map(|weight| weight * l2)).collect(),
    };
    for row in rows {
        let mut off = softmax(weights.odds(row));
        off[row.stance] -= 1.0;
        for (slope, off) in gradient.intercept.iter_mut().zip(off) {
            *slope += off / n;
        }
        for &(feature, value) in &row.values {
            for (slope, off) in gradient.of[feature].iter_mut().zip(off) {
                *slope += off * value / n;
            }
        }
    }
    gradient
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(stance: usize, values: &[(usize, f64)]) -> Row {
        Row {
            line: 0,
            values: values.to_vec(),
            stance,
        }
    }

    #[test]
    fn without_features_the_intercept_gives_the_shares() {
        let rows = [row(0, &[]), row(1, &[]), row(1, &[]), row(2, &[])];
        let weights = descend(&rows.iter().collect::<Vec<_>>(), 0, 0.01);
        let shares = softmax(weights.intercept);
        for (share, wanted) in shares.into_iter().zip([0.25, 0.5, 0.25]) {
            assert!((share - wanted).abs() < 1e-3, "{share} for {wanted}");
        }
    }

    #[test]
    fn a_feature_of_one_stance_gets_its_weight_for_it() {
        let rows: Vec<Row> = (0..3)
            .flat_map(|stance| (0..4).map(move |_| row(stance, &[(stance, 1.0)])))
            .collect();
        let weights = descend(&rows.iter().collect::<Vec<_>>(), 3, 0.01);
        for stance in 0..3 {
            assert!(weights.of[stance][stance] > 1.0);
            assert!(weights.of[stance][(stance + 1) % 3] < 0.0);
        }
    }

    #[test]
    fn kappa_is_cohens() {
        // 20, 5, 10, 15 of 50: observed 0.7, by chance 0.5, kappa 0.4 (the worked example of Cohen's kappa on Wikipedia).
        let guess = |stance, guess| Guess {
            line: 0,
            stance,
            guess,
            confidence: 1.0,
        };
        let (yes, no) = (Stance::Positive, Stance::Negative);
        let mut guesses = vec![guess(yes, yes); 20];
        guesses.extend(vec![guess(yes, no); 5]);
        guesses.extend(vec![guess(no, yes); 10]);
        guesses.extend(vec![guess(no, no); 15]);
        let fitted = Fitted {
            model: StanceModel::default(),
            guesses,
        };
        assert!((fitted.kappa() - 0.4).abs() < 1e-12);
    }
}
