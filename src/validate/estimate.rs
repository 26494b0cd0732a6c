//! Shares of a corpus from machine codes of all posts and human codes of a probability sample of them.
//!
//! The estimator is the design-based one of Egami N, Hinck M, Stewart BM, Wei H (2023) "Using imperfect surrogates for downstream
//! inference", NeurIPS 36 (DSL), with the power tuning of Angelopoulos AN, Duchi JC, Zrnic T (2023) "PPI++", arXiv:2311.01453, and the
//! weights of the sample normed to the number of posts (Hájek; within the strata, where they are known).

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Bounds, Undefined};
use crate::tabulate::{Level, wilson_share};

/// What a post adds to a share: to the posts counted, and to their base. Each is 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// 1 where the post is counted.
    pub counted: f64,
    /// 1 where the post is in the base.
    pub base: f64,
}

/// Every post of the corpus, or of the part of it that the share is of.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What the machine says of each post.
    pub machine: Vec<Part>,
    /// The account of each post, by number.
    pub clusters: Vec<usize>,
    /// The stratum of each post, by number, as the sample was drawn; all 0 where it was not stratified or the strata are not known.
    pub strata: Vec<usize>,
}

/// A post that a human coded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coded {
    /// Position in the frame.
    pub post: usize,
    /// What the human says.
    pub human: Part,
    /// Probability with which the design drew it.
    pub inclusion_probability: f64,
}

/// A share with its standard error and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The share; within 0 ..= 1.
    pub share: f64,
    /// Its standard error, robust to posts of one account being alike.
    pub standard_error: f64,
    /// Wilson's interval on the effective number of posts, share (1 - share) / standard error^2, reduced by (z / t)^2 for the accounts
    /// sampled less the strata as degrees of freedom (Korn EL, Graubard BI 1998, Survey Methodology 24:193-201).
    pub bounds: Bounds,
    /// Weight of the machine, 0 (hand codes alone) to 1 (DSL).
    pub lambda: f64,
    /// Whether the share fell outside 0 ..= 1 and was set to the nearer end.
    pub clipped: bool,
}

/// What machine and human codes say of one share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimates {
    /// From the human codes alone.
    pub hand: Estimate,
    /// From both.
    pub corrected: Estimate,
}

/// Estimates a share, in a corpus understood as a sample of accounts from a larger population.
///
/// With z = counted - share * base of a post, z' the same by the machine, w the normed design weight of a coded post and a bar the
/// weighted mean of the coded posts in a stratum, the share solves
///
/// ```text
/// sum over all posts of L z'  +  sum over coded posts of w (z - L z')  =  0
/// ```
///
/// and a post adds `L z' + mean(z - L z') + [coded] w (z - L z' - mean(z - L z'))` to the error, summed by account and squared for the
/// variance. The residuals are widened by n / (n - 1) in each stratum. L in 0 ..= 1 makes that variance smallest, so that the corrected
/// interval is not wider than that of the human codes alone, however bad the machine.
///
/// Where a stratum of the frame has fewer than two coded posts, and uncoded ones, the strata are not used: right, but wider.
///
/// # Errors
/// Fewer than two coded posts or accounts of coded posts; no coded post in the base.
pub fn estimate(frame: &Frame, sample: &[Coded], level: Level) -> Result<Estimates, Undefined> {
    let problem = Problem::new(frame, sample)?;
    let base: f64 = problem.weighted(|coded| coded.human.base);
    if base <= 0.0 {
        return Err(Undefined::EmptyBase("no hand-coded post is in the base"));
    }
    let by_hand = problem.weighted(|coded| coded.human.counted) / base;
    let lambda = problem.best_lambda(by_hand);
    Ok(Estimates {
        hand: problem.solve(0.0, level)?,
        corrected: problem.solve(lambda, level)?,
    })
}

/// Posts of each stratum.
fn sizes(strata: &[usize]) -> BTreeMap<usize, f64> {
    let mut sizes = BTreeMap::new();
    for &stratum in strata {
        *sizes.entry(stratum).or_insert(0.0) += 1.0;
    }
    sizes
}

struct Problem<'a> {
    frame: &'a Frame,
    sample: &'a [Coded],
    /// Stratum of each post, or one for all.
    strata: Vec<usize>,
    /// Coded posts by stratum.
    coded: BTreeMap<usize, f64>,
    weights: Vec<f64>,
    clusters: usize,
    /// Accounts of coded posts.
    sampled: usize,
}

