//! Dates as exporters write them, read as Beijing time unless they name an offset.

use jiff::{Timestamp, civil};

use crate::model::Moment;

use super::{
    Repair,
    digits::{are_digits, is_number},
    ids,
    values::{Values, trimmed},
};

mod relative;

use relative::Relative;

/// Reads a date cell. `mid` is the post's Weibo id, which tells the year where the cell does not and the whole time
/// where the cell is of no use; `None` where the export is not Weibo's. The time of collection tells what the id does not.
pub(super) fn read(
    cell: Option<&str>,
    mid: Option<&str>,
    collected_at: Option<Moment>,
    values: &Values,
) -> (Option<Moment>, Vec<Repair>) {
    let from_id = || mid.and_then(ids::time_of).and_then(Moment::from_unix);
    let problem = match cell.map(|cell| parse(cell, values)) {
        Some(Ok(Written::Full(moment))) => return (Some(moment), Vec::new()),
        Some(Ok(Written::Yearless(date))) => {
            if let Some(moment) = from_id().and_then(|at| date.in_year_of(at)) {
                return (Some(moment), vec![Repair::YearFromId]);
            }
            if let Some(moment) = collected_at.and_then(|at| date.before(at)) {
                return (Some(moment), vec![Repair::DateFromCollection]);
            }
            Some(Repair::DateWithoutYear)
        }
        Some(Ok(Written::Relative(date))) => {
            if let Some(moment) = from_id() {
                return (Some(moment), vec![Repair::RelativeDate, Repair::TimeFromId]);
            }
            if let Some(moment) = collected_at.and_then(|at| date.before(at)) {
                return (Some(moment), vec![Repair::DateFromCollection]);
            }
            Some(Repair::RelativeDate)
        }
        Some(Err(problem)) => Some(problem),
        None => None,
    };
    let moment = from_id();
    (
        moment,
        problem.into_iter().chain(moment.map(|_| Repair::TimeFromId)).collect(),
    )
}

/// Whether the cell is a date that needs no help; layouts find their bearings by it.
pub(super) fn is_full_date(cell: &str) -> bool {
    let cell = trimmed(cell);
    // Every row is asked. Most dates are such that no calendar has to be.
    if digits(cell).is_some_and(|digits| digits.surely_exists()) {
        return true;
    }
    cell.len() >= 8 && !is_number(cell) && full(cell).is_some()
}

/// A date as a user writes it in a flag (`--collected-at`), in any form that an export may have.
pub fn parse_moment(text: &str) -> Option<Moment> {
    full(text.trim())
}

/// Whether the cell is a date with a time of day.
pub(super) fn is_date_and_time(cell: &str) -> bool {
    is_full_date(cell) && matches!(full(cell.trim()), Some(Moment::Instant(_)))
}

enum Written {
    Full(Moment),
    Yearless(Yearless),
    Relative(Relative),
}

struct Yearless {
    month: i8,
    day: i8,
    time: Option<civil::Time>,
}

impl Yearless {
    /// The date in the year of that moment, or in the year before or after where that is nearer (a post of 31 December
    /// collected on 1 January).
    fn in_year_of(&self, near: Moment) -> Option<Moment> {
        let near = near.day();
        let candidates = [-1, 0, 1]
            .into_iter()
            .filter_map(|step| civil::Date::new(near.year().checked_add(step)?, self.month, self.day).ok());
        let distance = |date: &civil::Date| (*date - near).get_days().unsigned_abs();
        let date = candidates.min_by_key(distance)?;
        Some(moment(date, self.time))
    }

    /// The last such date that is not after the time of collection.
    fn before(&self, collected: Moment) -> Option<Moment> {
        let last = collected.day();
        let in_year = |step: i16| civil::Date::new(last.year().checked_sub(step)?, self.month, self.day).ok();
        let date = (0..8).filter_map(in_year).find(|date| *date <= last)?;
        Some(moment(date, self.time))
    }
}

fn parse(cell: &str, values: &Values) -> Result<Written, Repair> {
    let cell = trimmed(cell);
    if let Some(moment) = full(cell) {
        return Ok(Written::Full(moment));
    }
    if let Some(date) = yearless(cell) {
        return Ok(Written::Yearless(date));
    }
    relative::parse(cell, values)
        .map(Written::Relative)
        .ok_or(Repair::UnreadableDate)
}

fn full(cell: &str) -> Option<Moment> {
    if let Some(moment) = plain(cell) {
        return Some(moment);
    }
    if cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return epoch(cell).or_else(|| numeric(cell));
    }
    numeric(cell).or_else(|| api(cell))
}

