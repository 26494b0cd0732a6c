//! Words with their byte spans; joined they give the text back.
//!
//! Chinese text is cut by jieba with its own dictionary plus the terms of the codebook (no guessing of unknown words,
//! so that the cut depends on the dictionary alone); text without a Chinese character by the word rules of Unicode
//! (UAX #29).
//!
//! ```
//! use minyi::segment::Segmenter;
//!
//! let segmenter = Segmenter::new(["泛基因组"]);
//! let words: Vec<&str> = segmenter.words("首张泛基因组图谱").collect();
//! assert_eq!(words, ["首张", "泛基因组", "图谱"]);
//! ```

mod cut;
mod dictionary;
mod kept;
mod trie;

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use unicode_segmentation::UnicodeSegmentation;

use cut::in_words;
use dictionary::Dictionary;

/// Cuts text into words.
#[derive(Debug)]
pub struct Segmenter {
    dictionary: Dictionary,
    /// Another one for each segmenter.
    number: u64,
}

impl Segmenter {
    /// A segmenter that knows these terms besides its dictionary.
    pub fn new<'t>(terms: impl IntoIterator<Item = &'t str>) -> Self {
        let mut dictionary = Dictionary::bundled();
        terms.into_iter().for_each(|term| dictionary.add(term));
        static MADE: AtomicU64 = AtomicU64::new(0);
        Segmenter {
            dictionary,
            number: MADE.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// How often the dictionary has met a word in its corpus; `None` for one that it does not know.
    pub fn frequency(&self, word: &str) -> Option<u64> {
        self.dictionary.frequency(word)
    }

    /// The words of `text` in order; joined they are `text`.
    pub fn words<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut start = 0;
        self.ends(text).into_iter().map(move |end| {
            let word = &text[start..end];
            start = end;
            word
        })
    }

    /// Where words begin and end in `text`; only the stretches that are asked about are cut.
    pub fn boundaries<'a>(&'a self, text: &'a str) -> Boundaries<'a> {
        let known = if has_han(text) {
            Known::Runs(BTreeMap::new())
        } else {
            Known::All(self.ends(text))
        };
        Boundaries {
            segmenter: self,
            text,
            known,
        }
    }

    /// Whether a word begins and another one ends, or the same one, at the ends of a stretch of `text` that holds a Chinese
    /// character: what [`Boundaries`] tell of the whole text. `at` counts characters.
    pub fn is_whole(&self, text: &[char], at: Range<usize>) -> bool {
        let from = text[..at.start]
            .iter()
            .rposition(|&c| !in_words(c))
            .map_or(0, |other| other + 1);
        let to = text[at.end..]
            .iter()
            .position(|&c| !in_words(c))
            .map_or(text.len(), |other| at.end + other);
        if text[at.clone()].iter().all(|&c| in_words(c)) {
            let (start, end) = (at.start - from, at.end - from);
            let run = &text[from..to];
            let is_cut = |at: usize| at == 0 || at == run.len() || self.is_surely_cut(run, at);
            if is_cut(start) && is_cut(end) {
                return true;
            }
            return kept::with_ends(self, run, |ends| {
                (start == 0 || ends.binary_search(&start).is_ok()) && ends.binary_search(&end).is_ok()
            });
        }
        let around: String = text[from..to].iter().collect();
        let bytes = |range: Range<usize>| text[range].iter().map(|c| c.len_utf8()).sum::<usize>();
        let start = bytes(from..at.start);
        let mut boundaries = self.boundaries(&around);
        boundaries.contains(start) && boundaries.contains(start + bytes(at))
    }

    /// Whether words are cut before the character `at` of a run, where it is told by those around it alone: nothing joins the two sides.
    fn is_surely_cut(&self, run: &[char], at: usize) -> bool {
        // Letters and digits side by side may be one word.
        let joined = run[at - 1].is_ascii_alphanumeric() && run[at].is_ascii_alphanumeric();
        !joined && !self.dictionary.spans(run, at)
    }

    /// The byte offset at which each word ends.
    fn ends(&self, text: &str) -> Vec<usize> {
        let mut ends = Vec::new();
        if has_han(text) {
            cut::each_end(&self.dictionary, text, |end| ends.push(end));
        } else {
            ends.extend(text.split_word_bound_indices().map(|(at, word)| at + word.len()));
        }
        ends
    }
}

/// The word boundaries of one text.
///
/// jieba cuts each run of characters that dictionary words are made of by itself, and every other character is a word of
/// its own. So a boundary can be told from the run around it, and equals that of the whole text cut at once.
pub struct Boundaries<'a> {
    segmenter: &'a Segmenter,
    text: &'a str,
    known: Known,
}

enum Known {
    /// Ends of all words.
    All(Vec<usize>),
    /// The ends of the words of the runs cut so far, by where the run starts; the last is the end of the run.
    Runs(BTreeMap<usize, Vec<usize>>),
}

