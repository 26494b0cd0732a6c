use std::fmt::{self, Write as _};

use jiff::{Timestamp, civil, tz::Offset};

/// Weibo shows Beijing time, which has had no daylight saving since 1991.
const BEIJING: Offset = jiff::tz::offset(8);

/// A calendar day in Beijing (Asia/Shanghai).
pub type Day = civil::Date;

/// When a post was made, in Beijing time, as exactly as the export tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// The export gives the day only.
    Day(Day),
    /// The export gives a time of day (to the minute or second).
    Instant(Timestamp),
}

impl Moment {
    /// A moment from seconds since 1970-01-01T00:00:00Z; `None` outside the years -9999 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        Timestamp::from_second(seconds).ok().map(Moment::Instant)
    }

    /// A moment from a Beijing wall-clock time.
    pub fn from_beijing(at: civil::DateTime) -> Option<Self> {
        BEIJING.to_timestamp(at).ok().map(Moment::Instant)
    }

    /// Adds the moment to a text, as it is displayed.
    pub fn write_to(self, text: &mut String) {
        // Writing to memory cannot fail.
        let _ = match self {
            Moment::Day(day) => write!(text, "{day}"),
            Moment::Instant(at) => {
                let at = BEIJING.to_datetime(at);
                let mut digits = *b"0000-00-00T00:00:00+08:00";
                match u16::try_from(at.year()) {
                    Ok(year) => {
                        let parts = [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(i8::unsigned_abs);
                        let parts = [(year / 100) as u8, (year % 100) as u8].into_iter().chain(parts);
                        for (place, number) in [0, 2, 5, 8, 11, 14, 17].into_iter().zip(parts) {
                            digits[place] += number / 10;
                            digits[place + 1] += number % 10;
                        }
                        text.push_str(str::from_utf8(&digits).unwrap_or_default());
                        Ok(())
                    }
                    Err(_) => write!(text, "{}+08:00", at.strftime("%Y-%m-%dT%H:%M:%S")),
                }
            }
        };
    }

    /// The day in Beijing.
    pub fn day(self) -> Day {
        match self {
            Moment::Day(day) => day,
            Moment::Instant(at) => BEIJING.to_datetime(at).date(),
        }
    }
}

impl fmt::Display for Moment {
    /// ISO 8601: `2023-06-14T23:41:07+08:00`, or the day alone where that is all the export tells.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write_to(&mut text);
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_prints_in_beijing_time() {
        // 2023-06-14 15:41:07 UTC is 23:41:07 in Beijing.
        let at = Moment::from_unix(1_686_757_267).unwrap();
        assert_eq!(at.to_string(), "2023-06-14T23:41:07+08:00");
        assert_eq!(at.day(), civil::date(2023, 6, 14));
    }

    #[test]
    fn the_last_hours_of_a_day_in_utc_belong_to_the_next_day_in_beijing() {
        let at = Moment::from_unix(1_686_758_400 + 3_600).unwrap();
        assert_eq!(at.day(), civil::date(2023, 6, 15));
    }

    #[test]
    fn a_day_without_a_time_stays_a_day() {
        assert_eq!(Moment::Day(civil::date(2020, 2, 29)).to_string(), "2020-02-29");
    }
}
