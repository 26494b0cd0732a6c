//! Posts by Beijing day.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::model::{Day, Moment, Stance};

use super::{Base, Level, Table, by_stance::ByStance};

/// Days without a post are printed up to this many in a row; one post with a wrong year must not add a thousand years of zeros.
const LONGEST_PRINTED_GAP: i32 = 366;

/// The row of posts without a day.
const UNDATED: &str = "undated";

/// Counts by day; memory grows with days.
#[derive(Debug, Default)]
pub(super) struct Days {
    days: FxHashMap<Day, ByStance>,
    undated: ByStance,
}

impl Days {
    pub(super) fn count(&mut self, at: Option<Moment>, stance: Stance) {
        match at {
            Some(at) => self.days.entry(at.day()).or_default().add(stance),
            None => self.undated.add(stance),
        }
    }

    /// Adds the posts of others.
    pub(super) fn add(&mut self, others: &Days) {
        // Sums do not depend on the order of the map.
        #[allow(clippy::iter_over_hash_type)]
        for (&day, &posts) in &others.days {
            *self.days.entry(day).or_default() += posts;
        }
        self.undated += others.undated;
    }

    /// Every day with a post, and the posts without one, under the names they have in the table.
    pub(super) fn counted(&self) -> Vec<(String, ByStance)> {
        let days = self.days.iter().collect::<BTreeMap<_, _>>().into_iter();
        let days = days.map(|(day, posts)| (day.to_string(), *posts));
        days.chain([(UNDATED.to_owned(), self.undated)]).collect()
    }

    /// The table `daily`: every day from the first to the last, both included, or of the window where one is given, days with zero
    /// posts among them; then the row `undated`. Shares of the three stances are of the day's posts with a stance, those of
    /// off-topic (and unclear) posts of all posts.
    pub(super) fn table(&self, window: Option<(Day, Day)>, all_posts: u64, level: Level) -> Table {
        let mut table = Table::new("daily", level);
        let mut sum = self.undated;
        self.days.values().for_each(|posts| sum += *posts);
        let outside: Vec<Stance> = sum.outside().collect();
        for day in self.printed_days(window) {
            let posts = self.days.get(&day).copied().unwrap_or_default();
            push_day(&mut table, &day.to_string(), &posts, &outside, all_posts);
        }
        push_day(&mut table, UNDATED, &self.undated, &outside, all_posts);
        table
    }

    fn printed_days(&self, window: Option<(Day, Day)>) -> Vec<Day> {
        let mut printed: Vec<Day> = Vec::new();
        if let Some((first, last)) = window {
            printed.extend(first.series(jiff::Span::new().days(1)).take_while(|&day| day <= last));
        }
        let mut previous: Option<Day> = None;
        for &day in self.days.keys().collect::<BTreeSet<_>>() {
            let gap = previous.and_then(|previous| days_between(previous, day)).unwrap_or(0);
            match previous.and_then(|previous| previous.tomorrow().ok()) {
                Some(next) if gap <= LONGEST_PRINTED_GAP => {
                    printed.extend(
                        next.series(jiff::Span::new().days(1))
                            .take_while(|&between| between < day),
                    );
                }
                _ => {}
            }
            printed.push(day);
            previous = Some(day);
        }
        printed.sort_unstable();
        printed.dedup();
        printed
    }
}

fn days_between(from: Day, to: Day) -> Option<i32> {
    from.until(to).ok().map(|span| span.get_days())
}

fn push_day(table: &mut Table, row: &str, posts: &ByStance, outside: &[Stance], all_posts: u64) {
    for stance in Stance::ON_TOPIC {
        table.push(row, stance, posts.get(stance), posts.on_topic(), Base::WithinDay);
    }
    for &outside in outside {
        table.push(row, outside, posts.get(outside), all_posts, Base::AllPosts);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn printed(days: &[Day], window: Option<(Day, Day)>) -> Vec<String> {
        let mut counted = Days::default();
        for &day in days {
            counted.count(Some(Moment::Day(day)), Stance::Negative);
        }
        counted.printed_days(window).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn days_between_the_first_and_the_last_are_all_there() {
        let found = printed(&[date(2024, 3, 1), date(2024, 2, 27)], None);
        assert_eq!(found, ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]);
    }

    #[test]
    fn the_window_of_the_weibo_study_has_69_days() {
        let found = printed(&[date(2023, 7, 1)], Some((date(2023, 6, 14), date(2023, 8, 21))));
        assert_eq!(found.len(), 69);
        assert_eq!((found[0].as_str(), found[68].as_str()), ("2023-06-14", "2023-08-21"));
    }

    #[test]
    fn a_day_outside_the_window_is_printed_too() {
        let found = printed(&[date(2023, 6, 18)], Some((date(2023, 6, 14), date(2023, 6, 15))));
        assert_eq!(found, ["2023-06-14", "2023-06-15", "2023-06-18"]);
    }

    #[test]
    fn a_wrong_year_does_not_fill_decades_with_zeros() {
        assert_eq!(
            printed(&[date(1970, 1, 1), date(2023, 6, 14)], None),
            ["1970-01-01", "2023-06-14"]
        );
    }
}
