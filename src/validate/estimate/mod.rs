//! Shares of a corpus from machine codes of all posts and human codes of a probability sample of them.
//!
//! The estimator is the design-based one of Egami N, Hinck M, Stewart BM, Wei H (2023) "Using imperfect surrogates for downstream
//! inference", NeurIPS 36 (DSL), with the power tuning of Angelopoulos AN, Duchi JC, Zrnic T (2023) "PPI++", arXiv:2311.01453, and the
//! weights of the sample normed to the number of posts (Hájek; within the strata, where they are known).

mod difference;
mod problem;

use statrs::distribution::{ContinuousCDF, StudentsT};

pub use difference::{Difference, difference};

use super::{Bounds, Undefined};
use crate::tabulate::{Level, wilson_share};
use problem::Problem;

/// What a post adds to a share: to the posts counted, and to their base. Each is 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// 1 where the post is counted.
    pub counted: f64,
    /// 1 where the post is in the base.
    pub base: f64,
}

/// Every post of the corpus, or of the part of it that the share is of.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What the machine says of each post.
    pub machine: Vec<Part>,
    /// The account of each post, by its place in `accounts`.
    clusters: Vec<usize>,
    /// Numbers of the accounts, ascending.
    accounts: Vec<usize>,
    /// The stratum of each post.
    strata: Vec<usize>,
}

impl Frame {
    /// Posts by what the machine says of them, their accounts, by number, and their strata, by number from 0: as the sample was drawn, all 0
    /// where it was not stratified or the strata are not known. Accounts have one number in all frames that are compared.
    pub fn new(machine: Vec<Part>, accounts: &[usize], strata: Vec<usize>) -> Self {
        let mut known = accounts.to_vec();
        known.sort_unstable();
        known.dedup();
        let place = |account: &usize| known.binary_search(account).unwrap_or_default();
        Frame {
            machine,
            clusters: accounts.iter().map(place).collect(),
            accounts: known,
            strata,
        }
    }
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

/// A share with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The share; within 0 ..= 1.
    pub share: f64,
    /// Estimated number of posts in its base.
    pub base: f64,
    /// Its standard error, robust to posts of one account being alike.
    pub standard_error: f64,
    /// Posts that, each drawn by itself, would give such a variance: share (1 - share) / variance, the variance made surer where few
    /// accounts have the rarer answer. Where all agree, the effective number of accounts in the base.
    pub effective: f64,
    /// Degrees of freedom: accounts with coded posts in the base less the strata that have such; infinite where all agree.
    pub freedom: f64,
    /// Weight of the machine, 0 (hand codes alone) to 1 (DSL).
    pub lambda: f64,
    /// Whether the estimate fell outside of 0 ..= 1 and was put to the nearer end.
    pub clipped: bool,
}

impl Estimate {
    /// Wilson's interval on the effective number of posts, reduced by (z / t)^2 for the degrees of freedom (Korn EL, Graubard BI 1998,
    /// Survey Methodology 24:193-201).
    ///
    /// # Errors
    /// There is no effective number of posts.
    pub fn bounds(&self, level: Level) -> Result<Bounds, Undefined> {
        let t = match StudentsT::new(0.0, 1.0, self.freedom) {
            Ok(t) if self.freedom.is_finite() => t.inverse_cdf(0.5 + level.get() / 2.0),
            _ => level.z(),
        };
        let interval = wilson_share(self.share, self.effective * (level.z() / t).powi(2), level);
        let interval = interval.ok_or(Undefined::EmptyBase("no effective number of posts"))?;
        Ok(Bounds {
            low: interval.low,
            high: interval.high,
        })
    }
}

/// An estimate with the error that each account adds to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimated {
    /// The estimate.
    pub estimate: Estimate,
    /// Error by account, in the order of their numbers; the standard error is the root of their sum of squares.
    pub errors: Vec<(usize, f64)>,
}

/// What machine and human codes say of one share.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// From the human codes alone.
    pub hand: Estimated,
    /// From both.
    pub corrected: Estimated,
}

impl Estimates {
    /// Forgets the errors of all other accounts: those of accounts that are in no other estimate are not needed to compare it with others.
    pub fn keep_errors(&mut self, keep: impl Fn(usize) -> bool) {
        for one in [&mut self.hand, &mut self.corrected] {
            one.errors.retain(|(account, _)| keep(*account));
            one.errors.shrink_to_fit();
        }
    }
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
/// variance. The residuals are widened by m / (m - 1) in each stratum, with m accounts of coded posts. L in 0 ..= 1 makes that variance smallest, so that the corrected
/// interval is not wider than that of the human codes alone, however bad the machine.
///
/// Where a stratum of the frame has coded posts of fewer than two accounts, and uncoded ones, the strata are not used: right, but wider.
///
/// # Errors
/// Fewer than two coded posts or accounts of coded posts; no coded post in the base.
pub fn estimate(frame: &Frame, sample: &[Coded]) -> Result<Estimates, Undefined> {
    let problem = Problem::new(frame, sample)?;
    let base: f64 = problem.weighted(|coded| coded.human.base);
    if base <= 0.0 {
        return Err(Undefined::EmptyBase("no hand-coded post is in the base"));
    }
    let by_hand = problem.weighted(|coded| coded.human.counted) / base;
    let lambda = problem.best_lambda(by_hand);
    problem.estimates(lambda)
}
