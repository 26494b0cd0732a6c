use jiff::{Span, civil};

use crate::{
    ingest::values::Values,
    model::{Day, Moment},
};

use super::{Rest, moment};

/// A date told relative to the time of collection. The words are data (`common.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relative {
    /// `5分钟前`, `刚刚`: seconds before.
    Ago(i64),
    /// `昨天 12:30`: days before, and the time of that day.
    Day(i64, Option<civil::Time>),
}

/// Reads `刚刚`, `5分钟前`, `3天前`, `今天`, `昨天 12:30`.
pub(super) fn parse(cell: &str, values: &Values) -> Option<Relative> {
    let cell = cell.trim();
    let mut rest = Rest(cell);
    if let Some(number) = rest.number(1, 5) {
        rest.skip_spaces();
        let unit = rest.0.strip_suffix('前').unwrap_or(rest.0);
        let seconds = values.relative_units.get(unit)?;
        return Some(match i64::from(number) * seconds {
            // Whole days say nothing of the hour.
            ago if *seconds >= DAY => Relative::Day(ago / DAY, None),
            ago => Relative::Ago(ago),
        });
    }
    if values.just_now.contains(cell) {
        return Some(Relative::Ago(0));
    }
    let (word, days) = values
        .relative_days
        .iter()
        .find(|(word, _)| cell.starts_with(word.as_str()))?;
    let mut rest = Rest(&cell[word.len()..]);
    rest.skip_spaces();
    if rest.0.is_empty() {
        return Some(Relative::Day(*days, None));
    }
    let time = rest.time()?;
    rest.0.is_empty().then_some(Relative::Day(*days, Some(time)))
}

const DAY: i64 = 86_400;

impl Relative {
    /// The moment meant, where the post was collected then. If only the day of collection is known, only days are told.
    pub(super) fn before(self, collected: Moment) -> Option<Moment> {
        match (self, collected) {
            (Relative::Ago(seconds), Moment::Instant(at)) => at
                .checked_sub(Span::new().try_seconds(seconds).ok()?)
                .ok()
                .map(Moment::Instant),
            (Relative::Ago(seconds), Moment::Day(day)) => (seconds == 0).then_some(Moment::Day(day)),
            (Relative::Day(days, time), collected) => {
                let day: Day = collected.day().checked_sub(Span::new().try_days(days).ok()?).ok()?;
                Some(moment(day, time))
            }
        }
    }
}
