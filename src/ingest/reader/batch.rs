//! Records handed over many at a time, to be read by any thread.

use std::{
    io::Read,
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    HeaderRow, Reader, Stream, UNCLOSED,
    blocks::{Block, Mended},
    header_row, is_unclosed, names,
};
use crate::{
    cutter::{Cells, Cutter},
    ingest::{
        Bound, Converted, Field,
        convert::REPEATED_HEADER,
        encoding::Decoded,
        header::Header,
        layout::Layout,
        record::{Place, Record},
    },
};

/// Records of a batch that are cut out one by one.
const RECORDS: usize = 8192;

/// Bytes of a short row.
const ROW: usize = 256;

/// Consecutive records of one file, not looked into yet.
#[derive(Debug)]
pub struct Batch {
    body: BatchBody,
    /// Bytes of the decoded file that belong to no record and stand before it: the header.
    bytes_before: u64,
    pulled_in_originals: bool,
}

#[derive(Debug)]
enum BatchBody {
    Records(Vec<Record>),
    Block(Block),
}

/// What a [`Batch`] was converted to. Its records are numbered from 1, its offsets are those in the batch: a batch does
/// not know how many records lie before it.
#[derive(Debug)]
pub struct Portion<T> {
    /// What was made of every record, in order.
    pub records: Vec<T>,
    /// Bytes of the decoded file before the batch that belong to no batch.
    pub bytes_before: u64,
    /// Bytes of the decoded file that the batch was cut from; 0 where offsets are those in the file already.
    pub bytes: u64,
    /// Invalid byte sequences replaced by U+FFFD that [`Summary`](crate::ingest::Summary) does not count.
    pub invalid_sequences: u64,
}

impl Reader {
    /// The next records, or `None` at the end. Use either this or [`Reader::next_record`] on one reader.
    pub fn next_batch(&mut self) -> Option<Batch> {
        let mut bytes_before = 0;
        if let Stream::Blocks(blocks) = &mut self.stream {
            if blocks.is_through() {
                self.stream = Stream::Finished;
            } else {
                let known = blocks.header_bytes();
                let block = blocks.next_block();
                bytes_before = blocks.header_bytes() - known;
                match block {
                    Some(block) => {
                        return Some(Batch {
                            body: BatchBody::Block(block),
                            bytes_before,
                            pulled_in_originals: self.recognition.pulled_in_originals,
                        });
                    }
                    None => self.read_records(),
                }
            }
        }
        let mut records: Vec<Record> = Vec::with_capacity(RECORDS);
        records.extend(std::iter::from_fn(|| self.next_record()).take(RECORDS));
        for (row, record) in (1..).zip(&mut records) {
            record.place.row = row;
        }
        (!records.is_empty()).then_some(Batch {
            body: BatchBody::Records(records),
            bytes_before,
            pulled_in_originals: false,
        })
    }
}

impl Bound {
    /// Turns every record of a batch of this file into a post or a reject, as [`Bound::convert`] does one, and that into something else
    /// as long as it is near the processor.
    pub fn convert_batch<'b, T>(&self, batch: &'b Batch, into: impl Fn(Converted<'b>) -> T) -> Portion<T> {
        let &Batch {
            ref body,
            bytes_before,
            pulled_in_originals,
        } = batch;
        // A count of owners that several threads change for every post would hold them up.
        let file = Arc::from(&*self.file);
        match body {
            BatchBody::Records(records) => Portion {
                records: records
                    .iter()
                    .map(|record| into(self.convert_of(&file, record)))
                    .collect(),
                bytes_before,
                bytes: 0,
                invalid_sequences: 0,
            },
            BatchBody::Block(block) => {
                let (text, end, invalid_sequences) = block.text();
                Portion {
                    records: self.convert_text(&file, block, (text, end), pulled_in_originals, into),
                    bytes_before,
                    bytes: end as u64,
                    invalid_sequences,
                }
            }
        }
    }

