//! Numbers of the flow of records, as far as they are told.

use super::{html::thousands, page::StudyReport};
use crate::{
    export::number::MASKED,
    model::Exclusion,
    tabulate::{Base, Table},
};

/// The row of the flow table that sums up all files.
const ALL_FILES: &str = "all files";

/// The flow of all files together.
#[derive(Clone, Copy)]
pub(super) struct Steps<'a>(&'a Table);

impl<'a> Steps<'a> {
    /// Nothing where the run has no table of the flow.
    pub(super) fn of(report: &StudyReport<'a>) -> Option<Self> {
        report.study.tables.iter().find(|table| table.name == "flow").map(Steps)
    }

    /// Records at a step, 0 where the flow has no such step; `None` where the number is masked.
    pub(super) fn at(self, step: &str) -> Option<u64> {
        match self.0.cell(ALL_FILES, step, Base::RecordsRead) {
            Some(count) => (!count.hidden.n).then_some(count.n),
            None => Some(0),
        }
    }

    /// Records read as posts: what the others leave, so masked where any of them is.
    pub(super) fn posts(self) -> Option<u64> {
        let excluded = Exclusion::ALL.map(|why| self.at(why.name()));
        if self.at("coded").is_none() || excluded.contains(&None) {
            return None;
        }
        Some(self.at("read")? - self.at("rejected")? - self.at("accounts")?)
    }

    /// Posts left out, by reason; without those of which there are none.
    pub(super) fn excluded(self) -> Vec<(&'static str, Option<u64>)> {
        let all = Exclusion::ALL.map(|why| (why.name(), self.at(why.name())));
        all.into_iter().filter(|(_, n)| *n != Some(0)).collect()
    }
}

/// A number as the report prints it.
pub(super) fn number(n: Option<u64>) -> String {
    n.map_or_else(|| MASKED.to_owned(), thousands)
}
