//! How known grams lie in bytes, and how they come there. The build script compiles those of the bundled codebooks by this file, too.
//!
//! Behind the [`HEAD`]: the units that the grams are made of, each behind its length (`u16`), numbered from 1; the key of each gram,
//! which are numbered from 0; their rarities; their weights, one row a gram; a table of their numbers plus 1 by hash; a bit for each, by
//! hash. Rarities and weights are hundredths (`i16`). The lowest byte of a number comes first.

use std::collections::HashMap;

use super::units::{LONGEST, Unit, units};

/// How many bytes of units, grams, outcomes and places of the table there are, each a `u32`.
pub(super) const HEAD: usize = 4;

/// The numbers of up to three units, those of a shorter gram behind zeros.
pub(super) type Key = [u32; LONGEST];

/// Set in the number of a unit that does not begin its gram where a space stands before it: "3 4" is not "34".
pub(super) const SPACED: u32 = 1 << 31;

/// Bits for the grams, which others may share: 32 KB, which stay near the processor.
const BITS: u32 = 18;

/// Bytes of them.
pub(super) const BIT_BYTES: usize = 1 << (BITS - 3);

/// The numbers of the last units of a text, the latest last; 0 for one that no gram has.
#[derive(Default)]
pub(super) struct Window(Key);

impl Window {
    #[inline]
    pub(super) fn push(&mut self, number: u32, spaced: bool) {
        let [_, second, last] = self.0;
        self.0 = [second, last, if spaced { number | SPACED } else { number }];
    }

    /// The grams of one, two and three units that end with the latest; `None` where no gram has one of them.
    #[inline]
    pub(super) fn keys(&self) -> [Option<Key>; LONGEST] {
        let [first, second, last] = self.0;
        let begins = |number: u32| number & !SPACED;
        let (has_first, has_second, has_last) = (begins(first) != 0, begins(second) != 0, begins(last) != 0);
        [
            has_last.then_some([0, 0, begins(last)]),
            (has_last && has_second).then_some([0, begins(second), last]),
            (has_last && has_second && has_first).then_some([begins(first), second, last]),
        ]
    }
}

#[inline]
pub(super) fn hash(key: Key) -> u64 {
    // Multiplicative hashing (Knuth 1998, 6.4) of the last two units, and of the first with another odd number.
    let [first, second, last] = key.map(u64::from);
    let mixed = (second << 32 | last).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ first.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    mixed ^ mixed >> 29
}

/// The byte and the bit of a gram of this hash.
#[inline]
pub(super) fn bit(hash: u64) -> (usize, u8) {
    let at = hash >> (u64::BITS - BITS);
    ((at >> 3) as usize, 1 << (at & 7))
}

/// Where in a table of so many places the search for a gram of this hash begins; it goes on place by place (Knuth 1998, 6.4, linear
/// probing).
#[inline]
pub(super) fn place(hash: u64, places: usize) -> usize {
    // The hash as a fraction of its range, of the places (Lemire 2019, Fast random integer generation in an interval).
    (((hash >> 32) * places as u64) >> 32) as usize
}

