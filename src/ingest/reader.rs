mod batch;
mod blocks;
mod start;

use std::{
    fmt,
    io::{BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    vec,
};

use blocks::Blocks;
use start::Start;

pub use batch::{Batch, Portion};

use encoding_rs::{Encoding, UTF_8};

use crate::{cutter::Cells, error::Result};

use super::{
    Bound, Field, Options,
    container::{Content, Rows, Source},
    encoding::{Decoded, RECORD_BYTES},
    header::{Header, normal},
    json::{self, Piece, Splitter},
    layout::{Layout, Layouts},
    opening::Opening,
    recognition::{Container, Recognition, Summary},
    record::{Body, Place, Record},
};

/// One opened and recognised input. Hands out [`Record`]s in order; [`Reader::layout`] turns them into posts.
///
/// Memory holds one record at a time, and the first 256 KiB of the file while it is opened.
pub struct Reader {
    recognition: Recognition,
    bound: Arc<Bound>,
    stream: Stream,
    keep: Vec<String>,
    ahead: Option<Record>,
    records: u64,
    header_changes: u64,
    bytes_read: Arc<AtomicU64>,
    size: Option<u64>,
    replaced: Arc<AtomicU64>,
    /// Nobody has looked yet whether the file ended too early.
    may_be_short: bool,
    /// The last record was broken off, and with it the file.
    broken_off: bool,
}

/// Why the last record of a file that shrank is none.
const SHRUNK: &str = "the file ended before the size it had when it was opened: something changed it while it was read";

type Characters = Decoded<Box<dyn Read + Send>>;

enum Stream {
    /// A CSV file of which nobody has asked for a single record yet.
    Blocks(Box<Blocks>),
    Csv {
        reader: Box<csv::Reader<Characters>>,
        header: Arc<Header>,
        row_lead: u64,
    },
    Rows {
        /// Rows that were looked at to recognise the file.
        seen: vec::IntoIter<csv::StringRecord>,
        rows: Box<Rows>,
        header: Arc<Header>,
    },
    Json(Box<Splitter<BufReader<Characters>>>),
    Finished,
}

impl Stream {
    /// A stream of CSV or JSON, of these bytes, which `text` makes UTF-8.
    fn new(
        bytes: Box<dyn Read + Send>,
        encoding: &'static Encoding,
        replaced: &Arc<AtomicU64>,
        opening: &mut Opening,
    ) -> Stream {
        let decoded = |bytes| Decoded::new(bytes, encoding, Arc::clone(replaced));
        match (&opening.container, opening.header.take()) {
            (Container::Csv { delimiter }, Some(header)) => {
                let source = if encoding == UTF_8 {
                    bytes
                } else {
                    Box::new(decoded(bytes))
                };
                Stream::Blocks(Box::new(Blocks::new(
                    source,
                    *delimiter,
                    header,
                    opening.row_lead,
                    Arc::clone(&opening.layout),
                    Arc::clone(replaced),
                )))
            }
            _ => {
                let reader = BufReader::with_capacity(64 * 1024, decoded(bytes));
                Stream::Json(Box::new(Splitter::new(reader, opening.json_shape.clone())))
            }
        }
    }
}

impl Reader {
    /// Opens a file, a part of one (`archive.zip/inner.csv`, `weibo.db/comments`), or standard input for `-`, and recognises
    /// container, encoding and layout from its start.
    ///
    /// # Errors
    /// A file that cannot be opened; a kind of file that is not read; a layout that is not known: the message lists the
    /// columns found and a `--map` to start from.
    pub fn open(input: &str, layouts: &Layouts, options: &Options) -> Result<Reader> {
        Reader::of_source(input, Source::open(input)?, layouts, options)
    }

    /// Reads from anything, e.g. bytes in memory; `name` stands for it in messages and results.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn from_stream(
        name: &str,
        stream: impl Read + Send + 'static,
        layouts: &Layouts,
        options: &Options,
    ) -> Result<Reader> {
        Reader::of_source(name, Source::of(name, stream)?, layouts, options)
    }

    fn of_source(input: &str, source: Source, layouts: &Layouts, options: &Options) -> Result<Reader> {
        let start = Start {
            input,
            layouts,
            options,
            bytes_read: source.bytes_read,
            size: source.size,
        };
        let mut reader = match source.content {
            Content::Text(text) => start.text(text)?,
            Content::Tables(tables) => start.tables(tables, source.table.as_deref())?,
        };
        reader.recognition.packing = source.packing;
        Ok(reader)
    }

    /// What the file was taken for.
    pub fn recognition(&self) -> &Recognition {
        &self.recognition
    }

    /// The layout bound to this file, for use in any thread.
    pub fn layout(&self) -> Arc<Bound> {
        Arc::clone(&self.bound)
    }

    /// Raw (compressed) bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// The counter behind [`Reader::bytes_read`], for a thread that shows progress.
    pub fn bytes_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// Raw size of the file in bytes; `None` for standard input.
    pub fn size_hint(&self) -> Option<u64> {
        self.size
    }

    /// What there is to say once [`Reader::next_record`] has given `None`.
    pub fn summary(&self) -> Summary {
        Summary {
            records: self.records,
            invalid_sequences: self.replaced.load(Ordering::Relaxed),
            header_changes: self.header_changes,
            broken_off: self.broken_off,
        }
    }

    /// The next record, only cut out and decoded; `None` at the end. What cannot be cut out is a record too, one that
    /// [`Bound::convert`] rejects. Blank lines are no records.
    pub fn next_record(&mut self) -> Option<Record> {
        let mut record = match self.ahead.take() {
            Some(record) => record,
            None => self.read()?,
        };
        if self.recognition.pulled_in_originals {
            self.ahead = self.read();
            record.place.pulled_in = self.ahead.as_ref().is_some_and(|next| is_reposted_by(&record, next));
        }
        Some(record)
    }

    fn read(&mut self) -> Option<Record> {
        if matches!(self.stream, Stream::Blocks(_)) {
            self.read_records();
        }
        let (body, offset) = match &mut self.stream {
            Stream::Blocks(_) => return None,
            Stream::Finished => {
                if !std::mem::take(&mut self.may_be_short) || !self.is_short() {
                    return None;
                }
                self.broken_off = true;
                (Body::Broken(SHRUNK.into(), Vec::new()), None)
            }
            Stream::Rows { seen, rows, header } => match seen.next().map(Ok).or_else(|| rows.next()) {
                Some(Ok(row)) => {
                    let header = Arc::clone(header);
                    (self.row_body(row, &header), None)
                }
                Some(Err(problem)) => (self.give_up(&problem), None),
                None => {
                    self.stream = Stream::Finished;
                    return None;
                }
            },
            Stream::Json(splitter) => match splitter.next_piece() {
                Ok(Some(Piece::Record(text, offset))) => (Body::Json(join(text, splitter.members())), Some(offset)),
                Ok(Some(Piece::Broken(reason, text, offset))) => {
                    self.broken_off |= json::is_cut_off(reason);
                    (Body::Broken(reason.into(), vec![text]), Some(offset))
                }
                Ok(None) => {
                    self.stream = Stream::Finished;
                    return self.read();
                }
                Err(error) => (self.give_up(&error), None),
            },
            Stream::Csv {
                reader,
                header,
                row_lead,
            } => {
                let mut row = csv::StringRecord::new();
                reader.get_mut().allow(RECORD_BYTES);
                match reader.read_record(&mut row) {
                    Ok(false) => {
                        self.stream = Stream::Finished;
                        return self.read();
                    }
                    Ok(true) => {
                        let offset = row.position().map(|position| position.byte() + *row_lead);
                        let unclosed = reader.get_ref().is_finished() && is_unclosed(&Cells::from(&row), header);
                        (self.csv_body(row, unclosed), offset)
                    }
                    Err(error) => (self.give_up(&error), None),
                }
            }
        };
        self.records += 1;
        let place = Place {
            row: self.records,
            offset,
            pulled_in: false,
        };
        Some(Record { place, body })
    }

    fn csv_body(&mut self, row: csv::StringRecord, unclosed: bool) -> Body {
        let Stream::Csv { header, .. } = &self.stream else {
            return Body::Broken("the file has ended".into(), Vec::new());
        };
        if unclosed {
            self.broken_off = true;
            return Body::Broken(UNCLOSED.into(), row.iter().map(str::to_owned).collect());
        }
        let header = Arc::clone(header);
        self.row_body(row, &header)
    }

    fn row_body(&mut self, row: csv::StringRecord, header: &Arc<Header>) -> Body {
        match header_row(header, &self.bound.layout, &Cells::from(&row)) {
            HeaderRow::No => return Body::Cells(row, Arc::clone(header)),
            HeaderRow::Same => {}
            HeaderRow::Other => {
                let new = Arc::new(Header::new(row.iter(), &self.bound.layout, &self.keep));
                if let Stream::Csv { header, .. } | Stream::Rows { header, .. } = &mut self.stream {
                    *header = new;
                }
                self.header_changes += 1;
            }
        }
        Body::RepeatedHeader(row)
    }

    /// Goes on record by record where a file was read in blocks so far.
    fn read_records(&mut self) {
        if let Stream::Blocks(blocks) = std::mem::replace(&mut self.stream, Stream::Finished) {
            let onward = blocks.onward();
            self.stream = Stream::Csv {
                reader: onward.reader,
                header: onward.header,
                row_lead: onward.row_lead,
            };
        }
    }

    /// Whether a file on disk gave fewer bytes than it had when it was opened.
    fn is_short(&self) -> bool {
        self.size.is_some_and(|size| self.bytes_read() < size)
    }

    fn give_up(&mut self, error: &dyn fmt::Display) -> Body {
        self.may_be_short = false;
        self.broken_off = true;
        self.stream = Stream::Finished;
        Body::Broken(
            format!("the file cannot be read on from here: {error}").into(),
            Vec::new(),
        )
    }
}

