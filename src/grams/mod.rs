//! Grams, characters, words of an alphabet and short sequences of them, as features: what a text sounds like where no term of the
//! codebook stands. Which are known, how they are found in a text, and how they lie in bytes that a program need not read to begin.

mod compiled;
mod units;

use std::{borrow::Cow, fmt, ops::Range};

use rustc_hash::FxHashMap;

pub(crate) use compiled::{Compiler, hundredths};
pub(crate) use units::each_gram;

use compiled::{BIT_BYTES, HEAD, Key, SPACED, Window, bit, hash, place};
use units::{LONGEST, Unit, units};

/// Bytes of the numbers that a key is of.
const KEY: usize = 4 * LONGEST;

/// Grams with their rarity and weights.
pub struct Grams {
    bytes: Cow<'static, [u8]>,
    outcomes: usize,
    units: Units,
    keys: Range<usize>,
    rarities: Range<usize>,
    weights: Range<usize>,
    table: Range<usize>,
    bits: Range<usize>,
}

/// Characters and words that grams are made of, numbered from 1.
struct Units {
    /// Where each stands in the bytes.
    places: Vec<Range<usize>>,
    /// Numbers of characters of the basic multilingual plane, where there are grams.
    chars: Box<[u32]>,
    /// Of words and other characters.
    others: FxHashMap<Box<str>, u32>,
}

