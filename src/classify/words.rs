//! Word lists of one account field, compiled so that one pass over the text tests them all.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    clean::simplified,
    literals::{Literals, Meanings, with_chars},
};

/// Where in the text a word must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
    Whole,
}

impl Place {
    fn holds(self, start: u32, end: u32, length: usize) -> bool {
        let end = end as usize;
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

    /// Compiles what was collected.
    pub(super) fn compile(self) -> Words {
        let uses = self.lists.iter().flat_map(|((place, words), bit)| {
            let list: Use = (*place, 1 << bit);
            words.iter().map(move |word| (word.as_str(), list))
        });
        let (literals, uses) = Meanings::new(uses.collect());
        Words {
            literals: Literals::new(literals.into_iter().zip(0..)),
            uses,
        }
    }
}

/// A list that a word stands in, and where it must stand for it.
type Use = (Place, Hits);

/// The compiled word lists of one field.
pub(super) struct Words {
    literals: Literals,
    uses: Meanings<Use>,
}

impl Words {
    /// The lists of which the text holds a word in the right place.
    pub(super) fn hits(&self, text: &str) -> Hits {
        let mut hits = 0;
        with_chars(bare(text).chars().map(fold_char), |chars| {
            self.literals.each_in(chars, |found| {
                for &(place, bit) in self.uses.of(found.literal) {
                    if place.holds(found.start, found.end, chars.len()) {
                        hits |= bit;
                    }
                }
            });
        });
        hits
    }
}

/// The text without surrounding white space and quotation marks.
fn bare(text: &str) -> &str {
    // Most texts begin and end with these.
    let is_usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '\u{4e00}'..='\u{9fff}');
    if text.starts_with(is_usual) && text.ends_with(is_usual) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}' | '\u{200b}'))
}

/// The text without surrounding white space and quotation marks, lower case, half width, in simplified characters.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let text = bare(text);
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
        collector.compile().hits(text) == bit
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
