//! excluded.csv: posts that were read and left out on purpose.

use crate::error::Result;
use crate::model::Excluded;

use super::{CsvOptions, Output, sheet::Sheet};

const COLUMNS: [&str; 5] = ["source_file", "source_row", "post_id", "why", "detail"];

/// Writes excluded.csv: one row a post.
pub struct ExcludedWriter {
    sheet: Sheet,
}

impl ExcludedWriter {
    /// Begins the file.
    pub fn new(out: Output, csv: CsvOptions) -> Result<Self> {
        Ok(ExcludedWriter {
            sheet: Sheet::new(out, csv, COLUMNS)?,
        })
    }

    /// Writes one post.
    pub fn write(&mut self, excluded: &Excluded) -> Result<()> {
        let row = excluded.source.row.to_string();
        self.sheet.row([
            &*excluded.source.file,
            &row,
            &excluded.post_id,
            excluded.why.name(),
            &excluded.detail,
        ])
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Output> {
        self.sheet.finish()
    }
}