impl Grams {
    /// Those that were compiled into these bytes by a [`Compiler`].
    pub(crate) fn compiled(bytes: Cow<'static, [u8]>) -> Self {
        let head = bytes.as_chunks().0.get(..HEAD).unwrap_or_default();
        let count = |at: usize| head.get(at).map_or(0, |&count| u32::from_le_bytes(count) as usize);
        let [of_units, grams, outcomes, places] = [count(0), count(1), count(2), count(3)];
        let mut end = 4 * HEAD;
        let mut section = |length: usize| {
            end += length;
            end - length..end
        };
        let units = section(of_units);
        Grams {
            units: Units::new(&bytes, units),
            keys: section(KEY * grams),
            rarities: section(2 * grams),
            weights: section(2 * outcomes * grams),
            table: section(4 * places),
            bits: section(BIT_BYTES),
            outcomes,
            bytes,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len() / KEY
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How rare the gram of a number is: ln((1 + posts) / (1 + posts that hold it)) + 1, to two decimals; 0 where there is no such gram.
    pub fn rarity(&self, number: usize) -> f64 {
        let all = self.section(&self.rarities).as_chunks().0;
        all.get(number).map_or(0.0, |&rarity| in_units(rarity))
    }

    /// The weights of the gram of a number, one an outcome, in hundredths.
    #[inline]
    pub(crate) fn hundredths(&self, number: usize) -> impl ExactSizeIterator<Item = i16> {
        let all = self.section(&self.weights).as_chunks().0;
        let row = all.get(number * self.outcomes..(number + 1) * self.outcomes);
        row.unwrap_or_default().iter().copied().map(i16::from_le_bytes)
    }

    /// The weights of the gram of a number, one an outcome.
    pub fn weights(&self, number: usize) -> impl ExactSizeIterator<Item = f64> {
        self.hundredths(number).map(|weight| f64::from(weight) / 100.0)
    }

    /// The gram of a number, which is its place in the order they were added in.
    pub fn text(&self, number: usize) -> Option<String> {
        let key: &[u8; KEY] = self.section(&self.keys).as_chunks().0.get(number)?;
        let mut text = String::new();
        for unit in key.as_chunks().0.iter().copied().map(u32::from_le_bytes) {
            if unit & SPACED != 0 {
                text.push(' ');
            }
            if let Some(place) = (unit & !SPACED).checked_sub(1) {
                let place = self.units.places.get(place as usize)?;
                text.push_str(str::from_utf8(&self.bytes[place.clone()]).ok()?);
            }
        }
        Some(text)
    }

    /// The numbers of the known grams of a text, in the order of the text.
    pub(crate) fn numbers(&self, text: &str) -> Vec<u32> {
        if self.is_empty() {
            return Vec::new();
        }
        let bits = self.section(&self.bits);
        let mut likely: Vec<(Key, u64)> = Vec::with_capacity(text.len());
        let mut window = Window::default();
        for unit in units(text) {
            window.push(self.units.number(&unit), unit.spaced);
            for key in window.keys().into_iter().flatten() {
                let hash = hash(key);
                let (byte, bit) = bit(hash);
                if bits[byte] & bit != 0 {
                    likely.push((key, hash));
                }
            }
        }
        // The places of all of them are looked up together, as most are far from the processor.
        let keys = self.section(&self.keys).as_chunks().0.as_chunks().0;
        let table = self.section(&self.table).as_chunks().0;
        let numbers = likely.into_iter().map(|(key, hash)| number(keys, table, key, hash));
        numbers.filter_map(|number| number.checked_sub(1)).collect()
    }

    #[inline]
    fn section(&self, place: &Range<usize>) -> &[u8] {
        &self.bytes[place.clone()]
    }
}

/// The number plus 1 of a gram of this hash; 0 where it is none.
#[inline]
fn number(keys: &[[[u8; 4]; LONGEST]], table: &[[u8; 4]], key: Key, hash: u64) -> u32 {
    let key = key.map(u32::to_le_bytes);
    let mut at = place(hash, table.len());
    loop {
        let number = u32::from_le_bytes(table[at]);
        match number.checked_sub(1) {
            None => return 0,
            Some(taken) if keys[taken as usize] == key => return number,
            _ => at = if at + 1 == table.len() { 0 } else { at + 1 },
        }
    }
}

fn in_units(hundredths: [u8; 2]) -> f64 {
    f64::from(i16::from_le_bytes(hundredths)) / 100.0
}

impl Units {
    /// Those that stand here, each behind its length.
    fn new(bytes: &[u8], section: Range<usize>) -> Self {
        let mut units = Units {
            places: Vec::new(),
            chars: Box::default(),
            others: FxHashMap::default(),
        };
        if !section.is_empty() {
            units.chars = vec![0; 1 << 16].into();
        }
        let mut at = section.start;
        while let Some(&length) = bytes[at..section.end].first_chunk() {
            let place = at + 2..at + 2 + usize::from(u16::from_le_bytes(length));
            at = place.end;
            let text = str::from_utf8(&bytes[place.clone()]).unwrap_or_default();
            units.places.push(place);
            let number = units.places.len() as u32;
            let mut chars = text.chars();
            let only = chars.next().filter(|_| chars.as_str().is_empty());
            match only.and_then(|c| units.chars.get_mut(c as usize)) {
                Some(of_char) => *of_char = number,
                None => {
                    units.others.insert(text.into(), number);
                }
            }
        }
        units
    }

    /// The number of a unit; 0 where no gram has it.
    #[inline]
    fn number(&self, unit: &Unit<'_>) -> u32 {
        match unit.only_char().and_then(|c| self.chars.get(c as usize)) {
            Some(&number) => number,
            None => self.others.get(unit.text).copied().unwrap_or(0),
        }
    }
}

impl Default for Grams {
    fn default() -> Self {
        Grams::compiled(Compiler::new(0).compiled().into())
    }
}

impl PartialEq for Grams {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl fmt::Debug for Grams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} grams", self.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn known_grams_are_found_wherever_they_stand(
            known in prop::collection::btree_set("[甲乙丙a3𠀀]( ?[甲乙丙a3𠀀]){0,2}", 0..40),
            text in "[甲乙丙丁ab3𠀀]{0,4}( [甲乙丙丁ab3𠀀]{1,4}){0,4}",
        ) {
            let mut compiler = Compiler::new(2);
            // "aa" is one word, which is no matter: it is a gram all the same.
            for (number, gram) in (0..).zip(&known) {
                prop_assert_eq!(compiler.push(gram, number, &[number, -number]), Some(()));
            }
            let grams = Grams::compiled(compiler.compiled().into());
            let mut expected = Vec::new();
            each_gram(&text, |gram| expected.extend(known.iter().position(|other| other == gram)));
            let mut found = grams.numbers(&text);
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected.into_iter().map(|number| number as u32).collect::<Vec<_>>());
            for (number, gram) in known.iter().enumerate() {
                let weight = number as f64 / 100.0;
                prop_assert_eq!(grams.text(number), Some(gram.clone()));
                prop_assert_eq!(grams.rarity(number), weight);
                prop_assert_eq!(grams.weights(number).collect::<Vec<_>>(), [weight, -weight]);
            }
        }
    }

    #[test]
    fn of_a_gram_that_stands_twice_the_last_is_found() {
        let mut compiler = Compiler::new(0);
        for gram in ["国", "贼", "国"] {
            compiler.push(gram, 100, &[]);
        }
        let grams = Grams::compiled(compiler.compiled().into());
        assert_eq!(grams.numbers("国贼"), [2, 1]);
    }

    #[test]
    fn where_no_gram_is_known_none_is_found() {
        let none = Grams::default();
        assert!(none.is_empty() && none.numbers("国贼").is_empty());
        assert_eq!((none.text(0), none.rarity(0), none.weights(0).len()), (None, 0.0, 0));
    }
}