impl Boundaries<'_> {
    /// Whether a word begins or ends at byte `at`.
    pub fn contains(&mut self, at: usize) -> bool {
        if at == 0 || at == self.text.len() {
            return true;
        }
        if !self.text.is_char_boundary(at) {
            return false;
        }
        let runs = match &mut self.known {
            Known::All(ends) => return ends.binary_search(&at).is_ok(),
            Known::Runs(runs) => runs,
        };
        let (before, behind) = (&self.text[..at], &self.text[at..]);
        if !before.ends_with(in_words) || !behind.starts_with(in_words) {
            return !(before.ends_with('\r') && behind.starts_with('\n'));
        }
        if let Some((_, ends)) = runs.range(..at).next_back()
            && ends.last().is_some_and(|&end| at < end)
        {
            return ends.binary_search(&at).is_ok();
        }
        // Most terms stand where no word reaches over their ends, so that most runs need not be cut.
        let longest = self.segmenter.dictionary.longest();
        let in_run = |c: &char| in_words(*c);
        let mut near: Vec<char> = before.chars().rev().take(longest).take_while(in_run).collect();
        near.reverse();
        let place = near.len();
        near.extend(behind.chars().take(longest).take_while(in_run));
        if self.segmenter.is_surely_cut(&near, place) {
            return true;
        }
        let start = before.trim_end_matches(in_words).len();
        let end = self.text.len() - behind.trim_start_matches(in_words).len();
        let mut ends = Vec::new();
        cut::each_end_in_run(&self.segmenter.dictionary, &self.text[start..end], |end| {
            ends.push(start + end);
        });
        let found = ends.binary_search(&at).is_ok();
        runs.insert(start, ends);
        found
    }
}

/// Whether there is a Chinese character in the text.
fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

/// Whether it is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    /// Words that jieba does not know, one of them across a character that parts runs.
    const TERMS: [&str; 5] = ["泛基因组", "基因武器", "数据共享", "open-access", "一带·一路"];

    static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| Segmenter::new(TERMS));

    /// The same words known to jieba-rs.
    static JIEBA: LazyLock<jieba_rs::Jieba> = LazyLock::new(|| {
        let mut jieba = jieba_rs::Jieba::new();
        for term in TERMS.into_iter().filter(|term| *term != "数据共享") {
            assert!(!jieba.has_word(term));
            jieba.add_word(term, None, None);
        }
        jieba
    });

    /// Compares the words with those of jieba-rs.
    fn assert_as_jieba(text: &str) {
        let words: Vec<&str> = SEGMENTER.words(text).collect();
        let expected: Vec<&str> = JIEBA.cut(text, false).into_iter().map(|token| token.word).collect();
        assert_eq!(words, expected, "{text:?}");
    }

    #[test]
    fn chinese_is_cut_by_the_dictionary_and_the_terms() {
        let words: Vec<&str> = SEGMENTER.words("印度尼西亚的泛基因组，数据共享").collect();
        assert_eq!(words, ["印度尼西亚", "的", "泛基因组", "，", "数据共享"]);
    }

    #[test]
    fn other_scripts_are_cut_by_unicode() {
        let words: Vec<&str> = SEGMENTER.words("don't share").collect();
        assert_eq!(words, ["don't", " ", "share"]);
    }

    #[test]
    fn boundaries_are_the_ends_of_words() {
        let mut boundaries = SEGMENTER.boundaries("印度尼西亚");
        assert!(boundaries.contains(0) && boundaries.contains(15));
        assert!(!boundaries.contains(6), "印度 is no word in 印度尼西亚");
    }

    #[test]
    fn whole_posts_are_cut_as_by_jieba() {
        let demo = include_str!("../../data/demo/weibo-search.csv");
        demo.lines().filter(|line| has_han(line)).for_each(assert_as_jieba);
    }

    proptest! {
        #[test]
        fn any_text_with_chinese_is_cut_as_by_jieba(
            text in "中([泛基因组武器数据共享印度尼西亚的大学生前来应聘一带·路a-eopn0-2.%#-，。！ \r\n]|[\u{4e00}-\u{9fff}]|\\PC){0,60}",
        ) {
            assert_as_jieba(&text);
        }

        #[test]
        fn nothing_is_lost(text in "[\\PC\n\t\u{4e00}-\u{9fff}]{0,80}") {
            let joined: String = SEGMENTER.words(&text).collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn a_stretch_is_whole_where_the_text_has_boundaries(text in "([泛基因组数据共享印度尼西亚的a-c0.%#，。！ \n]|\\PC){1,40}") {
            let chars: Vec<char> = text.chars().collect();
            let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut boundaries = SEGMENTER.boundaries(&text);
            for start in 0..chars.len() {
                for end in start + 1..=usize::min(start + 4, chars.len()) {
                    let (from, to) = (bytes[start], bytes[end]);
                    if has_han(&text[from..to]) {
                        let expected = boundaries.contains(from) && boundaries.contains(to);
                        prop_assert_eq!(SEGMENTER.is_whole(&chars, start..end), expected, "{}..{} of {:?}", from, to, text);
                    }
                }
            }
        }

        #[test]
        fn boundaries_asked_for_one_by_one_are_those_of_the_whole_cut(
            text in "([泛基因组数据共享印度尼西亚的a-c0.%#，。！ \r\n]|\\PC){0,60}",
            order in any::<bool>(),
        ) {
            let mut expected = vec![false; text.len() + 1];
            expected[0] = true;
            let mut end = 0;
            for word in SEGMENTER.words(&text) {
                end += word.len();
                expected[end] = true;
            }
            let mut boundaries = SEGMENTER.boundaries(&text);
            for i in 0..=text.len() {
                let at = if order { i } else { text.len() - i };
                prop_assert_eq!(boundaries.contains(at), expected[at], "{} in {:?}", at, text);
            }
        }
    }
}
