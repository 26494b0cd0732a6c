//! Opening an input: file or standard input, compression taken off, told apart by its first bytes.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::read::MultiGzDecoder;

use crate::error::{Error, Result};

use super::{
    Tables, archive, database,
    inflate::{Counted, Inflated},
    parquet,
    place::{Place, place},
    refused, workbook,
};

/// How much of the (decompressed) start is looked at to recognise a file.
pub(in crate::ingest) const SAMPLE_BYTES: u64 = 256 * 1024;
/// Workbooks and parquet files that do not lie on disk as such are held in memory up to this size.
const MEMORY_BYTES: u64 = 1 << 30;
const MAGIC_BYTES: u64 = 8;
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// An opened input.
pub(in crate::ingest) struct Source {
    pub(in crate::ingest) content: Content,
    /// The sheet or table that was named.
    pub(in crate::ingest) table: Option<String>,
    /// Raw bytes taken from the file so far.
    pub(in crate::ingest) bytes_read: Arc<AtomicU64>,
    /// Raw size of the file (of the packed member of an archive); unknown for standard input and pipes.
    pub(in crate::ingest) size: Option<u64>,
    /// `gzip`, `zstd`, `zip`, as they were taken off.
    pub(in crate::ingest) packing: Vec<&'static str>,
}

/// What the input holds.
pub(in crate::ingest) enum Content {
    /// CSV or JSON, still in its encoding.
    Text(Text),
    /// Rows that know their own cells.
    Tables(Tables),
}

/// A stream of text, and a look at its first bytes.
pub(in crate::ingest) struct Text {
    pub(in crate::ingest) reader: Box<dyn Read + Send>,
    pub(in crate::ingest) sample: Vec<u8>,
}

impl Source {
    /// Opens a path, a member of an archive, or standard input for `-`.
    pub(in crate::ingest) fn open(input: &str) -> Result<Source> {
        if input == "-" {
            return Source::of(input, io::stdin());
        }
        let place = place(input);
        let file = File::open(&place.disk).map_err(|source| file_error(&place, "open", source))?;
        let metadata = file.metadata().map_err(|source| file_error(&place, "open", source))?;
        if metadata.is_dir() {
            return Err(refused(
                input,
                "this is a directory; name the files in it, or let a glob find them",
            ));
        }
        let bytes_read = Arc::new(AtomicU64::new(0));
        if let Some(tables) = tables_on_disk(input, &place, file.try_clone(), &metadata)? {
            bytes_read.store(metadata.len(), Ordering::Relaxed);
            return Ok(Source {
                content: Content::Tables(tables),
                table: place.inner,
                bytes_read,
                size: Some(metadata.len()),
                packing: Vec::new(),
            });
        }
        let is_archive = metadata.is_file() && archive::is_archive(&place.disk);
        let (raw, size): (Box<dyn Read + Send>, _) = if is_archive {
            let (reader, size) = archive::member(&place.disk, &member_of(input, &place)?, &bytes_read)?;
            (reader, Some(size))
        } else {
            let size = Some(metadata.len()).filter(|_| metadata.is_file());
            (Box::new(Counted::new(file, Arc::clone(&bytes_read))), size)
        };
        // Of an archive the name behind it is the member's, of any other file that of a table in it.
        let (mut packing, table) = if is_archive {
            (vec!["zip"], None)
        } else {
            (Vec::new(), place.inner.clone())
        };
        let failed = |source| file_error(&place, "read", source);
        let content = content(input, raw, table.as_deref(), &bytes_read, &mut packing, &failed)?;
        Ok(Source {
            content,
            table,
            bytes_read,
            size,
            packing,
        })
    }

