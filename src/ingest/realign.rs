use serde::Deserialize;

use super::{dates, digits::is_number, header::Header};
use crate::cutter::Cells;

/// How to find one's way in the rows of an exporter whose rows do not keep to their header (weibo-crawler).
///
/// A row is `LEAD.. DATE TOOL LIKES COMMENTS REPOSTS ..TAIL`, where the lead grew with the years. The date, followed by
/// one cell and three counts, shows how long the lead is, and so which cell is what, whatever the header says.
/// Then come a date and time, the editing marks (`True`, a number) and `True` or `False` for an original or a repost, where
/// a version wrote them; behind a `False` stands the post reposted, in the same order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Realign {
    /// The column that opens every lead.
    first: String,
    /// Leads by version: the columns from `first` to the date, the date not included. All differ in length.
    leads: Vec<Vec<String>>,
    /// The date column.
    date: String,
    /// The columns behind the date; the second to fourth are counts.
    behind: Vec<String>,
    /// The column of date and time behind these.
    full_date: String,
    /// The columns of the editing marks.
    edited: [String; 2],
    /// The column that says original or repost.
    original: String,
    /// The columns of the author of the post reposted.
    source_author: [String; 2],
    /// What the columns of the post reposted begin with.
    source_prefix: String,
}

/// For every column of a header, the cell that belongs under it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Alignment {
    cells: Vec<Option<usize>>,
    moved: bool,
}

impl Alignment {
    /// A row whose cells lie in this order of columns.
    pub(super) fn of_order(order: &[usize], width: usize) -> Alignment {
        let mut cells = vec![None; width];
        for (cell, &column) in order.iter().enumerate() {
            cells[column] = Some(cell);
        }
        Alignment { cells, moved: true }
    }

    pub(super) fn cell(&self, column: usize) -> Option<usize> {
        self.cells.get(column).copied().flatten()
    }

    /// Whether any cell stands elsewhere than under its header.
    pub(super) fn moved(&self) -> bool {
        self.moved
    }
}

impl Realign {
    /// Columns that rows may have without the header naming them.
    pub(super) fn columns_beside_header(&self) -> impl Iterator<Item = &str> {
        [self.full_date.as_str(), self.original.as_str()].into_iter()
    }

    /// Finds the cells of a row; `None` if it is not of this exporter's making.
    pub(super) fn align(&self, row: &Cells<'_>, header: &Header) -> Option<Alignment> {
        let prefix = header.position(&self.first)?;
        let before: Vec<&str> = header.names()[..prefix].iter().map(String::as_str).collect();
        let mut found = Found {
            row,
            header,
            cells: vec![None; header.full_width()],
        };
        let tail = self.block(&mut found, 0, &before, "")?;
        if let Some(source) = self.tail(&mut found, tail) {
            self.source(&mut found, source);
        }
        let moved = found
            .cells
            .iter()
            .enumerate()
            .any(|(column, cell)| cell.is_some_and(|cell| cell != column || column >= header.width()));
        Some(Alignment {
            cells: found.cells,
            moved,
        })
    }

    /// Finds one post's cells from `start` on; gives the first cell behind them.
    fn block(&self, found: &mut Found<'_>, start: usize, before: &[&str], prefix: &str) -> Option<usize> {
        let lead = self
            .leads
            .iter()
            .find(|lead| found.is_date_and_counts(start + before.len() + lead.len()))?;
        let lead = lead.iter().chain([&self.date]).chain(&self.behind).map(String::as_str);
        let mut cell = start;
        for name in before.iter().copied().chain(lead) {
            found.put(&format!("{prefix}{name}"), cell);
            cell += 1;
        }
        Some(cell)
    }

    /// Finds what stands behind a post's counts; gives the first cell of the post reposted, if there is one.
    fn tail(&self, found: &mut Found<'_>, mut cell: usize) -> Option<usize> {
        while let Some(text) = found.row.get(cell) {
            if dates::is_date_and_time(text) {
                found.put(&self.full_date, cell);
            } else if is_truth(text) && found.row.get(cell + 1).is_some_and(is_count) && !found.is_source(cell + 1) {
                found.put(&self.edited[0], cell);
                found.put(&self.edited[1], cell + 1);
                cell += 1;
            } else if is_truth(text) {
                found.put(&self.original, cell);
                return (cell + 1 < found.row.len()).then_some(cell + 1);
            }
            cell += 1;
        }
        None
    }

    fn source(&self, found: &mut Found<'_>, start: usize) {
        for (at, name) in self.source_author.iter().enumerate() {
            found.put(name, start + at);
        }
        let start = start + self.source_author.len();
        if let Some(full_date) = self.block(found, start, &[], &self.source_prefix)
            && found.row.get(full_date).is_some_and(dates::is_date_and_time)
        {
            found.put(&format!("{}{}", self.source_prefix, self.full_date), full_date);
        }
    }
}

struct Found<'a> {
    row: &'a Cells<'a>,
    header: &'a Header,
    cells: Vec<Option<usize>>,
}

impl Found<'_> {
    fn put(&mut self, name: &str, cell: usize) {
        if let Some(column) = self.header.position(name) {
            self.cells[column] = Some(cell);
        }
    }

    fn is_date_and_counts(&self, date: usize) -> bool {
        self.row.get(date).is_some_and(dates::is_full_date)
            && (date + 2..date + 5).all(|cell| self.row.get(cell).is_some_and(is_count))
    }

    /// A user id (long, then a name) rather than the number of edits.
    fn is_source(&self, cell: usize) -> bool {
        self.row.get(cell).is_some_and(|text| text.trim().len() > 4)
    }
}

fn is_count(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && is_number(cell)
}

fn is_truth(cell: &str) -> bool {
    matches!(cell.trim(), "True" | "False" | "TRUE" | "FALSE" | "true" | "false")
}
