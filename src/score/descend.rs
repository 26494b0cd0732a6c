//! Penalised logistic regression: multinomial, or one yes / no regression an outcome.
//!
//! Limited-memory BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5) from zero: no chance is involved, the same rows
//! give the same weights.

use std::collections::VecDeque;

use super::stance::logistic;

const ITERATIONS: usize = 200;
/// Steps whose curvature is remembered.
const MEMORY: usize = 10;
/// Size of the gradient below which the weights are final.
const CONVERGED: f64 = 1e-4;
/// The share of the fall that the slope promises which a step must bring (the condition of Armijo).
const ENOUGH: f64 = 1e-4;
/// A step is halved so often at most.
const HALVINGS: usize = 30;

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

/// Weights by feature and outcome, one row a feature, that of the intercept last.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    link: Link,
    outcomes: usize,
    weights: Vec<f64>,
}

impl Fit {
    pub(super) fn row(&self, feature: usize) -> &[f64] {
        &self.weights[feature * self.outcomes..(feature + 1) * self.outcomes]
    }

    pub(super) fn intercept(&self) -> &[f64] {
        &self.weights[self.weights.len() - self.outcomes..]
    }

    /// Probability of each outcome of a post with these features.
    pub(super) fn probabilities(&self, values: &[(usize, f64)]) -> Vec<f64> {
        let mut odds = self.intercept().to_vec();
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

    /// Mean negative log-likelihood + l2 / 2 * sum of squared weights (the intercept is not penalised), and its gradient.
    fn loss(&self, rows: &[&Row], l2: f64) -> (f64, Vec<f64>) {
        let n = rows.len().max(1) as f64;
        let intercept = self.weights.len() - self.outcomes;
        let mut gradient: Vec<f64> = self.weights.iter().map(|weight| weight * l2).collect();
        gradient[intercept..].fill(0.0);
        let squares: f64 = self.weights[..intercept].iter().map(|weight| weight * weight).sum();
        let mut loss = l2 / 2.0 * squares;
        for row in rows {
            let mut off = self.probabilities(&row.values);
            for (off, &outcome) in off.iter_mut().zip(&row.outcomes) {
                let likely = match self.link {
                    Link::Softmax => outcome * surely(*off).ln(),
                    Link::Logistic => outcome * surely(*off).ln() + (1.0 - outcome) * surely(1.0 - *off).ln(),
                };
                loss -= likely / n;
                *off = (*off - outcome) / n;
            }
            let features = row.values.iter().copied().chain([(intercept / self.outcomes, 1.0)]);
            for (feature, value) in features {
                let slopes = &mut gradient[feature * self.outcomes..(feature + 1) * self.outcomes];
                for (slope, off) in slopes.iter_mut().zip(&off) {
                    *slope += off * value;
                }
            }
        }
        (loss, gradient)
    }
}

/// A probability whose logarithm is finite.
fn surely(probability: f64) -> f64 {
    probability.max(f64::MIN_POSITIVE)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

/// A step taken and what the gradient changed by.
struct Step {
    moved: Vec<f64>,
    bent: Vec<f64>,
}

/// Where to go from a place with this gradient: downhill, the shorter the more steeply the ground rose before.
fn direction(gradient: &[f64], steps: &VecDeque<Step>) -> Vec<f64> {
    let mut way: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let share = dot(&step.moved, &way) / dot(&step.moved, &step.bent);
        add(&mut way, -share, &step.bent);
        shares.push(share);
    }
    if let Some(last) = steps.back() {
        let scale = dot(&last.moved, &last.bent) / dot(&last.bent, &last.bent);
        way.iter_mut().for_each(|part| *part *= scale);
    }
    for (step, share) in steps.iter().zip(shares.into_iter().rev()) {
        let back = dot(&step.bent, &way) / dot(&step.moved, &step.bent);
        add(&mut way, share - back, &step.moved);
    }
    way
}

/// Minimises mean negative log-likelihood + l2 / 2 * sum of squared weights (the intercept is not penalised).
pub(super) fn descend(link: Link, rows: &[&Row], features: usize, outcomes: usize, l2: f64) -> Fit {
    let mut at = Fit {
        link,
        outcomes,
        weights: vec![0.0; (features + 1) * outcomes],
    };
    let (mut loss, mut gradient) = at.loss(rows, l2);
    let mut steps: VecDeque<Step> = VecDeque::new();
    for _ in 0..ITERATIONS {
        if gradient.iter().all(|slope| slope.abs() < CONVERGED) {
            break;
        }
        let way = direction(&gradient, &steps);
        let slope = dot(&way, &gradient);
        // The first step has no curvature to go by.
        let mut length = if steps.is_empty() {
            1.0 / dot(&gradient, &gradient).sqrt().max(1.0)
        } else {
            1.0
        };
        let lower = (0..HALVINGS).find_map(|_| {
            let mut next = at.clone();
            add(&mut next.weights, length, &way);
            let (there, bent) = next.loss(rows, l2);
            let step = length;
            length /= 2.0;
            (there <= loss + ENOUGH * step * slope).then_some((next, there, bent, step))
        });
        let Some((next, there, new_gradient, length)) = lower else {
            break;
        };
        let mut bent = new_gradient.clone();
        add(&mut bent, -1.0, &gradient);
        let moved: Vec<f64> = way.iter().map(|part| part * length).collect();
        if dot(&moved, &bent) > 0.0 {
            steps.push_back(Step { moved, bent });
            if steps.len() > MEMORY {
                steps.pop_front();
            }
        }
        (at, loss, gradient) = (next, there, new_gradient);
    }
    at
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
    fn weights_are_those_of_another_program() {
        // LogisticRegression(C=1/(6*0.01), tol=1e-12) of scikit-learn 1.9 on these rows: tests/reference/logistic.py.
        let values = [[1.0, 0.5], [0.0, 1.0], [2.0, 0.0], [1.0, 1.0], [0.5, 2.0], [1.5, 0.2]];
        let outcomes = [0, 1, 0, 2, 1, 2];
        let rows: Vec<Row> = values
            .iter()
            .zip(outcomes)
            .map(|(values, outcome)| {
                let one_hot = [0, 1, 2].map(|other| f64::from(u8::from(other == outcome)));
                row(&one_hot, &values.iter().copied().enumerate().collect::<Vec<_>>())
            })
            .collect();
        let fit = fit(Link::Softmax, &rows, 2, 3);
        for (at, expected) in SOFTMAX.iter().enumerate() {
            for (weight, expected) in fit.row(at).iter().zip(expected) {
                assert!((weight - expected).abs() < 5e-3, "{weight} for {expected}");
            }
        }
    }

    /// Weights of the two features for the three outcomes.
    const SOFTMAX: [[f64; 3]; 2] = [[1.1214, -2.5456, 1.4242], [-1.9813, 1.9106, 0.0707]];

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
