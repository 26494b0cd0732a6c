//! Which encoding a file is in, and a reader that turns it into UTF-8 and counts what it could not read.

use std::{
    fmt,
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, GBK, UTF_8};

/// How the encoding is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodingSource {
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// The start of the file is valid UTF-8 (but for a few damaged bytes).
    ValidUtf8,
    /// The start of the file is plain ASCII, which UTF-8 contains.
    Ascii,
    /// Guessed from byte frequencies, Chinese preferred.
    Guessed,
    /// Named by the user.
    Forced,
    /// A workbook, database or parquet file knows its characters itself.
    Container,
}

impl fmt::Display for EncodingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EncodingSource::ByteOrderMark => "byte order mark",
            EncodingSource::ValidUtf8 => "valid UTF-8",
            EncodingSource::Ascii => "plain ASCII so far",
            EncodingSource::Guessed => "guessed from the bytes",
            EncodingSource::Forced => "as told",
            EncodingSource::Container => "told by the file",
        })
    }
}

/// One invalid sequence in this many non-ASCII characters still counts as damaged UTF-8.
const DAMAGED_ONE_IN: usize = 20;
/// So many characters of three and four bytes for each invalid sequence are damaged UTF-8 too. Chinese is written with these;
/// of GBK read as UTF-8 nearly all is invalid, and what is valid by accident is two bytes long.
const LONG_PER_DAMAGE: usize = 2;

/// The encoding of a file that starts with these bytes.
pub(super) fn detect(sample: &[u8]) -> (&'static Encoding, EncodingSource) {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return (encoding, EncodingSource::ByteOrderMark);
    }
    if sample.is_ascii() {
        return (UTF_8, EncodingSource::Ascii);
    }
    let (valid, long, invalid) = utf8_sequences(sample);
    if invalid == 0 || invalid * DAMAGED_ONE_IN < valid || invalid * LONG_PER_DAMAGE < long {
        return (UTF_8, EncodingSource::ValidUtf8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, false);
    // A mainland file is the likely one, but that preference would take every Big5 file for GBK.
    let guess = match detector.guess(None, Utf8Detection::Deny) {
        guess if guess == BIG5 => guess,
        _ => detector.guess(Some(b"cn"), Utf8Detection::Deny),
    };
    // GB18030 reads all that GBK writes, and more.
    (if guess == GBK { GB18030 } else { guess }, EncodingSource::Guessed)
}

/// Numbers of valid non-ASCII characters, of those of three and four bytes, and of invalid sequences; one cut off by the end
/// of the sample is neither.
fn utf8_sequences(mut bytes: &[u8]) -> (usize, usize, usize) {
    let at_least = |text: &str, length| text.chars().filter(|c| c.len_utf8() >= length).count();
    let (mut valid, mut long, mut invalid) = (0, 0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += at_least(chunk.valid(), 2);
        long += at_least(chunk.valid(), 3);
        bytes = &bytes[chunk.valid().len() + chunk.invalid().len()..];
        let cut_off = bytes.is_empty() && chunk.invalid().len() < 4;
        invalid += usize::from(!chunk.invalid().is_empty() && !cut_off);
    }
    (valid, long, invalid)
}

/// The start of a file as text, without a character cut off by the end of the sample.
pub(super) fn decode_sample(sample: &[u8], encoding: &'static Encoding) -> String {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(sample.len()).unwrap_or(sample.len()));
    let _ = decoder.decode_to_string(sample, &mut text, false);
    text
}

/// A reader of UTF-8 made from a reader of `encoding`: invalid sequences become U+FFFD and are counted.
/// A byte order mark comes out as U+FEFF.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    raw_range: std::ops::Range<usize>,
    text: Vec<u8>,
    text_read: usize,
    finished: bool,
    replaced: Arc<AtomicU64>,
    allowance: u64,
}

/// The longest record that is read. The longest posts are a thousandth of it.
pub(super) const RECORD_BYTES: u64 = 32 << 20;
/// Why a longer one is not.
pub(super) const TOO_LONG: &str =
    "this record is longer than 32 MiB; it is no post, or a quotation mark in it opens and is never closed";

