//! Characters and short sequences of characters, as features: what a text sounds like where no term of the codebook stands.

use std::collections::BTreeMap;

/// The most characters of a gram.
pub(super) const LONGEST: usize = 3;
/// Bits of a character in a key.
const BITS: u32 = 21;

/// The grams of a model, found by hashing. A gram is only looked for where its beginning is known: every beginning of a
/// gram of the model is one too.
pub(super) struct Grams {
    /// Open addressing, a power of two and at least twice as many slots as grams; 0 is a free slot.
    slots: Vec<(u64, u32)>,
    rarity: Vec<f64>,
}

impl Grams {
    /// Grams with their rarity; their number is their place in the order of the iterator.
    pub(super) fn new<'a>(grams: impl Iterator<Item = (&'a str, f64)>) -> Self {
        let grams: Vec<(u64, f64)> = grams.map(|(gram, rarity)| (key(gram.chars()), rarity)).collect();
        let size = (grams.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![(0, 0); size];
        for (&(key, _), number) in grams.iter().zip(0..) {
            let mut at = slot(key, size);
            while slots[at].0 != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, number);
        }
        Grams {
            slots,
            rarity: grams.into_iter().map(|(_, rarity)| rarity).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rarity.len()
    }

    fn number(&self, key: u64) -> Option<u32> {
        let mut at = slot(key, self.slots.len());
        loop {
            match self.slots[at] {
                (found, number) if found == key => return Some(number),
                (0, _) => return None,
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// The grams in a folded text with their value: rarity times 1 + ln of how often they stand there, the values together of
    /// length 1. In the order of their numbers.
    pub(super) fn values(&self, text: &str) -> Vec<(usize, f64)> {
        if self.rarity.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<u32> = Vec::with_capacity(text.len());
        for (at, _) in text.char_indices() {
            let mut beginning = 0;
            for c in text[at..].chars().take(LONGEST) {
                beginning = extend(beginning, c);
                match self.number(beginning) {
                    Some(number) => found.push(number),
                    None => break,
                }
            }
        }
        found.sort_unstable();
        let mut values: Vec<(usize, f64)> = found
            .chunk_by(|a, b| a == b)
            .map(|same| {
                let number = same[0] as usize;
                (number, self.rarity[number] * (1.0 + (same.len() as f64).ln()))
            })
            .collect();
        let length = values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        for (_, value) in &mut values {
            *value /= length;
        }
        values
    }
}

fn key(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0, extend)
}

/// The key of a gram with one more character; that of the first is never 0.
fn extend(key: u64, c: char) -> u64 {
    key << BITS | (u64::from(u32::from(c)) + 1)
}

fn slot(key: u64, size: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (size - 1)
}

/// The grams of at most [`LONGEST`] characters that stand in at least `least` of the texts, with their rarity:
/// ln((1 + texts) / (1 + texts that hold it)) + 1, as scikit-learn's TfidfVectorizer has it.
pub(super) fn common<'a>(texts: impl Iterator<Item = &'a str>, least: usize) -> BTreeMap<String, f64> {
    let mut holding: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut all = 0;
    for text in texts {
        all += 1;
        for (at, _) in text.char_indices() {
            let ends = text[at..].char_indices().map(|(from, c)| at + from + c.len_utf8());
            for end in ends.take(LONGEST) {
                let (count, last) = holding.entry(&text[at..end]).or_default();
                if *last != all {
                    (*count, *last) = (*count + 1, all);
                }
            }
        }
    }
    holding
        .into_iter()
        .filter(|&(_, (count, _))| count >= least)
        .map(|(gram, (count, _))| {
            let rarity = ((1 + all) as f64 / (1 + count) as f64).ln() + 1.0;
            (gram.to_owned(), rarity)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_in_enough_texts_are_common() {
        let common = common(["甲乙丙", "乙丙丁", "乙"].into_iter(), 2);
        assert_eq!(common.keys().collect::<Vec<_>>(), ["丙", "乙", "乙丙"]);
        // ln(4 / 4) + 1 and ln(4 / 3) + 1.
        assert!((common["乙"] - 1.0).abs() < 1e-12);
        assert!((common["丙"] - 1.287_682_072_451_781).abs() < 1e-12);
    }

    #[test]
    fn values_are_tf_idf_of_length_one() {
        // TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True) of scikit-learn 1.7 gives for 乙乙丙, after
        // fitting on 甲乙, 乙丙, 丙丁, with the grams 乙 丙 乙丙: 0.785859, 0.464144, 0.408634 of the grams kept.
        let grams = Grams::new([("乙", 1.287_682), ("丙", 1.287_682), ("乙丙", 1.693_147)].into_iter());
        let values = grams.values("乙乙丙");
        let length: f64 = values.iter().map(|(_, value)| value * value).sum();
        assert!((length - 1.0).abs() < 1e-12);
        // 乙 stands there twice: 1 + ln 2 times what 丙 has.
        assert!((values[0].1 / values[1].1 - 1.693_147).abs() < 1e-6);
        assert_eq!(values.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn without_grams_there_are_no_values() {
        assert!(Grams::new(std::iter::empty()).values("乙").is_empty());
        let one = Grams::new([("乙", 1.0)].into_iter());
        assert!(one.values("甲丙").is_empty());
    }
}
