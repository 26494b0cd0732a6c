//! A breakdown laid out for print.

use super::{
    Group, Labels, PrintCell, PrintRow, PrintTable, RowKind,
    long::base_name,
    notes::{count_notes, notes},
};
use crate::tabulate::{Crossing, Interval, Test, Within, wilson};

/// What a printed breakdown is of, and what its notes must say.
#[derive(Debug, Clone)]
pub struct Printing<'a> {
    /// Words.
    pub labels: &'a Labels,
    /// Short name of the table.
    pub name: String,
    /// Column of the coded posts in the rows.
    pub rows: String,
    /// Column of the coded posts in the columns, where there is one.
    pub cols: Option<String>,
    /// Column of the coded posts that makes the strata, where there is one.
    pub by: Option<String>,
    /// Which share is printed.
    pub within: Within,
    /// What is counted: a key of `[units]` in the labels.
    pub unit: &'a str,
    /// The condition the posts fulfil, as typed.
    pub condition: Option<String>,
    /// Weight, where posts are weighted.
    pub weight: Option<String>,
    /// Off-topic posts left out.
    pub off_topic: u64,
    /// Posts with an unclear stance left out.
    pub unclear: u64,
    /// Posts left out because a column has no value, by column.
    pub missing: Vec<(String, u64)>,
    /// Posts left out because they lie outside of every phase.
    pub outside: u64,
    /// Posts without an account, where accounts matter.
    pub anonymous: u64,
    /// Posts without the number they are weighted by.
    pub unweighted: u64,
    /// Posts whose weight is no whole number.
    pub odd_weights: u64,
    /// The days that count, where not all do, and the posts outside of them.
    pub window: Option<(String, u64)>,
    /// Whether a gap too long to be listed lies between the periods.
    pub gaps: bool,
    /// Accounts that tie left out.
    pub ties: u64,
    /// Counts below this are masked.
    pub suppress: Option<u64>,
    /// Where the tests stand, if anywhere.
    pub tests_in: Option<String>,
    /// The tests of each crossing.
    pub tests: &'a [Vec<Test>],
}

/// Lays out the crossings of a breakdown, strata below each other: under each column n, % and interval, then the total of the row; the
/// last row of a stratum is its total.
pub fn print_crossings(crossings: &[Crossing], printing: &Printing<'_>) -> PrintTable {
    let labels = printing.labels;
    let within = within(printing);
    let Some(first) = crossings.first() else {
        return PrintTable {
            name: printing.name.clone(),
            caption: caption(printing),
            stub: labels.column(&printing.rows),
            groups: Vec::new(),
            rows: Vec::new(),
            within,
            base_name: base_name(printing, within),
            notes: notes(crossings, printing),
            count_notes: count_notes(crossings, printing),
            note_word: labels.word("note", &[]),
        };
    };
    let mut rows = Vec::new();
    for crossing in crossings {
        if printing.by.is_some() {
            rows.push(PrintRow {
                label: labels.value(&crossing.by),
                kind: RowKind::Stratum,
                cells: Vec::new(),
            });
        }
        rows.extend(body(crossing, printing));
    }
    PrintTable {
        name: printing.name.clone(),
        caption: caption(printing),
        stub: labels.column(&printing.rows),
        groups: groups(first, printing),
        rows,
        within,
        base_name: base_name(printing, within),
        notes: notes(crossings, printing),
        count_notes: count_notes(crossings, printing),
        note_word: labels.word("note", &[]),
    }
}

fn caption(printing: &Printing<'_>) -> String {
    let labels = printing.labels;
    let rows = labels.column(&printing.rows);
    let title = match &printing.cols {
        Some(cols) => labels.note("title", &[("rows", &rows), ("cols", &labels.inline(cols))]),
        None => labels.note("title_one", &[("rows", &rows)]),
    };
    match &printing.by {
        Some(by) => labels.note("title_by", &[("title", &title), ("by", &labels.inline(by))]),
        None => title,
    }
}

fn has_intervals(crossing: &Crossing) -> bool {
    !crossing.options.weighted || !crossing.bootstrap.is_empty()
}

