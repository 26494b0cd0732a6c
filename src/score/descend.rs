//! Penalised logistic regression: multinomial, or one yes / no regression an outcome.
//!
//! Accelerated gradient descent (Nesterov 1983) from zero: no chance is involved, the same rows give the same weights.

use super::stance::logistic;

const ITERATIONS: usize = 500;
/// Size of the gradient below which the weights are final.
const CONVERGED: f64 = 1e-4;

/// How log-odds become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The outcomes stand against each other.
    Softmax,
    /// Each outcome stands alone.
    Logistic,
}

/// One post to learn from.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Features that are not 0.
    pub(super) values: Vec<(usize, f64)>,
    /// For each outcome 1 where it is so, else 0.
    pub(super) outcomes: Vec<f64>,
}

/// Weights by feature and outcome, the intercept apart.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    link: Link,
    outcomes: usize,
    pub(super) intercept: Vec<f64>,
    /// One row a feature.
    pub(super) of: Vec<f64>,
}

impl Fit {
    fn zero(link: Link, features: usize, outcomes: usize) -> Self {
        Fit {
            link,
            outcomes,
            intercept: vec![0.0; outcomes],
            of: vec![0.0; features * outcomes],
        }
    }

    pub(super) fn row(&self, feature: usize) -> &[f64] {
        &self.of[feature * self.outcomes..(feature + 1) * self.outcomes]
    }

    /// Probability of each outcome of a post with these features.
    pub(super) fn probabilities(&self, values: &[(usize, f64)]) -> Vec<f64> {
        let mut odds = self.intercept.clone();
        for &(feature, value) in values {
            for (odds, weight) in odds.iter_mut().zip(self.row(feature)) {
                *odds += value * weight;
            }
        }
        match self.link {
            Link::Logistic => odds.into_iter().map(logistic).collect(),
            Link::Softmax => {
                let most = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let powers: Vec<f64> = odds.iter().map(|odds| (odds - most).exp()).collect();
                let total: f64 = powers.iter().sum();
                powers.into_iter().map(|power| power / total).collect()
            }
        }
    }

    /// Each weight by `f` of itself and its counterpart.
    fn with(&self, other: &Fit, f: impl Fn(f64, f64) -> f64) -> Fit {
        let join = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(&a, &b)| f(a, b)).collect();
        Fit {
            intercept: join(&self.intercept, &other.intercept),
            of: join(&self.of, &other.of),
            ..*self
        }
    }

    fn largest(&self) -> f64 {
        let all = self.of.iter().chain(&self.intercept);
        all.fold(0.0, |most, weight| f64::max(most, weight.abs()))
    }

    /// The gradient of mean negative log-likelihood + l2 / 2 * sum of squared weights.
    fn gradient(&self, rows: &[&Row], l2: f64) -> Fit {
        let n = rows.len().max(1) as f64;
        let mut gradient = Fit {
            intercept: vec![0.0; self.outcomes],
            of: self.of.iter().map(|weight| weight * l2).collect(),
            ..*self
        };
        for row in rows {
            let mut off = self.probabilities(&row.values);
            for (off, outcome) in off.iter_mut().zip(&row.outcomes) {
                *off = (*off - outcome) / n;
            }
            for (slope, off) in gradient.intercept.iter_mut().zip(&off) {
                *slope += off;
            }
            for &(feature, value) in &row.values {
                let slopes = &mut gradient.of[feature * self.outcomes..(feature + 1) * self.outcomes];
                for (slope, off) in slopes.iter_mut().zip(&off) {
                    *slope += off * value;
                }
            }
        }
        gradient
    }
}

/// Minimises mean negative log-likelihood + l2 / 2 * sum of squared weights (the intercept is not penalised).
pub(super) fn descend(link: Link, rows: &[&Row], features: usize, outcomes: usize, l2: f64) -> Fit {
    let squares: f64 = rows
        .iter()
        .flat_map(|row| &row.values)
        .map(|(_, value)| value * value)
        .sum();
    // The mean squared length of a row, with 1 for the intercept, bounds twice the curvature of the loss.
    let step = 1.0 / (0.5 * (1.0 + squares / rows.len().max(1) as f64) + l2);
    let mut weights = Fit::zero(link, features, outcomes);
    let mut ahead = weights.clone();
    for turn in 0..ITERATIONS {
        let gradient = ahead.gradient(rows, l2);
        if gradient.largest() < CONVERGED {
            return ahead;
        }
        let next = ahead.with(&gradient, |weight, slope| weight - step * slope);
        let momentum = turn as f64 / (turn as f64 + 3.0);
        ahead = next.with(&weights, |new, old| new + momentum * (new - old));
        weights = next;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outcomes: &[f64], values: &[(usize, f64)]) -> Row {
        Row {
            values: values.to_vec(),
            outcomes: outcomes.to_vec(),
        }
    }

    fn fit(link: Link, rows: &[Row], features: usize, outcomes: usize) -> Fit {
        descend(link, &rows.iter().collect::<Vec<_>>(), features, outcomes, 0.01)
    }

    #[test]
    fn without_features_the_intercept_gives_the_shares() {
        let rows = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|one| row(&one, &[]));
        for link in [Link::Softmax, Link::Logistic] {
            let shares = fit(link, &rows, 0, 3).probabilities(&[]);
            for (share, wanted) in shares.into_iter().zip([0.25, 0.5, 0.25]) {
                assert!((share - wanted).abs() < 1e-3, "{share} for {wanted}");
            }
        }
    }

    #[test]
    fn a_feature_of_one_outcome_gets_its_weight_for_it() {
        let one_hot = |at: usize| [0, 1, 2].map(|other| f64::from(u8::from(other == at)));
        let rows: Vec<Row> = (0..3)
            .flat_map(|at| (0..4).map(move |_| row(&one_hot(at), &[(at, 1.0)])))
            .collect();
        for link in [Link::Softmax, Link::Logistic] {
            let fit = fit(link, &rows, 3, 3);
            for at in 0..3 {
                assert!(fit.row(at)[at] > 0.9);
                assert!(fit.row(at)[(at + 1) % 3] < 0.0);
            }
        }
    }
}
