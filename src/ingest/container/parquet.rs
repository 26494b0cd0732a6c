//! Parquet files, read row by row. A group of columns becomes columns with dots (`user.id`), as in JSON; a list stays one cell.

use std::fs::File;

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit},
    file::{
        reader::{ChunkReader, FileReader},
        serialized_reader::SerializedFileReader,
    },
    record::{Field, reader::RowIter},
    schema::types::{SchemaDescriptor, Type},
};

use jiff::Timestamp;

use crate::error::Result;

use super::{Candidate, Rows, Tables, refused, rows::guarded, tables::Kind};

/// How a parquet file begins.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// The one table of a file on disk.
pub(super) fn open(input: &str, file: File) -> Result<Tables> {
    let copy = file.try_clone().map_err(|error| unreadable(input, &error))?;
    Ok(Tables {
        candidates: candidates(input, copy)?,
        kind: Kind::Parquet(file),
    })
}

/// The one table of a file in memory.
pub(super) fn open_bytes(input: &str, bytes: Vec<u8>) -> Result<Tables> {
    let bytes = bytes::Bytes::from(bytes);
    Ok(Tables {
        candidates: candidates(input, bytes.clone())?,
        kind: Kind::ParquetBytes(bytes),
    })
}

fn unreadable(input: &str, error: &dyn std::fmt::Display) -> crate::error::Error {
    refused(
        input,
        format!("this parquet file cannot be read: {error}; write it anew (zstd, snappy, gzip or no compression)"),
    )
}

fn reader<R: ChunkReader + 'static>(source: R) -> Result<SerializedFileReader<R>, String> {
    SerializedFileReader::new(source).map_err(|error| error.to_string())
}

fn schema<R: ChunkReader + 'static>(reader: &SerializedFileReader<R>) -> &SchemaDescriptor {
    reader.metadata().file_metadata().schema_descr()
}

fn candidates<R: ChunkReader + 'static>(input: &str, source: R) -> Result<Vec<Candidate>> {
    let columns = guarded(move || {
        let mut columns = Vec::new();
        for column in schema(&reader(source)?).root_schema().get_fields() {
            names(column, "", &mut columns);
        }
        Ok(columns)
    });
    let columns = columns.map_err(|problem| unreadable(input, &problem))?;
    Ok(vec![Candidate {
        name: String::new(),
        columns,
        filled: true,
    }])
}

/// The rows of the file.
pub(super) fn rows<R: ChunkReader + 'static>(source: R) -> Rows {
    Rows::made_by(move |out| {
        let broken = |error: &dyn std::fmt::Display| format!("the parquet file cannot be read on: {error}");
        let reader = reader(source).map_err(|error| broken(&error))?;
        let schema = schema(&reader).root_schema_ptr();
        for row in RowIter::from_file_into(Box::new(reader)) {
            let row = row.map_err(|error| broken(&error))?;
            let mut record = csv::StringRecord::new();
            for (column, (_, value)) in schema.get_fields().iter().zip(row.get_column_iter()) {
                cells(column, value, &mut record);
            }
            if !out.row(record) {
                break;
            }
        }
        Ok(())
    })
}

/// How the numbers of a time column are to be read.
#[derive(Clone, Copy)]
struct Stamp {
    per_second: i64,
    utc: bool,
}

impl Stamp {
    fn of(column: &Type) -> Option<Stamp> {
        let Some(LogicalType::Timestamp(kind)) = column.get_basic_info().logical_type_ref() else {
            return None;
        };
        Some(Stamp {
            utc: kind.is_adjusted_to_u_t_c,
            per_second: match kind.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            },
        })
    }
}

/// A group that is no list and no map.
fn is_struct(column: &Type) -> bool {
    column.is_group() && column.get_basic_info().converted_type() == ConvertedType::NONE
}

/// One name for each column that is no struct, in the order of the schema.
fn names(column: &Type, prefix: &str, out: &mut Vec<String>) {
    let name = format!("{prefix}{}", column.name());
    if is_struct(column) {
        let prefix = format!("{name}.");
        column
            .get_fields()
            .iter()
            .for_each(|member| names(member, &prefix, out));
    } else {
        out.push(name);
    }
}

/// One cell for each of [`names`]; those of a struct that is null are empty.
fn cells(column: &Type, value: &Field, out: &mut csv::StringRecord) {
    if !is_struct(column) {
        return out.push_field(&text(value, Stamp::of(column)));
    }
    let members = column.get_fields().iter();
    match value {
        Field::Group(row) => members
            .zip(row.get_column_iter())
            .for_each(|(member, (_, value))| cells(member, value, out)),
        _ => members.for_each(|member| cells(member, &Field::Null, out)),
    }
}

/// A value as a CSV file would hold it. A time without a zone is a wall clock's and stays one.
fn text(field: &Field, stamp: Option<Stamp>) -> String {
    let time = |number: i64, stamp: Stamp| {
        let seconds = number.div_euclid(stamp.per_second);
        let at = Timestamp::from_second(seconds).ok()?;
        let zone = if stamp.utc { "+00:00" } else { "" };
        Some(at.strftime("%Y-%m-%dT%H:%M:%S").to_string() + zone)
    };
    let of_unit = |per_second| stamp.unwrap_or(Stamp { per_second, utc: true });
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::TimestampMillis(number) => time(*number, of_unit(1_000)).unwrap_or_default(),
        Field::TimestampMicros(number) => time(*number, of_unit(1_000_000)).unwrap_or_default(),
        Field::Long(number) => match stamp {
            Some(stamp) => time(*number, stamp).unwrap_or_default(),
            None => number.to_string(),
        },
        Field::Double(number) => number.to_string(),
        Field::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}
