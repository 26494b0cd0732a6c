//! CSV cut into blocks of whole records, so that many threads can read one file.
//!
//! Where a record ends is told by the quotation marks alone: one that stands at the start of a cell opens a quotation, the
//! next single one closes it, and line breaks between them belong to the cell. This is how the csv crate reads, which then
//! reads the blocks.

use std::{
    io::{self, Cursor, Read},
    ops::Range,
    sync::{Arc, atomic::AtomicU64},
};

use memchr::{memchr, memchr_iter, memmem, memrchr};

use super::{Characters, HeaderRow, csv_reader, header_row};
use crate::ingest::{
    Field,
    encoding::{Decoded, RECORD_BYTES},
    header::Header,
    layout::Layout,
    record::cells_of,
};

/// Bytes of a block: some ten thousand posts.
const BLOCK: usize = 4 << 20;

/// Some records of a CSV file as they stand in it.
#[derive(Debug)]
pub(super) struct Block {
    /// UTF-8, perhaps damaged.
    pub(super) bytes: Vec<u8>,
    /// Where the records of the block end; the next record follows, if there is one.
    pub(super) end: usize,
    /// Whether the file ends with it.
    pub(super) last: bool,
    pub(super) delimiter: char,
    pub(super) header: Arc<Header>,
    pub(super) row_lead: u64,
}

/// A CSV file that is being cut.
pub(super) struct Blocks {
    source: Box<dyn Read + Send>,
    delimiter: char,
    header: Arc<Header>,
    row_lead: u64,
    layout: Arc<Layout>,
    replaced: Arc<AtomicU64>,
    /// What was read and not handed over.
    rest: Vec<u8>,
    /// Bytes of the header, once it is passed.
    passed: Option<u64>,
    ended: bool,
    error: Option<io::Error>,
    /// Bytes of a block.
    pub(super) size: usize,
}

/// A CSV file to be read on record by record, from here.
pub(super) struct Onward {
    pub(super) reader: Box<csv::Reader<Characters>>,
    pub(super) header: Arc<Header>,
    pub(super) row_lead: u64,
}

impl Blocks {
    /// Blocks of a source of UTF-8.
    pub(super) fn new(
        source: Box<dyn Read + Send>,
        delimiter: char,
        header: Header,
        row_lead: u64,
        layout: Arc<Layout>,
        replaced: Arc<AtomicU64>,
    ) -> Self {
        Blocks {
            source,
            delimiter,
            header: Arc::new(header),
            row_lead,
            layout,
            replaced,
            rest: Vec::new(),
            passed: None,
            ended: false,
            error: None,
            size: BLOCK,
        }
    }

    /// Bytes of the header, once the first block was asked for.
    pub(super) fn header_bytes(&self) -> u64 {
        self.passed.unwrap_or(0)
    }

    /// The next block, which may be empty at the end; `None` where the file must be read on record by record: it breaks off,
    /// a record is very long, or the columns change.
    pub(super) fn next_block(&mut self) -> Option<Block> {
        let mut size = self.size;
        loop {
            self.fill(size);
            if self.passed.is_none() {
                self.pass_header()?;
            }
            if self.error.is_some() {
                return None;
            }
            let cut = Cut::of(&self.rest, self.delimiter as u8);
            let (end, bytes) = if self.ended {
                if cut.open {
                    return None;
                }
                (self.rest.len(), self.rest.len())
            } else if let Some((end, next)) = cut.last_two {
                (end, next)
            } else if size as u64 > RECORD_BYTES {
                return None;
            } else {
                size += self.size;
                continue;
            };
            if self.changes_columns(end) {
                return None;
            }
            let rest = self.rest[end..].to_vec();
            self.rest.truncate(bytes);
            return Some(Block {
                bytes: std::mem::replace(&mut self.rest, rest),
                end,
                last: self.ended,
                delimiter: self.delimiter,
                header: Arc::clone(&self.header),
                row_lead: self.row_lead,
            });
        }
    }

    /// Whether everything was handed over.
    pub(super) fn is_through(&self) -> bool {
        self.ended && self.rest.is_empty() && self.passed.is_some()
    }

    /// The same file record by record, from what was not handed over on.
    pub(super) fn onward(self) -> Onward {
        let broken = Broken(self.error);
        let bytes: Box<dyn Read + Send> = Box::new(Cursor::new(self.rest).chain(broken).chain(self.source));
        let text = Decoded::new(bytes, encoding_rs::UTF_8, self.replaced);
        let mut reader = csv_reader(text, self.delimiter);
        if self.passed.is_none() {
            // What is wrong with the header would have shown in the sample.
            let _ = reader.read_record(&mut csv::StringRecord::new());
        }
        Onward {
            reader: Box::new(reader),
            header: self.header,
            row_lead: self.row_lead,
        }
    }

