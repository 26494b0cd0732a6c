//! The tables of a run read back from their CSV files.

use std::path::Path;

use csv::StringRecord;

use crate::{
    error::{Error, Result},
    export::{number::MASKED, read_test},
    tabulate::{Base, Count, Hidden, Level, Table},
};

/// A table as `write_table` writes it. A masked number is hidden, and 0.
pub(super) fn read_table(path: &Path) -> Result<Table> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut level = None;
    let rows = records(path)?
        .iter()
        .zip(2..)
        .map(|(record, line)| count(record, &mut level).ok_or_else(|| changed(path, line)))
        .collect::<Result<_>>()?;
    Ok(Table {
        name,
        level: level.unwrap_or_default(),
        rows,
    })
}

/// Rows of tests.csv.
pub(super) fn read_tests(path: &Path) -> Result<Vec<Vec<String>>> {
    let cells = |(record, line): (&StringRecord, usize)| {
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        read_test(&cells).map(|_| cells).ok_or_else(|| changed(path, line))
    };
    records(path)?.iter().zip(2..).map(cells).collect()
}

/// `table, row, col, n, base, base_name, share, ci_low, ci_high, ci_method`
fn count(record: &StringRecord, level: &mut Option<Level>) -> Option<Count> {
    let number = |at: usize| match record.get(at)? {
        MASKED => Some((0, true)),
        text => Some((text.parse().ok()?, false)),
    };
    let ((n, n_hidden), (base, base_hidden)) = (number(3)?, number(4)?);
    if let Some(percent) = record.get(9)?.strip_prefix("wilson ") {
        *level = Level::new(percent.strip_suffix('%')?.parse::<f64>().ok()? / 100.0);
    }
    Some(Count {
        row: record.get(1)?.to_owned(),
        col: record.get(2)?.to_owned(),
        n,
        base,
        base_name: Base::from_name(record.get(5)?)?,
        hidden: Hidden {
            n: n_hidden,
            base: base_hidden,
        },
    })
}

fn records(path: &Path) -> Result<Vec<StringRecord>> {
    Ok(records_with_header(path)?.1)
}

/// The header, and the records behind it.
pub(super) fn records_with_header(path: &Path) -> Result<(StringRecord, Vec<StringRecord>)> {
    let broken = |problem: String| Error::Input {
        file: path.display().to_string(),
        problem,
    };
    let mut reader = csv::Reader::from_path(path).map_err(|error| broken(format!("cannot be read: {error}")))?;
    let changed = |error: csv::Error| broken(format!("{error}; not as minyi wrote it, make it again"));
    let header = reader.headers().map_err(changed)?.clone();
    let records = reader.records().collect::<Result<_, _>>().map_err(changed)?;
    Ok((header, records))
}

fn changed(path: &Path, line: usize) -> Error {
    Error::Data {
        file: path.display().to_string(),
        line,
        problem: "no row of a table of minyi; not as minyi wrote it, run the study again".to_owned(),
    }
}
