//! Numbers as text, the same on every platform.

/// What stands for a share without a base, or a test that could not be made.
pub(super) const NOT_AVAILABLE: &str = "NA";

/// What stands for a number that is not to be shown.
pub(super) const MASKED: &str = "*";

/// A share or the end of an interval: six decimals.
pub(super) fn share(share: f64) -> String {
    format!("{share:.6}")
}

/// A score rounded to four decimals, never -0; `None` where it is not a number.
pub(super) fn round_score(score: f64) -> Option<f64> {
    score.is_finite().then(|| (score * 1e4).round() / 1e4 + 0.0)
}

/// A rounded score as text: four decimals.
pub(super) fn score(rounded: f64) -> String {
    format!("{rounded:.4}")
}

/// A test statistic or a size of association: four decimals.
pub(super) fn statistic(value: f64) -> String {
    round_score(value).map_or_else(|| NOT_AVAILABLE.to_owned(), score)
}

/// A probability: six decimals, below 0.0001 in scientific notation so that a small p does not print as 0.
pub(super) fn probability(p: f64) -> String {
    if p > 0.0 && p < 1e-4 {
        format!("{p:.4e}")
    } else {
        format!("{p:.6}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_round_to_four_decimals_and_zero_has_no_sign() {
        let cases = [
            (0.5, "0.5000"),
            (-0.00001, "0.0000"),
            (-1.0 / 3.0, "-0.3333"),
            (1.0, "1.0000"),
            (0.99996, "1.0000"),
        ];
        for (value, text) in cases {
            assert_eq!(score(round_score(value).unwrap()), text);
        }
        assert_eq!(round_score(f64::NAN), None);
    }

    #[test]
    fn a_small_p_does_not_print_as_zero() {
        assert_eq!(probability(0.049_999_6), "0.050000");
        assert_eq!(probability(0.0001), "0.000100");
        assert_eq!(probability(3.217e-25), "3.2170e-25");
        assert_eq!(probability(0.0), "0.000000");
    }
}