    fn fill(&mut self, size: usize) {
        let Some(missing) = size
            .checked_sub(self.rest.len())
            .filter(|_| !self.ended && self.error.is_none())
        else {
            return;
        };
        self.rest.reserve(missing);
        match (&mut self.source).take(missing as u64).read_to_end(&mut self.rest) {
            Ok(read) => self.ended = read < missing,
            Err(error) => self.error = Some(error),
        }
    }

    /// Takes the header off; `None` where it is longer than any header, or damaged.
    fn pass_header(&mut self) -> Option<()> {
        let mut reader = csv_reader(self.rest.as_slice(), self.delimiter);
        let read = reader.read_byte_record(&mut csv::ByteRecord::new());
        let end = reader.position().byte() as usize;
        if read.is_err() || (end == self.rest.len() && !self.ended) || str::from_utf8(&self.rest[..end]).is_err() {
            return None;
        }
        self.rest.drain(..end);
        self.passed = Some(end as u64);
        Some(())
    }

    /// Whether a row up to `end` is a header with other columns.
    fn changes_columns(&self, end: usize) -> bool {
        let block = &self.rest[..end];
        let text = self.header.slots(Field::Text).first().map(|&at| self.header.name(at));
        if !may_hold(block, self.header.name(0), true) && !text.is_some_and(|name| may_hold(block, name, false)) {
            return false;
        }
        let mut rows = csv_reader(block, self.delimiter).into_records();
        // Damaged text is told when it is decoded; here it may hide a header.
        rows.any(|row| {
            row.map_or(true, |row| {
                header_row(&self.header, &self.layout, &cells_of(&row)) == HeaderRow::Other
            })
        })
    }
}

/// Whether a row of the block may have a cell of this name; the first cell of a row, if `first`.
fn may_hold(block: &[u8], name: &str, first: bool) -> bool {
    // A name that may be written in several ways is not looked for.
    if name.contains(['/', '"', '\n', '\r']) || name.starts_with("column.") {
        return true;
    }
    // What may stand around a name that it is compared without.
    let edge = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"') || !byte.is_ascii();
    memmem::find_iter(block, name).any(|at| {
        let before = &block[..at];
        let start = before.len() - before.iter().rev().take_while(|byte| edge(byte)).count();
        let ends = |byte: &u8| !byte.is_ascii_alphanumeric();
        (!first || start == 0 || matches!(block[start - 1], b'\n' | b'\r'))
            && block.get(at + name.len()).is_none_or(ends)
    })
}

/// Where a stretch of CSV that begins with a record can be cut.
struct Cut {
    /// Ends of the last record but one, and of the last.
    last_two: Option<(usize, usize)>,
    /// Whether a quotation is open at the end.
    open: bool,
}

impl Cut {
    fn of(bytes: &[u8], delimiter: u8) -> Cut {
        let mut outside: Vec<Range<usize>> = Vec::new();
        let mut from = 0;
        let mut open = false;
        while !open {
            let opens = |at: &usize| *at == 0 || matches!(bytes[at - 1], b'\n' | b'\r') || bytes[at - 1] == delimiter;
            let mark = memchr_iter(b'"', &bytes[from..]).map(|at| from + at).find(opens);
            outside.push(from..mark.unwrap_or(bytes.len()));
            let Some(mark) = mark else { break };
            open = true;
            let mut inside = mark + 1;
            while let Some(at) = memchr(b'"', &bytes[inside..]) {
                inside += at + 1;
                if bytes.get(inside) != Some(&b'"') {
                    (open, from) = (false, inside);
                    break;
                }
                inside += 1;
            }
        }
        // Blank lines are no records.
        let blank = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        let last = line_end(bytes, &outside, bytes.len());
        let last_two = last.and_then(|last| {
            let mut end = last;
            while blank(&bytes[end..last]) {
                end = line_end(bytes, &outside, end)?;
            }
            // The csv crate sees a record end behind the first of these, and the next one begin there.
            let content = bytes[..end].iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'))? + 1;
            Some((content + 1, last))
        });
        Cut { last_two, open }
    }
}

/// The last end of a record before `before`: behind a line feed, or between it and the carriage return before it, where the
/// csv crate sees the record end.
fn line_end(bytes: &[u8], outside: &[Range<usize>], before: usize) -> Option<usize> {
    let regions = outside.iter().rev().filter(|region| region.start < before);
    for region in regions {
        let region = region.start..region.end.min(before);
        if let Some(at) = memrchr(b'\n', &bytes[region.clone()]).map(|at| region.start + at) {
            let between = at > region.start && bytes[at - 1] == b'\r';
            let end = if between { at } else { at + 1 };
            if end < before {
                return Some(end);
            }
            return line_end(bytes, outside, at.min(before - 1));
        }
    }
    None
}

/// The error that ended a stream, told again.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