/// `2023-06-14 23:41`, perhaps with seconds: what most exporters write, and what [`numeric`] reads too.
fn plain(cell: &str) -> Option<Moment> {
    let digits = digits(cell)?;
    let date = civil::Date::new(digits.year, digits.month, digits.day).ok()?;
    let time = civil::Time::new(digits.hour, digits.minute, digits.second, 0).ok()?;
    Some(Moment::Instant(date.to_datetime(time)))
}

/// What stands in a [`plain`] date.
struct Digits {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
}

impl Digits {
    /// Whether there is such a day and time, as far as the shortest month tells.
    fn surely_exists(&self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=28).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
    }
}

/// Eight bytes are gone through together, a byte each in 64 bits.
fn digits(cell: &str) -> Option<Digits> {
    /// What stands there, a zero for each digit.
    const DATE: u64 = u64::from_le_bytes(*b"0000-00-");
    const TIME: u64 = u64::from_le_bytes(*b"00 00:00");
    /// The bytes that are no digits.
    const BESIDE_DATE: u64 = 0xff00_00ff_0000_0000;
    const BESIDE_TIME: u64 = 0x0000_ff00_00ff_0000;
    let (minute, second) = cell.as_bytes().split_first_chunk::<16>()?;
    let second = match second {
        [] => 0,
        [b':', tens, ones] => number(&[*tens, *ones])?,
        _ => return None,
    };
    let (&[date, time], []) = minute.as_chunks() else {
        return None;
    };
    let (date, time) = (u64::from_le_bytes(date) ^ DATE, u64::from_le_bytes(time) ^ TIME);
    if date & BESIDE_DATE != 0 || time & BESIDE_TIME != 0 || !are_digits(date) || !are_digits(time) {
        return None;
    }
    // Each byte ten times, and the next one.
    let pairs = |bytes: u64| (bytes * 10 + (bytes >> 8)).to_le_bytes().map(|pair| pair as i8);
    let ([century, _, year, _, _, month, ..], [day, _, _, hour, _, _, minute, _]) = (pairs(date), pairs(time));
    Some(Digits {
        year: i16::from(century) * 100 + i16::from(year),
        month,
        day,
        hour,
        minute,
        second,
    })
}

/// A number of two digits.
fn number(&[tens, ones]: &[u8; 2]) -> Option<i8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| (tens * 10 + ones) as i8)
}

/// Seconds (10 digits) or milliseconds (13 digits) since 1970, perhaps with a fraction.
fn epoch(cell: &str) -> Option<Moment> {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, "0"));
    if fraction.contains('.') {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => Moment::from_unix(number),
        13 => Timestamp::from_millisecond(number).ok().map(Moment::from),
        _ => None,
    }
}

/// `2023-06-14 23:41:07`, `2023/6/14 9:05`, `2023年06月14日 23:41`, `2023-06-14T23:41:07.123+08:00`, `2023-06-14`.
fn numeric(cell: &str) -> Option<Moment> {
    let mut rest = Rest(cell);
    let year = i16::try_from(rest.number(4, 4)?).ok()?;
    let separator = rest.one_of(&['-', '/', '.', '年'])?;
    let month = rest.number(1, 2)?;
    rest.one_of(&[if separator == '年' { '月' } else { separator }])?;
    let day = rest.number(1, 2)?;
    if separator == '年' {
        rest.one_of(&['日'])?;
    }
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    if rest.0.is_empty() {
        return Some(Moment::Day(date));
    }
    if rest.one_of(&['T']).is_none() && !rest.skip_spaces() && separator != '年' {
        return None;
    }
    let time = rest.time()?;
    match rest.offset()? {
        Some(offset) => offset.to_timestamp(date.to_datetime(time)).ok().map(Moment::from),
        None => Some(moment(date, Some(time))),
    }
}

/// The form of Weibo's and Twitter's interfaces: `Thu Jun 15 10:00:00 +0800 2023`.
fn api(cell: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let parts: Vec<&str> = cell.split_ascii_whitespace().collect();
    let [weekday, month, day, time, offset, year] = parts.as_slice() else {
        return None;
    };
    DAYS.iter().position(|name| name == weekday)?;
    let month = i8::try_from(MONTHS.iter().position(|name| name == month)? + 1).ok()?;
    let date = civil::Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    let mut rest = Rest(time);
    let time = rest.time()?;
    let offset = Rest(offset).offset()??;
    rest.0
        .is_empty()
        .then(|| offset.to_timestamp(date.to_datetime(time)).ok().map(Moment::from))?
}

