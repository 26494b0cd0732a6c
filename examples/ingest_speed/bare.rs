//! The bare readers: every cell is looked at, none is kept.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use calamine::{Reader as _, Xls, Xlsx, open_workbook};
use parquet::{
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
    record::Field,
};
use rusqlite::types::ValueRef;
use serde_json::Value;

use crate::Result;

/// Reads a file by the bare reader of its kind; the bytes in its cells.
pub(crate) fn read(path: &Path) -> Result<u64> {
    let file = || File::open(path);
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => csv(file()?),
        Some("gz") => csv(flate2::read::MultiGzDecoder::new(file()?)),
        Some("zst") => csv(zstd::Decoder::new(file()?)?),
        Some("jsonl") => lines(BufReader::new(file()?)),
        Some("json") => Ok(list(&serde_json::from_str(&std::fs::read_to_string(path)?)?)),
        Some("xlsx") => sheet(
            open_workbook::<Xlsx<_>, _>(path)?
                .worksheet_range_at(0)
                .ok_or("no sheet")??,
        ),
        Some("xls") => sheet(
            open_workbook::<Xls<_>, _>(path)?
                .worksheet_range_at(0)
                .ok_or("no sheet")??,
        ),
        Some("db") => database(path),
        Some("parquet") => columns(file()?),
        _ => Err(format!("{}: no bare reader for this ending", path.display()).into()),
    }
}

/// Rows of bytes, so that a file in any encoding is read.
fn csv(reader: impl Read) -> Result<u64> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let (mut row, mut bytes) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut row)? {
        bytes += row.iter().map(|cell| cell.len() as u64).sum::<u64>();
    }
    Ok(bytes)
}

fn lines(reader: impl BufRead) -> Result<u64> {
    let mut bytes = 0;
    for line in reader.lines() {
        bytes += list(&serde_json::from_str(&line?)?);
    }
    Ok(bytes)
}

fn list(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.len() as u64,
        Value::Array(items) => items.iter().map(list).sum(),
        Value::Object(members) => members.values().map(list).sum(),
        _ => 1,
    }
}

fn sheet(range: calamine::Range<calamine::Data>) -> Result<u64> {
    let length = |cell: &calamine::Data| match cell {
        calamine::Data::String(text) => text.len() as u64,
        _ => 1,
    };
    Ok(range.rows().flatten().map(length).sum())
}

fn database(path: &Path) -> Result<u64> {
    let connection = rusqlite::Connection::open(path)?;
    let mut statement = connection.prepare("SELECT * FROM weibo")?;
    let (width, mut bytes) = (statement.column_count(), 0);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..width {
            bytes += match row.get_ref(column)? {
                ValueRef::Text(text) => text.len() as u64,
                _ => 1,
            };
        }
    }
    Ok(bytes)
}

fn columns(file: File) -> Result<u64> {
    let mut bytes = 0;
    for row in SerializedFileReader::new(file)?.get_row_iter(None)? {
        for (_, cell) in row?.get_column_iter() {
            bytes += match cell {
                Field::Str(text) => text.len() as u64,
                _ => 1,
            };
        }
    }
    Ok(bytes)
}