pub(super) fn csv_reader<R: Read>(reader: R, delimiter: char) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(reader)
}

/// What a row is as a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeaderRow {
    /// A row of cells.
    No,
    /// The header of the file once more.
    Same,
    /// A header with other columns.
    Other,
}

fn header_row(header: &Header, layout: &Layout, row: &Cells<'_>) -> HeaderRow {
    if !header.may_be_header(row) {
        return HeaderRow::No;
    }
    let known = |name: &str| row.iter().any(|cell| normal(cell) == name);
    match header.is_repeated_by(row) {
        true if row.len() <= header.width() => HeaderRow::Same,
        false if !layout.is_header(known) => HeaderRow::No,
        _ => HeaderRow::Other,
    }
}

/// Whether a quotation that opens in the last row of a file is never closed.
fn is_unclosed(row: &Cells<'_>, header: &Header) -> bool {
    row.len() < header.width() && row.iter().last().is_some_and(|cell| cell.ends_with('\n'))
}

/// Why such a row is no record.
const UNCLOSED: &str =
    "a quotation mark opens in this record and is never closed, so that the rest of the file is one cell";

/// Whether the second record reposts the first.
fn is_reposted_by<'r>(original: &'r Record, repost: &'r Record) -> bool {
    let cell = |record: &'r Record, field: Field| match &record.body {
        Body::Cells(cells, header) => cells.get(*header.slots(field).first()?),
        _ => None,
    };
    names(cell(repost, Field::RetweetId), cell(original, Field::Id))
}

