//! CSV files as this project writes them.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::error::Result;

use super::{Output, atomic::failure, rows::Rows};

/// Choices in writing CSV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// Begin with a byte order mark, without which Excel takes UTF-8 for the local code page.
    pub bom: bool,
}

impl CsvOptions {
    /// Writes what a CSV file begins with.
    pub(super) fn begin(self, out: &mut Output, header: Rows) -> Result<()> {
        let mark: &[u8] = if self.bom { "\u{feff}".as_bytes() } else { b"" };
        out.write_all(mark)
            .and_then(|()| out.write_all(&header.into_bytes()))
            .map_err(|source| failure(out.path(), "write", source))
    }
}

/// A CSV file being written cell by cell. Every row must have as many cells as the header.
pub(super) struct Sheet {
    csv: csv::Writer<Output>,
    path: PathBuf,
}

impl Sheet {
    pub(super) fn new<'a>(
        mut out: Output,
        options: CsvOptions,
        header: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let path = out.path().to_owned();
        if options.bom {
            out.write_all("\u{feff}".as_bytes())
                .map_err(|source| failure(&path, "write", source))?;
        }
        let csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(out);
        let mut sheet = Sheet { csv, path };
        sheet.row(header)?;
        Ok(sheet)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn cell(&mut self, text: impl AsRef<[u8]>) -> Result<()> {
        self.csv
            .write_field(text)
            .map_err(|error| failure(&self.path, "write", cause(error)))
    }

    pub(super) fn end_row(&mut self) -> Result<()> {
        self.csv
            .write_record(None::<&[u8]>)
            .map_err(|error| failure(&self.path, "write", cause(error)))
    }

    pub(super) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<()> {
        self.csv
            .write_record(cells)
            .map_err(|error| failure(&self.path, "write", cause(error)))
    }

    pub(super) fn finish(self) -> Result<Output> {
        let Sheet { csv, path } = self;
        csv.into_inner()
            .map_err(|error| failure(&path, "write", error.into_error()))
    }
}

/// The system's error where there is one: a reader that left is known by its kind.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
