//! Workbooks: Excel and LibreOffice.

use calamine::{Data, Range, Reader as _, Sheets, open_workbook_auto};

use super::{Row, Table, wrong};
use crate::{error::Result, validate::ColumnMap};

/// The sheet that `minyi sample` writes.
const CODING: &str = "coding";

/// From here on a number cell does not hold every digit of an id.
const INEXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn read(path: &str, map: &ColumnMap) -> Result<Table> {
    let mut book =
        open_workbook_auto(path).map_err(|error| wrong(path, format!("this workbook cannot be read: {error}")))?;
    let id = map.column("post_id");
    let (name, range) = sheet(path, &mut book, id)?;
    // Rows are numbered as the spreadsheet shows them.
    let first = range.start().map_or(0, |(row, _)| u64::from(row)) + 1;
    let mut lines = range.rows();
    let columns: Vec<String> = lines
        .next()
        .map(|row| row.iter().map(text).collect())
        .unwrap_or_default();
    let id = columns.iter().position(|column| column == id);
    let mut rows = Vec::new();
    for (number, line) in (first + 1..).zip(lines) {
        if let Some(Data::Float(id)) = id.map(|at| &line[at])
            && id.abs() >= INEXACT
        {
            return Err(wrong(
                path,
                format!(
                    "sheet {name}, row {number}: the post id is a number of more digits than a spreadsheet keeps, so it is not the id any \
                     more; use the sheets as `minyi sample` wrote them, whose ids are text"
                ),
            ));
        }
        let cells: Vec<String> = line.iter().map(text).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row {
                number,
                coder: None,
                cells,
            });
        }
    }
    Ok(Table {
        name: format!("{path}, sheet {name}"),
        numbering: "row",
        columns,
        rows,
    })
}

/// The sheet called `coding`, else the only one with the post ids.
fn sheet<R: std::io::Read + std::io::Seek>(
    path: &str,
    book: &mut Sheets<R>,
    id: &str,
) -> Result<(String, Range<Data>)> {
    let names = book.sheet_names();
    let mut found = Vec::new();
    for name in &names {
        let range = book
            .worksheet_range(name)
            .map_err(|error| wrong(path, format!("sheet {name}: {error}")))?;
        let has_id = range
            .rows()
            .next()
            .is_some_and(|row| row.iter().any(|cell| text(cell) == id));
        if has_id {
            if name == CODING {
                return Ok((name.clone(), range));
            }
            found.push((name.clone(), range));
        }
    }
    match (found.len(), found.pop()) {
        (1, Some(only)) => Ok(only),
        (0, _) => Err(wrong(
            path,
            format!(
                "no sheet of {} has a column {id}; name it with --map post_id=COLUMN",
                names.join(", ")
            ),
        )),
        (count, _) => Err(wrong(
            path,
            format!("{count} sheets have a column {id}; keep one of them, or call it {CODING}"),
        )),
    }
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Bool(yes) => yes.to_string(),
        other => other.to_string().trim().to_owned(),
    }
}
