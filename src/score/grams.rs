//! Characters, words of an alphabet, and short sequences of them, as features: what a text sounds like where no term of the
//! codebook stands.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

use crate::codebook;

/// The most characters or words of a gram.
const LONGEST: usize = 3;

/// The grams of a model.
pub(super) struct Grams {
    known: Arc<codebook::Grams>,
    units: Units,
    /// A table of places (Knuth 1998, 6.4, linear probing), at most half of them taken.
    table: Box<[Place]>,
    /// A bit for each gram, by its hash, which others may share: most grams of a text are not known, and are not looked for
    /// among those that are.
    bits: Box<[u64]>,
}

/// The numbers of up to three units, those of a shorter gram behind zeros.
type Key = [u32; LONGEST];

/// A gram and its number plus 1; 0 where the place is free.
#[derive(Clone, Copy, Default)]
struct Place {
    key: Key,
    number: u32,
}

/// Characters and words of the grams of a model, numbered from 1.
#[derive(Default)]
struct Units {
    /// Of characters of the basic multilingual plane, where there are grams.
    chars: Box<[u32]>,
    /// Of words and other characters.
    others: FxHashMap<Box<str>, u32>,
    count: u32,
}

/// Set in the number of a unit that does not begin its gram where a space stands before it: "3 4" is not "34".
const SPACED: u32 = 1 << 31;

/// Bits for the grams of a model: 32 KB, which stay near the processor.
const BITS: u32 = 18;

impl Grams {
    pub(super) fn new(known: Arc<codebook::Grams>) -> Self {
        let places = (2 * known.rarity.len()).next_power_of_two();
        let mut grams = Grams {
            units: Units::default(),
            table: vec![Place::default(); places].into(),
            bits: vec![0; 1 << (BITS - 6)].into(),
            known,
        };
        let known = Arc::clone(&grams.known);
        for (number, gram) in (1..).zip(known.texts()) {
            let mut window = Window::default();
            let mut count = 0;
            for unit in units(gram) {
                window.push(grams.units.number_or_new(&unit), unit.spaced);
                count += 1;
            }
            // A longer one is found in no text.
            if count > LONGEST {
                continue;
            }
            let key = window.whole();
            let hash = hash(key);
            let place = grams.place(key, hash);
            grams.table[place] = Place { key, number };
            let (word, bit) = bit(hash);
            grams.bits[word] |= bit;
        }
        grams
    }

    /// The weights of the outcomes, one row a gram.
    pub(super) fn weights(&self) -> &[f64] {
        &self.known.weights
    }

    /// The gram of a number.
    pub(super) fn text(&self, number: usize) -> Option<&str> {
        self.known.text(number)
    }

