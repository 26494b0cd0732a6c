use std::{
    fmt,
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Output of a compressed input that is always let through.
const FREE_BYTES: u64 = 256 << 20;
/// How many bytes a compressed byte may give beyond that. Exports of posts give 3 to 20; deflate can give 1032.
const MOST_PER_BYTE: u64 = 200;

const CUT_OFF: &str = "the packed file is truncated: it ends before what was packed does; copy or download it anew";

/// A decompressor that stops where its input can only be a bomb: after 256 MiB, at more than 200 bytes a compressed byte.
pub(super) struct Inflated<R> {
    inner: R,
    given: u64,
    taken: Arc<AtomicU64>,
}

impl<R> Inflated<R> {
    /// `taken` counts the compressed bytes.
    pub(super) fn new(inner: R, taken: Arc<AtomicU64>) -> Self {
        Inflated { inner, given: 0, taken }
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::new(error.kind(), CUT_OFF),
            _ => error,
        })?;
        self.given += read as u64;
        if is_too_much(self.given, self.taken.load(Ordering::Relaxed)) {
            return Err(io::Error::other(Bomb));
        }
        Ok(read)
    }
}

/// Whether so many bytes out of so many compressed ones are no export of posts.
pub(super) fn is_too_much(inflated: u64, compressed: u64) -> bool {
    inflated > FREE_BYTES && inflated / MOST_PER_BYTE > compressed
}

/// Whether this is the error by which [`Inflated`] stops.
pub(super) fn is_bomb(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Bomb>())
}

#[derive(Debug)]
struct Bomb;

impl std::error::Error for Bomb {}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it unpacks to more than {MOST_PER_BYTE} times its size and {} MiB, which no export does; unpack it and look",
            FREE_BYTES >> 20
        )
    }
}

/// Counts what passes.
pub(super) struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, bytes: Arc<AtomicU64>) -> Self {
        Counted { inner, bytes }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_stopped_and_a_dense_export_is_not() {
        // 300 MiB out of 300 KiB is a bomb, out of 10 MiB an export.
        assert!(is_too_much(300 << 20, 300 << 10));
        assert!(!is_too_much(300 << 20, 10 << 20));
        // Nothing small is.
        assert!(!is_too_much(200 << 20, 1));
    }
}