    /// Converts the rows of a block, whose text this is, with where its records end.
    fn convert_text<'b, T>(
        &self,
        file: &Arc<str>,
        block: &'b Block,
        (text, end): (&'b str, usize),
        pulled_in_originals: bool,
        into: impl Fn(Converted<'b>) -> T,
    ) -> Vec<T> {
        let mut rows = Rows {
            block,
            text,
            layout: &self.layout,
            cutter: Cutter::new(text, block.delimiter as u8),
            count: 0,
        };
        let mut records = Vec::with_capacity(text.len() / ROW);
        let (mut cells, mut cells_behind) = (Cells::default(), Cells::default());
        let mut next = rows.next(&mut cells);
        while let Some((mut place, kind)) = next.filter(|(place, _)| place.offset < Some(end as u64)) {
            next = rows.next(&mut cells_behind);
            let are_cells = kind == RowKind::Cells && next.is_some_and(|(_, kind)| kind == RowKind::Cells);
            place.pulled_in = pulled_in_originals && are_cells && is_reposted_by(&block.header, &cells, &cells_behind);
            records.push(into(match kind {
                RowKind::Cells => self.convert_row(file, place, &cells, &block.header),
                RowKind::Header => Converted::rejected(file, place, REPEATED_HEADER.into(), cells.to_strings()),
                RowKind::Unclosed => Converted::rejected(file, place, UNCLOSED.into(), cells.to_strings()),
            }));
            mem::swap(&mut cells, &mut cells_behind);
        }
        records
    }
}

/// What a row of a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Cells,
    /// The header once more.
    Header,
    /// A quotation opens in it and is never closed.
    Unclosed,
}

/// The rows of a block, and the one behind its end, which is looked at for the sake of the last one.
struct Rows<'l, 'b> {
    block: &'b Block,
    text: &'b str,
    layout: &'l Layout,
    cutter: Cutter<'b>,
    count: u64,
}

impl<'b> Rows<'_, 'b> {
    fn next(&mut self, cells: &mut Cells<'b>) -> Option<(Place, RowKind)> {
        let offset = self.cutter.position() as u64 + self.block.row_lead;
        if !self.cutter.next_row(cells) {
            return None;
        }
        self.count += 1;
        let header = &self.block.header;
        let kind = if self.block.ends_open(self.text, self.cutter.position()) && is_unclosed(cells, header) {
            RowKind::Unclosed
        } else if header_row(header, self.layout, cells) == HeaderRow::No {
            RowKind::Cells
        } else {
            RowKind::Header
        };
        let place = Place {
            row: self.count,
            offset: Some(offset),
            pulled_in: false,
        };
        Some((place, kind))
    }
}

/// Whether the row behind reposts this one.
fn is_reposted_by(header: &Header, row: &Cells<'_>, behind: &Cells<'_>) -> bool {
    let column = |field| header.slots(field).first().copied();
    let other = column(Field::RetweetId).and_then(|column| behind.get(column));
    names(other, column(Field::Id).and_then(|column| row.get(column)))
}

impl Block {
    /// The text of the block, where its records end, and how many invalid sequences U+FFFD stands for in them.
    fn text(&self) -> (&str, usize, u64) {
        if let Ok(text) = simdutf8::basic::from_utf8(self.bytes.filled()) {
            return (text, self.end, 0);
        }
        let mended = self.mended.get_or_init(|| self.mend());
        (&mended.text, mended.end, mended.invalid_sequences)
    }

    fn mend(&self) -> Mended {
        let decode = |bytes: &[u8]| {
            let replaced = Arc::new(AtomicU64::new(0));
            let mut text = String::with_capacity(bytes.len());
            // Memory can always be read.
            let _ = Decoded::new(bytes, encoding_rs::UTF_8, Arc::clone(&replaced)).read_to_string(&mut text);
            (text, replaced.load(Ordering::Relaxed))
        };
        let (mut text, invalid_sequences) = decode(&self.bytes.filled()[..self.end]);
        let (next, _) = decode(&self.bytes.filled()[self.end..]);
        let end = text.len();
        text.push_str(&next);
        Mended {
            text,
            end,
            invalid_sequences,
        }
    }

    /// Whether the file ends here in its text, without an end of the record.
    fn ends_open(&self, text: &str, at: usize) -> bool {
        self.last && at == text.len() && !text.ends_with(['\n', '\r'])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        bundled,
        ingest::{Layouts, Options, Outcome, Summary},
    };

