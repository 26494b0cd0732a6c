//! Characters, words of an alphabet, and short sequences of them, as features: what a text sounds like where no term of the
//! codebook stands.

use std::{collections::BTreeMap, hash::Hasher, sync::Arc};

use rustc_hash::{FxHashMap, FxHasher};

use crate::codebook;

/// The most characters or words of a gram.
const LONGEST: usize = 3;

/// The half of a place that holds a number.
const LOW: u64 = u32::MAX as u64;

/// The grams of a model.
pub(super) struct Grams {
    known: Arc<codebook::Grams>,
    /// A table of places (Knuth 1998, 6.4, linear probing), at most half of them taken: in each the upper half of the hash of a
    /// gram, then its number plus 1; 0 where it is free.
    table: Box<[u64]>,
    /// A bit for each gram, by the upper half of its hash, which others may share: most grams of a text are not known, and are
    /// not looked for among those that are.
    bits: Box<[u64]>,
}

/// Bits for the grams of a model: 32 KB, which stay near the processor.
const BITS: u32 = 18;

impl Grams {
    pub(super) fn new(known: Arc<codebook::Grams>) -> Self {
        let places = (2 * known.rarity.len()).next_power_of_two();
        let mut grams = Grams {
            table: vec![0; places].into(),
            bits: vec![0; 1 << (BITS - 6)].into(),
            known,
        };
        let known = Arc::clone(&grams.known);
        for (number, gram) in (1..).zip(known.texts()) {
            let hash = hash(gram);
            let place = grams.place(gram, hash);
            grams.table[place] = hash & !LOW | number;
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
    fn place(&self, gram: &str, hash: u64) -> usize {
        let mut place = hash as usize & (self.table.len() - 1);
        loop {
            let taken = self.table[place];
            let same = || self.text((taken & LOW) as usize - 1) == Some(gram);
            if taken == 0 || taken & !LOW == hash & !LOW && same() {
                return place;
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    fn number(&self, gram: &str) -> Option<u32> {
        let hash = hash(gram);
        let (word, bit) = bit(hash);
        if self.bits[word] & bit == 0 {
            return None;
        }
        ((self.table[self.place(gram, hash)] & LOW) as u32).checked_sub(1)
    }

    /// The grams in a folded text with their value: rarity times 1 + ln of how often they stand there, the values together of
    /// length 1. In the order of their numbers.
    pub(super) fn values(&self, text: &str) -> Vec<(usize, f64)> {
        if self.known.rarity.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<u32> = Vec::with_capacity(text.len());
        each_gram(text, |gram| found.extend(self.number(gram)));
        found.sort_unstable();
        let mut values: Vec<(usize, f64)> = found
            .chunk_by(|a, b| a == b)
            .map(|same| {
                let number = same[0] as usize;
                (number, self.known.rarity[number] * (1.0 + (same.len() as f64).ln()))
            })
            .collect();
        let length = values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        for (_, value) in &mut values {
            *value /= length;
        }
        values
    }
}

fn hash(gram: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(gram.as_bytes());
    hasher.finish()
}

/// The bit of a gram of this hash and the word it is in.
fn bit(hash: u64) -> (usize, u64) {
    let at = hash >> (u64::BITS - BITS);
    ((at >> 6) as usize, 1 << (at & 63))
}

/// Tells every stretch of one to [`LONGEST`] units: a character, or a word of an alphabet. Spaces between words are no units.
fn each_gram<'t>(text: &'t str, mut found: impl FnMut(&'t str)) {
    // Where the units at hand begin, the latest last.
    let mut starts = [0; LONGEST];
    let mut known = 0;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let end = at + unit(&text[at..], first);
        if first != ' ' {
            starts.rotate_left(1);
            starts[LONGEST - 1] = at;
            known = LONGEST.min(known + 1);
            starts[LONGEST - known..]
                .iter()
                .for_each(|&start| found(&text[start..end]));
        }
        at = end;
    }
}

/// Bytes of the unit that `text` begins with.
fn unit(text: &str, first: char) -> usize {
    if first.is_ascii_alphabetic() {
        let within = |c: char| c.is_ascii_alphabetic() || c == '\'';
        text.find(|c| !within(c)).unwrap_or(text.len())
    } else {
        first.len_utf8()
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
        fn grams_are_found_as_in_a_map(known in prop::collection::vec("[甲乙丙a ]{1,3}", 0..40), other in "[甲乙丙a ]{1,3}") {
            let map: BTreeMap<&str, u32> = known.iter().map(String::as_str).zip(0..).collect();
            let pairs: Vec<(&str, f64)> = known.iter().map(|gram| (gram.as_str(), 1.0)).collect();
            let grams = grams(&pairs);
            for gram in known.iter().chain([&other]) {
                prop_assert_eq!(grams.number(gram), map.get(gram.as_str()).copied());
            }
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
