use std::collections::{BTreeMap, BTreeSet};

use memchr::{memchr2, memmem::Finder};
use regex::Regex;
use serde::Deserialize;

use crate::finder::finder;

/// Spellings that no single exporter owns: nulls, truth words, count words. Read from `common.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    /// Cells that mean "nothing here" in any column but the text.
    pub(super) nulls: Spellings,
    /// Cells that mean "no text" in the text column (where 无 may be somebody's word).
    empty_texts: Spellings,
    /// Cells that mean yes, lower case.
    yes: Spellings,
    /// Cells that mean no, lower case.
    no: Spellings,
    /// Cells of an original-or-repost column that mean repost.
    repost: Spellings,
    /// Cells of an original-or-repost column that mean original.
    original: Spellings,
    /// Whole texts that mark a repost without own words.
    pure_reposts: Spellings,
    /// Parts of a text that only a repost has.
    repost_marks: Vec<Word>,
    /// Count cells that mean none.
    pub(super) zero_counts: Spellings,
    /// Units behind a count and what they multiply it by.
    pub(super) count_units: BTreeMap<String, u64>,
    /// Dates that mean the moment of collection.
    pub(super) just_now: BTreeSet<String>,
    /// Units before 前 and their seconds.
    pub(super) relative_units: BTreeMap<String, i64>,
    /// Words for days before the collection.
    pub(super) relative_days: BTreeMap<String, i64>,
    /// A word that every text has that the exporter cut.
    truncated_word: Word,
    /// Ends of texts that the exporter cut.
    truncated: Patterns,
    /// The end of texts that were unfolded, so that they are whole though the word is in it.
    unfolded: String,
    /// Stretches of HTML.
    html: Patterns,
}

/// Texts of which most cells are none, which their length and first byte tell.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "BTreeSet<String>")]
pub(super) struct Spellings {
    texts: BTreeSet<String>,
    /// Lengths, one bit each; the last one also stands for longer texts.
    lengths: u64,
    /// Whether a text begins with a byte.
    first: [bool; 256],
    /// Whether no text begins with a byte, and no white space does.
    others: [bool; 256],
}

impl Default for Spellings {
    fn default() -> Self {
        BTreeSet::default().into()
    }
}

impl From<BTreeSet<String>> for Spellings {
    fn from(texts: BTreeSet<String>) -> Self {
        let mut first = [false; 256];
        for byte in texts.iter().map(|text| first_byte(text)) {
            first[usize::from(byte)] = true;
        }
        Spellings {
            lengths: texts.iter().fold(0, |all, text| all | length(text)),
            texts,
            first,
            others: std::array::from_fn(|byte| BEGINS[byte] && !first[byte]),
        }
    }
}

fn length(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// The first byte of a text; 0 where there is none.
#[inline]
fn first_byte(text: &str) -> u8 {
    text.as_bytes().first().copied().unwrap_or_default()
}

impl Spellings {
    /// These texts and the others.
    pub(super) fn and(&self, others: &Spellings) -> Spellings {
        self.texts.union(&others.texts).cloned().collect::<BTreeSet<_>>().into()
    }

    /// Whether one of the texts may be as long as this one.
    #[inline]
    fn has_as_long(&self, text: &str) -> bool {
        self.lengths & length(text) != 0
    }

    /// Whether the first byte tells that the cell, which is not blank, is none of the texts, whatever white space is around it.
    #[inline]
    pub(super) fn are_surely_not(&self, cell: &str) -> bool {
        cell.as_bytes()
            .first()
            .is_some_and(|&byte| self.others[usize::from(byte)])
    }

    #[inline]
    pub(super) fn contains(&self, text: &str) -> bool {
        // One branch for both, as neither alone is easily guessed.
        (self.has_as_long(text) & self.first[usize::from(first_byte(text))]) && self.texts.contains(text)
    }
}

/// A word to be found in texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
struct Word(Finder<'static>);

impl From<String> for Word {
    fn from(word: String) -> Self {
        Word(finder(&word))
    }
}

impl Word {
    fn is_in(&self, text: &str) -> bool {
        self.place_in(text).is_some()
    }

    /// Where it stands first.
    fn place_in(&self, text: &str) -> Option<usize> {
        self.0.find(text.as_bytes())
    }
}

/// Whether a cell that begins with this byte has no white space before it: printed ASCII and most Chinese characters, which take up three.
static BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        begins[byte] = matches!(byte as u8, b'!'..=b'~' | 0xe4..=0xe9);
        byte += 1;
    }
    begins
};

/// A cell without white space around it.
#[inline]
pub(super) fn trimmed(cell: &str) -> &str {
    let bytes = cell.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return cell;
    };
    // Behind a printed one nothing comes, and behind the first byte of three two more.
    let third_last = bytes.len().checked_sub(3).map_or(b' ', |at| bytes[at]);
    if BEGINS[usize::from(first)] && (last.is_ascii_graphic() || matches!(third_last, 0xe4..=0xe9)) {
        cell
    } else {
        cell.trim()
    }
}

