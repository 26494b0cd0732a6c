//! How many posts to code by hand: for an interval of a share, and for the agreement of two coders.

use super::Bounds;
use crate::tabulate::{Level, wilson_share};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Half the width of Wilson's interval that `n` coded posts give a share, on `n` / `design_effect` posts; of a corpus of `all` posts the part
/// coded is known, so that the sample counts (all - 1) / (all - n) times (Cochran WG 1977, Sampling Techniques, 3rd ed., sec. 2.6). `None`
/// where a number makes no sense: `n` 0 or above `all`, a share outside of 0 ..= 1, an effect not above 0.
pub fn half_width(share: f64, n: u64, design_effect: f64, all: Option<u64>, level: Level) -> Option<f64> {
    if n == 0 || design_effect <= 0.0 || all.is_some_and(|all| n > all) {
        return None;
    }
    let correction = match all {
        Some(all) if n == all => return Some(0.0),
        Some(all) => (all - 1) as f64 / (all - n) as f64,
        None => 1.0,
    };
    let interval = wilson_share(share, n as f64 / design_effect * correction, level)?;
    Some((interval.high - interval.low) / 2.0)
}

/// The least number of posts whose interval of a share is no wider than `width` on either side; see [`half_width`]. `None` where there is
/// none below a thousand million, or a number makes no sense.
pub fn posts_for(share: f64, width: f64, design_effect: f64, all: Option<u64>, level: Level) -> Option<u64> {
    let enough = |n| half_width(share, n, design_effect, all, level).map(|found| found <= width);
    fewest(all.unwrap_or(1_000_000_000), enough)
}

/// The design effect of accounts of `size` posts each (those coded of it), whose posts correlate by `correlation`: 1 + (size - 1) * correlation
/// (Kish L 1965, Survey Sampling, sec. 5.4).
pub fn deff(size: f64, correlation: f64) -> f64 {
    1.0 + (size - 1.0) * correlation
}

/// The limits that the kappa of two coders is expected to have who code `n` posts: those kappas for which the counts expected under `kappa` and
/// `prevalence` (posts that both give the code, one, none) have a goodness-of-fit statistic that just reaches the quantile of chi-square with
/// one degree of freedom.
///
/// Donner A, Eliasziw M (1992) "A goodness-of-fit approach to inference procedures for the kappa statistic", Statistics in Medicine
/// 11:1511-1519; for planning: Donner A (1999), Communications in Statistics 28:415-429; Rotondi MA, Donner A (2012), Journal of Clinical
/// Epidemiology 65:778-784. `None` unless kappa and prevalence lie strictly between 0 and 1 and `n` is above 0.
pub fn kappa_limits(kappa: f64, prevalence: f64, n: u64, level: Level) -> Option<Bounds> {
    let inside = |x: f64| x > 0.0 && x < 1.0;
    if !inside(kappa) || !inside(prevalence) || n == 0 {
        return None;
    }
    let critical = ChiSquared::new(1.0).ok()?.inverse_cdf(level.get());
    let reached = |other: f64| n as f64 * distance(kappa, other, prevalence) >= critical;
    Some(Bounds {
        low: limit(kappa, least(prevalence), reached),
        high: limit(kappa, 1.0, reached),
    })
}

/// Half the width of the interval between the [`kappa_limits`].
pub fn kappa_half_width(kappa: f64, prevalence: f64, n: u64, level: Level) -> Option<f64> {
    let limits = kappa_limits(kappa, prevalence, n, level)?;
    Some((limits.high - limits.low) / 2.0)
}

/// The least number of posts that two coders must both code for the interval of kappa to reach `width` on either side on average; `None` where
/// [`kappa_limits`] has none, or there is none below a million.
pub fn posts_for_kappa(kappa: f64, prevalence: f64, width: f64, level: Level) -> Option<u64> {
    let enough = |n| kappa_half_width(kappa, prevalence, n, level).map(|found| found <= width);
    fewest(1_000_000, enough)
}