const RAW_BYTES: usize = 64 * 1024;

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding, replaced: Arc<AtomicU64>) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        let most = decoder
            .max_utf8_buffer_length_without_replacement(RAW_BYTES)
            .unwrap_or(3 * RAW_BYTES);
        Decoded {
            inner,
            decoder,
            raw: vec![0; RAW_BYTES].into(),
            raw_range: 0..0,
            text: Vec::with_capacity(most + '\u{fffd}'.len_utf8()),
            text_read: 0,
            finished: false,
            replaced,
            allowance: u64::MAX,
        }
    }

    /// Lets so many bytes through from here on; what would read more is told [`TOO_LONG`].
    pub(super) fn allow(&mut self, bytes: u64) {
        self.allowance = bytes;
    }

    /// Whether somebody read up to the end and met it.
    pub(super) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Decodes the next stretch into `text`; leaves it empty only at the end.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.text_read = 0;
        while self.text.is_empty() && !self.finished {
            if self.raw_range.is_empty() {
                let read = self.inner.read(&mut self.raw)?;
                self.raw_range = 0..read;
            }
            let last = self.raw_range.is_empty();
            let start = self.text.len();
            self.text.resize(self.text.capacity() - '\u{fffd}'.len_utf8(), 0);
            let source = &self.raw[self.raw_range.clone()];
            let (result, read, written) =
                self.decoder
                    .decode_to_utf8_without_replacement(source, &mut self.text[start..], last);
            self.text.truncate(start + written);
            self.raw_range.start += read;
            match result {
                DecoderResult::InputEmpty => self.finished = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.text.extend_from_slice("\u{fffd}".as_bytes());
                    self.replaced.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.text_read == self.text.len() {
            self.refill()?;
        }
        let ready = &self.text[self.text_read..];
        let length = ready.len().min(out.len());
        self.allowance = self
            .allowance
            .checked_sub(length as u64)
            .ok_or_else(|| io::Error::other(TOO_LONG))?;
        out[..length].copy_from_slice(&ready[..length]);
        self.text_read += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> (String, u64) {
        let replaced = Arc::new(AtomicU64::new(0));
        let mut text = String::new();
        Decoded::new(bytes, encoding, Arc::clone(&replaced))
            .read_to_string(&mut text)
            .unwrap();
        (text, replaced.load(Ordering::Relaxed))
    }

    #[test]
    fn gbk_is_known_from_utf8() {
        let text = "民意研究要看人们自己说了什么，而不是转发了什么。".repeat(4);
        let (gbk, _, _) = GBK.encode(&text);
        assert_eq!(detect(&gbk), (GB18030, EncodingSource::Guessed));
        assert_eq!(detect(text.as_bytes()), (UTF_8, EncodingSource::ValidUtf8));
        assert_eq!(detect(b"id,text"), (UTF_8, EncodingSource::Ascii));
        assert_eq!(detect(b"\xef\xbb\xbfid"), (UTF_8, EncodingSource::ByteOrderMark));
        assert_eq!(
            detect(b"\xff\xfei\0"),
            (encoding_rs::UTF_16LE, EncodingSource::ByteOrderMark)
        );
    }

    #[test]
    fn one_damaged_byte_in_a_long_text_leaves_it_utf8() {
        let mut bytes = "民意研究".repeat(10).into_bytes();
        bytes.push(0xff);
        bytes.extend_from_slice("继续".as_bytes());
        assert_eq!(detect(&bytes), (UTF_8, EncodingSource::ValidUtf8));
        // Two rows of a small file, two of ten characters damaged.
        let short = [
            b"id,text\n1,",
            "民意研究".as_bytes(),
            b"\xff\n2,",
            "不同意的".as_bytes(),
            b"\xa1\n",
        ]
        .concat();
        assert_eq!(detect(&short), (UTF_8, EncodingSource::ValidUtf8));
        let cut_inside_a_character = &"民意研究".as_bytes()[..11];
        assert_eq!(detect(cut_inside_a_character), (UTF_8, EncodingSource::ValidUtf8));
    }

    #[test]
    fn the_euro_byte_of_windows_gbk_is_read() {
        assert_eq!(decode(b"\x80 \xc3\xf1\xd2\xe2", GB18030), ("€ 民意".to_owned(), 0));
    }

    #[test]
    fn invalid_bytes_are_replaced_and_counted() {
        assert_eq!(decode(b"a\xffb\xfe", UTF_8), ("a\u{fffd}b\u{fffd}".to_owned(), 2));
        assert_eq!(decode("民".as_bytes().split_at(2).0, UTF_8), ("\u{fffd}".to_owned(), 1));
    }

    #[test]
    fn characters_across_buffers_stay_whole() {
        let text = "a".to_owned() + &"民意".repeat(RAW_BYTES / 3);
        assert_eq!(decode(text.as_bytes(), UTF_8), (text.clone(), 0));
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16, encoding_rs::UTF_16LE), (text, 0));
    }
}