/// Regular expressions, any of which may match; one with all of them, so that a text is gone through once.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Patterns(Option<Regex>);

impl TryFrom<Vec<String>> for Patterns {
    type Error = String;

    fn try_from(patterns: Vec<String>) -> Result<Self, String> {
        let grouped: Vec<String> = patterns.iter().map(|pattern| format!("(?:{pattern})")).collect();
        let any = (!grouped.is_empty()).then(|| Regex::new(&grouped.join("|")));
        any.transpose().map(Patterns).map_err(|error| error.to_string())
    }
}

impl Patterns {
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|any| any.is_match(text))
    }
}

impl Values {
    /// Whether the text cell holds no text.
    pub(super) fn is_empty_text(&self, cell: &str) -> bool {
        if self.empty_texts.are_surely_not(cell) {
            return false;
        }
        let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
        cell.is_empty() || self.empty_texts.contains(cell)
    }

    /// The truth value of a cell, if it is one.
    pub(super) fn truth(&self, cell: &str) -> Option<bool> {
        let cell = trimmed(cell);
        if !self.yes.has_as_long(cell) && !self.no.has_as_long(cell) {
            return None;
        }
        let cell = cell.to_ascii_lowercase();
        if self.yes.contains(&cell) {
            Some(true)
        } else {
            self.no.contains(&cell).then_some(false)
        }
    }

    /// Whether a cell of an original-or-repost column says repost.
    pub(super) fn says_repost(&self, cell: &str) -> Option<bool> {
        let cell = trimmed(cell);
        if self.repost.contains(cell) {
            Some(true)
        } else if self.original.contains(cell) {
            Some(false)
        } else {
            self.truth(cell)
        }
    }

    /// Whether the text itself shows a repost.
    pub(super) fn text_shows_repost(&self, text: &str) -> bool {
        self.pure_reposts.contains(trimmed(text)) || self.repost_marks.iter().any(|mark| mark.is_in(text))
    }

    /// Whether there is HTML in the text.
    pub(super) fn has_html(&self, text: &str) -> bool {
        memchr2(b'<', b'&', text.as_bytes()).is_some() && self.html.is_match(text)
    }

    /// Whether the exporter cut the text.
    pub(super) fn is_truncated(&self, text: &str) -> bool {
        let Some(word) = self.truncated_word.place_in(text) else {
            return false;
        };
        // Every sixth post of some exports is such a text.
        let only_unfolded = word + self.unfolded.len() > text.len() && text.ends_with(&self.unfolded);
        !only_unfolded && self.truncated.is_match(text)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The spellings the project ships.
    pub(crate) fn bundled() -> &'static Values {
        static BUNDLED: std::sync::OnceLock<Values> = std::sync::OnceLock::new();
        BUNDLED.get_or_init(load)
    }

    fn load() -> Values {
        #[derive(Deserialize)]
        struct Common {
            values: Values,
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/exporters/common.toml");
        toml::from_str::<Common>(&std::fs::read_to_string(path).unwrap())
            .unwrap()
            .values
    }

    #[test]
    fn null_spellings_are_nulls_and_a_text_may_still_be_one_word() {
        let values = bundled();
        for cell in ["无", "null", "None", "nan", "\\N", "--"] {
            assert!(values.nulls.contains(cell), "{cell}");
        }
        assert!(!values.nulls.contains("0") && !values.nulls.contains(""));
        let more = values
            .nulls
            .and(&BTreeSet::from(["0".to_owned(), String::new()]).into());
        assert!(more.contains("0") && more.contains("") && more.contains("无"));
        assert!(!values.is_empty_text("无"));
        assert!(values.is_empty_text(" \u{200b}\n"));
        assert!(values.is_empty_text("nan"));
    }

    #[test]
    fn truth_and_repost_words() {
        let values = bundled();
        assert_eq!(values.truth("TRUE"), Some(true));
        assert_eq!(values.truth("False"), Some(false));
        assert_eq!(values.truth("也许"), None);
        assert_eq!(values.says_repost("原创"), Some(false));
        assert_eq!(values.says_repost("转发"), Some(true));
        assert!(values.text_shows_repost("转发微博"));
        assert!(values.text_shows_repost("说得好//@某人:原话"));
        assert!(!values.text_shows_repost("我转发微博抽奖"));
    }

    #[test]
    fn cut_texts_are_known_by_their_end() {
        let values = bundled();
        for text in [
            "写到这里...全文",
            "写到这里 ...全文 ",
            "写到这里...<a href=\"/status/1\">全文</a>",
            "写到这里...全文： http://m.weibo.cn/1/2",
            "原话说到一半...全文 转发理由:同意",
            "折起来的长文  展开全文c",
        ] {
            assert!(values.is_truncated(text), "{text}");
        }
        for text in [
            "请看...全文很长，慢慢读",
            "阅读全文",
            "全文",
            "他说了...的全文内容",
            "看完了 收起全文d",
        ] {
            assert!(!values.is_truncated(text), "{text}");
        }
    }
}
