//! What lies between a file on disk and its text or rows: compression, archives, workbooks, databases.

pub(super) mod archive;
mod database;
mod inflate;
mod parquet;
mod place;
mod rows;
mod source;
mod tables;
mod workbook;

pub use place::{Place, place};
pub(super) use rows::Rows;
pub use rows::TABLE_THREAD;
pub(super) use source::{Content, SAMPLE_BYTES, Source, Text};
pub(super) use tables::{Candidate, Tables};

use crate::error::Error;

/// An input that cannot be read, and what to do.
fn refused(input: &str, problem: impl Into<String>) -> Error {
    Error::Input {
        file: input.to_owned(),
        problem: problem.into(),
    }
}