impl<'a> Problem<'a> {
    fn new(frame: &'a Frame, sample: &'a [Coded]) -> Result<Self, Undefined> {
        let mut accounts: Vec<usize> = sample.iter().map(|coded| frame.clusters[coded.post]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        if sample.len() < 2 || accounts.len() < 2 {
            return Err(Undefined::EmptyBase("hand codes of fewer than two accounts"));
        }
        let count = |strata: &[usize]| {
            let mut coded: BTreeMap<usize, f64> = strata.iter().map(|&stratum| (stratum, 0.0)).collect();
            for one in sample {
                *coded.entry(strata[one.post]).or_default() += 1.0;
            }
            coded
        };
        let mut strata = frame.strata.clone();
        let mut coded = count(&strata);
        let mut posts = sizes(&strata);
        // A stratum coded whole needs no variance within.
        if coded.iter().any(|(stratum, &n)| n < 2.0 && n < posts[stratum]) {
            strata = vec![0; frame.machine.len()];
            (coded, posts) = (count(&strata), sizes(&strata));
        }
        let mut inverse = BTreeMap::new();
        for one in sample {
            *inverse.entry(strata[one.post]).or_insert(0.0) += 1.0 / one.inclusion_probability;
        }
        let weight = |one: &Coded| posts[&strata[one.post]] / inverse[&strata[one.post]] / one.inclusion_probability;
        Ok(Problem {
            weights: sample.iter().map(weight).collect(),
            frame,
            sample,
            coded,
            clusters: frame.clusters.iter().max().map_or(0, |largest| largest + 1),
            sampled: accounts.len(),
            strata,
        })
    }

    fn weighted(&self, value: impl Fn(&Coded) -> f64) -> f64 {
        self.sample
            .iter()
            .zip(&self.weights)
            .map(|(coded, weight)| weight * value(coded))
            .sum()
    }

    /// The part of the error that one quantity of the coded posts adds, by account: its stratum's mean for every post of the frame, and
    /// the weighted, widened distance from that mean for a coded one.
    fn spread(&self, value: impl Fn(&Coded) -> f64) -> Vec<f64> {
        let (mut sums, mut weights) = (BTreeMap::new(), BTreeMap::new());
        for (coded, weight) in self.sample.iter().zip(&self.weights) {
            let stratum = self.strata[coded.post];
            *sums.entry(stratum).or_insert(0.0) += weight * value(coded);
            *weights.entry(stratum).or_insert(0.0) += weight;
        }
        let means: BTreeMap<usize, f64> = sums
            .iter()
            .map(|(stratum, sum)| (*stratum, sum / weights[stratum]))
            .collect();
        let mut errors = vec![0.0; self.clusters];
        for (&cluster, stratum) in self.frame.clusters.iter().zip(&self.strata) {
            errors[cluster] += means[stratum];
        }
        for (coded, weight) in self.sample.iter().zip(&self.weights) {
            let stratum = self.strata[coded.post];
            let n = self.coded[&stratum];
            let widened = if n > 1.0 { (n / (n - 1.0)).sqrt() } else { 1.0 };
            errors[self.frame.clusters[coded.post]] += widened * weight * (value(coded) - means[&stratum]);
        }
        errors
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
        for (post, &cluster) in self.frame.clusters.iter().enumerate() {
            machine[cluster] += self.machine(post, share);
        }
        (human, machine)
    }

    fn best_lambda(&self, share: f64) -> f64 {
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

    fn solve(&self, lambda: f64, level: Level) -> Result<Estimate, Undefined> {
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
        let squares: f64 = human
            .iter()
            .zip(&machine)
            .map(|(human, machine)| (human + lambda * machine).powi(2))
            .sum();
        let standard_error = squares.sqrt() / base;
        let clipped = share.clamp(0.0, 1.0);
        Ok(Estimate {
            share: clipped,
            standard_error,
            bounds: self.bounds(clipped, standard_error, level)?,
            lambda,
            clipped: (clipped - share).abs() > 1e-9,
        })
    }

    fn bounds(&self, share: f64, standard_error: f64, level: Level) -> Result<Bounds, Undefined> {
        let spread = share * (1.0 - share);
        // All coded posts alike leave no variance to go by; what is known is their number.
        let posts = if spread > 1e-12 && standard_error > 1e-12 {
            spread / standard_error.powi(2)
        } else {
            self.sample.len() as f64
        };
        let freedom = self.sampled.saturating_sub(self.coded.len()).max(1) as f64;
        let t = StudentsT::new(0.0, 1.0, freedom).map_or(level.z(), |t| t.inverse_cdf(0.5 + level.get() / 2.0));
        let interval = wilson_share(share, posts * (level.z() / t).powi(2), level);
        let interval = interval.ok_or(Undefined::EmptyBase("no effective number of posts"))?;
        Ok(Bounds {
            low: interval.low,
            high: interval.high,
        })
    }
}
