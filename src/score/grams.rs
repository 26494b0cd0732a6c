//! Values of the grams of a text, and which grams are worth knowing.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::grams::{Grams, each_gram};

const BITS: usize = u64::BITS as usize;

/// The known grams in a folded text with their value: rarity times 1 + ln of how often they stand there, the values together of
/// length 1. In the order of their numbers.
pub(super) fn values(known: &Grams, rarity: impl Fn(usize) -> f64, text: &str) -> Vec<(usize, f64)> {
    // Put in order by a bit for each known gram, which costs less than to sort them.
    let mut present = vec![0_u64; known.len().div_ceil(BITS)];
    let mut again: Vec<u32> = Vec::new();
    for number in known.numbers(text) {
        let (word, bit) = (&mut present[number as usize / BITS], 1 << (number as usize % BITS));
        if *word & bit != 0 {
            again.push(number);
        }
        *word |= bit;
    }
    again.sort_unstable();
    let mut again = &again[..];
    let mut values: Vec<(usize, f64)> = Vec::new();
    for (place, mut word) in present.into_iter().enumerate() {
        while word != 0 {
            let number = place * BITS + word.trailing_zeros() as usize;
            word &= word - 1;
            let more = again.iter().take_while(|&&other| other as usize == number).count();
            again = &again[more..];
            let count = if more == 0 { 1.0 } else { 1.0 + ((1 + more) as f64).ln() };
            values.push((number, rarity(number) * count));
        }
    }
    let length = values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
    for (_, value) in &mut values {
        *value /= length;
    }
    values
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
    use crate::grams::Compiler;

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
        let known = [("乙", 1.287_682), ("丙", 1.287_682), ("乙丙", 1.693_147)];
        let mut compiler = Compiler::new(0);
        known
            .iter()
            .for_each(|(gram, _)| assert!(compiler.push(gram, 0, &[]).is_some()));
        let grams = Grams::from(compiler);
        let values = values(&grams, |number| known[number].1, "乙乙丙");
        let length: f64 = values.iter().map(|(_, value)| value * value).sum();
        assert!((length - 1.0).abs() < 1e-12);
        // 乙 stands there twice: 1 + ln 2 times what 丙 has.
        assert!((values[0].1 / values[1].1 - 1.693_147).abs() < 1e-6);
        assert_eq!(values.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
