//! Counting: coded posts in, tables with bases and intervals out.
//!
//! [`Tally`] takes each coded post once, in the order of the source, and keeps counts only: memory grows with days, files and accounts,
//! never with posts. [`Tally::tables`], [`Tally::tests`] and [`Tally::examples`] then give what a paper prints.
//!
//! ```
//! use minyi::{
//!     model::AccountType,
//!     tabulate::{Base, Flow, Tally, TallyOptions, wilson, Level},
//! };
//!
//! let tally = Tally::new(&[], &[AccountType::new("media")], TallyOptions::default());
//! let tables = tally.tables(&Flow::default());
//! let stance = tables.iter().find(|table| table.name == "stance").expect("always there");
//! let negative = stance.cell("negative", "all", Base::AllPosts).expect("zero cells are kept");
//! assert_eq!((negative.n, negative.share()), (0, None));
//!
//! let interval = wilson(28, 399, Level::default()).expect("a base above 0");
//! assert_eq!(format!("{:.2} to {:.2} %", interval.low * 100.0, interval.high * 100.0), "4.90 to 9.96 %");
//! ```

mod accounts;
mod breakdown;
mod by_stance;
mod chi_square;
mod crosstab;
mod daily;
mod exact;
mod examples;
mod flow;
mod hypothesis;
mod interval;
mod keyness;
mod monte_carlo;
mod sensitivity;
mod suppress;
mod table;
mod tables;
mod tally;

pub use breakdown::{
    Bootstrap, BootstrapIntervals, Breakdown, BreakdownOptions, Crossing, Mask, NO_CODE, Observation, TIE, Unit, Vote,
    Within, YES, crossing_tests,
};
pub use chi_square::{ChiSquare, adjusted_residuals, chi_square, cramers_v, cramers_v_corrected, two_sided_p};
pub use crosstab::Crosstab;
pub use exact::{OddsRatio, fisher_p, odds_ratio};
pub use examples::{Example, ExampleOf};
pub use flow::{FileFlow, Flow};
pub use hypothesis::{MonteCarlo, Test, code_tests, holm, independence_tests};
pub use interval::{Interval, Level, wilson, wilson_share};
pub use keyness::{Frequency, Group, Keyness, WordCounts, log_likelihood, log_ratio};
pub use monte_carlo::monte_carlo_p;
pub use sensitivity::{Choice, Voters, sensitivity};
pub use suppress::MaskedStudy;
pub use table::{ALL, Base, Count, Hidden, Table};
pub use tables::question_name;
pub use tally::{Counted, Counter, Tally, TallyOptions};

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;
