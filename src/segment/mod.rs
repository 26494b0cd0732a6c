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

use std::ops::Range;

use jieba_rs::Jieba;
use unicode_segmentation::UnicodeSegmentation;

/// Cuts text into words.
#[derive(Debug)]
pub struct Segmenter {
    jieba: Jieba,
}

impl Segmenter {
    /// A segmenter that knows these terms besides its dictionary.
    pub fn new<'t>(terms: impl IntoIterator<Item = &'t str>) -> Self {
        let mut jieba = Jieba::new();
        for term in terms {
            if !jieba.has_word(term) {
                jieba.add_word(term, None, None);
            }
        }
        Segmenter { jieba }
    }

    /// The words of `text` in order; joined they are `text`.
    pub fn words<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let (chinese, other) = if has_han(text) {
            (self.jieba.cut(text, false), None)
        } else {
            (Vec::new(), Some(text.split_word_bounds()))
        };
        chinese
            .into_iter()
            .map(|token| token.word)
            .chain(other.into_iter().flatten())
    }

    /// Where words begin and end in `text`; only the stretches that are asked about are cut.
    pub fn boundaries<'a>(&'a self, text: &'a str) -> Boundaries<'a> {
        let known = if has_han(text) {
            Known::Blocks(Vec::new())
        } else {
            Known::All(ends(0, text.split_word_bounds()))
        };
        Boundaries {
            segmenter: self,
            text,
            known,
        }
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
    /// The runs cut so far: where each lies, and the ends of its words.
    Blocks(Vec<(Range<usize>, Vec<usize>)>),
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
        let blocks = match &mut self.known {
            Known::All(ends) => return ends.binary_search(&at).is_ok(),
            Known::Blocks(blocks) => blocks,
        };
        let (before, behind) = (&self.text[..at], &self.text[at..]);
        let start = before.trim_end_matches(in_words).len();
        let end = at + behind.len() - behind.trim_start_matches(in_words).len();
        if start == at || end == at {
            return !(before.ends_with('\r') && behind.starts_with('\n'));
        }
        if let Some((_, ends)) = blocks.iter().find(|(block, _)| block.start == start) {
            return ends.binary_search(&at).is_ok();
        }
        let cut = ends(
            start,
            self.segmenter
                .jieba
                .cut(&self.text[start..end], false)
                .into_iter()
                .map(|token| token.word),
        );
        let found = cut.binary_search(&at).is_ok();
        blocks.push((start..end, cut));
        found
    }
}

/// Where consecutive words end that begin at `start`.
fn ends<'t>(start: usize, words: impl Iterator<Item = &'t str>) -> Vec<usize> {
    words
        .scan(start, |end, word| {
            *end += word.len();
            Some(*end)
        })
        .collect()
}

/// The characters of jieba's runs (its RE_HAN_DEFAULT).
fn in_words(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}'
        | '\u{2B820}'..='\u{2CEAF}'
        | '\u{2CEB0}'..='\u{2EBEF}'
        | '\u{2F800}'..='\u{2FA1F}'
        | 'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '#' | '&' | '.' | '_' | '%' | '-')
}

fn has_han(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| Segmenter::new(["泛基因组"]));

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

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[\\PC\n\t\u{4e00}-\u{9fff}]{0,80}") {
            let joined: String = SEGMENTER.words(&text).collect();
            prop_assert_eq!(joined, text);
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
