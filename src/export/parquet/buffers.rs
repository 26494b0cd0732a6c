//! Rows by column, in memory.

use std::{mem, ops::Range, path::PathBuf};

use rustc_hash::FxHashMap;

use crate::{
    error::{Error, Result},
    export::{
        CodedSchema, ColumnKind,
        columns::{Get, kept, time},
    },
    model::{CodeSet, CodedPost},
};

/// Rows by column.
pub(in crate::export) struct Buffers {
    pub(super) columns: Vec<Buffer>,
    pub(super) rows: usize,
    path: PathBuf,
}

/// Values of one column of some rows.
pub(super) enum Buffer {
    Text(Texts),
    Number(Optional<i64>),
    Score(Optional<f64>),
    Flag(Bits),
}

/// Yes or no, one bit each, the first the lowest.
#[derive(Default)]
pub(super) struct Bits {
    pub(super) bytes: Vec<u8>,
    pub(super) len: usize,
    /// How many are yes.
    pub(super) set: usize,
}

/// Values that are there, and for each row whether one is.
pub(super) struct Optional<T> {
    pub(super) values: Vec<T>,
    pub(super) present: Bits,
}

/// Texts that are there, and for each row whether one is.
pub(super) struct Texts {
    pub(super) values: Values,
    pub(super) present: Bits,
}

/// Texts, each behind its length as parquet has them: all of them, or where few differ, those that do.
pub(super) struct Values {
    pub(super) plain: Vec<u8>,
    /// `None` where most texts differ.
    pub(super) dictionary: Option<Dictionary>,
    /// Whether it is worth a look how many do.
    may_be_few: bool,
}

/// Which of the texts that differ stands where.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: FxHashMap<Box<str>, u16>,
    /// Where each text stands in the plain bytes.
    places: Vec<Range<usize>>,
    /// Number of the text in each row that has one.
    pub(super) rows: Vec<u16>,
}

/// Texts that may differ before their share of the rows counts.
const FEW: usize = 64;
/// One new text in so many rows is too many for a dictionary.
const ROWS_A_TEXT: usize = 4;

impl Buffers {
    pub(super) fn new(kinds: impl Iterator<Item = ColumnKind>, path: PathBuf) -> Self {
        Buffers {
            columns: kinds.map(Buffer::new).collect(),
            rows: 0,
            path,
        }
    }

    /// Adds a row for each of the posts.
    pub(in crate::export) fn add(&mut self, posts: &[CodedPost], schema: &CodedSchema) -> Result<()> {
        let mut given = CodeSet::default();
        posts.iter().for_each(|post| given.insert_all(post.verdict.codes));
        for (number, (column, get)) in (1..).zip(self.columns.iter_mut().zip(schema.gets())) {
            let mut fits = true;
            match (column, *get) {
                (Buffer::Text(column), Get::Text(get) | Get::Own(get)) => column.extend(posts, |post, _| get(post)),
                (Buffer::Text(column), Get::Kept(at)) => column.extend(posts, |post, _| kept(post, at)),
                (Buffer::Text(column), Get::Time(get)) => column.extend(posts, |post, written| {
                    time(get(post), written);
                    written
                }),
                (Buffer::Text(column), Get::Codes) => column.extend(posts, |post, written| {
                    schema.join_codes(post, written);
                    written
                }),
                (Buffer::Number(column), Get::Number(get)) => {
                    column.extend(posts.iter().map(|post| {
                        let count = get(post).map(|count| count as i64);
                        fits &= count.is_none_or(|count| count >= 0);
                        count
                    }));
                }
                (Buffer::Score(column), Get::Score(get)) => column.extend(posts.iter().map(get)),
                (Buffer::Flag(column), Get::Flag(get)) => column.extend(posts.iter().map(get)),
                (Buffer::Flag(column), Get::Code(code)) if !given.contains(code) => column.extend_no(posts.len()),
                (Buffer::Flag(column), Get::Code(code)) => {
                    column.extend(posts.iter().map(|post| post.verdict.codes.contains(code)));
                }
                _ => fits = false,
            }
            if !fits {
                return Err(Error::Input {
                    file: self.path.display().to_string(),
                    problem: format!("column {number}: the value does not fit the column; write .csv instead"),
                });
            }
        }
        self.rows += posts.len();
        Ok(())
    }

    /// Lets go of the rows, and keeps the room they had.
    pub(super) fn clear(&mut self) {
        for column in &mut self.columns {
            match column {
                Buffer::Text(column) => column.clear(),
                Buffer::Number(column) => column.clear(),
                Buffer::Score(column) => column.clear(),
                Buffer::Flag(column) => column.clear(),
            }
        }
        self.rows = 0;
    }

