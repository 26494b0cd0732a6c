//! Coded posts as CSV.

use std::fs::File;

use super::{failure, wrong};
use crate::error::Result;

pub(super) fn columns(path: &str) -> Result<Vec<String>> {
    let mut reader = open(path)?;
    let header = reader.headers().map_err(|error| broken(path, error))?;
    let name = |(at, name): (usize, &str)| {
        if at == 0 {
            name.trim_start_matches('\u{feff}')
        } else {
            name
        }
        .to_owned()
    };
    Ok(header.iter().enumerate().map(name).collect())
}

pub(super) fn read(path: &str, wanted: &[usize], mut take: impl FnMut(&[String]) -> Result<()>) -> Result<u64> {
    let mut reader = open(path)?;
    let mut record = csv::StringRecord::new();
    let mut row = vec![String::new(); wanted.len()];
    let mut posts = 0;
    while reader.read_record(&mut record).map_err(|error| broken(path, error))? {
        for (cell, &at) in row.iter_mut().zip(wanted) {
            cell.clear();
            cell.push_str(record.get(at).unwrap_or_default());
        }
        posts += 1;
        take(&row)?;
    }
    Ok(posts)
}

fn open(path: &str) -> Result<csv::Reader<File>> {
    let file = File::open(path).map_err(|source| failure(path, "open", source))?;
    Ok(csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file))
}

fn broken(path: &str, error: csv::Error) -> crate::error::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => failure(path, "read", source),
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let record = pos.map_or(0, |pos| pos.record());
            wrong(
                path,
                &format!("record {record} has {len} cells, the header {expected_len}; was the file edited by hand?"),
            )
        }
        csv::ErrorKind::Utf8 { pos, .. } => {
            let record = pos.map_or(0, |pos| pos.record());
            wrong(
                path,
                &format!("record {record} is not UTF-8; save the file as \"CSV UTF-8\""),
            )
        }
        other => wrong(path, &format!("{other:?}")),
    }
}
