//! From hand codes to numbers that can be defended: draw a sample, measure agreement, measure the machine, correct its shares.
//!
//! [`CodeSheet`] is a table of hand codes, by post id. [`Ratings`] is what several coders said of the same units; [`agreement`] gives every
//! [`Coefficient`] with an interval by [`bootstrap`]. A number that does not exist is an [`Undefined`] with its reason, never 0 or 1.
//!
//! [`draw`] takes a probability sample, [`deal`] gives it to coders. A [`Comparison`] scores the machine against a human, weighted by the
//! sampling design. [`estimate`] corrects a machine's share by the coded sample; [`coverage`] simulates whether its intervals are right.
//!
//! ```
//! use minyi::validate::{Coefficient, Ratings, Undefined};
//!
//! // Two coders, four posts: 0 is against, 1 in favour.
//! let codes = [[0, 0], [1, 1], [0, 1], [1, 1]];
//! let units = codes.iter().map(|post| post.iter().copied().map(Some).collect()).collect();
//! let ratings = Ratings::new(2, units);
//! let weights = [1.0; 4];
//! assert_eq!(Coefficient::Percent.of(&ratings, &weights), Ok(0.75));
//! // By chance they agree on 1/2 * 1/4 + 1/2 * 3/4 = 0.5 of the posts.
//! assert_eq!(Coefficient::CohenKappa.of(&ratings, &weights), Ok(0.5));
//!
//! let unused = Ratings::new(2, vec![vec![Some(0), Some(0)]; 4]);
//! assert_eq!(Coefficient::CohenKappa.of(&unused, &weights), Err(Undefined::NoVariation));
//! ```

mod agreement;
mod bootstrap;
mod coefficient;
mod compare;
mod confusion;
mod estimate;
mod panel;
mod ratings;
mod reconcile;
mod sample;
mod sample_size;
mod sheet;
mod simulation;
mod terms;

pub use agreement::{Measured, agreement};
pub use bootstrap::{Bootstrap, Bounds, bootstrap, clusters, in_order};
pub use coefficient::{Coefficient, Undefined, alpha};
pub use compare::{BY_ACCOUNT, Domain, Group, Prediction, Share, ShareBase, Strata, Study, strata_columns, stratum_of};
pub use confusion::{Cell, Class, Comparison, Measure, Score};
pub use estimate::{Coded, Difference, Estimate, Estimated, Estimates, Frame, Part, difference, estimate};
pub use panel::{Disagreement, Panel, VariableAgreement};
pub use ratings::Ratings;
pub use reconcile::{Decision, Given, Reconciled, Settled};
pub use sample::{Allocation, Drawn, deal, draw, draw_accounts, expected_deviations};
pub use sample_size::{deff, half_width, kappa_half_width, kappa_limits, posts_for, posts_for_kappa};
pub use sheet::{Blank, CodeSheet, ColumnMap, SheetBuilder};
pub use simulation::{Coverage, Design, Scenario, coverage};
pub use terms::{Found, TermScore, score_terms};

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod machine_tests;
#[cfg(test)]
mod sample_tests;

/// How many units of equal weight tell as much as these, (sum of weights)^2 / sum of squares (Kish 1965, Survey Sampling, sec. 11.7);
/// 0 where nothing has a weight.
fn effective_number(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), weight| {
        (sum + weight, squares + weight * weight)
    });
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}
