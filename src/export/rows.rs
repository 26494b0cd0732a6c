//! CSV rows put together in memory, so that many threads can make them and one writes them.

use std::io::Write as _;

use super::number;

/// Rows of a CSV file.
#[derive(Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    /// Where the row begins that is being made.
    row: usize,
    /// Whether it has a cell yet.
    begun: bool,
}

/// Whether a cell must be put in quotation marks.
fn is_special(text: &[u8]) -> bool {
    let special = |byte: u8| matches!(byte, b'"' | b',' | b'\n' | b'\r');
    // Not one after the other until the first: so eight and more are looked at together.
    text.iter().fold(false, |any, &byte| any | special(byte))
}

impl Rows {
    pub(super) fn new() -> Self {
        Rows::default()
    }

    pub(super) fn cell(&mut self, text: impl AsRef<[u8]>) {
        let text = text.as_ref();
        self.begin_cell();
        if is_special(text) {
            self.bytes.push(b'"');
            for part in text.split_inclusive(|&byte| byte == b'"') {
                self.bytes.extend_from_slice(part);
                if part.ends_with(b"\"") {
                    self.bytes.push(b'"');
                }
            }
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text);
        }
    }

    pub(super) fn number(&mut self, n: u64) {
        self.begin_cell();
        number::write_count(n, &mut self.bytes);
    }

    /// A rounded score.
    pub(super) fn score(&mut self, rounded: f64) {
        self.begin_cell();
        number::write_score(rounded, &mut self.bytes);
    }

    /// A value that is shown without a character that CSV knows.
    pub(super) fn shown(&mut self, value: impl std::fmt::Display) {
        self.begin_cell();
        // Writing to memory cannot fail.
        let _ = write!(self.bytes, "{value}");
    }

    pub(super) fn end_row(&mut self) {
        // A row of one empty cell would be a blank line.
        if self.bytes.len() == self.row {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.push(b'\n');
        self.row = self.bytes.len();
        self.begun = false;
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn begin_cell(&mut self) {
        if std::mem::replace(&mut self.begun, true) {
            self.bytes.push(b',');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_are_those_of_the_csv_crate(cells in prop::collection::vec(prop::collection::vec("[a民\",;\r\n\u{feff}]{0,5}", 1..4), 0..4)) {
            let mut rows = Rows::new();
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::Any(b'\n'))
                .flexible(true)
                .from_writer(Vec::new());
            for row in &cells {
                row.iter().for_each(|cell| rows.cell(cell));
                rows.end_row();
                writer.write_record(row).unwrap();
            }
            prop_assert_eq!(rows.into_bytes(), writer.into_inner().unwrap());
        }
    }
}
