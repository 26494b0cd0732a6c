//! rejects.csv: records that could not be read as posts.

use crate::error::Result;
use crate::model::Reject;

use super::{CsvOptions, Output, atomic::failure, sheet::Sheet};

const COLUMNS: [&str; 5] = ["source_file", "source_row", "byte_offset", "reason", "cells"];

/// Writes rejects.csv: one row a record. `byte_offset` is empty where the reader does not know it; `cells` is a JSON array of the cells
/// as read, because a rejected record may have any number of them.
pub struct RejectsWriter {
    sheet: Sheet,
}

impl RejectsWriter {
    /// Begins the file.
    pub fn new(out: Output, csv: CsvOptions) -> Result<Self> {
        Ok(RejectsWriter {
            sheet: Sheet::new(out, csv, COLUMNS)?,
        })
    }

    /// Writes one record.
    pub fn write(&mut self, reject: &Reject) -> Result<()> {
        let cells = serde_json::to_string(&reject.cells)
            .map_err(|error| failure(self.sheet.path(), "write", std::io::Error::other(error)))?;
        let offset = reject.offset.map(|offset| offset.to_string()).unwrap_or_default();
        self.sheet.row([
            &*reject.source.file,
            &reject.source.row.to_string(),
            &offset,
            &reject.reason,
            &cells,
        ])
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Output> {
        self.sheet.finish()
    }
}
