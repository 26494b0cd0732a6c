//! Columns of a row group as parquet writes them: encoded, compressed, cut into pages.

use std::{mem, ops::Range, sync::Arc};

use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    column::{
        page::{CompressedPage, Page, PageWriter},
        writer::ColumnCloseResult,
    },
    errors::{ParquetError, Result as ParquetResult},
    file::{
        metadata::ColumnChunkMetaData,
        statistics::Statistics,
        writer::{SerializedPageWriter, TrackedWrite},
    },
    schema::types::ColumnDescPtr,
};
use zstd::bulk::Compressor;

use super::buffers::{Bits, Buffer, Texts, each_plain};

/// A column of a row group, ready to be put into the file.
pub(super) type Chunk = (Bytes, ColumnCloseResult);

/// Encodes columns, one after the other.
pub(super) struct ChunkEncoder {
    compressor: Compressor<'static>,
    /// The page that is being put together.
    page: Vec<u8>,
    /// How many bytes of each text its predecessor begins with, how many are left, and what is left of all.
    shared: Vec<i64>,
    lengths: Vec<i64>,
    left: Vec<u8>,
}

impl ChunkEncoder {
    pub(super) fn new() -> ParquetResult<Self> {
        Ok(ChunkEncoder {
            compressor: Compressor::new(ZstdLevel::default().compression_level())?,
            page: Vec::new(),
            shared: Vec::new(),
            lengths: Vec::new(),
            left: Vec::new(),
        })
    }

    /// Encodes the values of a column. A text of which few differ is written as its number in a dictionary, numbers as
    /// their differences.
    pub(super) fn chunk(&mut self, column: &Buffer, descriptor: &ColumnDescPtr) -> ParquetResult<Chunk> {
        self.page.clear();
        match column {
            Buffer::Text(texts) => self.texts(texts, descriptor),
            Buffer::Number(numbers) => {
                levels(&numbers.present, &mut self.page)?;
                let encoding = differences(&numbers.values, &mut self.page);
                let (least, most) = (numbers.values.iter().min(), numbers.values.iter().max());
                let missing = missing(&numbers.present);
                let statistics = Statistics::int64(least.copied(), most.copied(), None, Some(missing), false);
                self.close(None, encoding, numbers.present.len, statistics, descriptor)
            }
            Buffer::Score(scores) => {
                levels(&scores.present, &mut self.page)?;
                self.page
                    .extend(scores.values.iter().flat_map(|value| value.to_le_bytes()));
                let least = scores.values.iter().copied().reduce(f64::min);
                let most = scores.values.iter().copied().reduce(f64::max);
                let statistics = Statistics::double(least, most, None, Some(missing(&scores.present)), false);
                self.close(None, Encoding::PLAIN, scores.present.len, statistics, descriptor)
            }
            Buffer::Flag(flags) => {
                self.page.extend_from_slice(&flags.bytes);
                let (least, most) = (flags.set == flags.len, flags.set > 0);
                let statistics = Statistics::boolean(Some(least), Some(most), None, Some(0), false);
                self.close(None, Encoding::PLAIN, flags.len, statistics, descriptor)
            }
        }
    }

