//! JSON lines: one object a post, keys in the order of the columns.

use std::{fmt::Write as _, io::Write as _, path::PathBuf};

use crate::error::Result;

use super::{Column, Output, atomic::failure, columns::Cell, number::score};

pub(super) struct JsonLines {
    out: Output,
    path: PathBuf,
    /// Keys as JSON strings.
    keys: Vec<String>,
    next: usize,
    line: String,
}

impl JsonLines {
    pub(super) fn new(out: Output, columns: &[Column]) -> Self {
        let keys = columns.iter().map(|column| quoted(&column.name)).collect();
        JsonLines {
            path: out.path().to_owned(),
            out,
            keys,
            next: 0,
            line: String::new(),
        }
    }

    pub(super) fn cell(&mut self, cell: &Cell<'_>) {
        self.line.push_str(if self.next == 0 { "{" } else { "," });
        self.line.push_str(&self.keys[self.next]);
        self.line.push(':');
        self.next += 1;
        match cell {
            Cell::Missing => self.line.push_str("null"),
            Cell::Text(text) => self.line.push_str(&quoted(text)),
            Cell::Number(n) => {
                // Writing to a String cannot fail.
                let _ = write!(self.line, "{n}");
            }
            Cell::Flag(flag) => self.line.push_str(if *flag { "true" } else { "false" }),
            Cell::Score(value) => self.line.push_str(&score(*value)),
        }
    }

    pub(super) fn end_row(&mut self) -> Result<()> {
        self.line.push_str("}\n");
        self.out
            .write_all(self.line.as_bytes())
            .map_err(|source| failure(&self.path, "write", source))?;
        self.line.clear();
        self.next = 0;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Output> {
        Ok(self.out)
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
