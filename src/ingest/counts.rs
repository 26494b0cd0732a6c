//! Counts as exporters write them: `1024`, `1,024`, `1.2万`, `100万+`, the bare word `转发` for none.

use super::{
    Repair,
    digits::is_number,
    values::{Values, trimmed},
};

/// Reads a count. Words for none and the names of the powers (万, 亿, w) come from `common.toml`.
pub(super) fn parse(cell: &str, values: &Values) -> Result<(u64, Option<Repair>), Repair> {
    // Few counts have white space around them.
    if let Ok(count) = cell.parse().or_else(|_| trimmed(cell).parse()) {
        return Ok((count, None));
    }
    let cell = trimmed(cell);
    if values.zero_counts.contains(cell) {
        return Ok((0, None));
    }
    let (cell, capped) = match cell.strip_suffix('+') {
        Some(rest) => (rest, true),
        None => (cell, false),
    };
    let (digits, factor) = values
        .count_units
        .iter()
        .find_map(|(unit, factor)| Some((cell.strip_suffix(unit.as_str())?.trim_end(), *factor)))
        .unwrap_or((cell, 1));
    let count = scaled(digits, factor).ok_or(Repair::UnreadableCount)?;
    let repair = match (capped, factor) {
        (true, _) => Some(Repair::CappedCount),
        (false, 1) => None,
        (false, _) => Some(Repair::CountInMyriads),
    };
    Ok((count, repair))
}

/// `digits * factor` for a plain decimal number, exact; digits that would be lost must be zeros.
fn scaled(digits: &str, mut factor: u64) -> Option<u64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut count = thousands(whole)?.checked_mul(factor)?;
    for digit in fraction.chars() {
        let digit = u64::from(digit.to_digit(10)?);
        factor /= 10;
        if factor == 0 && digit != 0 {
            return None;
        }
        count = count.checked_add(digit * factor)?;
    }
    Some(count)
}

/// A whole number, with or without commas between groups of three.
fn thousands(text: &str) -> Option<u64> {
    if !text.contains([',', '，']) {
        return if is_number(text) { text.parse().ok() } else { None };
    }
    let groups: Vec<_> = text.split([',', '，']).collect();
    let well_formed = groups.iter().enumerate().all(|(at, group)| {
        if at == 0 {
            (1..=3).contains(&group.len())
        } else {
            group.len() == 3
        }
    });
    let digits = groups.concat();
    (well_formed && is_number(&digits)).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::values::tests::bundled, *};

    #[test]
    fn counts_are_read_as_written() {
        let values = bundled();
        for (cell, count) in [
            ("0", 0),
            (" 12 ", 12),
            ("1,024", 1_024),
            ("12，345，678", 12_345_678),
            ("1.2万", 12_000),
            ("1.2 万", 12_000),
            ("1.2w", 12_000),
            ("273.8万", 2_738_000),
            ("100万+", 1_000_000),
            ("10w+", 100_000),
            ("1.05亿", 105_000_000),
            ("999+", 999),
            ("57.0", 57),
            ("转发", 0),
            ("评论", 0),
            ("赞", 0),
        ] {
            assert_eq!(parse(cell, values).map(|(count, _)| count), Ok(count), "{cell}");
        }
    }

    #[test]
    fn what_was_read_with_help_says_so() {
        let values = bundled();
        assert_eq!(parse("12000", values), Ok((12_000, None)));
        assert_eq!(parse("1.2万", values), Ok((12_000, Some(Repair::CountInMyriads))));
        assert_eq!(parse("100万+", values), Ok((1_000_000, Some(Repair::CappedCount))));
    }

    #[test]
    fn what_is_no_count_is_refused() {
        let values = bundled();
        for cell in [
            "-3",
            "abc",
            "1.5",
            "1,02",
            ",123",
            "1,,024",
            "1.2.3",
            "万",
            "999999999999亿",
            "+",
            "2023-06-14",
            "１２a",
        ] {
            assert_eq!(parse(cell, values), Err(Repair::UnreadableCount), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn no_cell_is_too_odd(cell in any::<String>()) {
            let _ = parse(&cell, bundled());
        }

        #[test]
        fn a_tenth_of_a_myriad_is_a_thousand(whole in 0u64..100_000, tenth in 0u64..10) {
            let cell = format!("{whole}.{tenth}万");
            prop_assert_eq!(parse(&cell, bundled()).map(|(count, _)| count), Ok((whole * 10 + tenth) * 1_000));
        }
    }
}