/// Whether the id of the other post that a repost gives is this one.
fn names(retweet_id: Option<&str>, id: Option<&str>) -> bool {
    retweet_id.is_some_and(|other| !other.is_empty() && id == Some(other))
}

/// A record with the members of its envelope before its own, which win where both have one (the later one does, in JSON).
pub(super) fn join(record: String, members: &[(String, String)]) -> String {
    let Some(inner) = record.trim_start().strip_prefix('{').filter(|_| !members.is_empty()) else {
        return record;
    };
    let member = |(name, value): &(String, String)| format!("{}:{value}", serde_json::Value::String(name.clone()));
    let members: Vec<String> = members.iter().map(member).collect();
    let comma = if inner.trim_start().starts_with('}') { "" } else { "," };
    format!("{{{}{comma}{inner}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pipeline reads in one thread and converts in others: this compiles only if it may.
    #[test]
    fn readers_travel_and_layouts_are_shared() {
        fn may_travel<T: Send>() {}
        fn may_be_shared<T: Send + Sync>() {}
        may_travel::<Reader>();
        may_travel::<Record>();
        may_be_shared::<Bound>();
    }

    #[test]
    fn a_record_keeps_its_own_members_beside_those_of_the_envelope() {
        let members = [
            ("user".to_owned(), "{\"id\":1}".to_owned()),
            ("n".to_owned(), "2".to_owned()),
        ];
        let joined =
            |record: &str| serde_json::from_str::<serde_json::Value>(&join(record.to_owned(), &members)).unwrap();
        assert_eq!(joined("{\"n\": 3}"), serde_json::json!({"user": {"id": 1}, "n": 3}));
        assert_eq!(joined(" { } "), serde_json::json!({"user": {"id": 1}, "n": 2}));
        assert_eq!(join("[1]".to_owned(), &members), "[1]");
    }
}