    /// Reads from anything; `name` stands for it in messages and results.
    pub(in crate::ingest) fn of(name: &str, stream: impl Read + Send + 'static) -> Result<Source> {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let mut packing = Vec::new();
        let raw = Box::new(Counted::new(stream, Arc::clone(&bytes_read)));
        let failed = |source| Error::File {
            path: name.into(),
            action: "read",
            source,
        };
        let content = content(name, raw, None, &bytes_read, &mut packing, &failed)?;
        Ok(Source {
            content,
            table: None,
            bytes_read,
            size: None,
            packing,
        })
    }
}

/// Takes compression off and tells text from tables.
fn content(
    input: &str,
    raw: Box<dyn Read + Send>,
    table: Option<&str>,
    bytes_read: &Arc<AtomicU64>,
    packing: &mut Vec<&'static str>,
    failed: &dyn Fn(io::Error) -> Error,
) -> Result<Content> {
    let (mut reader, head) = unpack(raw, bytes_read, packing).map_err(failed)?;
    if let Some(open) = held_in_memory(&head) {
        let bytes = take(&mut reader, MEMORY_BYTES + 1).map_err(failed)?;
        if bytes.len() as u64 > MEMORY_BYTES {
            return Err(refused(
                input,
                "packed like this it is held in memory, and is larger than 1 GiB; unpack it",
            ));
        }
        return Ok(Content::Tables(open(input, bytes)?));
    }
    let (sample, broken) = start(&mut reader, SAMPLE_BYTES).map_err(failed)?;
    if let Some(advice) = foreign(&sample) {
        return Err(refused(input, advice));
    }
    if let Some(table) = table {
        return Err(refused(
            input,
            format!("the file is one table; there is no {table} in it"),
        ));
    }
    let start = Cursor::new(sample.clone());
    let reader: Box<dyn Read + Send> = match broken {
        None => Box::new(start.chain(reader)),
        Some(error) => Box::new(start.chain(Broken(Some(error)))),
    };
    Ok(Content::Text(Text { reader, sample }))
}

/// What a stream gives up to so many bytes, with the error that ended it; an error alone where it gave nothing.
fn start(reader: &mut impl Read, most: u64) -> io::Result<(Vec<u8>, Option<io::Error>)> {
    let mut bytes = Vec::new();
    match reader.take(most).read_to_end(&mut bytes) {
        Err(error) if bytes.is_empty() => Err(error),
        result => Ok((bytes, result.err())),
    }
}

/// The end of a stream that broke while its start was looked at: the error comes again to whoever reads up to there.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn file_error(place: &Place, action: &'static str, source: io::Error) -> Error {
    Error::File {
        path: place.disk.clone(),
        action,
        source,
    }
}

/// Workbooks, databases and parquet files as they lie on disk; `None` for all else.
fn tables_on_disk(
    input: &str,
    place: &Place,
    file: io::Result<File>,
    metadata: &std::fs::Metadata,
) -> Result<Option<Tables>> {
    if !metadata.is_file() {
        return Ok(None);
    }
    let mut magic = Vec::new();
    let mut head = file.map_err(|source| file_error(place, "open", source))?;
    (&mut head)
        .take(MAGIC_BYTES)
        .read_to_end(&mut magic)
        .map_err(|source| file_error(place, "read", source))?;
    rewind(&mut head).map_err(|source| file_error(place, "read", source))?;
    if magic.starts_with(archive::MAGIC) {
        if !archive::is_workbook(&archive::members(&place.disk)?) {
            return Ok(None);
        }
    } else if magic.starts_with(database::MAGIC) {
        return database::open(input, &place.disk).map(Some);
    } else if magic.starts_with(parquet::MAGIC) {
        return parquet::open(input, head).map(Some);
    } else if !magic.starts_with(workbook::OLD_MAGIC) {
        return Ok(None);
    }
    let bytes = take(&mut head, MEMORY_BYTES + 1).map_err(|source| file_error(place, "read", source))?;
    if bytes.len() as u64 > MEMORY_BYTES {
        return Err(refused(
            input,
            "workbooks are held in memory, and this one is larger than 1 GiB; save it as CSV",
        ));
    }
    workbook::open(input, bytes).map(Some)
}