fn groups(crossing: &Crossing, printing: &Printing<'_>) -> Vec<Group> {
    let labels = printing.labels;
    let level = level(crossing);
    let mut columns = vec![labels.word("n", &[]), labels.word("percent", &[])];
    if has_intervals(crossing) {
        columns.push(labels.word("interval", &[("level", &level)]));
    }
    let one_way = printing.cols.is_none();
    let heading = |col: &String| if one_way { String::new() } else { labels.value(col) };
    let mut groups: Vec<Group> = crossing
        .cols
        .iter()
        .map(|col| Group {
            heading: heading(col),
            columns: columns.clone(),
        })
        .collect();
    if !one_way {
        groups.push(Group {
            heading: sum(labels, crossing.options.cols_multiple),
            columns: vec![labels.word("n", &[])],
        });
    }
    groups
}

pub(super) fn level(crossing: &Crossing) -> String {
    ((crossing.options.level.get() * 1e8).round() / 1e6).to_string()
}

/// What a margin is: the total of what stands in its row or column, or where a unit may stand there several times the units.
fn sum(labels: &Labels, multiple: bool) -> String {
    labels.word(if multiple { "base" } else { "total" }, &[])
}

/// What the shares are of: a table of one variable has its own total alone.
fn within(printing: &Printing<'_>) -> Within {
    if printing.cols.is_none() {
        Within::All
    } else {
        printing.within
    }
}

fn body(crossing: &Crossing, printing: &Printing<'_>) -> Vec<PrintRow> {
    let labels = printing.labels;
    let within = within(printing);
    let mut rows = Vec::new();
    for (row, name) in crossing.rows.iter().enumerate() {
        let mut cells = Vec::new();
        for col in 0..crossing.cols.len() {
            let masked = crossing.mask.share(row, col, within);
            let n = if crossing.mask.cell(row, col) {
                PrintCell::Masked
            } else {
                PrintCell::Count(crossing.cells[row][col])
            };
            let interval = if crossing.bootstrap.is_empty() {
                crossing.interval(row, col, within, crossing.options.level)
            } else {
                crossing.bootstrap_interval(row, col, within)
            };
            cells.push(n);
            cells.extend(shares(crossing.share(row, col, within), interval, masked, crossing));
        }
        if printing.cols.is_some() {
            let masked = crossing.mask.base(row, 0, Within::Row);
            cells.push(if masked {
                PrintCell::Masked
            } else {
                PrintCell::Count(crossing.row_bases[row])
            });
        }
        rows.push(PrintRow {
            label: labels.value(name),
            kind: RowKind::Body,
            cells,
        });
    }
    rows.push(PrintRow {
        label: sum(labels, crossing.options.rows_multiple),
        kind: RowKind::Total,
        cells: totals(crossing, printing.cols.is_none(), within),
    });
    rows
}

/// The last row: units of each column, of row shares also their share of all.
fn totals(crossing: &Crossing, one_way: bool, within: Within) -> Vec<PrintCell> {
    let mut cells = Vec::new();
    for (col, &base) in crossing.col_bases.iter().enumerate() {
        let masked = crossing.mask.base(0, col, Within::Col);
        cells.push(if masked {
            PrintCell::Masked
        } else {
            PrintCell::Count(base)
        });
        let blank = one_way || within == Within::Col;
        let share = (crossing.total > 0 && !blank).then(|| base as f64 / crossing.total as f64);
        let interval = match share {
            Some(_) if !crossing.bootstrap.is_empty() => crossing.bootstrap_cols[col],
            Some(_) if !crossing.options.weighted => wilson(base, crossing.total, crossing.options.level),
            _ => None,
        };
        if blank {
            cells.push(PrintCell::Empty);
            cells.extend(has_intervals(crossing).then_some(PrintCell::Empty));
        } else {
            cells.extend(shares(share, interval, masked || crossing.mask.total, crossing));
        }
    }
    if !one_way {
        cells.push(if crossing.mask.total {
            PrintCell::Masked
        } else {
            PrintCell::Count(crossing.total)
        });
    }
    cells
}

fn shares(share: Option<f64>, interval: Option<Interval>, masked: bool, crossing: &Crossing) -> Vec<PrintCell> {
    let mut cells = vec![match share {
        _ if masked => PrintCell::Masked,
        Some(share) => PrintCell::Share(share),
        None => PrintCell::NotAvailable,
    }];
    if has_intervals(crossing) {
        cells.push(match interval {
            _ if masked => PrintCell::Masked,
            Some(interval) => PrintCell::Interval(interval.low, interval.high),
            None if share.is_some() && !crossing.bootstrap.is_empty() => PrintCell::NotAvailable,
            None => PrintCell::Empty,
        });
    }
    cells
}