    /// Adds the rows of another batch.
    pub(super) fn append(&mut self, more: &Buffers) {
        for (column, more) in self.columns.iter_mut().zip(&more.columns) {
            match (column, more) {
                (Buffer::Text(column), Buffer::Text(more)) => column.append(more),
                (Buffer::Number(column), Buffer::Number(more)) => column.append(more),
                (Buffer::Score(column), Buffer::Score(more)) => column.append(more),
                (Buffer::Flag(column), Buffer::Flag(more)) => column.append(more),
                // Rows of one layout have columns of the same kinds.
                _ => {}
            }
        }
        self.rows += more.rows;
    }
}

impl Buffer {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Buffer::Text(Texts::new(true)),
            ColumnKind::OwnText => Buffer::Text(Texts::new(false)),
            ColumnKind::Number => Buffer::Number(Optional::default()),
            ColumnKind::Score => Buffer::Score(Optional::default()),
            ColumnKind::Flag => Buffer::Flag(Bits::default()),
        }
    }
}

impl Bits {
    fn extend(&mut self, mut bits: impl Iterator<Item = bool>) {
        loop {
            let (mut word, mut count) = (0, 0);
            for bit in bits.by_ref() {
                word |= u64::from(bit) << count;
                count += 1;
                if count == u64::BITS {
                    break;
                }
            }
            self.push(word, count as usize);
            if count < u64::BITS {
                return;
            }
        }
    }

    /// Adds so many times no.
    fn extend_no(&mut self, count: usize) {
        self.len += count;
        self.bytes.resize(self.len.div_ceil(8), 0);
    }

    /// Adds so many bits of a word, the lowest first; those above are no.
    fn push(&mut self, mut word: u64, count: usize) {
        self.set += word.count_ones() as usize;
        let mut left = count;
        let filled = self.len % 8;
        if let Some(last) = self.bytes.last_mut().filter(|_| filled > 0) {
            *last |= (word << filled) as u8;
            word >>= 8 - filled;
            left = left.saturating_sub(8 - filled);
        }
        self.bytes.extend_from_slice(&word.to_le_bytes()[..left.div_ceil(8)]);
        self.len += count;
    }

    fn append(&mut self, more: &Bits) {
        let filled = self.len % 8;
        if filled == 0 {
            self.bytes.extend_from_slice(&more.bytes);
        } else {
            for &byte in &more.bytes {
                if let Some(last) = self.bytes.last_mut() {
                    *last |= byte << filled;
                }
                self.bytes.push(byte >> (8 - filled));
            }
        }
        self.len += more.len;
        self.set += more.set;
        self.bytes.truncate(self.len.div_ceil(8));
    }

    fn clear(&mut self) {
        self.bytes.clear();
        (self.len, self.set) = (0, 0);
    }
}

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Optional {
            values: Vec::new(),
            present: Bits::default(),
        }
    }
}

impl<T: Copy> Optional<T> {
    fn extend(&mut self, values: impl Iterator<Item = Option<T>>) {
        let those = &mut self.values;
        self.present.extend(values.map(|value| {
            if let Some(value) = value {
                those.push(value);
            }
            value.is_some()
        }));
    }

    fn append(&mut self, more: &Optional<T>) {
        self.values.extend_from_slice(&more.values);
        self.present.append(&more.present);
    }

    fn clear(&mut self) {
        self.values.clear();
        self.present.clear();
    }
}

impl Texts {
    fn new(may_be_few: bool) -> Self {
        Texts {
            values: Values {
                plain: Vec::new(),
                dictionary: may_be_few.then(Dictionary::default),
                may_be_few,
            },
            present: Bits::default(),
        }
    }

    /// Adds a text for each of the posts, which may be written for the purpose; an empty one is missing.
    fn extend(&mut self, posts: &[CodedPost], get: impl for<'p> Fn(&'p CodedPost, &'p mut String) -> &'p str) {
        let mut written = String::new();
        let values = &mut self.values;
        self.present.extend(posts.iter().map(|post| {
            let text = get(post, &mut written);
            if !text.is_empty() {
                values.push(text);
            }
            !text.is_empty()
        }));
    }

    fn append(&mut self, more: &Texts) {
        self.values.append(&more.values);
        self.present.append(&more.present);
    }

    fn clear(&mut self) {
        self.present.clear();
        self.values.plain.clear();
        if self.values.may_be_few {
            let dictionary = self.values.dictionary.get_or_insert_default();
            dictionary.numbers.clear();
            dictionary.places.clear();
            dictionary.rows.clear();
        }
    }
}

impl Values {
    fn push(&mut self, text: &str) {
        let Some(dictionary) = &mut self.dictionary else {
            push_plain(&mut self.plain, text.as_bytes());
            return;
        };
        let is_last = |last: &&u16| &self.plain[dictionary.places[usize::from(**last)].clone()] == text.as_bytes();
        if let Some(&number) = dictionary.rows.last().filter(is_last) {
            dictionary.rows.push(number);
        } else if let Some(number) = dictionary.number(text, &mut self.plain, 0) {
            dictionary.rows.push(number);
        } else {
            self.spell_out();
            push_plain(&mut self.plain, text.as_bytes());
        }
    }

