//! Coded posts read back: the csv, jsonl and parquet that [`crate::export::CodedWriter`] writes, or what a researcher made of them.
//!
//! A [`CodedFile`] knows its columns; [`CodedFile::read`] then streams the cells of those a [`Wanted`] names, as text, one post at a
//! time: memory does not grow with the file. A missing value is the empty string, as in CSV; booleans are `true` and `false`. A
//! [`Filter`] is a condition on the cells (`account_type=media and reposts>=10`), a [`Periods`] cuts `created_at` into days, weeks,
//! months or the phases of a study.
//!
//! ```
//! use minyi::coded::{CodedFile, Filter, Wanted};
//!
//! let place = tempfile::tempdir().unwrap();
//! let path = place.path().join("coded.csv");
//! std::fs::write(&path, "post_id,account_type,reposts\np1,media,12\np2,media,3\np3,individual,40\n")?;
//! let file = CodedFile::open(path.to_str().unwrap())?;
//! let mut wanted = Wanted::of(&file);
//! let id = wanted.column("post_id")?;
//! let filter = Filter::parse("account_type=media and reposts>=10", &mut wanted)?;
//! let mut found = Vec::new();
//! file.read(&wanted, |row| {
//!     if filter.holds(row) {
//!         found.push(row[id].clone());
//!     }
//!     Ok(())
//! })?;
//! assert_eq!(found, ["p1"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod delimited;
mod filter;
mod json_lines;
mod parquet;
mod period;

use std::path::Path;

pub use filter::Filter;
pub use period::{Periods, UNDATED};

use crate::error::{Error, Result};

/// Columns listed in a message before the rest is only counted.
const LISTED: usize = 40;

/// A file of coded posts, by its columns.
#[derive(Debug, Clone)]
pub struct CodedFile {
    path: String,
    format: Format,
    columns: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Csv,
    JsonLines,
    Parquet,
}

impl CodedFile {
    /// Opens a file, its format told by its ending (`.csv`, `.jsonl` or `.ndjson`, `.parquet`), and reads its columns. Of JSON lines
    /// these are the keys of the first line.
    ///
    /// # Errors
    /// The ending is another, the file cannot be read, or it holds no columns.
    pub fn open(path: &str) -> Result<Self> {
        let ending = Path::new(path)
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let format = match ending.as_str() {
            "csv" => Format::Csv,
            "jsonl" | "ndjson" => Format::JsonLines,
            "parquet" => Format::Parquet,
            _ => {
                let problem = "cannot tell the format of the coded posts; give a file ending in .csv, .jsonl or .parquet, \
                               as `minyi run` and `minyi code` write them";
                return Err(wrong(path, problem));
            }
        };
        let columns = match format {
            Format::Csv => delimited::columns(path)?,
            Format::JsonLines => json_lines::columns(path)?,
            Format::Parquet => parquet::columns(path)?,
        };
        if columns.is_empty() {
            return Err(wrong(path, "no columns; is this a file of coded posts?"));
        }
        Ok(CodedFile {
            path: path.to_owned(),
            format,
            columns,
        })
    }

    /// Path as given.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Every column, in the order of the file.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Hands each post's cells of the wanted columns to `take`, in the order they were asked for; the number of posts.
    ///
    /// # Errors
    /// The file cannot be read to its end (with the record), or `take` failed.
    pub fn read(&self, wanted: &Wanted<'_>, take: impl FnMut(&[String]) -> Result<()>) -> Result<u64> {
        match self.format {
            Format::Csv => delimited::read(&self.path, &wanted.at, take),
            Format::JsonLines => json_lines::read(&self.path, &wanted.names(), take),
            Format::Parquet => parquet::read(&self.path, &wanted.at, take),
        }
    }
}

/// Columns to read.
#[derive(Debug)]
pub struct Wanted<'a> {
    file: &'a CodedFile,
    at: Vec<usize>,
}

impl<'a> Wanted<'a> {
    /// None yet, of this file.
    pub fn of(file: &'a CodedFile) -> Self {
        Wanted { file, at: Vec::new() }
    }

    /// Asks for a column; where its cells will stand in each row. A column asked for twice is read once.
    ///
    /// # Errors
    /// The file has no such column; the message lists those it has.
    pub fn column(&mut self, name: &str) -> Result<usize> {
        let at = self.optional(name);
        at.ok_or_else(|| {
            wrong(
                &self.file.path,
                &format!("no column `{name}`; there are {}", listed(&self.file.columns)),
            )
        })
    }

    /// Asks for a column that need not be there.
    pub fn optional(&mut self, name: &str) -> Option<usize> {
        let column = self.file.columns.iter().position(|column| column == name)?;
        if let Some(place) = self.at.iter().position(|&wanted| wanted == column) {
            return Some(place);
        }
        self.at.push(column);
        Some(self.at.len() - 1)
    }

    fn names(&self) -> Vec<&'a str> {
        self.at.iter().map(|&at| self.file.columns[at].as_str()).collect()
    }
}

fn listed(columns: &[String]) -> String {
    let shown = columns.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match columns.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn wrong(file: &str, problem: &str) -> Error {
    Error::Input {
        file: file.to_owned(),
        problem: problem.to_owned(),
    }
}

fn failure(path: &str, action: &'static str, source: std::io::Error) -> Error {
    Error::File {
        path: path.into(),
        action,
        source,
    }
}
