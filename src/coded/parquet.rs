//! Coded posts as Parquet, through the row API of the `parquet` crate.

use std::{fs::File, sync::Arc};

use parquet::{
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, reader::RowIter},
    schema::types::Type,
};

use super::{failure, wrong};
use crate::error::{Error, Result};

pub(super) fn columns(path: &str) -> Result<Vec<String>> {
    let file = open(path)?;
    let schema = file.metadata().file_metadata().schema();
    Ok(schema
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect())
}

pub(super) fn read(path: &str, wanted: &[usize], mut take: impl FnMut(&[String]) -> Result<()>) -> Result<u64> {
    let file = open(path)?;
    let schema = file.metadata().file_metadata().schema().clone();
    // The columns of a projection come in the order of the file.
    let mut in_file = wanted.to_vec();
    in_file.sort_unstable();
    let places: Vec<usize> = in_file
        .iter()
        .filter_map(|column| wanted.iter().position(|wanted| wanted == column))
        .collect();
    let fields = in_file.iter().map(|&at| Arc::clone(&schema.get_fields()[at])).collect();
    let projection = Type::group_type_builder(schema.name())
        .with_fields(fields)
        .build()
        .map_err(|error| broken(path, error))?;
    let rows = RowIter::from_file_into(Box::new(file))
        .project(Some(projection))
        .map_err(|error| broken(path, error))?;
    let mut row = vec![String::new(); wanted.len()];
    let mut posts = 0;
    for record in rows {
        let record = record.map_err(|error| broken(path, error))?;
        for ((_, field), &place) in record.get_column_iter().zip(&places) {
            row[place].clear();
            match field {
                Field::Null => {}
                Field::Str(text) => row[place].push_str(text),
                other => row[place] = other.to_string(),
            }
        }
        posts += 1;
        take(&row)?;
    }
    Ok(posts)
}

fn open(path: &str) -> Result<SerializedFileReader<File>> {
    let file = File::open(path).map_err(|source| failure(path, "open", source))?;
    SerializedFileReader::new(file).map_err(|error| broken(path, error))
}

fn broken(path: &str, error: ParquetError) -> Error {
    wrong(path, &format!("cannot be read as Parquet: {error}"))
}
