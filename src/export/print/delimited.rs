//! A printed table as CSV, one row a category: for spreadsheets and for reading into another program.

use super::{Labels, PrintCell, PrintTable, RowKind};
use crate::error::Result;
use crate::export::{
    CsvOptions, Output,
    number::{NOT_AVAILABLE, share, statistic},
    sheet::Sheet,
};

/// Writes tables in wide form, a column `table` first, a stratum in the column `stratum`, what the shares are of in `base_name`. Shares are 0 to 1
/// and intervals two columns, as in the long form; notes are left out. Tables of one file must have the same columns.
pub fn wide_csv(tables: &[PrintTable], labels: &Labels, out: Output, csv: CsvOptions) -> Result<Output> {
    let word = |key: &str| labels.word(key, &[]);
    let mut header: Vec<String> = ["table", "stratum", "base_name", "row"].map(String::from).to_vec();
    for group in tables.first().map_or(&[][..], |table| &table.groups) {
        for (at, column) in group.columns.iter().enumerate() {
            // What is printed in percent is written as a share.
            let share = word("share");
            let column = if *column == word("percent") { &share } else { column };
            let name = if group.heading.is_empty() {
                column.clone()
            } else {
                format!("{} {column}", group.heading)
            };
            if at == INTERVAL {
                header.extend([format!("{name} {}", word("low")), format!("{name} {}", word("high"))]);
            } else {
                header.push(name);
            }
        }
    }
    let mut sheet = Sheet::new(out, csv, header.iter().map(String::as_str))?;
    for table in tables {
        let mut stratum = "";
        for row in &table.rows {
            if row.kind == RowKind::Stratum {
                stratum = &row.label;
                continue;
            }
            for text in [table.name.as_str(), stratum, &table.base_name, &row.label] {
                sheet.cell(text)?;
            }
            let places = table.groups.iter().flat_map(|group| 0..group.columns.len());
            for (cell, place) in row.cells.iter().zip(places) {
                for text in cells(*cell, place == INTERVAL) {
                    sheet.cell(text)?;
                }
            }
            sheet.end_row()?;
        }
    }
    sheet.finish()
}

/// Place of the interval among the columns of a group: n, %, interval.
pub(super) const INTERVAL: usize = 2;

fn cells(cell: PrintCell, two: bool) -> Vec<String> {
    let one = match cell {
        PrintCell::Interval(low, high) => return vec![share(low), share(high)],
        PrintCell::Range(low, high) => return vec![statistic(low), statistic(high)],
        PrintCell::Number(value) => statistic(value),
        PrintCell::Share(value) => share(value),
        PrintCell::Count(n) => n.to_string(),
        PrintCell::NotAvailable => NOT_AVAILABLE.to_owned(),
        PrintCell::Masked => "*".to_owned(),
        PrintCell::Empty => String::new(),
    };
    if two { vec![one.clone(), one] } else { vec![one] }
}
