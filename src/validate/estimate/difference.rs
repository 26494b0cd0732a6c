//! Differences between the shares of two groups, with tests.

use super::{Bounds, Estimate, Estimated, Undefined};
use crate::tabulate::Level;

/// The difference of two shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// First less second share.
    pub difference: f64,
    /// Its standard error, robust to posts of one account being alike.
    pub standard_error: f64,
    /// Its interval.
    pub bounds: Bounds,
    /// Two-sided p: 1 less the level at which the interval just reaches 0.
    pub p_value: f64,
}

/// The difference of two estimates.
///
/// The interval is Newcombe's (1998, Statistics in Medicine 17:873-890, method 10) in the general form of Zou GY, Donner A (2008),
/// Statistics in Medicine 27:1693-1702 (MOVER): from the two shares' own intervals, with the correlation that accounts with posts in both
/// groups bring. Unlike a Wald interval it is honest where a share is 0 or 1. The p value belongs to this interval.
///
/// # Errors
/// One of the shares has no interval.
pub fn difference(first: &Estimated, second: &Estimated, level: Level) -> Result<Difference, Undefined> {
    let (a, b) = (first.estimate, second.estimate);
    let both = common(&first.errors, &second.errors);
    let scale = a.standard_error * b.standard_error;
    let correlation = if scale > 0.0 {
        (both / scale).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    let variance = a.standard_error.powi(2) + b.standard_error.powi(2) - 2.0 * both;
    Ok(Difference {
        difference: a.share - b.share,
        standard_error: variance.max(0.0).sqrt(),
        bounds: bounds(&a, &b, correlation, level)?,
        p_value: p_value(&a, &b, correlation)?,
    })
}

/// The covariance: errors of the accounts that are in both.
fn common(first: &[(usize, f64)], second: &[(usize, f64)]) -> f64 {
    let (mut sum, mut at) = (0.0, 0);
    for (account, error) in first {
        while second.get(at).is_some_and(|(other, _)| other < account) {
            at += 1;
        }
        if let Some((_, other)) = second.get(at).filter(|(other, _)| other == account) {
            sum += error * other;
        }
    }
    sum
}

fn bounds(a: &Estimate, b: &Estimate, correlation: f64, level: Level) -> Result<Bounds, Undefined> {
    let (of_a, of_b) = (a.bounds(level)?, b.bounds(level)?);
    Ok(mover((a.share, of_a), (b.share, of_b), correlation))
}

/// The interval of a difference from the intervals of its two parts.
fn mover((a, of_a): (f64, Bounds), (b, of_b): (f64, Bounds), correlation: f64) -> Bounds {
    let reach = |a: f64, b: f64| (a * a + b * b - 2.0 * correlation * a * b).max(0.0).sqrt();
    Bounds {
        low: a - b - reach(a - of_a.low, of_b.high - b),
        high: a - b + reach(of_a.high - a, b - of_b.low),
    }
}

/// By bisection over the level.
fn p_value(a: &Estimate, b: &Estimate, correlation: f64) -> Result<f64, Undefined> {
    if (a.share - b.share).abs() < 1e-12 {
        return Ok(1.0);
    }
    let holds_zero = |level: f64| -> Result<bool, Undefined> {
        let level = Level::new(level).ok_or(Undefined::EmptyBase("no level"))?;
        let found = bounds(a, b, correlation, level)?;
        Ok(found.low <= 0.0 && 0.0 <= found.high)
    };
    // In the logarithm, so that small p keep their digits.
    let (mut low, mut high) = (SMALLEST_P.ln(), 0.0);
    if !holds_zero(1.0 - SMALLEST_P)? {
        return Ok(SMALLEST_P);
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds_zero(1.0 - middle.exp())? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high.exp())
}

/// Smaller p are given as this.
const SMALLEST_P: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabulate::wilson_share;

    fn share(count: f64, n: f64) -> (f64, Bounds) {
        let interval = wilson_share(count / n, n, Level::default()).unwrap();
        let bounds = Bounds {
            low: interval.low,
            high: interval.high,
        };
        (count / n, bounds)
    }

    /// Newcombe (1998), Table II, method 10: 56/70 less 48/80, 9/10 less 3/10, 10/10 less 0/20.
    #[test]
    fn intervals_of_differences_are_newcombes() {
        for ([x, m, y, n], low, high) in [
            ([56.0, 70.0, 48.0, 80.0], 0.0524, 0.3339),
            ([9.0, 10.0, 3.0, 10.0], 0.1705, 0.8090),
            ([10.0, 10.0, 0.0, 20.0], 0.6791, 1.0),
        ] {
            let found = mover(share(x, m), share(y, n), 0.0);
            assert!(
                (found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5,
                "{found:?}"
            );
        }
    }

    fn estimate(share: f64, n: f64) -> Estimate {
        Estimate {
            share,
            base: n,
            standard_error: (share * (1.0 - share) / n).sqrt(),
            effective: n,
            freedom: 1e6,
            lambda: 0.0,
            clipped: false,
        }
    }

    #[test]
    fn p_is_the_level_at_which_the_interval_reaches_0() {
        let (a, b) = (estimate(0.8, 70.0), estimate(0.6, 80.0));
        let p = p_value(&a, &b, 0.0).unwrap();
        let at = bounds(&a, &b, 0.0, Level::new(1.0 - p).unwrap()).unwrap();
        assert!(p > 0.001 && p < 0.05 && at.low.abs() < 1e-9, "{p} {at:?}");
        assert_eq!(p_value(&a, &a, 0.0), Ok(1.0));
        assert_eq!(p_value(&estimate(0.9, 1e4), &estimate(0.1, 1e4), 0.0), Ok(SMALLEST_P));
        // 0 of 5 against 5 of 50 is no evidence, though a Wald test would call the first known exactly.
        let none = p_value(&estimate(0.0, 5.0), &estimate(0.1, 50.0), 0.0).unwrap();
        assert!(none > 0.3, "{none}");
    }
}
