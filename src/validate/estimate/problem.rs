//! The estimating equation of a share, its solution and its error by account.

use std::collections::BTreeSet;

use super::{Coded, Estimate, Estimated, Frame, Part};
use crate::validate::{Undefined, effective_number};

pub(super) struct Problem<'a> {
    frame: &'a Frame,
    sample: &'a [Coded],
    /// Stratum of each post, by number from 0.
    strata: Vec<usize>,
    /// Accounts of coded posts, by stratum.
    coded: Vec<f64>,
    weights: Vec<f64>,
    /// Accounts of coded posts.
    sampled: usize,
}

impl<'a> Problem<'a> {
    pub(super) fn new(frame: &'a Frame, sample: &'a [Coded]) -> Result<Self, Undefined> {
        let mut accounts: Vec<usize> = sample.iter().map(|coded| frame.clusters[coded.post]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        if sample.len() < 2 || accounts.len() < 2 {
            return Err(Undefined::EmptyBase("hand codes of fewer than two accounts"));
        }
        let mut strata = frame.strata.clone();
        let mut sizes = Sizes::new(frame, &strata, sample);
        // A stratum coded whole needs no variance within.
        let few = |at: usize| sizes.accounts[at] < 2.0 && sizes.coded[at] < sizes.posts[at];
        if (0..sizes.posts.len()).any(few) {
            strata = vec![0; frame.machine.len()];
            sizes = Sizes::new(frame, &strata, sample);
        }
        let posts = &sizes.posts;
        let mut inverse = vec![0.0; posts.len()];
        for one in sample {
            inverse[strata[one.post]] += 1.0 / one.inclusion_probability;
        }
        let weight = |one: &Coded| posts[strata[one.post]] / inverse[strata[one.post]] / one.inclusion_probability;
        Ok(Problem {
            weights: sample.iter().map(weight).collect(),
            frame,
            sample,
            coded: sizes.accounts,
            sampled: accounts.len(),
            strata,
        })
    }

    pub(super) fn weighted(&self, value: impl Fn(&Coded) -> f64) -> f64 {
        self.sample
            .iter()
            .zip(&self.weights)
            .map(|(coded, weight)| weight * value(coded))
            .sum()
    }

    /// The part of the error that one quantity of the coded posts adds, by account: its stratum's mean for every post of the frame, and
    /// the weighted, widened distance from that mean for a coded one.
    fn spread(&self, value: impl Fn(&Coded) -> f64) -> Vec<f64> {
        let (mut means, mut weights) = (vec![0.0; self.coded.len()], vec![0.0; self.coded.len()]);
        for (coded, weight) in self.sample.iter().zip(&self.weights) {
            let stratum = self.strata[coded.post];
            means[stratum] += weight * value(coded);
            weights[stratum] += weight;
        }
        for (mean, weight) in means.iter_mut().zip(&weights) {
            *mean /= weight;
        }
        let mut errors = vec![0.0; self.frame.accounts.len()];
        for (&account, &stratum) in self.frame.clusters.iter().zip(&self.strata) {
            errors[account] += means[stratum];
        }
        for (coded, weight) in self.sample.iter().zip(&self.weights) {
            let stratum = self.strata[coded.post];
            let m = self.coded[stratum];
            let widened = if m > 1.0 { (m / (m - 1.0)).sqrt() } else { 1.0 };
            errors[self.frame.clusters[coded.post]] += widened * weight * (value(coded) - means[stratum]);
        }
        errors
    }

    /// Effective number of accounts whose coded posts are in the base: posts that are all alike, and likest within an account, tell no
    /// more than their accounts do.
    fn accounts_in_base(&self) -> f64 {
        let mut by_account = vec![0.0; self.frame.accounts.len()];
        for (coded, weight) in self.sample.iter().zip(&self.weights) {
            by_account[self.frame.clusters[coded.post]] += weight * coded.human.base;
        }
        effective_number(by_account.into_iter())
    }

    /// The machine's `counted - share * base` of a post.
    fn machine(&self, post: usize, share: f64) -> f64 {
        let part = self.frame.machine[post];
        part.counted - share * part.base
    }

    /// Error by account as a part without the machine and a part that the machine's weight multiplies.
    fn errors(&self, share: f64) -> (Vec<f64>, Vec<f64>) {
        let human = self.spread(|coded| coded.human.counted - share * coded.human.base);
        let mut machine = self.spread(|coded| -self.machine(coded.post, share));
        for (post, &account) in self.frame.clusters.iter().enumerate() {
            machine[account] += self.machine(post, share);
        }
        (human, machine)
    }

    pub(super) fn best_lambda(&self, share: f64) -> f64 {
        // Where all posts are coded by hand the machine has nothing to add.
        if self.sample.len() == self.frame.machine.len() {
            return 0.0;
        }
        let (human, machine) = self.errors(share);
        let (mut both, mut square) = (0.0, 0.0);
        for (human, machine) in human.iter().zip(&machine) {
            both += human * machine;
            square += machine * machine;
        }
        // What is left of a machine that says the same of all posts is rounding.
        if square <= 1e-12 * self.frame.machine.len() as f64 {
            return 0.0;
        }
        (-both / square).clamp(0.0, 1.0)
    }

    pub(super) fn solve(&self, lambda: f64) -> Result<Estimated, Undefined> {
        let all = |part: fn(&Part) -> f64| -> f64 { self.frame.machine.iter().map(part).sum() };
        let machine = |coded: &Coded| self.frame.machine[coded.post];
        let base =
            lambda * all(|part| part.base) + self.weighted(|coded| coded.human.base - lambda * machine(coded).base);
        let counted = lambda * all(|part| part.counted)
            + self.weighted(|coded| coded.human.counted - lambda * machine(coded).counted);
        if base <= 0.0 {
            return Err(Undefined::EmptyBase(
                "the corrected base is not above 0; code more posts",
            ));
        }
        let share = counted / base;
        let (human, machine) = self.errors(share);
        let error = |(human, machine): (&f64, &f64)| (human + lambda * machine) / base;
        let errors: Vec<f64> = human.iter().zip(&machine).map(error).collect();
        let standard_error = errors.iter().map(|error| error * error).sum::<f64>().sqrt();
        let errors = self.frame.accounts.iter().copied().zip(errors).collect();
        let clipped = share.clamp(0.0, 1.0);
        let spread = clipped * (1.0 - clipped);
        Ok(Estimated {
            estimate: Estimate {
                share: clipped,
                base,
                standard_error,
                // All coded posts alike leave no variance to go by; what is known is how many they are.
                effective: if spread > 1e-12 && standard_error > 1e-12 {
                    spread / standard_error.powi(2)
                } else {
                    self.accounts_in_base()
                },
                freedom: self.sampled.saturating_sub(self.coded.len()).max(1) as f64,
                lambda,
                clipped: (clipped - share).abs() > 1e-9,
            },
            errors,
        })
    }
}

/// Posts, coded posts and their accounts, by stratum.
struct Sizes {
    posts: Vec<f64>,
    coded: Vec<f64>,
    accounts: Vec<f64>,
}

impl Sizes {
    fn new(frame: &Frame, strata: &[usize], sample: &[Coded]) -> Self {
        let count = strata.iter().max().map_or(0, |largest| largest + 1);
        let mut sizes = Sizes {
            posts: vec![0.0; count],
            coded: vec![0.0; count],
            accounts: vec![0.0; count],
        };
        strata.iter().for_each(|&stratum| sizes.posts[stratum] += 1.0);
        let mut accounts = BTreeSet::new();
        for one in sample {
            let stratum = strata[one.post];
            sizes.coded[stratum] += 1.0;
            if accounts.insert((stratum, frame.clusters[one.post])) {
                sizes.accounts[stratum] += 1.0;
            }
        }
        sizes
    }
}
