//! From hand codes to numbers that can be defended: how far coders agree.
//!
//! [`CodeSheet`] is a table of hand codes, by post id. [`Ratings`] is what several coders said of the same units; [`agreement`] gives every
//! [`Coefficient`] with an interval by [`bootstrap`]. A number that does not exist is an [`Undefined`] with its reason, never 0 or 1.
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
mod panel;
mod ratings;
mod sheet;

pub use agreement::{Measured, agreement};
pub use bootstrap::{Bootstrap, Bounds, bootstrap, clusters};
pub use coefficient::{Coefficient, Undefined, alpha};
pub use panel::{Disagreement, Panel, VariableAgreement};
pub use ratings::Ratings;
pub use sheet::{CodeSheet, ColumnMap};

#[cfg(test)]
mod agreement_tests;
