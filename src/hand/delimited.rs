//! CSV and its kin.

use super::{Known, Row, Table, doccano, label_studio, mixed, wrong};
use crate::{error::Result, ingest::read_text, validate::ColumnMap};

pub(super) fn read(path: &str, map: &ColumnMap, known: Known<'_>) -> Result<Table> {
    let (text, _) = read_text(path)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| broken(path, error))?;
    let mut table = Table {
        name: path.to_owned(),
        numbering: "line",
        columns: header.iter().map(str::to_owned).collect(),
        rows: Vec::new(),
    };
    for record in reader.records() {
        let record = record.map_err(|error| broken(path, error))?;
        table.rows.push(Row {
            number: record.position().map_or(0, csv::Position::line),
            coder: None,
            cells: record.iter().map(str::to_owned).collect(),
        });
    }
    if label_studio::is_csv(&table.columns) {
        label_studio::from_csv(&mut table);
    } else if mixed(&table.columns, map, doccano::LABEL) {
        doccano::split_csv(&mut table, known)?;
    }
    Ok(table)
}

/// The one of comma, semicolon and tab that the header has most of.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    // Of equals the last is taken.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn broken(path: &str, error: csv::Error) -> crate::error::Error {
    let problem = match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => format!(
            "line {}: {len} cells, the header has {expected_len}; a text with commas needs quotation marks",
            pos.as_ref().map_or(0, csv::Position::line)
        ),
        _ => error.to_string(),
    };
    wrong(path, problem)
}
