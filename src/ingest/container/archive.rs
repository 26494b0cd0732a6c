//! Zip archives: their members, each read as a stream of its own.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use flate2::{Crc, read::DeflateDecoder};
use zip::{CompressionMethod, ZipArchive};

use crate::error::Result;

use super::{
    inflate::{Counted, Inflated},
    refused,
};

/// How a zip archive begins.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";

/// Names of the files in the archive, in its order; of an archive with names in another encoding as the archive has them.
pub(in crate::ingest) fn members(path: &Path) -> Result<Vec<String>> {
    let mut archive = open(path)?;
    let mut names = Vec::new();
    for at in 0..archive.len() {
        if let Ok(member) = archive.by_index_raw(at)
            && member.is_file()
            && let Ok(name) = member.name()
        {
            names.push(name.into_owned());
        }
    }
    Ok(names)
}

/// Whether the file begins as a zip archive does.
pub(in crate::ingest) fn is_archive(path: &Path) -> bool {
    let mut magic = [0; MAGIC.len()];
    path.is_file()
        && File::open(path)
            .and_then(|mut file| file.read_exact(&mut magic))
            .is_ok()
        && magic == *MAGIC
}

/// Whether the members are those of a workbook (xlsx, xlsb, ods).
pub(in crate::ingest) fn is_workbook(members: &[String]) -> bool {
    let has = |name: &str| members.iter().any(|member| member == name);
    has("[Content_Types].xml") || (has("mimetype") && has("content.xml"))
}

fn open(path: &Path) -> Result<ZipArchive<File>> {
    let damaged = |error: &dyn std::fmt::Display| {
        refused(
            &path.display().to_string(),
            format!("this zip archive cannot be read: {error}; pack or download it anew"),
        )
    };
    let file = File::open(path).map_err(|error| damaged(&error))?;
    ZipArchive::new(file).map_err(|error| damaged(&error))
}

/// The bytes of one member as they unpack, checked against the archive's checksum at the end; `taken` counts the packed ones.
pub(super) fn member(path: &Path, name: &str, taken: &Arc<AtomicU64>) -> Result<(Box<dyn Read + Send>, u64)> {
    let input = format!("{}/{name}", path.display());
    let wrong = |problem: String| refused(&input, problem);
    let mut archive = open(path)?;
    let unreadable =
        |error: &dyn std::fmt::Display| wrong(format!("this member of the archive cannot be read: {error}"));
    let found = (0..archive.len()).find(|&at| {
        archive
            .by_index_raw(at)
            .is_ok_and(|member| member.name().is_ok_and(|found| found == name))
    });
    let Some(at) = found else {
        return Err(wrong(
            "the archive has no such member; `minyi inspect` of the archive lists them".to_owned(),
        ));
    };
    let member = archive.by_index_raw(at).map_err(|error| unreadable(&error))?;
    if member.encrypted() {
        return Err(wrong(
            "this member is protected by a password; unpack the archive and read the files".to_owned(),
        ));
    }
    let (method, size, crc) = (member.compression(), member.compressed_size(), member.crc32());
    let start = member
        .data_start()
        .ok_or_else(|| wrong("the archive does not say where this member begins; unpack it".to_owned()))?;
    drop(member);
    let mut file = archive.into_inner();
    file.seek(SeekFrom::Start(start)).map_err(|error| unreadable(&error))?;
    let packed = Counted::new(io::BufReader::new(file.take(size)), Arc::clone(taken));
    let reader: Box<dyn Read + Send> = match method {
        CompressionMethod::Stored => Box::new(Checked::new(packed, crc)),
        CompressionMethod::DEFLATE => {
            let inflated = Inflated::new(DeflateDecoder::new(packed), Arc::clone(taken));
            Box::new(Checked::new(inflated, crc))
        }
        other => {
            return Err(wrong(format!(
                "this member is packed with {other}, and minyi unpacks deflate only; unpack the archive and read the files"
            )));
        }
    };
    Ok((reader, size))
}

/// Compares the bytes that pass with a checksum once they end.
struct Checked<R> {
    inner: R,
    crc: Crc,
    expected: u32,
}

impl<R> Checked<R> {
    fn new(inner: R, expected: u32) -> Self {
        Checked {
            inner,
            crc: Crc::new(),
            expected,
        }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.crc.update(&out[..read]);
        if read == 0 && !out.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the member does not match its checksum; the archive is damaged",
            ));
        }
        Ok(read)
    }
}
