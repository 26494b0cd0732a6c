//! Agreement of coders on one variable: every coefficient with its interval.

use super::{Bootstrap, Bounds, Coefficient, Ratings, Undefined, bootstrap};

/// A number with its interval, each of which may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The number, or why there is none.
    pub value: Result<f64, Undefined>,
    /// Its interval, or why there is none.
    pub bounds: Result<Bounds, Undefined>,
}

impl Measured {
    /// A number that does not exist.
    pub fn undefined(why: Undefined) -> Self {
        Measured {
            value: Err(why.clone()),
            bounds: Err(why),
        }
    }
}

/// Every coefficient of [`Coefficient::ALL`], in that order, with bootstrap intervals.
///
/// `clusters` holds the cluster of each unit (see [`super::clusters`]); the units of a cluster are drawn together.
pub fn agreement(ratings: &Ratings, clusters: &[usize], options: Bootstrap) -> Vec<Measured> {
    let weights = vec![1.0; ratings.units().len()];
    let values = Coefficient::ALL.map(|coefficient| coefficient.of(ratings, &weights));
    if values.iter().all(Result::is_err) {
        return values
            .into_iter()
            .flat_map(Result::err)
            .map(Measured::undefined)
            .collect();
    }
    let bounds = bootstrap(clusters, options, |times| {
        Coefficient::ALL
            .iter()
            .map(|coefficient| coefficient.of(ratings, times).ok())
            .collect()
    });
    values
        .into_iter()
        .zip(bounds)
        .map(|(value, bounds)| match value {
            Ok(_) => Measured { value, bounds },
            Err(why) => Measured::undefined(why),
        })
        .collect()
}