    /// Adds the texts of another batch. The texts of two dictionaries are compared once each.
    fn append(&mut self, more: &Values) {
        match (&mut self.dictionary, &more.dictionary) {
            (None, None) => {
                self.plain.extend_from_slice(&more.plain);
                return;
            }
            (Some(dictionary), Some(further)) => {
                let texts = further.places.iter().map(|place| text_of(&more.plain[place.clone()]));
                let numbers: Option<Vec<u16>> = texts
                    .map(|text| dictionary.number(text, &mut self.plain, further.rows.len()))
                    .collect();
                if let Some(numbers) = numbers {
                    let rows = further.rows.iter().map(|&row| numbers[usize::from(row)]);
                    dictionary.rows.extend(rows);
                    return;
                }
                self.spell_out();
            }
            _ => {}
        }
        more.each(|text| self.push(text));
    }

    /// Writes every text where its number stood, as most of them differ.
    fn spell_out(&mut self) {
        let Some(dictionary) = self.dictionary.take() else {
            return;
        };
        let few = mem::take(&mut self.plain);
        for &number in &dictionary.rows {
            push_plain(&mut self.plain, &few[dictionary.places[usize::from(number)].clone()]);
        }
    }

    fn each(&self, mut take: impl FnMut(&str)) {
        let mut take = |text: &[u8]| take(text_of(text));
        if let Some(dictionary) = &self.dictionary {
            let places = dictionary.rows.iter().map(|&row| &dictionary.places[usize::from(row)]);
            places.for_each(|place| take(&self.plain[place.clone()]));
            return;
        }
        each_plain(&self.plain, take);
    }
}

/// Tells each of the texts that stand behind their lengths.
pub(super) fn each_plain(mut plain: &[u8], mut take: impl FnMut(&[u8])) {
    while let Some((length, behind)) = plain.split_first_chunk() {
        let (text, behind) = behind.split_at(u32::from_le_bytes(*length) as usize);
        take(text);
        plain = behind;
    }
}

impl Dictionary {
    /// The number of a text, which may be a new one as long as few differ, counting the rows that are to come too; `None` where there
    /// are too many.
    fn number(&mut self, text: &str, plain: &mut Vec<u8>, rows_to_come: usize) -> Option<u16> {
        if let Some(&number) = self.numbers.get(text) {
            return Some(number);
        }
        let texts = self.places.len();
        let rows = self.rows.len() + rows_to_come;
        let takes_more = texts < FEW || (texts * ROWS_A_TEXT < rows && texts < usize::from(u16::MAX));
        takes_more.then(|| {
            self.numbers.insert(text.into(), texts as u16);
            self.places.push(push_plain(plain, text.as_bytes()));
            texts as u16
        })
    }

    /// How many texts differ.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }
}

fn text_of(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

/// Adds a text behind its length; where it stands.
fn push_plain(plain: &mut Vec<u8>, text: &[u8]) -> Range<usize> {
    // No cell is longer than a record, of which the longest has 32 MiB.
    plain.extend_from_slice(&(text.len() as u32).to_le_bytes());
    plain.extend_from_slice(text);
    plain.len() - text.len()..plain.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(texts: &[String]) -> Values {
        let mut values = Texts::new(true).values;
        texts.iter().for_each(|text| values.push(text));
        values
    }

    proptest! {
        #[test]
        fn batches_put_together_hold_the_texts_of_all(
            batches in prop::collection::vec(prop_oneof![
                prop::collection::vec("[民意]{0,2}", 0..80),
                prop::collection::vec("[a-z]{1,3}", 0..200),
            ], 0..6),
        ) {
            let mut together = values(&[]);
            batches.iter().for_each(|batch| together.append(&values(batch)));
            let mut texts = Vec::new();
            together.each(|text| texts.push(text.to_owned()));
            prop_assert_eq!(texts, batches.concat());
            let count = together.dictionary.map(|dictionary| dictionary.rows.len());
            prop_assert!(count.is_none_or(|rows| rows == batches.concat().len()));
        }

        #[test]
        fn bits_put_together_are_those_of_all(batches in prop::collection::vec(prop::collection::vec(any::<bool>(), 0..20), 0..6)) {
            let bits = |bits: &[bool]| {
                let mut all = Bits::default();
                all.extend(bits.iter().copied());
                all
            };
            let mut together = Bits::default();
            batches.iter().for_each(|batch| together.append(&bits(batch)));
            let mut with_no = bits(&batches.concat());
            with_no.extend_no(batches.len());
            let expected = bits(&[batches.concat(), vec![false; batches.len()]].concat());
            prop_assert_eq!((with_no.bytes, with_no.len, with_no.set), (expected.bytes, expected.len, expected.set));
            let expected = bits(&batches.concat());
            prop_assert_eq!((together.bytes, together.len, together.set), (expected.bytes, expected.len, expected.set));
        }
    }
}
