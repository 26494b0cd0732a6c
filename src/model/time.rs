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
    /// The export gives a time of day (to the minute or second), which this is in Beijing.
    Instant(civil::DateTime),
}

impl Moment {
    /// A moment from seconds since 1970-01-01T00:00:00Z; `None` outside the years -9999 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        Timestamp::from_second(seconds).ok().map(Moment::from)
    }

    /// Adds the moment to a text, as it is displayed.
    pub fn write_to(self, text: &mut String) {
        // Writing to memory cannot fail.
        let _ = match self {
            Moment::Day(day) => write!(text, "{day}"),
            Moment::Instant(at) => {
                let two = |number: i8| [b'0' + number.unsigned_abs() / 10, b'0' + number.unsigned_abs() % 10];
                match u16::try_from(at.year()) {
                    Ok(year) => {
                        let [y0, y1] = two((year / 100) as i8);
                        let [y2, y3] = two((year % 100) as i8);
                        let ([m0, m1], [d0, d1]) = (two(at.month()), two(at.day()));
                        let ([h0, h1], [n0, n1], [s0, s1]) = (two(at.hour()), two(at.minute()), two(at.second()));
                        let digits = [
                            y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1,
                        ];
                        text.push_str(str::from_utf8(&digits).unwrap_or_default());
                        text.push_str("+08:00");
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
            Moment::Instant(at) => at.date(),
        }
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Moment::Instant(BEIJING.to_datetime(at))
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
