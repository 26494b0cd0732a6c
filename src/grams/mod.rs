//! Grams, characters, words of an alphabet and short sequences of them, as features: what a text sounds like where no term of the
//! codebook stands. Which are known, how they are found in a text, and how they lie in bytes that a program need not read to begin.

mod compiled;
mod units;

use std::{borrow::Cow, fmt, ops::Range, sync::OnceLock};

use rustc_hash::FxHashMap;

pub(crate) use compiled::{Compiler, hundredths};
pub(crate) use units::each_gram;

use compiled::{BIT_BYTES, HEAD, Key, SPACED, Window, bits, bucket, hash, place};
use units::{Unit, units};

/// A place of the table: the numbers of a key, and the number of the gram plus 1.
type Place = [[u8; 4]; 4];

/// Grams with their rarity and weights.
pub struct Grams {
    bytes: Cow<'static, [u8]>,
    outcomes: usize,
    units: Units,
    seed: u32,
    rarities: Range<usize>,
    weights: Range<usize>,
    table: Range<usize>,
    displacements: Range<usize>,
    bits: Range<usize>,
    /// Where each gram stands in the table, once somebody asks.
    places: OnceLock<Vec<usize>>,
    /// For each unit by its number the number plus 1 of the gram that is it alone, or 0, once somebody asks.
    singles: OnceLock<Vec<u32>>,
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
        let [of_units, grams, outcomes, places, displacements] = [0, 1, 2, 3, 4].map(count);
        let mut end = 4 * HEAD;
        let mut section = |length: usize| {
            end += length;
            end - length..end
        };
        let units = section(of_units);
        Grams {
            units: Units::new(&bytes, units),
            seed: count(5) as u32,
            rarities: section(2 * grams),
            weights: section(2 * outcomes * grams),
            table: section(size_of::<Place>() * places),
            displacements: section(2 * displacements),
            bits: section(BIT_BYTES),
            places: OnceLock::new(),
            singles: OnceLock::new(),
            outcomes,
            bytes,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rarities.len() / 2
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rarities.is_empty()
    }

    /// How rare the gram of a number is: ln((1 + posts) / (1 + posts that hold it)) + 1, to two decimals; 0 where there is no such gram.
    pub fn rarity(&self, number: usize) -> f64 {
        let all = self.section(&self.rarities).as_chunks().0;
        all.get(number)
            .map_or(0.0, |&rarity| in_units(i16::from_le_bytes(rarity)))
    }

    /// The weights of the gram of a number, one an outcome.
    pub fn weights(&self, number: usize) -> impl ExactSizeIterator<Item = f64> {
        self.row(number)
            .iter()
            .map(|&weight| in_units(i16::from_le_bytes(weight)))
    }

    /// Adds the weights of the gram of a number, each times a value, to as many sums.
    pub(crate) fn add(&self, number: usize, value: f64, sums: &mut [f64]) {
        let of_hundredth = value / 100.0;
        // Four at a time, for which processors have instructions.
        let (sums, last_sums) = sums.as_chunks_mut::<4>();
        let (weights, last_weights) = self.row(number).as_chunks::<4>();
        for (sums, &[a, b, c, d]) in sums.iter_mut().zip(weights) {
            let weights = [
                f64::from(i16::from_le_bytes(a)),
                f64::from(i16::from_le_bytes(b)),
                f64::from(i16::from_le_bytes(c)),
                f64::from(i16::from_le_bytes(d)),
            ];
            for at in 0..4 {
                sums[at] += of_hundredth * weights[at];
            }
        }
        for (sum, &weight) in last_sums.iter_mut().zip(last_weights) {
            *sum += of_hundredth * f64::from(i16::from_le_bytes(weight));
        }
    }

    /// The weights of the gram of a number, one an outcome, in hundredths.
    fn row(&self, number: usize) -> &[[u8; 2]] {
        let all = self.section(&self.weights).as_chunks().0;
        let row = all.get(number * self.outcomes..(number + 1) * self.outcomes);
        row.unwrap_or_default()
    }

    /// The gram of a number, which is its place in the order they were added in.
    pub fn text(&self, number: usize) -> Option<String> {
        let [key @ .., _] = self.table()[*self.places().get(number)?];
        let mut text = String::new();
        for unit in key.map(u32::from_le_bytes) {
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

    /// The numbers of the known grams of a text, in no order.
    pub(crate) fn numbers(&self, text: &str) -> Vec<u32> {
        if self.is_empty() {
            return Vec::new();
        }
        // A third of all grams are one unit, which has a number already.
        let singles = self.singles();
        let mut numbers: Vec<u32> = Vec::new();
        let words = self.section(&self.bits).as_chunks().0;
        let mut likely: Vec<(Key, u64)> = Vec::with_capacity(text.len());
        let mut window = Window::default();
        for unit in units(text) {
            let unit_number = self.units.number(&unit);
            numbers.extend(singles[unit_number as usize].checked_sub(1));
            window.push(unit_number, unit.spaced);
            window.each_longer_key(|key| {
                let hash = hash(key, self.seed);
                let (word, bits) = bits(hash);
                if u64::from_le_bytes(words[word]) & bits == bits {
                    likely.push((key, hash));
                }
            });
        }
        // The places of all of them are looked up together, as most are far from the processor.
        let (table, displacements) = (self.table(), self.section(&self.displacements).as_chunks().0);
        let number = |(key, hash): (Key, u64)| {
            let displacement = displacements[bucket(hash, displacements.len())];
            let [first, second, last, number] = table[place(hash, u16::from_le_bytes(displacement), table.len())];
            let taken = [
                u32::from_le_bytes(first),
                u32::from_le_bytes(second),
                u32::from_le_bytes(last),
            ];
            (taken == key).then(|| u32::from_le_bytes(number) - 1)
        };
        numbers.extend(likely.into_iter().filter_map(number));
        numbers
    }

    fn singles(&self) -> &[u32] {
        self.singles.get_or_init(|| {
            let mut singles = vec![0; self.units.places.len() + 1];
            for place in self.table() {
                let [first, second, unit, number] = place.map(u32::from_le_bytes);
                if first == 0 && second == 0 {
                    singles[unit as usize] = number;
                }
            }
            // Places that are free.
            singles[0] = 0;
            singles
        })
    }

    fn table(&self) -> &[Place] {
        self.section(&self.table).as_chunks().0.as_chunks().0
    }

    /// Where each gram stands in the table.
    fn places(&self) -> &[usize] {
        self.places.get_or_init(|| {
            let mut places = vec![0; self.len()];
            for (place, &[.., number]) in self.table().iter().enumerate() {
                if let Some(number) = u32::from_le_bytes(number).checked_sub(1) {
                    places[number as usize] = place;
                }
            }
            places
        })
    }

    #[inline]
    fn section(&self, place: &Range<usize>) -> &[u8] {
        &self.bytes[place.clone()]
    }
}

fn in_units(hundredths: i16) -> f64 {
    f64::from(hundredths) / 100.0
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

impl From<Compiler> for Grams {
    fn from(compiler: Compiler) -> Self {
        Grams::compiled(compiler.compiled().into())
    }
}

impl Default for Grams {
    fn default() -> Self {
        Compiler::new(0).into()
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
            let grams = Grams::from(compiler);
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
    fn where_no_gram_is_known_none_is_found() {
        let none = Grams::default();
        assert!(none.is_empty() && none.numbers("国贼").is_empty());
        assert_eq!((none.text(0), none.rarity(0), none.weights(0).len()), (None, 0.0, 0));
    }
}