    /// The place of a gram of this hash, or the free one where it belongs.
    fn place(&self, key: Key, hash: u64) -> usize {
        let mut place = hash as usize & (self.table.len() - 1);
        loop {
            let taken = self.table[place];
            if taken.number == 0 || taken.key == key {
                return place;
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    /// The numbers of the known grams of a folded text, in the order of the text.
    fn numbers(&self, text: &str) -> Vec<u32> {
        let mut likely: Vec<(Key, u64)> = Vec::with_capacity(text.len());
        let mut window = Window::default();
        for unit in units(text) {
            window.push(self.units.number(&unit), unit.spaced);
            for key in window.keys().into_iter().flatten() {
                let hash = hash(key);
                let (word, bit) = bit(hash);
                if self.bits[word] & bit != 0 {
                    likely.push((key, hash));
                }
            }
        }
        // The places of all of them are looked up together, as most are far from the processor.
        let numbers = likely
            .into_iter()
            .map(|(key, hash)| self.table[self.place(key, hash)].number);
        numbers.filter_map(|number| number.checked_sub(1)).collect()
    }

    /// The grams in a folded text with their value: rarity times 1 + ln of how often they stand there, the values together of
    /// length 1. In the order of their numbers.
    pub(super) fn values(&self, text: &str) -> Vec<(usize, f64)> {
        if self.known.rarity.is_empty() {
            return Vec::new();
        }
        let mut found = self.numbers(text);
        found.sort_unstable();
        let mut values: Vec<(usize, f64)> = found
            .chunk_by(|a, b| a == b)
            .map(|same| {
                let number = same[0] as usize;
                let count = if same.len() == 1 {
                    1.0
                } else {
                    1.0 + (same.len() as f64).ln()
                };
                (number, self.known.rarity[number] * count)
            })
            .collect();
        let length = values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        for (_, value) in &mut values {
            *value /= length;
        }
        values
    }
}

impl Units {
    /// The number of a unit; 0 where no gram has it.
    fn number(&self, unit: &Unit<'_>) -> u32 {
        match unit.only_char().and_then(|c| self.chars.get(c as usize)) {
            Some(&number) => number,
            None => self.others.get(unit.text).copied().unwrap_or(0),
        }
    }

    fn number_or_new(&mut self, unit: &Unit<'_>) -> u32 {
        if self.chars.is_empty() {
            self.chars = vec![0; 1 << 16].into();
        }
        let next = self.count + 1;
        let number = match unit.only_char().and_then(|c| self.chars.get_mut(c as usize)) {
            Some(number) => {
                if *number == 0 {
                    *number = next;
                }
                *number
            }
            None => match self.others.get(unit.text) {
                Some(&number) => number,
                None => *self.others.entry(unit.text.into()).or_insert(next),
            },
        };
        self.count = self.count.max(number);
        number
    }
}

/// The numbers of the last units of a text, the latest last; 0 for one that no gram has.
#[derive(Default)]
struct Window(Key);

impl Window {
    #[inline]
    fn push(&mut self, number: u32, spaced: bool) {
        let [_, second, last] = self.0;
        self.0 = [second, last, if spaced { number | SPACED } else { number }];
    }

    /// The grams of one, two and three units that end with the latest; `None` where no gram has one of them.
    #[inline]
    fn keys(&self) -> [Option<Key>; LONGEST] {
        let [first, second, last] = self.0;
        let begins = |number: u32| number & !SPACED;
        let (has_first, has_second, has_last) = (begins(first) != 0, begins(second) != 0, begins(last) != 0);
        [
            has_last.then_some([0, 0, begins(last)]),
            (has_last && has_second).then_some([0, begins(second), last]),
            (has_last && has_second && has_first).then_some([begins(first), second, last]),
        ]
    }

    /// The gram of all units so far, of which there are no more than three.
    fn whole(&self) -> Key {
        self.keys().into_iter().flatten().last().unwrap_or_default()
    }
}

fn hash(key: Key) -> u64 {
    // Multiplicative hashing (Knuth 1998, 6.4) of the last two units, and of the first with another odd number.
    let [first, second, last] = key.map(u64::from);
    let mixed = (second << 32 | last).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ first.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    mixed ^ mixed >> 29
}

/// The bit of a gram of this hash and the word it is in.
fn bit(hash: u64) -> (usize, u64) {
    let at = hash >> (u64::BITS - BITS);
    ((at >> 6) as usize, 1 << (at & 63))
}

/// What grams are made of: a character, or a word of an alphabet.
struct Unit<'t> {
    text: &'t str,
    first: char,
    start: usize,
    /// Whether spaces stand before it.
    spaced: bool,
}

impl Unit<'_> {
    fn only_char(&self) -> Option<char> {
        (self.text.len() == self.first.len_utf8()).then_some(self.first)
    }
}

/// The units of a text, in order. Spaces between words are no units.
fn units(text: &str) -> impl Iterator<Item = Unit<'_>> {
    let mut chars = text.char_indices();
    std::iter::from_fn(move || {
        let mut spaced = false;
        let (start, first) = loop {
            match chars.next()? {
                (_, ' ') => spaced = true,
                found => break found,
            }
        };
        let mut end = start + first.len_utf8();
        if first.is_ascii_alphabetic() {
            let within = |c: char| c.is_ascii_alphabetic() || c == '\'';
            end = text[end..]
                .find(|c| !within(c))
                .map_or(text.len(), |others| end + others);
            chars.by_ref().take(end - start - 1).for_each(drop);
        }
        Some(Unit {
            text: &text[start..end],
            first,
            start,
            spaced,
        })
    })
}

