//! CSV in memory, cut into rows of borrowed cells: for the exports that are read and the lexicons of the program.

use std::{borrow::Cow, ops::Index};

use memchr::memchr;
use wide::u8x16;

/// Cuts CSV in memory into rows and cells where the csv crate does, without a copy of the cells: a quotation opens at the
/// start of a cell only, what stands behind its end belongs to the cell, and blank lines are no rows.
pub(crate) struct Cutter<'t> {
    text: &'t str,
    delimiter: u8,
    marks: Marks<'t>,
    hand: Hand,
    /// Where the row cut last begins.
    start: usize,
    at: usize,
}

impl<'t> Cutter<'t> {
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let marks = Marks::new(text.as_bytes(), [delimiter, b'\n', b'\r']);
        Cutter {
            text,
            delimiter,
            hand: marks.at_hand(0),
            marks,
            start: 0,
            at: 0,
        }
    }

    /// Where the row cut last begins.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Where the row cut last ends: behind the line feed or carriage return that ends it.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Cuts the next row into `cells`; `false` at the end.
    pub(crate) fn next_row(&mut self, cells: &mut Cells<'t>) -> bool {
        cells.text = self.text;
        cells.places.clear();
        cells.mended.clear();
        let bytes = self.text.as_bytes();
        let blank = |byte: &u8| matches!(byte, b'\n' | b'\r');
        // Not in memory but for quotations, as each cell asks for it.
        let mut hand = self.hand;
        while bytes.get(self.at).is_some_and(blank) {
            self.marks.next(&mut hand);
            self.at += 1;
        }
        self.start = self.at;
        if self.at == bytes.len() {
            return false;
        }
        let mut at = self.at;
        loop {
            let end = if bytes.get(at) == Some(&b'"') {
                let (end, behind) = self.quoted(at, cells, hand);
                hand = behind;
                end
            } else {
                let end = self.marks.next(&mut hand);
                cells.places.push((at, end));
                end
            };
            let delimiter = bytes.get(end);
            at = end + usize::from(delimiter.is_some());
            if delimiter != Some(&self.delimiter) {
                (self.at, self.hand) = (at, hand);
                return true;
            }
        }
    }

    /// Takes up the cell at `at`, which opens with a quotation mark; where it ends, and the marks behind it.
    fn quoted(&self, at: usize, cells: &mut Cells<'t>, mut hand: Hand) -> (usize, Hand) {
        let bytes = self.text.as_bytes();
        let mut from = at + 1;
        let mut mended = String::new();
        loop {
            let Some(mark) = memchr(b'"', &bytes[from..]).map(|at| from + at) else {
                cells.push(mended, from, bytes.len());
                return (bytes.len(), hand);
            };
            if bytes.get(mark + 1) == Some(&b'"') {
                mended.push_str(&self.text[from..=mark]);
                from = mark + 2;
                continue;
            }
            self.marks.pass(mark + 1, &mut hand);
            let end = self.marks.next(&mut hand);
            if end == mark + 1 {
                cells.push(mended, from, mark);
            } else {
                mended.push_str(&self.text[from..mark]);
                cells.push(mended, mark + 1, end);
            }
            return (end, hand);
        }
    }
}

/// The cells of a row.
#[derive(Debug, Default)]
pub(crate) struct Cells<'t> {
    text: &'t str,
    /// Where each begins and ends in the text, or [`MENDED`] and its number among those.
    places: Vec<(usize, usize)>,
    /// Cells that do not stand in the text as they are.
    mended: Vec<String>,
}

/// No cell begins here.
const MENDED: usize = usize::MAX;

impl<'t> Cells<'t> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The cell of this number, from 0.
    #[inline(always)]
    pub(crate) fn get(&self, number: usize) -> Option<&str> {
        self.places.get(number).map(|&place| self.at(place))
    }

    /// The cell of this number, if it is not empty.
    #[inline]
    pub(crate) fn filled(&self, number: usize) -> Option<&str> {
        let place = self.places.get(number).filter(|(start, end)| start != end);
        place.map(|&place| self.at(place))
    }

    /// The bytes of the cell of this number.
    #[inline]
    pub(crate) fn bytes(&self, number: usize) -> Option<&[u8]> {
        match *self.places.get(number)? {
            (MENDED, at) => Some(self.mended[at].as_bytes()),
            (start, end) => self.text.as_bytes().get(start..end),
        }
    }

    /// The cell of this number, for as long as the text is there.
    pub(crate) fn cow(&self, number: usize) -> Option<Cow<'t, str>> {
        Some(match *self.places.get(number)? {
            (MENDED, at) => self.mended[at].clone().into(),
            (start, end) => self.text[start..end].into(),
        })
    }

    /// All of them, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|&place| self.at(place))
    }

    /// The same, each by itself.
    pub(crate) fn to_strings(&self) -> Vec<String> {
        self.iter().map(str::to_owned).collect()
    }

    /// What stands in one of the places.
    #[inline]
    fn at(&self, place: (usize, usize)) -> &str {
        match place {
            (MENDED, at) => &self.mended[at],
            (start, end) => &self.text[start..end],
        }
    }

    /// Adds a cell that begins with `mended` and goes on as the text does there.
    fn push(&mut self, mut mended: String, start: usize, end: usize) {
        if mended.is_empty() {
            self.places.push((start, end));
        } else {
            mended.push_str(&self.text[start..end]);
            self.places.push((MENDED, self.mended.len()));
            self.mended.push(mended);
        }
    }
}

