//! Posts whose words stood in a post before them, so that they need not be coded again.

use rustc_hash::FxHashMap;

use crate::model::{Post, Verdict};

/// The posts of a batch by their words, and the verdicts on words that come again.
///
/// In exports of real searches every seventh to fourth post repeats the text of another one.
#[derive(Default)]
pub(super) struct Repeats {
    /// For each post the number of the first one with the same words; its own number where it is the first.
    first: Vec<u32>,
    /// For each post whether its words come again.
    again: Vec<bool>,
    /// Verdicts on words that come again, by the number of their first post.
    verdicts: FxHashMap<u32, Verdict>,
}

impl Repeats {
    pub(super) fn of(posts: &[Box<Post>]) -> Self {
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::with_capacity_and_hasher(posts.len(), Default::default());
        let mut repeats = Repeats {
            first: Vec::with_capacity(posts.len()),
            again: vec![false; posts.len()],
            verdicts: FxHashMap::default(),
        };
        for (number, post) in (0..).zip(posts) {
            let first = *numbers.entry(post.body()).or_insert(number);
            repeats.again[first as usize] |= first != number;
            repeats.first.push(first);
        }
        repeats
    }

    /// The verdict on a post: that on an earlier one with the same words, or what `decide` says.
    pub(super) fn verdict(&mut self, number: usize, decide: impl FnOnce() -> Verdict) -> Verdict {
        let Some(&first) = self.first.get(number).filter(|&&first| self.again[first as usize]) else {
            return decide();
        };
        self.verdicts.entry(first).or_insert_with(decide).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Author, CodeSet, Engagement, Sentiment, Source, Stance};

    fn post(text: &str, label: usize) -> Box<Post> {
        Box::new(Post {
            source: Source {
                file: Arc::from("a.csv"),
                row: 1,
            },
            id: Default::default(),
            author: Author::default(),
            text: text.into(),
            label,
            created_at: None,
            is_repost: false,
            truncated: false,
            engagement: Engagement::default(),
            kept: Vec::new(),
        })
    }

    fn verdict(score: f64) -> Verdict {
        Verdict {
            stance: Stance::Neutral,
            score,
            confidence: None,
            sentiment: Sentiment::default(),
            codes: CodeSet::default(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn words_are_judged_once_and_labels_before_them_do_not_matter() {
        let label = "甲:".len();
        let posts = [
            post("支持", 0),
            post("反对", 0),
            post("甲:支持", label),
            post("支持 ", 0),
            post("反对", 0),
        ];
        let mut repeats = Repeats::of(&posts);
        let (mut judged, mut scores) = (Vec::new(), Vec::new());
        for number in 0..posts.len() {
            let found = repeats.verdict(number, || {
                judged.push(number);
                verdict(number as f64)
            });
            scores.push(found.score);
        }
        assert_eq!(judged, [0, 1, 3]);
        assert_eq!(scores, [0.0, 1.0, 0.0, 3.0, 1.0]);
    }
}
