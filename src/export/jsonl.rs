//! JSON lines: one object a post, keys in the order of the columns.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use crate::error::Result;

use super::{Column, Output, atomic::failure, columns::Cell, number::score};

pub(super) struct JsonLines {
    out: Output,
    path: PathBuf,
    /// What stands before each value: `{"source_file":`, `,"source_row":`, ...
    keys: Vec<String>,
    next: usize,
    line: Vec<u8>,
}

impl JsonLines {
    pub(super) fn new(out: Output, columns: &[Column]) -> Self {
        let opening = |at: usize| if at == 0 { "{" } else { "," };
        let key = |name: &str| serde_json::Value::from(name);
        let keys = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("{}{}:", opening(at), key(&column.name)))
            .collect();
        JsonLines {
            path: out.path().to_owned(),
            out,
            keys,
            next: 0,
            line: Vec::new(),
        }
    }

    pub(super) fn cell(&mut self, cell: &Cell<'_>) -> Result<()> {
        self.append(cell).map_err(|source| failure(&self.path, "write", source))
    }

    fn append(&mut self, cell: &Cell<'_>) -> io::Result<()> {
        self.line.extend_from_slice(self.keys[self.next].as_bytes());
        self.next += 1;
        match cell {
            Cell::Missing => self.line.write_all(b"null"),
            Cell::Text(text) => serde_json::to_writer(&mut self.line, text).map_err(io::Error::from),
            Cell::Number(n) => write!(self.line, "{n}"),
            Cell::Flag(flag) => write!(self.line, "{flag}"),
            Cell::Score(value) => self.line.write_all(score(*value).as_bytes()),
        }
    }

    pub(super) fn end_row(&mut self) -> Result<()> {
        self.line.extend_from_slice(b"}\n");
        self.out
            .write_all(&self.line)
            .map_err(|source| failure(&self.path, "write", source))?;
        self.line.clear();
        self.next = 0;
        Ok(())
    }

    pub(super) fn finish(self) -> Output {
        self.out
    }
}