/// The least number of posts up to `most` that is enough; more posts never widen an interval. `None` where `most` is not, or `enough` cannot tell.
fn fewest(most: u64, enough: impl Fn(u64) -> Option<bool>) -> Option<u64> {
    let (mut low, mut high) = (0, most);
    if !enough(high)? {
        return None;
    }
    while high - low > 1 {
        let middle = u64::midpoint(low, high);
        if enough(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// The least kappa that two coders of one prevalence can have.
fn least(prevalence: f64) -> f64 {
    let odds = prevalence / (1.0 - prevalence);
    -odds.min(1.0 / odds)
}

/// Goodness of fit of the shares under `kappa` to those under `other`, for one post.
fn distance(kappa: f64, other: f64, prevalence: f64) -> f64 {
    let expected = shares(other, prevalence);
    let terms = shares(kappa, prevalence).into_iter().zip(expected);
    terms
        .map(|(found, expected)| (found - expected).powi(2) / expected)
        .sum()
}

/// Shares of posts that both coders, one, none give the code.
fn shares(kappa: f64, prevalence: f64) -> [f64; 3] {
    let both_ways = prevalence * (1.0 - prevalence);
    [
        prevalence.powi(2) + kappa * both_ways,
        2.0 * (1.0 - kappa) * both_ways,
        (1.0 - prevalence).powi(2) + kappa * both_ways,
    ]
}

/// Where between `kappa` and `end` the statistic is first reached, or `end`.
fn limit(kappa: f64, end: f64, reached: impl Fn(f64) -> bool) -> f64 {
    let (mut inside, mut outside) = (kappa, end);
    for _ in 0..60 {
        let middle = f64::midpoint(inside, outside);
        if reached(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R's kappaSize 1.2, whose bounds are one-sided at alpha (here of a level of 1 - 2 alpha) and found in steps of 0.001:
    /// tests/reference/kappa_size.R.
    #[test]
    fn limits_of_kappa_are_those_of_kappa_size() {
        #[derive(serde::Deserialize)]
        struct Case {
            kappa: f64,
            prevalence: f64,
            n: u64,
            alpha: f64,
            lower: f64,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/reference/kappa_size.json")).unwrap();
        assert!(cases.len() > 8);
        for case in cases {
            let level = Level::new(1.0 - 2.0 * case.alpha).unwrap();
            let found = kappa_limits(case.kappa, case.prevalence, case.n, level).unwrap();
            assert!((found.low - case.lower).abs() < 0.002, "{found:?}, {}", case.lower);
        }
    }

    /// Wald's approximation gives 385 for half a width of 0.05 at a share of 0.5 (Cochran 1977, sec. 4.4: 1.96^2 * 0.25 / 0.0025); of 1,000
    /// posts 278. Wilson's interval is narrower by z^2 posts: 381.
    #[test]
    fn posts_for_an_interval() {
        let level = Level::default();
        assert_eq!(posts_for(0.5, 0.05, 1.0, None, level), Some(381));
        let of_thousand = posts_for(0.5, 0.05, 1.0, Some(1_000), level).unwrap();
        assert!((274..=278).contains(&of_thousand), "{of_thousand}");
        let twice = posts_for(0.5, 0.05, 2.0, None, level).unwrap();
        assert!((761..=762).contains(&twice), "{twice}");
        let narrow = half_width(0.5, 381, 1.0, None, level).unwrap();
        assert!(narrow <= 0.05 && half_width(0.5, 380, 1.0, None, level).unwrap() > 0.05);
    }

    #[test]
    fn numbers_without_sense_have_no_answer() {
        let level = Level::default();
        for found in [
            half_width(0.5, 0, 1.0, None, level),
            half_width(1.5, 10, 1.0, None, level),
            half_width(0.5, 11, 1.0, Some(10), level),
            half_width(0.5, 10, 0.0, None, level),
            kappa_half_width(1.0, 0.5, 10, level),
            kappa_half_width(0.7, 0.0, 10, level),
            kappa_half_width(0.7, 0.5, 0, level),
        ] {
            assert_eq!(found, None);
        }
        assert_eq!(half_width(0.3, 50, 1.0, Some(50), level), Some(0.0));
        assert_eq!(posts_for(0.5, 0.0, 1.0, Some(400), level), Some(400));
    }

    #[test]
    fn rare_codes_need_more_posts_for_the_same_kappa() {
        let level = Level::default();
        let posts = |prevalence| posts_for_kappa(0.7, prevalence, 0.1, level).unwrap();
        assert!(posts(0.05) > posts(0.2) && posts(0.2) > posts(0.5));
        let n = posts(0.2);
        assert!(kappa_half_width(0.7, 0.2, n, level).unwrap() <= 0.1);
        assert!(kappa_half_width(0.7, 0.2, n - 1, level).unwrap() > 0.1);
    }
}
