//! The characters and pairs of characters of a text, which the stance model weighs beside the evidence.
//!
//! Terms say what is argued; small words (凭啥, 居然, 求问, 我院) say in what tone. Single characters and pairs need no
//! segmentation and no word list, and each weight can be read off stance.toml.

use std::collections::HashMap;

use crate::clean::MASK;

/// One character (the second is NUL) or two neighbours.
pub(super) type Gram = [char; 2];

/// What the grams of a text weigh together, however many they are: each counts this over the root of 1 + their number.
const SCALE: f64 = 4.0;

/// The gram as stance.toml writes it.
pub(super) fn name(gram: Gram) -> String {
    gram.into_iter().filter(|&c| c != '\0').collect()
}

/// The gram of that name, if it is one.
fn parse(name: &str) -> Option<Gram> {
    let mut chars = name.chars();
    let gram = [chars.next()?, chars.next().unwrap_or('\0')];
    chars.next().is_none().then_some(gram)
}

/// The grams of a folded text, each once, in a fixed order. Spaces, links and mentions break a pair; digits are alike.
pub(super) fn grams(text: &str) -> Vec<Gram> {
    let mut grams = Vec::with_capacity(text.len() / 2);
    let mut before = None;
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if c.is_whitespace() || c == MASK || c == '\0' {
            before = None;
            continue;
        }
        grams.push([c, '\0']);
        if let Some(before) = before {
            grams.push([before, c]);
        }
        before = Some(c);
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// The value of each of `known` grams of a text.
pub(super) fn value(known: usize) -> f64 {
    SCALE / (1.0 + known as f64).sqrt()
}

/// The grams a model knows, by their position.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    position: HashMap<Gram, usize>,
}

impl Vocabulary {
    /// The grams of these names; what is no gram is never found.
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n String>) -> Self {
        let position = (0..)
            .zip(names)
            .filter_map(|(at, name)| Some((parse(name)?, at)))
            .collect();
        Vocabulary { position }
    }

    /// Positions of those grams that are known.
    pub(super) fn known(&self, grams: &[Gram]) -> Vec<usize> {
        grams
            .iter()
            .filter_map(|gram| self.position.get(gram).copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let mut names: Vec<String> = grams(text).into_iter().map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn a_text_has_its_characters_and_pairs_once() {
        assert_eq!(names("好好吃"), ["吃", "好", "好吃", "好好"]);
    }

    #[test]
    fn spaces_break_pairs_and_digits_are_alike() {
        assert_eq!(names("7月 1日"), ["0", "0日", "0月", "日", "月"]);
    }

    #[test]
    fn only_grams_of_the_model_are_known() {
        let model = ["好吃".to_owned(), "难".to_owned(), "三个字".to_owned()];
        assert_eq!(Vocabulary::new(&model).known(&grams("三个字好吃")), [0]);
    }
}