impl Index<usize> for Cells<'_> {
    type Output = str;

    fn index(&self, number: usize) -> &str {
        self.at(self.places[number])
    }
}

impl<'t> From<&'t csv::StringRecord> for Cells<'t> {
    fn from(row: &'t csv::StringRecord) -> Self {
        let ranges = (0..row.len()).filter_map(|number| row.range(number));
        Cells {
            text: row.as_slice(),
            places: ranges.map(|range| (range.start, range.end)).collect(),
            mended: Vec::new(),
        }
    }
}

/// Three bytes wherever they stand in a text, which is gone through once, 64 bytes at a time: most cells are so short that a search
/// for the end of each would cost more than it saves.
struct Marks<'t> {
    bytes: &'t [u8],
    marks: [u8x16; 3],
}

/// Where the 64 bytes at hand begin, and which of them are marks that were not told, the first the lowest.
#[derive(Clone, Copy)]
struct Hand {
    from: usize,
    found: u64,
}

impl<'t> Marks<'t> {
    const WIDTH: usize = u64::BITS as usize;

    fn new(bytes: &'t [u8], marks: [u8; 3]) -> Self {
        Marks {
            bytes,
            marks: marks.map(u8x16::splat),
        }
    }

    /// The place of the first mark that was neither told nor passed, or the end of the text.
    #[inline]
    fn next(&self, hand: &mut Hand) -> usize {
        if hand.found == 0 {
            *hand = self.behind(hand.from);
            if hand.found == 0 {
                return self.bytes.len();
            }
        }
        let mark = hand.from + hand.found.trailing_zeros() as usize;
        hand.found &= hand.found - 1;
        mark
    }

    /// The next 64 bytes with a mark, behind those that begin there; none are found at the end. Apart from what is done for every cell,
    /// which it would take the registers from.
    #[inline(never)]
    fn behind(&self, mut from: usize) -> Hand {
        loop {
            from += Marks::WIDTH;
            let hand = self.at_hand(from);
            if hand.found != 0 || from >= self.bytes.len() {
                return hand;
            }
        }
    }

    /// Passes the marks before `at`, behind which none was told.
    #[inline]
    fn pass(&self, at: usize, hand: &mut Hand) {
        if at >= hand.from + Marks::WIDTH {
            *hand = self.at_hand(at);
        }
        hand.found &= u64::MAX << at.saturating_sub(hand.from);
    }

    fn at_hand(&self, from: usize) -> Hand {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = match rest.first_chunk() {
            Some(chunk) => self.of(chunk),
            None => {
                // The last bytes, and as many that are no mark.
                let mut chunk = [0; Marks::WIDTH];
                chunk[..rest.len()].copy_from_slice(rest);
                self.of(&chunk) & !(u64::MAX << rest.len())
            }
        };
        Hand { from, found }
    }

    #[inline]
    fn of(&self, chunk: &[u8; Marks::WIDTH]) -> u64 {
        let found = |part: &[u8; 16]| {
            let part = u8x16::new(*part);
            let [one, other, third] = &self.marks;
            u64::from((part.simd_eq(*one) | part.simd_eq(*other) | part.simd_eq(*third)).to_bitmask())
        };
        match chunk.as_chunks::<16>().0 {
            [first, second, third, last] => found(first) | found(second) << 16 | found(third) << 32 | found(last) << 48,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    type Rows = Vec<(Vec<String>, usize)>;

    fn cut(text: &str, delimiter: char) -> Rows {
        let mut cutter = Cutter::new(text, delimiter as u8);
        let (mut rows, mut cells) = (Vec::new(), Cells::default());
        while cutter.next_row(&mut cells) {
            rows.push((cells.to_strings(), cutter.position()));
        }
        rows
    }

    fn read(text: &str, delimiter: char) -> Rows {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter as u8)
            .from_reader(text.as_bytes());
        let (mut rows, mut row) = (Vec::new(), csv::StringRecord::new());
        while reader.read_record(&mut row).unwrap() {
            let end = reader.position().byte() as usize;
            rows.push((row.iter().map(str::to_owned).collect(), end));
        }
        rows
    }

    #[test]
    fn cells_are_borrowed_where_they_stand_in_the_text() {
        let mut cells = Cells::default();
        Cutter::new("1,\"民,意\",\"说\"\"好\"\"\"\n", b',').next_row(&mut cells);
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["1", "民,意", "说\"好\""]);
        let owned = |number| matches!(cells.cow(number), Some(Cow::Owned(_)));
        assert_eq!([0, 1, 2].map(owned), [false, false, true]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn rows_are_those_of_the_csv_crate(text in "([a民\",;\r\n]|\"\"|,\"|\",|[民a ]{20,40}){0,24}", semicolon in any::<bool>()) {
            let delimiter = if semicolon { ';' } else { ',' };
            prop_assert_eq!(cut(&text, delimiter), read(&text, delimiter));
        }
    }
}
