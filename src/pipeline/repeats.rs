//! Posts whose words stood in a post before them, so that they need not be coded again.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

/// For each post of a batch the number of the first one with the same words; its own number where it is the first.
///
/// In exports of real searches every seventh to fourth post repeats the text of another one.
pub(super) struct Repeats(Vec<u32>);

impl Repeats {
    /// Of words with their [`hash`].
    pub(super) fn of<'p>(words: impl ExactSizeIterator<Item = (u64, &'p str)>) -> Self {
        let mut numbers: FxHashMap<Hashed<'_>, u32> =
            FxHashMap::with_capacity_and_hasher(words.len(), Default::default());
        let hashed = words.map(|(hash, words)| Hashed { hash, words });
        let first = (0..).zip(hashed);
        Repeats(
            first
                .map(|(number, hashed)| *numbers.entry(hashed).or_insert(number))
                .collect(),
        )
    }

    /// The numbers of posts that are the first with their words.
    pub(super) fn first(&self) -> impl Iterator<Item = usize> {
        let posts = self.0.iter().enumerate();
        posts.filter_map(|(number, &first)| (first as usize == number).then_some(number))
    }

    /// What is known of each post: where nothing is, what is known of the first post with the same words.
    pub(super) fn spread<T: Clone>(&self, known: Vec<Option<T>>) -> Vec<T> {
        let mut spread: Vec<T> = Vec::with_capacity(known.len());
        for (known, &first) in known.into_iter().zip(&self.0) {
            let known = known.unwrap_or_else(|| spread[first as usize].clone());
            spread.push(known);
        }
        spread
    }
}

/// Words with a hash that need not be worked out again.
#[derive(PartialEq, Eq)]
struct Hashed<'p> {
    hash: u64,
    words: &'p str,
}

impl Hash for Hashed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// A hash of the length of some words and some of their bytes: few texts agree in these and differ in others.
pub(super) fn hash(words: &str) -> u64 {
    /// So many bytes are taken from each of so many places; of shorter texts all are.
    const BYTES: usize = 8;
    const PLACES: usize = 6;
    let mut state = FxHasher::default();
    let bytes = words.as_bytes();
    state.write_usize(bytes.len());
    match bytes.len().checked_sub(BYTES * PLACES) {
        None => state.write(bytes),
        Some(spare) => {
            for place in 0..PLACES {
                let from = place * BYTES + place * spare / (PLACES - 1);
                let sample = bytes[from..].first_chunk().copied().unwrap_or_default();
                state.write_u64(u64::from_le_bytes(sample));
            }
        }
    }
    state.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Repeats {
        Repeats::of(words.iter().map(|words| (hash(words), *words)))
    }

    #[test]
    fn words_that_come_again_have_what_is_known_of_the_first() {
        let repeats = of(&["支持", "反对", "支持", "支持 ", "反对", "支持"]);
        assert_eq!(repeats.first().collect::<Vec<_>>(), [0, 1, 3]);
        let known = vec![Some('a'), Some('b'), None, Some('c'), None, Some('d')];
        assert_eq!(repeats.spread(known), ['a', 'b', 'a', 'c', 'b', 'd']);
    }

    #[test]
    fn long_texts_that_differ_in_one_place_are_no_repeats() {
        let same = "民意".repeat(40);
        let differing = (0..80).map(|at| {
            same.chars()
                .enumerate()
                .map(|(n, c)| if n == at { '心' } else { c })
                .collect()
        });
        let texts: Vec<String> = differing.collect();
        let twice: Vec<&str> = texts.iter().chain(&texts).map(String::as_str).collect();
        let repeats = of(&twice);
        assert_eq!(repeats.first().collect::<Vec<_>>(), (0..80).collect::<Vec<_>>());
    }
}
