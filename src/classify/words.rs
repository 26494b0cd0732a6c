//! Word lists of one account field, compiled so that one pass over the text tests them all.

use std::{borrow::Cow, collections::BTreeMap};

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use crate::clean::simplified;

/// Where in the text a word must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
    Whole,
}

impl Place {
    fn holds(self, start: usize, end: usize, length: usize) -> bool {
        match self {
            Place::Anywhere => true,
            Place::Start => start == 0,
            Place::End => end == length,
            Place::Whole => start == 0 && end == length,
        }
    }
}

/// Lists of which a text holds a word, one bit a list.
pub(super) type Hits = u128;

/// The most distinct word lists one field can have.
pub(super) const MOST_LISTS: usize = Hits::BITS as usize;

/// Collects the word lists of one field.
#[derive(Debug, Default)]
pub(super) struct Collector {
    lists: BTreeMap<(Place, Vec<String>), usize>,
}

impl Collector {
    /// The bit of a list of folded words, the same for the same list; `None` where there are too many lists.
    pub(super) fn bit(&mut self, place: Place, mut words: Vec<String>) -> Option<Hits> {
        words.sort_unstable();
        words.dedup();
        let next = self.lists.len();
        let bit = *self.lists.entry((place, words)).or_insert(next);
        (bit < MOST_LISTS).then(|| 1 << bit)
    }

    /// Compiles what was collected; the error is the matcher's own.
    pub(super) fn compile(self) -> Result<Words, String> {
        let mut uses: BTreeMap<String, Vec<(Place, Hits)>> = BTreeMap::new();
        for ((place, words), bit) in self.lists {
            for word in words {
                uses.entry(word).or_default().push((place, 1 << bit));
            }
        }
        if uses.is_empty() {
            return Ok(Words::default());
        }
        let (words, uses): (Vec<_>, Vec<_>) = uses.into_iter().unzip();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values((0u32..).zip(&words).map(|(index, word)| (word, index)))
            .map_err(|error| error.to_string())?;
        Ok(Words {
            automaton: Some(automaton),
            uses,
        })
    }
}

/// The compiled word lists of one field.
#[derive(Default)]
pub(super) struct Words {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each word the lists it stands in.
    uses: Vec<Vec<(Place, Hits)>>,
}

impl Words {
    /// The lists of which the text holds a word in the right place.
    pub(super) fn hits(&self, text: &str) -> Hits {
        let Some(automaton) = &self.automaton else { return 0 };
        let text = fold(text);
        let mut hits = 0;
        for found in automaton.find_overlapping_iter(text.as_ref()) {
            for &(place, bit) in &self.uses[found.value() as usize] {
                if place.holds(found.start(), found.end(), text.len()) {
                    hits |= bit;
                }
            }
        }
        hits
    }
}

/// The text without surrounding white space and quotation marks, lower case, half width, in simplified characters.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}' | '\u{200b}'));
    if text.chars().any(|c| fold_char(c) != c) {
        text.chars().map(fold_char).collect()
    } else {
        text.into()
    }
}

fn fold_char(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).map_or(c, |half| half.to_ascii_lowercase()),
        '\u{3000}' => ' ',
        _ => simplified(c.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(place: Place, words: &[&str], text: &str) -> bool {
        let mut collector = Collector::default();
        let bit = collector
            .bit(place, words.iter().map(|word| (*word).to_owned()).collect())
            .unwrap();
        collector.compile().unwrap().hits(text) == bit
    }

    #[test]
    fn a_word_counts_only_in_its_place() {
        assert!(hits(Place::Anywhere, &["公安"], "云浦公安在线"));
        assert!(hits(Place::Start, &["平安"], "平安云浦"));
        assert!(!hits(Place::Start, &["平安"], "岁岁平安"));
        assert!(hits(Place::End, &["发布"], "云浦发布"));
        assert!(!hits(Place::End, &["发布"], "发布会现场"));
        assert!(hits(Place::Whole, &["蓝v"], "蓝V"));
        assert!(!hits(Place::Whole, &["蓝v"], "蓝V认证"));
    }

    #[test]
    fn a_word_inside_another_is_found_too() {
        assert!(hits(Place::End, &["日报", "南陵日报社"], "南陵日报"));
        assert!(hits(Place::End, &["报", "日报社"], "南陵日报"));
    }

    #[test]
    fn the_same_list_has_one_bit() {
        let mut collector = Collector::default();
        let first = collector.bit(Place::End, vec!["局".into(), "厅".into()]);
        assert_eq!(first, collector.bit(Place::End, vec!["厅".into(), "局".into()]));
        assert_ne!(first, collector.bit(Place::Anywhere, vec!["厅".into(), "局".into()]));
    }

    #[test]
    fn more_lists_than_bits_are_refused() {
        let mut collector = Collector::default();
        for i in 0..MOST_LISTS {
            assert!(collector.bit(Place::End, vec![i.to_string()]).is_some());
        }
        assert_eq!(collector.bit(Place::End, vec!["one more".into()]), None);
    }

    #[test]
    fn width_case_quotes_and_outer_space_do_not_matter() {
        assert_eq!(fold("  \"ＡＢＣ（中国）\u{3000}Lab\" "), "abc(中国) lab");
        assert_eq!(fold("雲浦發佈"), "云浦发布");
        assert!(matches!(fold(" 云浦发布 "), Cow::Borrowed("云浦发布")));
    }
}
