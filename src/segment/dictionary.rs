//! The words that text is cut into, with their frequencies: jieba's dictionary, and words added to it.

use rustc_hash::FxHashMap;

use super::{
    cut,
    trie::{Pairs, Trie, holds_pair, pair_bit},
};

/// Compiled by build.rs from data/dictionary/words.txt; the value of a word is the class of its frequency.
static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.trie"));
/// A bit for each pair of characters that words begin with, and that long ones do.
static PAIRS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.pairs"));
static LONG: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.long"));
/// The sum of all frequencies, the characters of the longest word, then the frequency of each class, as `u64`.
static FREQUENCIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.frequencies"));

/// Words and what they weigh.
#[derive(Debug)]
pub(super) struct Dictionary {
    bundled: Trie,
    frequencies: Vec<u64>,
    /// Natural logarithms of the frequencies.
    logarithms: Vec<f64>,
    added: Added,
    total: u64,
    /// Characters of the longest word.
    longest: usize,
}

impl Dictionary {
    pub(super) fn bundled() -> Self {
        let (numbers, _) = FREQUENCIES.as_chunks();
        let mut numbers = numbers.iter().map(|&bytes| u64::from_le_bytes(bytes));
        let total = numbers.next().unwrap_or_default();
        let longest = numbers.next().unwrap_or_default() as usize;
        let frequencies: Vec<u64> = numbers.collect();
        Dictionary {
            bundled: Trie::compiled(WORDS, PAIRS, LONG),
            logarithms: frequencies.iter().map(|&frequency| (frequency as f64).ln()).collect(),
            frequencies,
            added: Added::default(),
            total,
            longest,
        }
    }

    /// Adds a word with the frequency that jieba suggests: high enough for the word to stay whole by itself.
    pub(super) fn add(&mut self, word: &str) {
        if word.is_empty() || self.frequency(word).is_some() {
            return;
        }
        let log_total = self.log_total();
        let mut parts = 0.0;
        let mut start = 0;
        cut::each_end(self, word, |end| {
            let frequency = self.frequency(&word[start..end]).unwrap_or(1);
            parts = parts + (frequency as f64).ln() - log_total;
            start = end;
        });
        let frequency = (parts + log_total).exp() as u64 + 1;
        self.added.insert(word, frequency);
        self.total += frequency;
        self.longest = self.longest.max(word.chars().count());
    }

    pub(super) fn frequency(&self, word: &str) -> Option<u64> {
        match self.bundled.get(word) {
            Some(class) => self.frequencies.get(class as usize).copied(),
            None => self.added.frequency(word),
        }
    }

    pub(super) fn log_total(&self) -> f64 {
        (self.total as f64).ln()
    }

    /// Characters of the longest word.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Gives the end (as a number of characters) and the logarithm of the frequency of every word that begins with the first of these
    /// characters.
    #[inline]
    pub(super) fn prefixes(&self, char_at: impl Fn(usize) -> Option<char>, mut found: impl FnMut(usize, f64)) {
        let Some(first) = char_at(0) else { return };
        let mut node = self.bundled.first(first);
        let mut end = 1;
        while let Some(at) = node {
            if let Some(class) = self.bundled.value(at) {
                found(end, self.logarithms[class as usize]);
            }
            node = char_at(end).and_then(|c| match end {
                1 => self.bundled.second(at, first, c),
                _ => self.bundled.step(at, c),
            });
            end += 1;
        }
        if !self.added.may_open(first, char_at(1)) {
            return;
        }
        let mut node = self.added.step(0, first);
        let mut end = 1;
        while let Some(at) = node {
            if let Some((_, logarithm)) = self.added.words[at as usize] {
                found(end, logarithm);
            }
            node = char_at(end).and_then(|c| self.added.step(at, c));
            end += 1;
        }
    }

    /// Whether a word begins before the character `at` of a run and ends behind it. Where none does, words are cut there.
    pub(super) fn spans(&self, run: &[char], at: usize) -> bool {
        let first = (at + 1).saturating_sub(self.longest);
        (first..at)
            .rev()
            .any(|start| self.reaches_over(&run[start..], at - start))
    }

    /// Whether a word that begins with the first of these characters ends behind so many.
    fn reaches_over(&self, chars: &[char], characters: usize) -> bool {
        self.bundled.has_longer(chars, characters) || self.added.has_longer(chars, characters)
    }
}

/// A trie that words can be added to.
#[derive(Debug)]
struct Added {
    steps: FxHashMap<(u32, char), u32>,
    /// For each node the word that ends there: its frequency and the logarithm of it.
    words: Vec<Option<(u64, f64)>>,
    /// A bit for each pair of characters that words begin with.
    pairs: Vec<u8>,
    /// Whether a word is one character.
    has_single: bool,
}

/// Bits for the pairs of added words: 8 KB.
const ADDED: Pairs = Pairs { least: 2, bits: 16 };

impl Default for Added {
    fn default() -> Self {
        Added {
            steps: FxHashMap::default(),
            words: vec![None],
            pairs: vec![0; 1 << (ADDED.bits - 3)],
            has_single: false,
        }
    }
}

impl Added {
    fn insert(&mut self, word: &str, frequency: u64) {
        let mut node = 0;
        for c in word.chars() {
            let new = self.words.len() as u32;
            node = *self.steps.entry((node, c)).or_insert(new);
            if node == new {
                self.words.push(None);
            }
        }
        self.words[node as usize] = Some((frequency, (frequency as f64).ln()));
        let mut chars = word.chars();
        if let Some(first) = chars.next() {
            match chars.next() {
                Some(second) => {
                    let (byte, bit) = pair_bit(ADDED, first, second);
                    self.pairs[byte] |= bit;
                }
                None => self.has_single = true,
            }
        }
    }

    fn frequency(&self, word: &str) -> Option<u64> {
        let node = word.chars().try_fold(0, |node, c| self.step(node, c))?;
        self.words[node as usize].map(|(frequency, _)| frequency)
    }

    /// Whether a word may begin with these two, or be the first.
    #[inline]
    fn may_open(&self, first: char, second: Option<char>) -> bool {
        self.has_single || second.is_some_and(|second| holds_pair(&self.pairs, ADDED, first, second))
    }

    /// Whether one of the words that these characters begin with is longer.
    fn has_longer(&self, chars: &[char], than: usize) -> bool {
        if let &[first, ref others @ ..] = chars
            && !self.may_open(first, others.first().copied())
        {
            return false;
        }
        let mut node = 0;
        for (length, &c) in (1..).zip(chars) {
            let Some(next) = self.step(node, c) else {
                return false;
            };
            if length > than && self.words[next as usize].is_some() {
                return true;
            }
            node = next;
        }
        false
    }

    #[inline]
    fn step(&self, node: u32, c: char) -> Option<u32> {
        self.steps.get(&(node, c)).copied()
    }
}
