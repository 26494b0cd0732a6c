//! Characters, words of an alphabet, and short sequences of them, as features: what a text sounds like where no term of the
//! codebook stands.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

/// The most characters or words of a gram.
const LONGEST: usize = 3;

/// The grams of a model.
pub(super) struct Grams {
    numbers: FxHashMap<Arc<str>, u32>,
    /// By the number of the gram, like its rarity.
    texts: Vec<Arc<str>>,
    rarity: Vec<f64>,
}

impl Grams {
    /// Grams with their rarity; their number is their place in the order of the iterator.
    pub(super) fn new<'a>(grams: impl Iterator<Item = (&'a str, f64)>) -> Self {
        let (texts, rarity): (Vec<Arc<str>>, Vec<f64>) = grams.map(|(gram, rarity)| (gram.into(), rarity)).unzip();
        Grams {
            numbers: texts.iter().cloned().zip(0..).collect(),
            texts,
            rarity,
        }
    }

    /// The gram of a number.
    pub(super) fn text(&self, number: usize) -> Option<&str> {
        self.texts.get(number).map(|gram| &**gram)
    }

    /// The grams in a folded text with their value: rarity times 1 + ln of how often they stand there, the values together of
    /// length 1. In the order of their numbers.
    pub(super) fn values(&self, text: &str) -> Vec<(usize, f64)> {
        if self.rarity.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<u32> = Vec::with_capacity(text.len());
        each_gram(text, |gram| found.extend(self.numbers.get(gram)));
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
