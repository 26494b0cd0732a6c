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

/// A rounded score as [`score`] gives it.
pub(super) fn write_score(rounded: f64, out: &mut Vec<u8>) {
    let scaled = (rounded.abs() * 1e4).round();
    if rounded.is_nan() || scaled >= 1e12 {
        out.extend_from_slice(score(rounded).as_bytes());
        return;
    }
    if rounded.is_sign_negative() {
        out.push(b'-');
    }
    let scaled = scaled as u64;
    write_count(scaled / 10_000, out);
    out.push(b'.');
    let decimals = (scaled % 10_000) as u16;
    out.extend([1_000, 100, 10, 1].map(|place| b'0' + (decimals / place % 10) as u8));
}

/// A count in decimal digits.
pub(super) fn write_count(mut n: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn scores_are_written_as_they_are_formatted(value in -2.0f64..2.0, any in any::<f64>(), n in any::<u64>()) {
            for rounded in [value, any, -0.0, 1.0, -1.0, 1e9 + 0.5].into_iter().filter_map(round_score) {
                let mut written = Vec::new();
                write_score(rounded, &mut written);
                prop_assert_eq!(String::from_utf8(written), Ok(score(rounded)));
            }
            let mut written = Vec::new();
            write_count(n, &mut written);
            prop_assert_eq!(String::from_utf8(written), Ok(n.to_string()));
        }
    }

    #[test]
    fn a_small_p_does_not_print_as_zero() {
        assert_eq!(probability(0.049_999_6), "0.050000");
        assert_eq!(probability(0.0001), "0.000100");
        assert_eq!(probability(3.217e-25), "3.2170e-25");
        assert_eq!(probability(0.0), "0.000000");
    }
}