/// `06月14日 23:41`, `06-14`, `6-14 23:41`.
fn yearless(cell: &str) -> Option<Yearless> {
    let mut rest = Rest(cell);
    let month = i8::try_from(rest.number(1, 2)?).ok()?;
    let separator = rest.one_of(&['-', '月'])?;
    let day = i8::try_from(rest.number(1, 2)?).ok()?;
    if separator == '月' {
        rest.one_of(&['日'])?;
    }
    // 2000 is a leap year: 29 February exists in it.
    civil::Date::new(2000, month, day).ok()?;
    if rest.0.is_empty() {
        return Some(Yearless { month, day, time: None });
    }
    if !rest.skip_spaces() && separator != '月' {
        return None;
    }
    let time = rest.time()?;
    rest.0.is_empty().then_some(Yearless {
        month,
        day,
        time: Some(time),
    })
}

fn moment(date: civil::Date, time: Option<civil::Time>) -> Moment {
    time.map_or(Moment::Day(date), |time| Moment::Instant(date.to_datetime(time)))
}

/// What is left to read of a cell.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let length = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if length < least {
            return None;
        }
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        digits.parse().ok()
    }

    fn one_of(&mut self, allowed: &[char]) -> Option<char> {
        let next = self.0.chars().next().filter(|c| allowed.contains(c))?;
        self.0 = &self.0[next.len_utf8()..];
        Some(next)
    }

    fn skip_spaces(&mut self) -> bool {
        let trimmed = self.0.trim_start();
        let skipped = trimmed.len() < self.0.len();
        self.0 = trimmed;
        skipped
    }

    /// `H:MM` with optional seconds; a fraction of a second is dropped.
    fn time(&mut self) -> Option<civil::Time> {
        let hour = self.number(1, 2)?;
        self.one_of(&[':', '：'])?;
        let minute = self.number(2, 2)?;
        let second = if self.one_of(&[':', '：']).is_some() {
            self.number(2, 2)?
        } else {
            0
        };
        if self.one_of(&['.']).is_some() {
            self.number(1, 9)?;
        }
        civil::Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            0,
        )
        .ok()
    }

    /// The end of the cell, or an offset before it: `Z`, `+08:00`, `+0800`. `None` if there is anything else.
    fn offset(&mut self) -> Option<Option<jiff::tz::Offset>> {
        self.skip_spaces();
        if self.0.is_empty() {
            return Some(None);
        }
        if self.one_of(&['Z']).is_some() {
            return self.0.is_empty().then_some(Some(jiff::tz::Offset::UTC));
        }
        let sign = if self.one_of(&['+', '-'])? == '-' { -1 } else { 1 };
        let hours = self.number(2, 2)?;
        self.one_of(&[':']);
        let minutes = self.number(2, 2)?;
        let offset = jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?;
        self.0.is_empty().then_some(Some(offset))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::values::tests::bundled, *};

    fn printed(cell: &str) -> String {
        let (moment, repairs) = read(Some(cell), None, None, bundled());
        match moment {
            Some(moment) => moment.to_string(),
            None => repairs
                .iter()
                .map(|repair| repair.name())
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    #[test]
    fn dates_are_read_as_beijing_time() {
        for (cell, expected) in [
            ("2023-06-14 23:41", "2023-06-14T23:41:00+08:00"),
            ("2023-06-14 23:41:07", "2023-06-14T23:41:07+08:00"),
            ("2023-06-14T23:41:07", "2023-06-14T23:41:07+08:00"),
            (" 2023-06-14 23:41\u{a0}", "2023-06-14T23:41:00+08:00"),
            ("2023-06-14 23:41:07+08:00", "2023-06-14T23:41:07+08:00"),
            ("2023-06-14T15:41:07Z", "2023-06-14T23:41:07+08:00"),
            ("2023-06-14T15:41:07.25+00:00", "2023-06-14T23:41:07+08:00"),
            ("2023/6/4 9:05", "2023-06-04T09:05:00+08:00"),
            ("2023/06/14", "2023-06-14"),
            ("2023-06-14", "2023-06-14"),
            ("2023年06月14日 23:41", "2023-06-14T23:41:00+08:00"),
            ("2023年6月14日", "2023-06-14"),
            ("Wed Jun 14 23:41:07 +0800 2023", "2023-06-14T23:41:07+08:00"),
            ("Wed Jun 14 15:41:07 +0000 2023", "2023-06-14T23:41:07+08:00"),
            ("1686757267", "2023-06-14T23:41:07+08:00"),
            ("1686757267000", "2023-06-14T23:41:07+08:00"),
            ("1686757267.0", "2023-06-14T23:41:07+08:00"),
        ] {
            assert_eq!(printed(cell), expected, "{cell}");
        }
    }

    #[test]
    fn dates_that_tell_too_little_say_what_is_wrong() {
        for (cell, expected) in [
            ("刚刚", "relative date"),
            ("5分钟前", "relative date"),
            ("3 小时前", "relative date"),
            ("今天 08:30", "relative date"),
            ("昨天", "relative date"),
            ("06月14日 23:41", "date without year"),
            ("06-14", "date without year"),
            ("2023-02-30", "unreadable date"),
            ("2023-06-14 25:00", "unreadable date"),
            ("2023-06-14 23:41 x", "unreadable date"),
            ("0001-00-00", "unreadable date"),
            ("iPhone客户端", "unreadable date"),
            ("12345", "unreadable date"),
        ] {
            assert_eq!(printed(cell), expected, "{cell}");
        }
    }

    /// 4912678401212416 was made at 1686757267 (the test of `ids`), which is 2023-06-14 23:41:07 in Beijing.
    const MID: Option<&str> = Some("4912678401212416");

    #[test]
    fn the_id_tells_the_year_and_the_time() {
        let values = bundled();
        let read = |cell| {
            let (moment, repairs) = read(cell, MID, None, values);
            (moment.unwrap().to_string(), repairs)
        };
        let from_id = "2023-06-14T23:41:07+08:00".to_owned();
        assert_eq!(
            read(Some("06月14日 23:41")),
            ("2023-06-14T23:41:00+08:00".to_owned(), vec![Repair::YearFromId])
        );
        assert_eq!(read(Some("06-14")), ("2023-06-14".to_owned(), vec![Repair::YearFromId]));
        assert_eq!(read(None), (from_id.clone(), vec![Repair::TimeFromId]));
        assert_eq!(
            read(Some("5分钟前")),
            (from_id.clone(), vec![Repair::RelativeDate, Repair::TimeFromId])
        );
        assert_eq!(
            read(Some("###")),
            (from_id, vec![Repair::UnreadableDate, Repair::TimeFromId])
        );
        assert_eq!(read(Some("2020-01-01")), ("2020-01-01".to_owned(), vec![]));
    }

    #[test]
    fn a_day_around_new_year_goes_to_the_nearer_year() {
        let on = |month, day| Yearless { month, day, time: None };
        let new_year = Moment::Day(civil::date(2020, 1, 1));
        assert_eq!(
            on(12, 31).in_year_of(new_year),
            Some(Moment::Day(civil::date(2019, 12, 31)))
        );
        assert_eq!(
            on(1, 2).in_year_of(new_year),
            Some(Moment::Day(civil::date(2020, 1, 2)))
        );
        assert_eq!(
            on(2, 29).in_year_of(Moment::Day(civil::date(2021, 3, 1))),
            Some(Moment::Day(civil::date(2020, 2, 29)))
        );
    }

    proptest! {
        #[test]
        fn no_cell_is_too_odd(cell in any::<String>(), mid in any::<String>()) {
            let _ = read(Some(&cell), Some(&mid), None, bundled());
            let _ = (is_full_date(&cell), is_date_and_time(&cell));
        }

        #[test]
        fn plain_dates_are_read_the_general_way(cell in "[0-9]{4}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9](:[0-6][0-9])?") {
            prop_assert_eq!(plain(&cell), numeric(&cell));
            prop_assert_eq!(is_full_date(&cell), numeric(&cell).is_some());
        }

        #[test]
        fn what_is_read_as_a_plain_date_is_one(cell in "[0-9]{3,4}[-/][0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9/]{2}(:[0-9]{1,3})?") {
            prop_assert!(plain(&cell).is_none_or(|moment| Some(moment) == numeric(&cell)));
        }

        #[test]
        fn a_date_with_another_byte_in_it_is_read_the_general_way(at in 0usize..19, byte in "[ -~]", short in any::<bool>()) {
            let mut cell = "2023-06-14 23:41:07".to_owned();
            cell.replace_range(at..=at, &byte);
            cell.truncate(if short { 16 } else { 19 });
            prop_assert!(plain(&cell).is_none_or(|moment| Some(moment) == numeric(&cell)));
            prop_assert_eq!(is_full_date(&cell), numeric(&cell).is_some());
        }

        #[test]
        fn nearly_dates_do_not_panic(cell in "[0-9]{1,5}[-/.年][0-9]{1,3}[-/.月][0-9]{1,3}[日T ]{0,2}[0-9:.+Z-]{0,16}") {
            let _ = read(Some(&cell), None, None, bundled());
        }
    }
}