    /// What comes of a file, its records and its summary.
    type Outcomes = (Vec<Converted<'static>>, Summary);

    fn open(file: &[u8]) -> Option<Reader> {
        let layouts = Layouts::parse(bundled::exporters()).unwrap();
        Reader::from_stream(
            "a.csv",
            std::io::Cursor::new(file.to_vec()),
            &layouts,
            &Options::default(),
        )
        .ok()
    }

    fn record_by_record(file: &[u8]) -> Option<Outcomes> {
        let mut reader = open(file)?;
        let layout = reader.layout();
        let records: Vec<Record> = std::iter::from_fn(|| reader.next_record()).collect();
        let converted = records.into_iter().map(|record| layout.convert(record)).collect();
        Some((converted, reader.summary()))
    }

    fn in_blocks(file: &[u8], size: usize) -> Option<Outcomes> {
        let mut reader = open(file)?;
        let layout = reader.layout();
        if let Stream::Blocks(blocks) = &mut reader.stream {
            blocks.size = size;
        }
        let (mut all, mut bytes, mut invalid) = (Vec::new(), 0, 0);
        while let Some(batch) = reader.next_batch() {
            let portion = layout.convert_batch(&batch, Converted::into_owned);
            bytes += portion.bytes_before;
            for mut converted in portion.records {
                let row = all.len() as u64 + 1;
                match &mut converted.outcome {
                    Outcome::Post(post, _) => post.source.row = row,
                    Outcome::Reject(reject) => {
                        reject.source.row = row;
                        reject.offset = reject.offset.map(|offset| offset + bytes);
                    }
                    Outcome::Account(_) => {}
                }
                all.push(converted);
            }
            bytes += portion.bytes;
            invalid += portion.invalid_sequences;
        }
        let summary = reader.summary();
        let summary = Summary {
            records: all.len() as u64,
            invalid_sequences: summary.invalid_sequences + invalid,
            ..summary
        };
        Some((all, summary))
    }

    /// Cells, line ends and rows that make trouble, under a header of weibo-search, which marks reposts of the row before.
    fn rows() -> impl Strategy<Value = Vec<u8>> {
        let cell = prop_oneof![
            4 => "[民意a1 ]{0,6}".prop_map(String::into_bytes),
            2 => "\"([民意,\r\na]|\"\"){0,8}\"".prop_map(String::into_bytes),
            1 => "[\"x民]{0,4}".prop_map(String::into_bytes),
            1 => Just(b"\xe6\xb0".to_vec()),
            1 => Just("微博正文".as_bytes().to_vec()),
        ];
        let row = (1..4u8, 1..4u8, prop::collection::vec(cell, 1..4)).prop_map(|(id, other, cells)| {
            let text = cells.join(&b" "[..]);
            [
                format!("480000000000000{id},,1,甲,").into_bytes(),
                text,
                format!(",,,,,1,2,3,2023-06-14 23:41,,,,480000000000000{other}").into_bytes(),
            ]
            .concat()
        });
        let header = "id,bid,user_id,用户昵称,微博正文,头条文章url,发布位置,艾特用户,话题,转发数,评论数,点赞数,发布时间,发布工具,微博图片url,微博视频url,retweet_id";
        let other = header.replace("话题", "话题,标签");
        let row = prop_oneof![
            12 => row,
            1 => Just(Vec::new()),
            1 => Just(header.as_bytes().to_vec()),
            1 => Just(other.into_bytes()),
        ];
        let end = prop_oneof![6 => Just("\n"), 6 => Just("\r\n"), 1 => Just("\r")];
        prop::collection::vec((row, end), 0..12).prop_map(move |rows| {
            let mut file = format!("{header}\r\n").into_bytes();
            for (row, end) in rows {
                file.extend(row);
                file.extend(end.bytes());
            }
            file
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        #[test]
        fn blocks_give_what_single_records_give(file in rows(), size in 1usize..400, cut in 0usize..40) {
            let file = &file[..file.len().saturating_sub(cut)];
            prop_assert_eq!(in_blocks(file, size), record_by_record(file));
        }
    }
}