/// The hundredths in a cell such as -0.25, or an empty one, which is 0: up to two decimals, at most 327.67 of either sign.
pub(crate) fn hundredths(cell: &str) -> Option<i16> {
    if cell.is_empty() {
        return Some(0);
    }
    let (sign, digits) = cell.strip_prefix('-').map_or((1, cell), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(part) || part.len() > 2 {
        return None;
    }
    let tenth = if part.len() == 1 { 10 } else { 1 };
    let of_whole = whole.parse::<i32>().ok()?.checked_mul(100)?;
    i16::try_from(sign * of_whole.checked_add(tenth * part.parse::<i32>().ok()?)?).ok()
}

/// Puts grams into bytes.
pub(crate) struct Compiler {
    outcomes: usize,
    numbers: HashMap<Box<str>, u32>,
    units: Vec<u8>,
    keys: Vec<Key>,
    rarities: Vec<u8>,
    weights: Vec<u8>,
}

impl Compiler {
    /// For grams with so many weights each.
    pub(crate) fn new(outcomes: usize) -> Self {
        Compiler {
            outcomes,
            numbers: HashMap::new(),
            units: Vec::new(),
            keys: Vec::new(),
            rarities: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// Adds a gram; of one that stands twice the last is found. `None` where the text is no gram of up to three units, or has not a weight
    /// for each outcome.
    pub(crate) fn push(&mut self, gram: &str, rarity: i16, weights: &[i16]) -> Option<()> {
        let mut written = String::new();
        let mut window = Window::default();
        let mut count = 0_usize;
        for unit in units(gram) {
            if unit.spaced {
                written.push(' ');
            }
            written.push_str(unit.text);
            window.push(self.number(&unit)?, unit.spaced);
            count += 1;
        }
        if written != gram || gram.starts_with(' ') || weights.len() != self.outcomes {
            return None;
        }
        let key = *window.keys().get(count.checked_sub(1)?)?;
        self.keys.push(key?);
        self.rarities.extend(rarity.to_le_bytes());
        self.weights
            .extend(weights.iter().flat_map(|weight| weight.to_le_bytes()));
        Some(())
    }

    /// The number of a unit, which may be a new one; `None` for a word of 64 KiB.
    fn number(&mut self, unit: &Unit<'_>) -> Option<u32> {
        if let Some(&number) = self.numbers.get(unit.text) {
            return Some(number);
        }
        let length = u16::try_from(unit.text.len()).ok()?;
        self.units.extend(length.to_le_bytes());
        self.units.extend(unit.text.bytes());
        let number = self.numbers.len() as u32 + 1;
        self.numbers.insert(unit.text.into(), number);
        Some(number)
    }

    /// All of them in bytes.
    pub(crate) fn compiled(self) -> Vec<u8> {
        // Two of three places are taken.
        let mut table = vec![0; self.keys.len() * 3 / 2 + 1];
        let mut bits = vec![0; BIT_BYTES];
        for (number, &key) in (1..).zip(&self.keys) {
            let hash = hash(key);
            let mut place = place(hash, table.len());
            while table[place] != 0 && self.keys[table[place] as usize - 1] != key {
                place = (place + 1) % table.len();
            }
            table[place] = number;
            let (byte, bit) = bit(hash);
            bits[byte] |= bit;
        }
        let head: [usize; HEAD] = [self.units.len(), self.keys.len(), self.outcomes, table.len()];
        let bytes = |numbers: Vec<u32>| numbers.into_iter().flat_map(u32::to_le_bytes);
        bytes(head.map(|count| count as u32).to_vec())
            .chain(self.units)
            .chain(bytes(self.keys.concat()))
            .chain(self.rarities)
            .chain(self.weights)
            .chain(bytes(table))
            .chain(bits)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_hundredths() {
        for (cell, expected) in [
            ("", 0),
            ("0", 0),
            ("-0.25", -25),
            ("0.5", 50),
            ("12", 1200),
            ("-3.07", -307),
            ("327.67", i16::MAX),
        ] {
            assert_eq!(hundredths(cell), Some(expected), "{cell}");
        }
        for cell in ["-", ".5", "1.", "0.125", "327.68", "1e2", "+1", "x", "99999999999"] {
            assert_eq!(hundredths(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_text_that_would_not_be_read_back_is_no_gram() {
        let mut compiler = Compiler::new(1);
        for (text, weights) in [
            ("", 1),
            (" 国", 1),
            ("国 ", 1),
            ("国  贼", 1),
            ("国贼国贼", 1),
            ("国", 2),
        ] {
            assert_eq!(compiler.push(text, 100, &vec![1; weights]), None, "{text}");
        }
        assert_eq!(compiler.push("sell 国 贼", 100, &[1]), Some(()));
    }
}
