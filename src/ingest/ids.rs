//! Weibo's two ids of one post: the `mid` (a 64-bit number, 16 digits since 2009) and the `bid` of its address.
//!
//! The bid is the mid in groups of seven decimal digits from the right, each group written in base 62 (`0-9a-zA-Z`)
//! with four characters, leading zeros of the first group dropped. The upper bits of a mid are a clock:
//! `unix seconds = (mid >> 22) + 515483463`.

use super::digits::{is_number, number_of_eight};

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const GROUP: u64 = 10_000_000;
const CLOCK_SHIFT: u32 = 22;
const CLOCK_ORIGIN: u64 = 515_483_463;
/// 2009-08-14, the day Weibo opened, and 2038-01-19: a mid outside is some other number.
const CLOCK_RANGE: std::ops::Range<u64> = 1_250_179_200..2_147_483_648;

/// The bid of a mid.
///
/// ```
/// // 1 | 0000001: "1", then "0001".
/// assert_eq!(minyi::ingest::ids::bid_of(10_000_001), "10001");
/// ```
pub fn bid_of(mut mid: u64) -> String {
    let mut reversed = Vec::new();
    loop {
        let (mut group, rest) = (mid % GROUP, mid / GROUP);
        for place in 0..4 {
            if rest == 0 && group == 0 && place > 0 {
                break;
            }
            reversed.push(DIGITS[(group % 62) as usize]);
            group /= 62;
        }
        if rest == 0 {
            break;
        }
        mid = rest;
    }
    reversed.iter().rev().map(|&digit| char::from(digit)).collect()
}

/// The mid of a bid; `None` for anything that is not a bid in its one spelling.
pub fn mid_of(bid: &str) -> Option<u64> {
    if bid.is_empty() || bid.len() > 12 {
        return None;
    }
    let mut mid = 0u64;
    for chunk in bid.as_bytes().rchunks(4).rev() {
        let mut group = 0;
        for byte in chunk {
            group = group * 62 + DIGITS.iter().position(|digit| digit == byte)? as u64;
        }
        if group >= GROUP {
            return None;
        }
        mid = mid.checked_mul(GROUP)?.checked_add(group)?;
    }
    (bid_of(mid) == bid).then_some(mid)
}

/// The number that an id is, if it is written as numbers are, without a zero or sign before it.
pub fn number_of(id: &str) -> Option<u64> {
    if !id.starts_with(|first| matches!(first, '1'..='9')) {
        return None;
    }
    // As ids of Weibo are.
    if let (&[upper, lower], []) = id.as_bytes().as_chunks() {
        return Some(number_of_eight(upper)? * 100_000_000 + number_of_eight(lower)?);
    }
    id.parse().ok()
}

/// When the post with this id was made, in seconds since 1970-01-01T00:00:00Z; `None` unless it is a 16-digit mid
/// from between 2009-08-14 and 2038-01-19. The second is right to within one.
pub fn time_of(id: &str) -> Option<i64> {
    if id.len() != 16 || !is_number(id) {
        return None;
    }
    let seconds = (id.parse::<u64>().ok()? >> CLOCK_SHIFT) + CLOCK_ORIGIN;
    CLOCK_RANGE.contains(&seconds).then_some(seconds as i64)
}

/// Whether a spreadsheet turned the id into a rounded number: `4.5E+15`, `1.27791e+18`.
pub(super) fn is_scientific(id: &str) -> bool {
    if is_number(id) {
        return false;
    }
    let Some((mantissa, exponent)) = id.split_once(['e', 'E']) else {
        return false;
    };
    (mantissa.contains('.') || exponent.starts_with('+'))
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && mantissa.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && !exponent.is_empty()
        && is_number(exponent.trim_start_matches('+'))
}

/// Whether `id` is `mid` with its last digit lost to a spreadsheet, which keeps 15.
pub(super) fn is_rounding(id: &str, mid: &str) -> bool {
    match (id.parse::<u64>(), mid.parse::<u64>()) {
        (Ok(id), Ok(mid)) => id.abs_diff(mid) < 10,
        _ => false,
    }
}

/// An id without what exporters and spreadsheets put around it: spaces, a tab, `="..."`, a leading `'`, a float's `.0`.
pub(super) fn trim(cell: &str) -> &str {
    if cell.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return cell;
    }
    let cell = cell.trim();
    let cell = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(cell);
    let cell = cell.strip_prefix('\'').unwrap_or(cell).trim();
    match cell.strip_suffix(".0") {
        Some(whole) if !whole.is_empty() && is_number(whole) => whole,
        _ => cell,
    }
}

