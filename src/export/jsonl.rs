//! JSON lines: one object a post, keys in the order of the columns.

use std::io::{self, Write as _};

use crate::error::{Error, Result};

use super::{Column, columns::Cell, number::score};

/// What stands before each value: `{"source_file":`, `,"source_row":`, ...
pub(super) fn keys(columns: &[Column]) -> Vec<String> {
    let opening = |at: usize| if at == 0 { "{" } else { "," };
    let key = |name: &str| serde_json::Value::from(name);
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("{}{}:", opening(at), key(&column.name)))
        .collect()
}

/// Lines put together in memory.
pub(super) struct JsonLines<'k> {
    keys: &'k [String],
    next: usize,
    lines: Vec<u8>,
}

impl<'k> JsonLines<'k> {
    pub(super) fn new(keys: &'k [String]) -> Self {
        JsonLines {
            keys,
            next: 0,
            lines: Vec::new(),
        }
    }

    pub(super) fn cell(&mut self, cell: &Cell<'_>) -> Result<()> {
        self.append(cell).map_err(|error| Error::Input {
            file: "JSON lines".to_owned(),
            problem: error.to_string(),
        })
    }

    fn append(&mut self, cell: &Cell<'_>) -> io::Result<()> {
        self.lines.extend_from_slice(self.keys[self.next].as_bytes());
        self.next += 1;
        match cell {
            Cell::Missing => self.lines.write_all(b"null"),
            Cell::Text(text) => serde_json::to_writer(&mut self.lines, text).map_err(io::Error::from),
            Cell::Number(n) => write!(self.lines, "{n}"),
            Cell::Flag(flag) => write!(self.lines, "{flag}"),
            Cell::Score(value) => self.lines.write_all(score(*value).as_bytes()),
        }
    }

    pub(super) fn end_row(&mut self) {
        self.lines.extend_from_slice(b"}\n");
        self.next = 0;
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.lines
    }
}
