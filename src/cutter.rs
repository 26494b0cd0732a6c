//! CSV in memory, cut into rows of borrowed cells: for the exports that are read and the lexicons of the program.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

/// Cuts CSV in memory into rows and cells where the csv crate does, without a copy of the cells: a quotation opens at the
/// start of a cell only, what stands behind its end belongs to the cell, and blank lines are no rows.
pub(crate) struct Cutter<'t> {
    text: &'t str,
    delimiter: u8,
    /// Where the row cut last begins.
    start: usize,
    at: usize,
}

impl<'t> Cutter<'t> {
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        Cutter {
            text,
            delimiter,
            start: 0,
            at: 0,
        }
    }

    /// Where the row cut last begins.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Where the row cut last ends: behind the line feed or carriage return that ends it.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Cuts the next row into `cells`; `false` at the end.
    pub(crate) fn next_row(&mut self, cells: &mut Vec<Cow<'t, str>>) -> bool {
        cells.clear();
        let bytes = self.text.as_bytes();
        let blank = |byte: &u8| matches!(byte, b'\n' | b'\r');
        while bytes.get(self.at).is_some_and(blank) {
            self.at += 1;
        }
        self.start = self.at;
        if self.at == bytes.len() {
            return false;
        }
        let rest = &self.text[self.at..];
        let end = memchr3(b'"', b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        if rest.as_bytes().get(end) != Some(&b'"') {
            split(&rest[..end], self.delimiter, cells);
            self.at = bytes.len().min(self.at + end + 1);
            return true;
        }
        loop {
            let (cell, end) = match bytes.get(self.at) {
                Some(b'"') => self.quoted(),
                Some(&byte) if byte == self.delimiter => (Cow::Borrowed(""), self.at),
                _ => {
                    let end = self.unquoted_end(self.at);
                    (Cow::Borrowed(&self.text[self.at..end]), end)
                }
            };
            cells.push(cell);
            match bytes.get(end) {
                None => {
                    self.at = end;
                    return true;
                }
                Some(&byte) => {
                    self.at = end + 1;
                    if byte != self.delimiter {
                        return true;
                    }
                }
            }
        }
    }

    /// Where a cell ends in which quotation marks mean nothing.
    fn unquoted_end(&self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        memchr3(self.delimiter, b'\n', b'\r', rest).map_or(self.text.len(), |at| from + at)
    }

    /// A cell that opens with a quotation mark, and where it ends.
    fn quoted(&self) -> (Cow<'t, str>, usize) {
        let bytes = self.text.as_bytes();
        let mut from = self.at + 1;
        let mut mended = String::new();
        loop {
            let Some(mark) = memchr(b'"', &bytes[from..]).map(|at| from + at) else {
                return (joined(mended, &self.text[from..]), bytes.len());
            };
            let inside = &self.text[from..mark];
            from = mark + 1;
            if bytes.get(from) == Some(&b'"') {
                mended.push_str(inside);
                mended.push('"');
                from += 1;
                continue;
            }
            let end = self.unquoted_end(from);
            if end == from {
                return (joined(mended, inside), end);
            }
            mended.push_str(inside);
            return (joined(mended, &self.text[from..end]), end);
        }
    }
}

/// Cuts a row without quotation marks; its cells may be so short that a search for each would cost more than it saves.
fn split<'t>(row: &'t str, delimiter: u8, cells: &mut Vec<Cow<'t, str>>) {
    let (words, rest) = row.as_bytes().as_chunks::<8>();
    let mut start = 0;
    let mut cell = |end: usize| {
        cells.push(Cow::Borrowed(&row[start..end]));
        start = end + 1;
    };
    for (number, &word) in words.iter().enumerate() {
        let mut found = zero_bytes(u64::from_le_bytes(word) ^ u64::from_le_bytes([delimiter; 8]));
        while found != 0 {
            cell(number * 8 + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
    }
    for (at, &byte) in (words.len() * 8..).zip(rest) {
        if byte == delimiter {
            cell(at);
        }
    }
    cell(row.len());
}

/// The highest bit of each byte of `word` that is 0 (Warren, Hacker's Delight, 2nd ed., 6-1).
#[inline]
fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    !(((word & LOW) + LOW) | word | LOW)
}

fn joined(mut start: String, end: &str) -> Cow<'_, str> {
    if start.is_empty() {
        return Cow::Borrowed(end);
    }
    start.push_str(end);
    Cow::Owned(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    type Rows = Vec<(Vec<String>, usize)>;

    fn cut(text: &str, delimiter: char) -> Rows {
        let mut cutter = Cutter::new(text, delimiter as u8);
        let (mut rows, mut cells) = (Vec::new(), Vec::new());
        while cutter.next_row(&mut cells) {
            rows.push((cells.iter().map(|cell| cell.to_string()).collect(), cutter.position()));
        }
        rows
    }

    fn read(text: &str, delimiter: char) -> Rows {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter as u8)
            .from_reader(text.as_bytes());
        let (mut rows, mut row) = (Vec::new(), csv::StringRecord::new());
        while reader.read_record(&mut row).unwrap() {
            let end = reader.position().byte() as usize;
            rows.push((row.iter().map(str::to_owned).collect(), end));
        }
        rows
    }

    #[test]
    fn cells_are_borrowed_where_they_stand_in_the_text() {
        let mut cells = Vec::new();
        Cutter::new("1,\"民,意\",\"说\"\"好\"\"\"\n", b',').next_row(&mut cells);
        assert_eq!(cells, ["1", "民,意", "说\"好\""]);
        let owned = |cell: &Cow<'_, str>| matches!(cell, Cow::Owned(_));
        assert_eq!(cells.iter().map(owned).collect::<Vec<_>>(), [false, false, true]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn rows_are_those_of_the_csv_crate(text in "([a民\",;\r\n]|\"\"|,\"|\",){0,24}", semicolon in any::<bool>()) {
            let delimiter = if semicolon { ';' } else { ',' };
            prop_assert_eq!(cut(&text, delimiter), read(&text, delimiter));
        }
    }
}
