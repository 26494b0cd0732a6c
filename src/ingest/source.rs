//! Opening an input: file or standard input, gzip taken off, kinds this room cannot read refused by name.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::read::MultiGzDecoder;

use crate::error::{Error, Result};

/// How much of the (decompressed) start is looked at to recognise a file.
pub(super) const SAMPLE_BYTES: u64 = 256 * 1024;

/// An opened input: its decompressed bytes, and a look at the first of them.
pub(super) struct Source {
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) sample: Vec<u8>,
    /// Raw bytes taken from the file so far.
    pub(super) bytes_read: Arc<AtomicU64>,
    /// Raw size of the file; unknown for standard input.
    pub(super) size: Option<u64>,
    pub(super) gzip: bool,
}

impl Source {
    /// Opens a path, or standard input for `-`.
    pub(super) fn open(input: &str) -> Result<Source> {
        let failed = |action: &'static str| {
            let path = Path::new(input).to_owned();
            move |source| Error::File { path, action, source }
        };
        let bytes_read = Arc::new(AtomicU64::new(0));
        let (raw, size): (Box<dyn Read + Send>, _) = if input == "-" {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(input).map_err(failed("open"))?;
            let metadata = file.metadata().map_err(failed("open"))?;
            if metadata.is_dir() {
                return Err(refused(
                    input,
                    "this is a directory; name the files in it, or let a glob find them",
                ));
            }
            (Box::new(file), Some(metadata.len()).filter(|_| metadata.is_file()))
        };
        let mut raw = Counted {
            inner: raw,
            bytes: Arc::clone(&bytes_read),
        };
        let head = take(&mut raw, MAGIC_BYTES).map_err(failed("read"))?;
        let gzip = head.starts_with(&[0x1f, 0x8b]);
        let mut reader: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(raw));
        if gzip {
            reader = Box::new(MultiGzDecoder::new(reader));
        }
        let sample = take(&mut reader, SAMPLE_BYTES).map_err(failed("read"))?;
        if let Some(advice) = foreign(&sample) {
            return Err(refused(input, advice));
        }
        Ok(Source {
            reader: Box::new(Cursor::new(sample.clone()).chain(reader)),
            sample,
            bytes_read,
            size,
            gzip,
        })
    }
}

const MAGIC_BYTES: u64 = 8;

fn take(reader: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn refused(input: &str, problem: &str) -> Error {
    Error::Input {
        file: input.to_owned(),
        problem: problem.to_owned(),
    }
}

/// What to say of a kind of file that is not read, by its first bytes.
fn foreign(sample: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 11] = [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "this is an Excel 97 workbook (.xls); save the sheet as CSV UTF-8 and read that",
        ),
        (
            b"SQLite format 3\0",
            "this is an SQLite database; export the table as CSV (sqlite3 -header -csv FILE 'SELECT * FROM weibo') and read that",
        ),
        (
            b"PAR1",
            "this is a parquet file; convert it to CSV or JSONL (e.g. duckdb: COPY 'FILE' TO 'posts.csv') and read that",
        ),
        (
            b"\x28\xb5\x2f\xfd",
            "this is compressed with zstd; decompress it (zstd -d FILE) or compress it with gzip, and read that",
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
            "this is a 7z archive; unpack it and read the CSV or JSON files in it",
        ),
        (
            b"Rar!",
            "this is a RAR archive; unpack it and read the CSV or JSON files in it",
        ),
        (
            b"%PDF-",
            "this is a PDF; minyi reads CSV, TSV, JSON and JSONL, also gzipped",
        ),
        (
            b"\x1f\x8b",
            "this is gzipped twice; decompress it once (gunzip FILE) and read that",
        ),
        (
            b"<?xml",
            "this is XML (perhaps an Excel workbook in disguise); save it as CSV UTF-8 and read that",
        ),
    ];
    if sample.starts_with(b"PK\x03\x04") {
        let holds = |name: &[u8]| sample.windows(name.len()).any(|window| window == name);
        return Some(if holds(b"xl/") || holds(b"[Content_Types].xml") {
            "this is an Excel workbook (.xlsx); save the sheet as CSV UTF-8 and read that"
        } else {
            "this is a zip archive; unpack it and read the CSV or JSON files in it"
        });
    }
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

/// Counts what passes.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
