//! Folds of a cross-validation in which near-duplicates lie together, so that no post is predicted from its twin.

use std::collections::{BTreeMap, BTreeSet};

/// Share of character trigrams two posts have in common from which they are near-duplicates.
const SIMILAR: f64 = 0.4;

/// For each text the first one it is a near-duplicate of, itself included.
pub(super) fn groups_of(texts: &[&str]) -> Vec<usize> {
    let trigrams: Vec<BTreeSet<[char; 3]>> = texts
        .iter()
        .map(|text| {
            let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            chars.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
        })
        .collect();
    let mut holding: BTreeMap<[char; 3], Vec<usize>> = BTreeMap::new();
    let mut first: Vec<usize> = (0..texts.len()).collect();
    for (later, own) in trigrams.iter().enumerate() {
        // How many trigrams each earlier text shares.
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for trigram in own {
            let holding = holding.entry(*trigram).or_default();
            for &earlier in &*holding {
                *common.entry(earlier).or_default() += 1;
            }
            holding.push(later);
        }
        let twin = common.into_iter().find(|&(earlier, common)| {
            let shorter = own.len().min(trigrams[earlier].len());
            common as f64 >= SIMILAR * shorter as f64
        });
        if let Some((twin, _)) = twin {
            first[later] = first[twin];
        }
    }
    first
}

/// The fold of each text: each group by the hash of its first text.
pub(super) fn folds_of(texts: &[&str], groups: &[usize], folds: usize) -> Vec<usize> {
    let fold = |&first: &usize| (fnv1a(texts[first]) % folds as u64) as usize;
    groups.iter().map(fold).collect()
}

/// The FNV-1a hash: stable across versions and machines, unlike the standard library's.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_duplicates_share_a_fold_and_texts_are_spread() {
        let texts = [
            "今天公布的图谱让我很生气",
            "今天公布的图谱让我很高兴",
            "另一件完全不同的事情",
        ];
        let folds = folds_of(&texts, &groups_of(&texts), 1000);
        assert_eq!(folds[0], folds[1]);
        assert_ne!(folds[0], folds[2]);
    }

    #[test]
    fn the_hash_is_fnv1a() {
        // Test vector of the FNV authors (draft-eastlake-fnv, appendix C): "foobar".
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }
}
