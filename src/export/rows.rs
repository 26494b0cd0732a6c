//! CSV rows put together in memory, so that many threads can make them and one writes them.

use std::io::Write as _;

/// Rows of a CSV file.
pub(super) struct Rows {
    csv: csv::Writer<Vec<u8>>,
    /// A number on its way into a cell.
    number: Vec<u8>,
}

impl Rows {
    pub(super) fn new() -> Self {
        let csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        Rows {
            csv,
            number: Vec::new(),
        }
    }

    // Writing to memory cannot fail, and rows of any length are taken.
    pub(super) fn cell(&mut self, text: impl AsRef<[u8]>) {
        let _ = self.csv.write_field(text);
    }

    pub(super) fn shown(&mut self, value: impl std::fmt::Display) {
        self.number.clear();
        let _ = write!(self.number, "{value}");
        let _ = self.csv.write_field(&self.number);
    }

    pub(super) fn end_row(&mut self) {
        let _ = self.csv.write_record(None::<&[u8]>);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.csv.into_inner().unwrap_or_default()
    }
}