fn rewind(file: &mut File) -> io::Result<()> {
    io::Seek::seek(file, io::SeekFrom::Start(0)).map(|_| ())
}

/// The member meant: the one named, or the only one there is.
fn member_of(input: &str, place: &Place) -> Result<String> {
    if let Some(inner) = &place.inner {
        return Ok(inner.clone());
    }
    let mut members = archive::members(&place.disk)?;
    match members.len() {
        1 => Ok(members.remove(0)),
        0 => Err(refused(input, "the archive is empty")),
        n => Err(refused(
            input,
            format!("the archive holds {n} files; name one as {input}/{}", members[0]),
        )),
    }
}

/// Takes gzip and zstd off, one inside the other at most; gives the stream and a look at its first bytes.
fn unpack(
    raw: Box<dyn Read + Send>,
    taken: &Arc<AtomicU64>,
    packing: &mut Vec<&'static str>,
) -> io::Result<(Box<dyn Read + Send>, Vec<u8>)> {
    let mut reader = raw;
    for _ in 0..2 {
        let head = take(&mut reader, MAGIC_BYTES)?;
        let whole: Box<dyn Read + Send> = Box::new(Cursor::new(head.clone()).chain(reader));
        if head.starts_with(GZIP) {
            packing.push("gzip");
            reader = Box::new(Inflated::new(MultiGzDecoder::new(whole), Arc::clone(taken)));
        } else if head.starts_with(ZSTD) {
            packing.push("zstd");
            reader = Box::new(Inflated::new(zstd::Decoder::new(whole)?, Arc::clone(taken)));
        } else {
            return Ok((whole, head));
        }
    }
    let head = take(&mut reader, MAGIC_BYTES)?;
    Ok((Box::new(Cursor::new(head.clone()).chain(reader)), head))
}

type Open = fn(&str, Vec<u8>) -> Result<Tables>;

/// What opens a table that came out of an archive, a compressed file or standard input.
fn held_in_memory(head: &[u8]) -> Option<Open> {
    if head.starts_with(archive::MAGIC) || head.starts_with(workbook::OLD_MAGIC) {
        Some(workbook::open)
    } else if head.starts_with(parquet::MAGIC) {
        Some(parquet::open_bytes)
    } else {
        None
    }
}

fn take(reader: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What to say of a kind of file that is not read, by its first bytes.
fn foreign(sample: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (
            b"SQLite format 3\0",
            "this is a packed SQLite database; unpack it, a database is read from disk only",
        ),
        (
            b"BZh",
            "this is compressed with bzip2; decompress it (bunzip2 FILE) or compress it with gzip, and read that",
        ),
        (
            b"\xfd7zXZ\0",
            "this is compressed with xz; decompress it (xz -d FILE) or compress it with gzip, and read that",
        ),
        (
            b"7z\xbc\xaf\x27\x1c",
            "this is a 7z archive; unpack it and read the files in it",
        ),
        (b"Rar!", "this is a RAR archive; unpack it and read the files in it"),
        (
            b"%PDF-",
            "this is a PDF; minyi reads tables: CSV, JSON, workbooks, SQLite, parquet",
        ),
        (
            b"\x1f\x8b",
            "this is compressed three times; decompress it once (gunzip FILE) and read that",
        ),
        (
            b"<?xml",
            "this is XML (perhaps an Excel workbook in disguise); save it as xlsx or CSV UTF-8 and read that",
        ),
    ];
    let text = sample.trim_ascii_start();
    if [&b"<html"[..], b"<!doctype", b"<table"].iter().any(|tag| {
        text.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    }) {
        return Some(
            "this is an HTML page (some sites name such a file .xls); open it in a spreadsheet and save it as CSV UTF-8",
        );
    }
    KINDS
        .iter()
        .find(|(magic, _)| sample.starts_with(magic))
        .map(|(_, advice)| *advice)
}
