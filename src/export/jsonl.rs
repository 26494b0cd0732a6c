//! JSON lines: one object a post, keys in the order of the columns.

use std::sync::Arc;

use super::{Column, columns::Cell, number};

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
pub(super) struct JsonLines {
    keys: Arc<[String]>,
    next: usize,
    lines: Vec<u8>,
}

impl JsonLines {
    pub(super) fn new(keys: Arc<[String]>) -> Self {
        JsonLines {
            keys,
            next: 0,
            lines: Vec::new(),
        }
    }

    pub(super) fn cell(&mut self, cell: Cell<'_>) {
        self.lines.extend_from_slice(self.keys[self.next].as_bytes());
        self.next += 1;
        match cell {
            Cell::Missing => self.lines.extend_from_slice(b"null"),
            Cell::Text(text) => self.text(text),
            Cell::Number(n) => number::write_count(n, &mut self.lines),
            Cell::Flag(flag) => self.lines.extend_from_slice(if flag { b"true" } else { b"false" }),
            Cell::Score(value) => number::write_score(value, &mut self.lines),
        }
    }

    fn text(&mut self, text: &str) {
        let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        // Not one after the other until the first: so eight and more are looked at together.
        if text.bytes().fold(true, |all, byte| all & plain(byte)) {
            self.lines.push(b'"');
            self.lines.extend_from_slice(text.as_bytes());
            self.lines.push(b'"');
        } else {
            // Writing to memory cannot fail.
            let _ = serde_json::to_writer(&mut self.lines, text);
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
