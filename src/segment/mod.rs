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

    /// Where words begin and end in `text`.
    pub fn boundaries(&self, text: &str) -> Boundaries {
        let mut at = vec![false; text.len() + 1];
        let mut end = 0;
        at[0] = true;
        for word in self.words(text) {
            end += word.len();
            at[end] = true;
        }
        Boundaries(at)
    }
}

/// The word boundaries of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundaries(Vec<bool>);

impl Boundaries {
    /// Whether a word begins or ends at byte `at`.
    pub fn contains(&self, at: usize) -> bool {
        self.0.get(at).copied().unwrap_or(false)
    }
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
        let boundaries = SEGMENTER.boundaries("印度尼西亚");
        assert!(boundaries.contains(0) && boundaries.contains(15));
        assert!(!boundaries.contains(6), "印度 is no word in 印度尼西亚");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[\\PC\n\t\u{4e00}-\u{9fff}]{0,80}") {
            let joined: String = SEGMENTER.words(&text).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