/// Tells every stretch of one to [`LONGEST`] units.
fn each_gram<'t>(text: &'t str, mut found: impl FnMut(&'t str)) {
    // Where the units at hand begin, the latest last.
    let mut starts = [0; LONGEST];
    let mut known = 0;
    for unit in units(text) {
        starts.rotate_left(1);
        starts[LONGEST - 1] = unit.start;
        known = LONGEST.min(known + 1);
        let end = unit.start + unit.text.len();
        starts[LONGEST - known..]
            .iter()
            .for_each(|&start| found(&text[start..end]));
    }
}

/// The grams that stand in at least `least` of the texts, with their rarity:
/// ln((1 + texts) / (1 + texts that hold it)) + 1, as scikit-learn's TfidfVectorizer has it.
pub(super) fn common<'a>(texts: impl Iterator<Item = &'a str>, least: usize) -> BTreeMap<String, f64> {
    let mut holding: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
    let mut all = 0;
    for text in texts {
        all += 1;
        each_gram(text, |gram| {
            let (count, last) = holding.entry(gram).or_default();
            if *last != all {
                (*count, *last) = (*count + 1, all);
            }
        });
    }
    let common = holding.into_iter().filter(|&(_, (count, _))| count >= least);
    common
        .map(|(gram, (count, _))| {
            let rarity = ((1 + all) as f64 / (1 + count) as f64).ln() + 1.0;
            (gram.to_owned(), rarity)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grams(known: &[(&str, f64)]) -> Grams {
        let mut grams = codebook::Grams::default();
        known.iter().for_each(|&(gram, rarity)| grams.push(gram, rarity, []));
        Grams::new(grams.into())
    }

    proptest! {
        #[test]
        fn known_grams_are_found_wherever_they_stand(
            known in prop::collection::btree_set("[甲乙丙a3𠀀]( ?[甲乙丙a3𠀀]){0,2}", 0..40),
            text in "[甲乙丙丁ab3𠀀]{0,4}( [甲乙丙丁ab3𠀀]{1,4}){0,4}",
        ) {
            let mut expected = Vec::new();
            each_gram(&text, |gram| expected.extend(known.iter().position(|other| other == gram)));
            let pairs: Vec<(&str, f64)> = known.iter().map(|gram| (gram.as_str(), 1.0)).collect();
            let mut found = grams(&pairs).numbers(&text);
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected.into_iter().map(|number| number as u32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn grams_in_enough_texts_are_common() {
        let common = common(["甲乙丙", "乙丙丁", "乙"].into_iter(), 2);
        assert_eq!(common.keys().collect::<Vec<_>>(), ["丙", "乙", "乙丙"]);
        // ln(4 / 4) + 1 and ln(4 / 3) + 1.
        assert!((common["乙"] - 1.0).abs() < 1e-12);
        assert!((common["丙"] - 1.287_682_072_451_781).abs() < 1e-12);
    }

    #[test]
    fn a_gram_is_of_characters_or_words() {
        let mut grams = Vec::new();
        each_gram("don't sell dna数据3", |gram| grams.push(gram));
        let expected = [
            "don't",
            "don't sell",
            "sell",
            "don't sell dna",
            "sell dna",
            "dna",
            "sell dna数",
            "dna数",
            "数",
            "dna数据",
            "数据",
            "据",
            "数据3",
            "据3",
            "3",
        ];
        assert_eq!(grams, expected);
    }

    #[test]
    fn values_are_tf_idf_of_length_one() {
        // TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True) of scikit-learn 1.7 gives for 乙乙丙, after
        // fitting on 甲乙, 乙丙, 丙丁, with the grams 乙 丙 乙丙: 0.785859, 0.464144, 0.408634 of the grams kept.
        let grams = grams(&[("乙", 1.287_682), ("丙", 1.287_682), ("乙丙", 1.693_147)]);
        let values = grams.values("乙乙丙");
        let length: f64 = values.iter().map(|(_, value)| value * value).sum();
        assert!((length - 1.0).abs() < 1e-12);
        // 乙 stands there twice: 1 + ln 2 times what 丙 has.
        assert!((values[0].1 / values[1].1 - 1.693_147).abs() < 1e-6);
        assert_eq!(values.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn without_grams_there_are_no_values() {
        assert!(grams(&[]).values("乙").is_empty());
        let one = grams(&[("乙", 1.0)]);
        assert!(one.values("甲丙").is_empty());
    }
}