    fn texts(&mut self, texts: &Texts, descriptor: &ColumnDescPtr) -> ParquetResult<Chunk> {
        let statistics = Statistics::byte_array(None, None, None, Some(missing(&texts.present)), false);
        levels(&texts.present, &mut self.page)?;
        let plain = &texts.values.plain;
        let Some(dictionary) = &texts.values.dictionary else {
            let encoding = self.shared_beginnings(plain);
            return self.close(None, encoding, texts.present.len, statistics, descriptor);
        };
        let width = bits(dictionary.len().saturating_sub(1) as u64).max(1);
        self.page.push(width as u8);
        varint(run_of_bits(dictionary.rows.len()), &mut self.page);
        let padding = dictionary.rows.len().next_multiple_of(8) - dictionary.rows.len();
        let numbers = dictionary.rows.iter().map(|&number| u64::from(number));
        pack(numbers.chain(std::iter::repeat_n(0, padding)), width, &mut self.page);
        let page = Page::DictionaryPage {
            buf: self.compressor.compress(plain)?.into(),
            num_values: dictionary.len() as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        let page = CompressedPage::new(page, plain.len());
        let encoding = Encoding::RLE_DICTIONARY;
        self.close(Some(page), encoding, texts.present.len, statistics, descriptor)
    }

    /// Writes texts, which stand behind their lengths, as `DELTA_BYTE_ARRAY`: how many bytes each has in common with the beginning of the one
    /// before, and what is left of it. Ids and dates of posts that follow each other are alike. How they were written.
    fn shared_beginnings(&mut self, plain: &[u8]) -> Encoding {
        self.shared.clear();
        self.lengths.clear();
        self.left.clear();
        let mut before: Range<usize> = 0..0;
        let mut at = 0;
        each_plain(plain, |text| {
            let start = at + size_of::<u32>();
            at = start + text.len();
            let shared = shared(&plain[mem::replace(&mut before, start..at)], text);
            self.shared.push(shared as i64);
            self.lengths.push((text.len() - shared) as i64);
            self.left.extend_from_slice(&text[shared..]);
        });
        if self.shared.is_empty() {
            return Encoding::PLAIN;
        }
        differences(&self.shared, &mut self.page);
        differences(&self.lengths, &mut self.page);
        self.page.extend_from_slice(&self.left);
        Encoding::DELTA_BYTE_ARRAY
    }

    /// Writes the page put together, behind that of the dictionary, if there is one.
    fn close(
        &mut self,
        dictionary: Option<CompressedPage>,
        encoding: Encoding,
        rows: usize,
        statistics: Statistics,
        descriptor: &ColumnDescPtr,
    ) -> ParquetResult<Chunk> {
        if i32::try_from(self.page.len()).is_err() {
            return Err(ParquetError::General("a column of more than 2 GiB".to_owned()));
        }
        let page = Page::DataPage {
            buf: self.compressor.compress(&self.page)?.into(),
            num_values: rows as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let page = CompressedPage::new(page, self.page.len());
        let mut sink = TrackedWrite::new(Vec::with_capacity(page.compressed_size() + PAGE_HEADER));
        let mut pages = SerializedPageWriter::new(&mut sink);
        let first = dictionary.map(|page| pages.write_page(page)).transpose()?;
        let last = pages.write_page(page)?;
        pages.close()?;
        let sizes = first.iter().chain([&last]);
        let compressed: usize = sizes.clone().map(|page| page.compressed_size).sum();
        let uncompressed: usize = sizes.map(|page| page.uncompressed_size).sum();
        let encodings = match first {
            Some(_) => vec![Encoding::PLAIN, Encoding::RLE, encoding],
            None => vec![Encoding::RLE, encoding],
        };
        let metadata = ColumnChunkMetaData::builder(Arc::clone(descriptor))
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_encodings(encodings)
            .set_num_values(rows as i64)
            .set_total_compressed_size(compressed as i64)
            .set_total_uncompressed_size(uncompressed as i64)
            .set_dictionary_page_offset(first.map(|page| page.offset as i64))
            .set_data_page_offset(last.offset as i64)
            .set_statistics(statistics)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: compressed as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok((sink.into_inner()?.into(), close))
    }
}

/// How many bytes two texts have in common at their beginning.
fn shared(one: &[u8], other: &[u8]) -> usize {
    let (words, _) = one.as_chunks();
    let (other_words, _) = other.as_chunks();
    let mut same = 0;
    for (&word, &other) in words.iter().zip(other_words) {
        let differing = u64::from_le_bytes(word) ^ u64::from_le_bytes(other);
        if differing != 0 {
            return same + (differing.trailing_zeros() / u8::BITS) as usize;
        }
        same += size_of::<u64>();
    }
    let rest = one[same..].iter().zip(&other[same..]);
    same + rest.take_while(|(one, other)| one == other).count()
}

/// Room for the header of a page.
const PAGE_HEADER: usize = 64;

fn missing(present: &Bits) -> u64 {
    (present.len - present.set) as u64
}

/// Writes which rows have a value, behind the length of that.
fn levels(present: &Bits, out: &mut Vec<u8>) -> ParquetResult<()> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    if present.set == present.len || present.set == 0 {
        varint((present.len as u64) << 1, out);
        out.push(u8::from(present.set > 0));
    } else {
        varint(run_of_bits(present.len), out);
        out.extend_from_slice(&present.bytes);
    }
    let length = u32::try_from(out.len() - start - 4).map_err(|error| ParquetError::General(error.to_string()))?;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

/// The header of a run of bit-packed values, which come in groups of eight.
fn run_of_bits(values: usize) -> u64 {
    (values.div_ceil(8) as u64) << 1 | 1
}

/// Values of a block of differences, and of each of its four parts.
const BLOCK: usize = 128;
const PART: usize = 32;

/// Writes numbers as `DELTA_BINARY_PACKED`; how they were written.
fn differences(numbers: &[i64], out: &mut Vec<u8>) -> Encoding {
    let Some(&first) = numbers.first() else {
        return Encoding::PLAIN;
    };
    varint(BLOCK as u64, out);
    varint((BLOCK / PART) as u64, out);
    varint(numbers.len() as u64, out);
    varint(zigzag(first), out);
    let mut block = [0i64; BLOCK];
    let mut rest = numbers;
    while rest.len() > 1 {
        let steps = &mut block[..BLOCK.min(rest.len() - 1)];
        for (step, pair) in steps.iter_mut().zip(rest.windows(2)) {
            *step = pair[1].wrapping_sub(pair[0]);
        }
        rest = &rest[steps.len()..];
        let least = steps.iter().copied().min().unwrap_or_default();
        varint(zigzag(least), out);
        let widths = out.len();
        out.extend_from_slice(&[0; BLOCK / PART]);
        for (part, steps) in steps.chunks(PART).enumerate() {
            // Behind the last of them nothing stands.
            let mut above = [0; PART];
            let mut all = 0;
            for (above, step) in above.iter_mut().zip(steps) {
                *above = step.wrapping_sub(least) as u64;
                all |= *above;
            }
            let width = bits(all);
            out[widths + part] = width as u8;
            if width > 0 {
                pack(above.into_iter(), width, out);
            }
        }
    }
    Encoding::DELTA_BINARY_PACKED
}

/// How many bits a number has.
fn bits(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes numbers of so many bits one behind the other, the lowest bits first.
fn pack(numbers: impl Iterator<Item = u64>, width: u32, out: &mut Vec<u8>) {
    let (mut held, mut filled) = (0u64, 0);
    for number in numbers {
        held |= number << filled;
        filled += width;
        if filled >= u64::BITS {
            out.extend_from_slice(&held.to_le_bytes());
            filled -= u64::BITS;
            // What of the number did not fit; all of it did where nothing is left.
            held = number.checked_shr(width - filled).unwrap_or(0);
        }
    }
    out.extend_from_slice(&held.to_le_bytes()[..filled.div_ceil(8) as usize]);
}