/// The last part of an address, without query or fragment; other ids come back as they are.
pub(super) fn last_part(id: &str) -> &str {
    if !id.contains(':') || !id.contains("://") {
        return id;
    }
    let path = id.split(['?', '#']).next().unwrap_or(id).trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// The id that a cell holds: what is left of it without what may be around it, the last part of an address.
pub(super) fn of_cell(cell: &str) -> &str {
    // As most ids are.
    if is_number(cell) { cell } else { last_part(trim(cell)) }
}

/// The Weibo mid that this cell is or stands for: a mid as it is, a bid converted.
pub(super) fn mid_from(cell: &str) -> Option<String> {
    if time_of(cell).is_some() {
        return Some(cell.to_owned());
    }
    let mid = mid_of(cell)?.to_string();
    time_of(&mid).map(|_| mid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sums one can do by hand, digits `0-9a-zA-Z` = 0..61.
    /// `z` = 35, `A` = 36, `Z` = 61; `ZZ` = 61*62 + 61 = 3843; `1000` = 62^3 = 238328.
    #[test]
    fn groups_of_seven_digits_become_four_characters() {
        for (mid, bid) in [
            (0, "0"),
            (35, "z"),
            (36, "A"),
            (61, "Z"),
            (62, "10"),
            (3_843, "ZZ"),
            (238_328, "1000"),
            // 9 999 999 = 41*238328 + 59*3844 + 28*62 + 19: F X s j
            (9_999_999, "FXsj"),
            // 1 | 0000001: the inner group keeps its zeros
            (10_000_001, "10001"),
            // 49 | 0000062 | 0238328: N=49, 62 = "0010", 238328 = "1000"
            (4_900_000_620_238_328, "N00101000"),
        ] {
            assert_eq!(bid_of(mid), bid, "{mid}");
            assert_eq!(mid_of(bid), Some(mid), "{bid}");
        }
    }

    #[test]
    fn what_is_no_bid_gives_no_mid() {
        // ZZZZ = 14776335 does not fit seven digits; 00010 has a second spelling; the rest is not base 62.
        for text in ["", "ZZZZ", "1ZZZZ", "00010", "N5-Z", "微博", "ZZZZZZZZZZZZZ"] {
            assert_eq!(mid_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_mid_tells_its_time() {
        // (4913472512 << 22 .. ) would not fit 16 digits; 1171273804 << 22 = 4912678297010176 does.
        assert_eq!(1_171_273_804u64 << 22, 4_912_678_401_212_416);
        assert_eq!(time_of("4912678401212416"), Some(1_171_273_804 + 515_483_463));
        assert_eq!(time_of("4912678401212415"), Some(1_171_273_803 + 515_483_463));
        for other in [
            "491267840121241",
            "49126784012124160",
            "0000000000000001",
            "491267840121241x",
            "",
            "4.9E+15",
        ] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }

    #[test]
    fn spreadsheet_damage_is_recognised() {
        for id in ["4.5E+15", "1.27791E+18", "5.56e+15", "5E+15", "4.5E15"] {
            assert!(is_scientific(id), "{id}");
        }
        for id in [
            "4912678401212416",
            "N5jP255p6",
            "5e15",
            "Ee12",
            "12E",
            "e",
            "",
            "640b0e000000000000aa",
        ] {
            assert!(!is_scientific(id), "{id}");
        }
    }

    #[test]
    fn a_rounded_id_is_near_the_true_one() {
        assert!(is_rounding("4912678401212410", "4912678401212416"));
        assert!(is_rounding("4912678401212420", "4912678401212416"));
        assert!(!is_rounding("4912678401212400", "4912678401212416"));
        assert!(!is_rounding("", "4912678401212416"));
    }

    #[test]
    fn ids_lose_what_stands_around_them() {
        for (cell, id) in [
            ("4912678401212416\t", "4912678401212416"),
            (" 4912678401212416 ", "4912678401212416"),
            ("=\"4912678401212416\"", "4912678401212416"),
            ("'4912678401212416", "4912678401212416"),
            ("4912678401212416.0", "4912678401212416"),
            ("v1.0", "v1.0"),
            (".0", ".0"),
        ] {
            assert_eq!(trim(cell), id);
        }
        assert_eq!(
            last_part("https://weibo.com/1000000001/N00101000?type=comment#x"),
            "N00101000"
        );
        assert_eq!(last_part("https://weibo.cn//u/12345"), "12345");
        assert_eq!(last_part("N00101000"), "N00101000");
    }

    proptest! {
        #[test]
        fn an_id_is_a_number_where_it_is_written_as_one(id in "[0-9]{1,21}|[0-9]{8}[0-9/:a]{8}") {
            prop_assert_eq!(number_of(&id), id.parse().ok().filter(|number: &u64| number.to_string() == id && *number > 0));
        }

        #[test]
        fn every_mid_comes_back_from_its_bid(mid in 0u64..10_000_000_000_000_000) {
            prop_assert_eq!(mid_of(&bid_of(mid)), Some(mid));
        }

        #[test]
        fn every_bid_comes_back_from_its_mid(bid in "[1-9a-zA-Z][0-9a-zA-Z]{8}") {
            if let Some(mid) = mid_of(&bid) {
                prop_assert_eq!(bid_of(mid), bid);
            }
        }

        #[test]
        fn no_text_is_too_odd(text in any::<String>()) {
            let _ = (mid_of(&text), time_of(&text), is_scientific(&text), last_part(trim(&text)), mid_from(&text));
        }
    }
}
