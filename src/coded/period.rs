//! Days, weeks, months and the phases of a study.

use std::collections::BTreeSet;

use jiff::{Span, civil::Weekday};
use serde::Deserialize;

use super::{failure, wrong};
use crate::{error::Result, model::Day};

/// The category of posts without a readable date.
pub const UNDATED: &str = "undated";

/// Empty periods are listed up to this many in a row; one post with a wrong year must not add a thousand years of zeros.
const LONGEST_LISTED_GAP: usize = 366;

/// How time is cut. Days are Beijing days, as `created_at` has them; weeks are ISO weeks, Monday first, named `2023-W24`.
#[derive(Debug, Clone, PartialEq)]
pub enum Periods {
    /// By day.
    Day,
    /// By ISO week.
    Week,
    /// By calendar month.
    Month,
    /// By the phases a file names.
    Phases(Vec<Phase>),
}

/// A phase of a study, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Name, as printed.
    pub name: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

#[derive(Deserialize)]
struct PhaseRow {
    phase: String,
    from: String,
    to: String,
}

impl Periods {
    /// `day`, `week`, `month`, or `phase:FILE` with FILE a CSV with the columns `phase,from,to`.
    ///
    /// # Errors
    /// It is none of these, or the file cannot be read, names a day that is none, or lets phases overlap.
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "day" => Ok(Periods::Day),
            "week" => Ok(Periods::Week),
            "month" => Ok(Periods::Month),
            _ => match text.strip_prefix("phase:") {
                Some(file) => Ok(Periods::Phases(phases(file)?)),
                None => Err(wrong(&format!("--period {text}"), "use day, week, month or phase:FILE")),
            },
        }
    }

    /// The day of a `created_at` cell; `None` where it holds no date.
    pub fn day(created_at: &str) -> Option<Day> {
        created_at.get(..10)?.parse().ok()
    }

    /// The period of a `created_at` cell; [`UNDATED`] where it holds no date, `None` where the day lies in no phase.
    pub fn of(&self, created_at: &str) -> Option<String> {
        let Some(day) = Periods::day(created_at) else {
            return Some(UNDATED.to_owned());
        };
        match self {
            Periods::Phases(phases) => phases
                .iter()
                .find(|phase| phase.from <= day && day <= phase.to)
                .map(|phase| phase.name.clone()),
            _ => Some(self.name(day)),
        }
    }

    /// The periods to print when these are the ones found: in the order of time, those without posts in between and, where a window is
    /// given, from its first day to its last kept, [`UNDATED`] last. Of phases every one, used or not.
    pub fn listed<'a>(&self, found: impl Iterator<Item = &'a str>, window: Option<(Day, Day)>) -> Vec<String> {
        let found: BTreeSet<&str> = found.collect();
        let mut listed = match self {
            Periods::Phases(phases) => phases.iter().map(|phase| phase.name.clone()).collect(),
            _ => self.without_gaps(&found, window),
        };
        if found.contains(UNDATED) {
            listed.push(UNDATED.to_owned());
        }
        listed
    }

    /// Whether a gap among these periods, in the order of time, is too long to be listed.
    pub fn have_gaps(&self, listed: &[String]) -> bool {
        let starts: Vec<Day> = listed.iter().filter_map(|name| self.start(name)).collect();
        let adjacent = |pair: &[Day]| pair[0].series(self.step()).nth(1).is_none_or(|next| next >= pair[1]);
        !matches!(self, Periods::Phases(_)) && !starts.windows(2).all(adjacent)
    }

    /// A window is listed whole, however long it is.
    fn without_gaps(&self, found: &BTreeSet<&str>, window: Option<(Day, Day)>) -> Vec<String> {
        let mut starts: BTreeSet<Day> = found.iter().filter_map(|name| self.start(name)).collect();
        if let Some((first, last)) = window
            && let Some(first) = self.start(&self.name(first))
        {
            starts.extend(first.series(self.step()).take_while(|&day| day <= last));
        }
        let mut listed = Vec::new();
        let mut previous: Option<Day> = None;
        for start in starts {
            let between: Vec<Day> = previous.map_or_else(Vec::new, |previous| {
                let later = previous.series(self.step()).skip(1);
                later
                    .take_while(|&day| day < start)
                    .take(LONGEST_LISTED_GAP + 1)
                    .collect()
            });
            if between.len() <= LONGEST_LISTED_GAP {
                listed.extend(between.into_iter().map(|day| self.name(day)));
            }
            listed.push(self.name(start));
            previous = Some(start);
        }
        listed
    }

    fn step(&self) -> Span {
        match self {
            Periods::Week => Span::new().weeks(1),
            Periods::Month => Span::new().months(1),
            Periods::Day | Periods::Phases(_) => Span::new().days(1),
        }
    }

    fn name(&self, day: Day) -> String {
        match self {
            Periods::Week => {
                let week = day.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Periods::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Periods::Day | Periods::Phases(_) => day.to_string(),
        }
    }

    /// The first day of the period of this name.
    fn start(&self, name: &str) -> Option<Day> {
        match self {
            Periods::Day | Periods::Phases(_) => name.parse().ok(),
            Periods::Month => format!("{name}-01").parse().ok(),
            Periods::Week => {
                let (year, week) = name.split_once("-W")?;
                let week = jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday);
                Some(week.ok()?.date())
            }
        }
    }
}

fn phases(path: &str) -> Result<Vec<Phase>> {
    let text = std::fs::read_to_string(path).map_err(|source| failure(path, "read", source))?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut phases: Vec<Phase> = Vec::new();
    for (row, record) in (1..).zip(reader.deserialize::<PhaseRow>()) {
        let record =
            record.map_err(|error| wrong(path, &format!("record {row}: {error}; the columns are phase,from,to")))?;
        let day = |text: &str| {
            text.parse::<Day>()
                .map_err(|_| wrong(path, &format!("record {row}: `{text}` is no day; write YYYY-MM-DD")))
        };
        let phase = Phase {
            from: day(&record.from)?,
            to: day(&record.to)?,
            name: record.phase,
        };
        if phase.from > phase.to {
            return Err(wrong(
                path,
                &format!("record {row}: {} ends before it begins", phase.name),
            ));
        }
        if let Some(other) = phases
            .iter()
            .find(|other| other.name == phase.name || (other.from <= phase.to && phase.from <= other.to))
        {
            return Err(wrong(
                path,
                &format!(
                    "record {row}: {} overlaps {}; a day belongs to one phase",
                    phase.name, other.name
                ),
            ));
        }
        phases.push(phase);
    }
    if phases.is_empty() {
        return Err(wrong(path, "no phases; the columns are phase,from,to"));
    }
    Ok(phases)
}
