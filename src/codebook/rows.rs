//! Records of the CSV files of a lexicon, cut in one go.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr3};

/// The records of a CSV text in order. Cells are borrowed from the text where no quotation mark had to be taken out.
///
/// Weights are hundreds of thousands of cells that every start of the program reads, so this does less than a reader for
/// any file: the whole text is at hand and known to be UTF-8, commas part the cells.
pub(super) struct Rows<'t> {
    text: &'t str,
    /// Where the next record begins, and on what line.
    at: usize,
    line: usize,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Rows { text, at: 0, line: 1 }
    }

    /// Puts the cells of the next record into `cells` and tells its line; `None` at the end. Blank lines are no records.
    pub(super) fn next(&mut self, cells: &mut Vec<Cow<'t, str>>) -> Option<usize> {
        cells.clear();
        let blank = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        let skipped = self.text.as_bytes()[self.at..].iter().take_while(blank).count();
        self.pass(skipped);
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let line = self.line;
        let stop = memchr3(b'\n', b'\r', b'"', rest.as_bytes()).unwrap_or(rest.len());
        if rest.as_bytes().get(stop) == Some(&b'"') {
            self.pass(quoted(rest, cells));
        } else {
            plain(&rest[..stop], cells);
            self.at += stop;
        }
        Some(line)
    }

    /// Goes on behind the next `length` bytes.
    fn pass(&mut self, length: usize) {
        let passed = &self.text.as_bytes()[self.at..self.at + length];
        self.line += memchr_iter(b'\n', passed).count();
        self.at += length;
    }
}

/// The cells of a record without quotation marks.
fn plain<'t>(record: &'t str, cells: &mut Vec<Cow<'t, str>>) {
    let mut start = 0;
    for (at, &byte) in record.as_bytes().iter().enumerate() {
        if byte == b',' {
            cells.push(Cow::Borrowed(&record[start..at]));
            start = at + 1;
        }
    }
    cells.push(Cow::Borrowed(&record[start..]));
}

/// The cells of the record that `text` begins with; tells its length in bytes. Only at the beginning of a cell is a quotation
/// mark more than a character.
fn quoted<'t>(text: &'t str, cells: &mut Vec<Cow<'t, str>>) -> usize {
    let ends = |c: char| matches!(c, ',' | '\n' | '\r');
    let mut at = 0;
    loop {
        let within = text[at..].strip_prefix('"').map(unquoted);
        let (mut cell, length) = within.map_or((Cow::Borrowed(""), 0), |(cell, length)| (cell, 1 + length));
        let rest = &text[at + length..];
        let rest = &rest[..rest.find(ends).unwrap_or(rest.len())];
        add(&mut cell, rest);
        cells.push(cell);
        at += length + rest.len();
        if text.as_bytes().get(at) != Some(&b',') {
            return at;
        }
        at += 1;
    }
}

/// What stands before the closing quotation mark, two of which stand for one, and how many bytes that is with the mark.
fn unquoted(text: &str) -> (Cow<'_, str>, usize) {
    let mut cell = Cow::Borrowed("");
    let mut at = 0;
    loop {
        let end = text[at..].find('"').map_or(text.len(), |end| at + end);
        let doubled = text[end..].starts_with("\"\"");
        add(&mut cell, &text[at..end + usize::from(doubled)]);
        if !doubled {
            return (cell, text.len().min(end + 1));
        }
        at = end + 2;
    }
}

/// Adds to a cell, which stays borrowed while it is one stretch.
fn add<'t>(cell: &mut Cow<'t, str>, stretch: &'t str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(stretch);
    } else if !stretch.is_empty() {
        cell.to_mut().push_str(stretch);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let (mut rows, mut cells, mut all) = (Rows::new(text), Vec::new(), Vec::new());
        while let Some(line) = rows.next(&mut cells) {
            all.push((line, cells.iter().map(ToString::to_string).collect()));
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
