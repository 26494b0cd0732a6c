//! CSV cut into blocks of whole records, so that many threads can read one file.
//!
//! Where a record ends is told by the quotation marks alone: one that stands at the start of a cell opens a quotation, the
//! next single one closes it, and line breaks between them belong to the cell. This is how the csv crate reads, which then
//! reads the blocks.

use std::{
    io::{self, Cursor, Read},
    mem,
    ops::Range,
    sync::{Arc, Mutex, OnceLock, atomic::AtomicU64},
};

use memchr::{memchr, memchr_iter, memmem, memrchr};

use super::{Characters, HeaderRow, csv_reader, header_row};
use crate::{
    cutter::Cells,
    ingest::{
        Field,
        encoding::{Decoded, RECORD_BYTES},
        header::{Header, bare},
        layout::Layout,
    },
};

/// Bytes of a block: some thousand posts, which stay near the processor all the way.
const BLOCK: usize = 1 << 19;

/// Some records of a CSV file as they stand in it.
#[derive(Debug)]
pub(super) struct Block {
    /// UTF-8, perhaps damaged.
    pub(super) bytes: Buffer,
    /// The same where they are damaged, once somebody asks.
    pub(super) mended: OnceLock<Mended>,
    /// Where the records of the block end; the next record follows, if there is one.
    pub(super) end: usize,
    /// Whether the file ends with it.
    pub(super) last: bool,
    pub(super) delimiter: char,
    pub(super) header: Arc<Header>,
    pub(super) row_lead: u64,
}

/// A block in the place of whose invalid bytes stands U+FFFD.
#[derive(Debug)]
pub(super) struct Mended {
    pub(super) text: String,
    /// Where its records end.
    pub(super) end: usize,
    /// Invalid sequences in its records.
    pub(super) invalid_sequences: u64,
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
    rest: Buffer,
    /// Bytes of the header, once it is passed.
    passed: Option<u64>,
    ended: bool,
    error: Option<io::Error>,
    /// Bytes of a block.
    pub(super) size: usize,
}

/// Bytes that were read, in a buffer that is used again when they are let go.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
    /// Where buffers go that are not in use.
    spare: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Buffer {
    /// What was read.
    pub(super) fn filled(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Another buffer, with what stands in this one from `start` on.
    fn another(&self, start: usize) -> Buffer {
        let rest = &self.filled()[start..];
        let spare = self.spare.lock().ok().and_then(|mut spare| spare.pop());
        let mut bytes = spare.unwrap_or_default();
        if bytes.len() < rest.len() {
            bytes.resize(rest.len(), 0);
        }
        bytes[..rest.len()].copy_from_slice(rest);
        Buffer {
            bytes,
            filled: rest.len(),
            spare: Arc::clone(&self.spare),
        }
    }

    /// Reads until `size` bytes are there; `false` where the source ended before.
    fn fill(&mut self, size: usize, source: &mut dyn Read) -> io::Result<bool> {
        if self.bytes.len() < size {
            self.bytes.resize(size, 0);
        }
        while self.filled < size {
            match source.read(&mut self.bytes[self.filled..size]) {
                Ok(0) => return Ok(false),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.filled);
        mem::take(&mut self.bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = mem::take(&mut self.bytes);
        if let Ok(mut spare) = self.spare.lock()
            && !bytes.is_empty()
        {
            spare.push(bytes);
        }
    }
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
            rest: Buffer::default(),
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
            let cut = Cut::of(self.rest.filled(), self.delimiter as u8);
            let (end, bytes) = if self.ended {
                if cut.open {
                    return None;
                }
                (self.rest.filled, self.rest.filled)
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
            let rest = self.rest.another(end);
            self.rest.filled = bytes;
            return Some(Block {
                bytes: mem::replace(&mut self.rest, rest),
                mended: OnceLock::new(),
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
        self.ended && self.rest.filled == 0 && self.passed.is_some()
    }

    /// The same file record by record, from what was not handed over on.
    pub(super) fn onward(self) -> Onward {
        let broken = Broken(self.error);
        let bytes: Box<dyn Read + Send> =
            Box::new(Cursor::new(self.rest.into_bytes()).chain(broken).chain(self.source));
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
        if self.ended || self.error.is_some() {
            return;
        }
        match self.rest.fill(size, &mut self.source) {
            Ok(full) => self.ended = !full,
            Err(error) => self.error = Some(error),
        }
    }

    /// Takes the header off; `None` where it is longer than any header, or damaged.
    fn pass_header(&mut self) -> Option<()> {
        let rest = self.rest.filled();
        let mut reader = csv_reader(rest, self.delimiter);
        let read = reader.read_byte_record(&mut csv::ByteRecord::new());
        let end = reader.position().byte() as usize;
        if read.is_err() || (end == rest.len() && !self.ended) || str::from_utf8(&rest[..end]).is_err() {
            return None;
        }
        self.rest = self.rest.another(end);
        self.passed = Some(end as u64);
        Some(())
    }

    /// Whether a row up to `end` is a header with other columns.
    fn changes_columns(&self, end: usize) -> bool {
        let block = &self.rest.filled()[..end];
        let text = self.header.slots(Field::Text).first().map(|&at| self.header.name(at));
        let may_hold = |name, first| may_hold(block, name, self.delimiter as u8, first);
        if !may_hold(self.header.name(0), true) && !text.is_some_and(|name| may_hold(name, false)) {
            return false;
        }
        let mut rows = csv_reader(block, self.delimiter).into_records();
        // Damaged text is told when it is decoded; here it may hide a header.
        rows.any(|row| {
            row.map_or(true, |row| {
                header_row(&self.header, &self.layout, &Cells::from(&row)) == HeaderRow::Other
            })
        })
    }
}

/// Whether a row of the block may have a cell of this name; the first cell of a row, if `first`.
fn may_hold(block: &[u8], name: &str, delimiter: u8, first: bool) -> bool {
    // A name that may be written in several ways is not looked for.
    if name.contains(['/', '"', '\n', '\r']) || name.starts_with("column.") {
        return true;
    }
    let ends_row = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let ends_cell = |byte: &u8| ends_row(byte) || *byte == delimiter;
    // What may stand around a name that it is compared without.
    let edge = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"') || !byte.is_ascii();
    memmem::find_iter(block, name).any(|at| {
        let (before, behind) = (&block[..at], &block[at + name.len()..]);
        let opens_row = before.iter().rev().find(|byte| !edge(byte)).is_none_or(ends_row);
        if first && !opens_row {
            return false;
        }
        // Line ends and delimiters may stand in a cell, but nothing other than that and edges around a name in it.
        let start = before.iter().rposition(ends_cell).map_or(0, |end| end + 1);
        let end = behind.iter().position(ends_cell).unwrap_or(behind.len());
        str::from_utf8(&block[start..at + name.len() + end]).map_or(true, |cell| bare(cell) == name)
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
