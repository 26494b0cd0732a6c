//! Records of the CSV files of a lexicon, with their lines.

use memchr::memchr_iter;

use crate::cutter::{Cells, Cutter};

/// The records of a CSV text in order.
pub(super) struct Rows<'t> {
    text: &'t str,
    cutter: Cutter<'t>,
    /// Where the last record begins, and on what line.
    at: usize,
    line: usize,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Rows {
            text,
            cutter: Cutter::new(text, b','),
            at: 0,
            line: 1,
        }
    }

    /// Puts the cells of the next record into `cells` and tells its line; `None` at the end. Blank lines are no records.
    pub(super) fn next(&mut self, cells: &mut Cells<'t>) -> Option<usize> {
        if !self.cutter.next_row(cells) {
            return None;
        }
        let start = self.cutter.start();
        self.line += memchr_iter(b'\n', &self.text.as_bytes()[self.at..start]).count();
        self.at = start;
        Some(self.line)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let (mut rows, mut cells, mut all) = (Rows::new(text), Cells::default(), Vec::new());
        while let Some(line) = rows.next(&mut cells) {
            all.push((line, cells.to_strings()));
        }
        all
    }

    #[test]
    fn records_are_told_with_the_line_they_begin_on() {
        let text = "a,b\r\n\r\n\"x\n\"\"y\"\"\",1\n\n,\n";
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let expected = vec![
            (1, cells(["a", "b"])),
            (3, cells(["x\n\"y\"", "1"])),
            (6, cells(["", ""])),
        ];
        assert_eq!(rows(text), expected);
    }

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(text in "([国a,\"\n\r ]|\"\"|,\"|\",){0,40}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let found: Vec<Vec<String>> = rows(&text).into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
