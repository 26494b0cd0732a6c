//! How known grams lie in bytes, and how they come there. The build script compiles those of the bundled codebooks by this file, too.
//!
//! Behind the [`HEAD`]: the units that the grams are made of, each behind its length (`u16`), numbered from 1; the rarities of the grams,
//! which are numbered from 0; their weights, one row a gram; a table of their keys, each with its number plus 1, in which a key has one place
//! (Belazzougui, Botelho and Dietzfelbinger 2009, Hash, displace, and compress); the displacements (`u16`) that tell it; a bit for each, by
//! hash. Rarities and weights are hundredths (`i16`). The lowest byte of a number comes first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use super::units::{LONGEST, Unit, units};

/// How many bytes of units, grams, outcomes, places of the table and displacements there are, and the seed of the hash, each a `u32`.
pub(super) const HEAD: usize = 6;

/// The numbers of up to three units, those of a shorter gram behind zeros.
pub(super) type Key = [u32; LONGEST];

/// Set in the number of a unit that does not begin its gram where a space stands before it: "3 4" is not "34".
pub(super) const SPACED: u32 = 1 << 31;

/// Bits for the grams, two of one word each, which others may share (Putze, Sanders and Singler 2009, Cache-, hash- and space-efficient
/// Bloom filters): 32 KB, which stay near the processor.
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

    /// The longest gram that ends with the latest unit.
    pub(super) fn key(&self) -> Key {
        let [.., last] = self.0;
        let mut key = [0, 0, last & !SPACED];
        self.each_longer_key(|longer| key = longer);
        key
    }

    /// Tells the grams of two and three units that end with the latest, but for those that hold one that no gram has.
    #[inline]
    pub(super) fn each_longer_key(&self, mut each: impl FnMut(Key)) {
        let [first, second, last] = self.0;
        let begins = |number: u32| number & !SPACED;
        if begins(last) == 0 || begins(second) == 0 {
            return;
        }
        each([0, begins(second), last]);
        if begins(first) != 0 {
            each([begins(first), second, last]);
        }
    }
}

#[inline]
pub(super) fn hash(key: Key, seed: u32) -> u64 {
    // Multiplicative hashing (Knuth 1998, 6.4) of the last two units, and of the first with another odd number.
    let [first, second, last] = key;
    let (first, second, last) = (u64::from(first), u64::from(second), u64::from(last));
    let odd = 0x9e37_79b9_7f4a_7c15 + 2 * u64::from(seed);
    let mixed = (second << 32 | last).wrapping_mul(odd) ^ first.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    mixed ^ mixed >> 29
}

/// The word and the bits in it of a gram of this hash.
#[inline]
pub(super) fn bits(hash: u64) -> (usize, u64) {
    let word = hash >> (u64::BITS + u64::BITS.ilog2() - BITS);
    (word as usize, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
}

/// Which of so many displacements counts for a gram of this hash.
#[inline]
pub(super) fn bucket(hash: u64, buckets: usize) -> usize {
    share(hash, buckets)
}

/// The place of a gram of this hash, where this is the displacement, among so many.
#[inline]
pub(super) fn place(hash: u64, displacement: u16, places: usize) -> usize {
    share(
        (hash ^ u64::from(displacement)).wrapping_mul(0xc2b2_ae3d_27d4_eb4f),
        places,
    )
}

/// The hash as a fraction of its range, of so many (Lemire 2019, Fast random integer generation in an interval).
#[inline]
fn share(hash: u64, of: usize) -> usize {
    (((hash >> 32) * of as u64) >> 32) as usize
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
    /// Keys of the grams, with their numbers plus 1.
    keys: BTreeMap<Key, u32>,
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
            keys: BTreeMap::new(),
            rarities: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// Adds a gram; `None` where the text is no gram of up to three units or was added before, or there is not a weight for each outcome.
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
        if !(1..=LONGEST).contains(&count) {
            return None;
        }
        let key = window.key();
        let number = self.keys.len() as u32 + 1;
        if self.keys.contains_key(&key) {
            return None;
        }
        self.keys.insert(key, number);
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
        let grams = self.keys.len();
        // Where two grams cannot be told apart by one hash, they can by another.
        let placed = (0..).find_map(|seed| Some((seed, Placed::new(&self.keys, seed)?)));
        let (seed, Placed { table, displacements }) = placed.unwrap_or_default();
        let mut words = vec![0_u64; BIT_BYTES / size_of::<u64>()];
        for &key in self.keys.keys() {
            let (word, bits) = bits(hash(key, seed));
            words[word] |= bits;
        }
        let counts = [self.units.len(), grams, self.outcomes, table.len(), displacements.len()];
        let [units, grams, outcomes, places, displaced] = counts.map(|count| count as u32);
        let head: [u32; HEAD] = [units, grams, outcomes, places, displaced, seed];
        let table = table
            .into_iter()
            .flat_map(|([first, second, last], number)| [first, second, last, number]);
        let mut bytes: Vec<u8> = head.into_iter().flat_map(u32::to_le_bytes).collect();
        bytes.extend(self.units);
        bytes.extend(self.rarities);
        bytes.extend(self.weights);
        bytes.extend(table.flat_map(u32::to_le_bytes));
        bytes.extend(displacements.into_iter().flat_map(u16::to_le_bytes));
        bytes.extend(words.into_iter().flat_map(u64::to_le_bytes));
        bytes
    }
}

/// Grams in their places.
#[derive(Default)]
struct Placed {
    /// Keys with their numbers plus 1, which are 0 where a place is free.
    table: Vec<(Key, u32)>,
    displacements: Vec<u16>,
}

impl Placed {
    /// Finds displacements by which no two of the grams fall on one place; `None` where there are none with this seed.
    fn new(numbers: &BTreeMap<Key, u32>, seed: u32) -> Option<Self> {
        // Four of five places are taken, and four grams share a displacement.
        let mut table = vec![(Key::default(), 0); numbers.len() * 5 / 4 + 1];
        let mut displacements = vec![0; numbers.len() / 4 + 1];
        let mut buckets: Vec<Vec<(u64, Key, u32)>> = vec![Vec::new(); displacements.len()];
        for (&key, &number) in numbers {
            let hash = hash(key, seed);
            buckets[bucket(hash, displacements.len())].push((hash, key, number));
        }
        let mut order: Vec<usize> = (0..buckets.len()).collect();
        order.sort_by_key(|&bucket| Reverse(buckets[bucket].len()));
        for bucket in order {
            let places = |displacement| -> Option<Vec<usize>> {
                let mut places = Vec::new();
                for &(hash, ..) in &buckets[bucket] {
                    let place = place(hash, displacement, table.len());
                    if table[place].1 != 0 || places.contains(&place) {
                        return None;
                    }
                    places.push(place);
                }
                Some(places)
            };
            let (displacement, places) =
                (0..=u16::MAX).find_map(|displacement| Some((displacement, places(displacement)?)))?;
            displacements[bucket] = displacement;
            for (place, &(_, key, number)) in places.into_iter().zip(&buckets[bucket]) {
                table[place] = (key, number);
            }
        }
        Some(Placed { table, displacements })
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
    fn what_would_not_be_read_back_is_no_gram() {
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
        assert_eq!(compiler.push("sell 国 贼", 100, &[1]), None);
    }
}
