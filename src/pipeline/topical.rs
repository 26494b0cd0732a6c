//! Whether a file is the result of a search for the topic, by what its first posts show.
//!
//! In a file where many posts name the topic, one that does not ("卖国贼！", "支持") most likely speaks of it all the same; in a
//! file on many subjects it does not. A person who reads the export would decide the same way.

use crate::{
    model::{Stance, Verdict},
    score::Relevance,
};

/// Posts of a file that are looked at, from its beginning.
pub(super) const LOOKED_AT: usize = 1000;
/// Share of them that must show the topic.
/// Searches for the topic give 30% and more; exports on other subjects, gene talk included, at most 9%.
const SHARE: f64 = 0.2;
/// Posts that must show it: a few posts tell nothing.
const LEAST: usize = 10;

/// What the first posts of a file tell of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topical {
    /// Posts looked at.
    pub posts: usize,
    /// Those that show that they are about the topic.
    pub shown: usize,
}

impl Topical {
    /// Counts posts that were coded with relevance to be shown.
    pub(super) fn of<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Self {
        verdicts.fold(Topical { posts: 0, shown: 0 }, |sum, verdict| Topical {
            posts: sum.posts + 1,
            shown: sum.shown + usize::from(verdict.stance != Stance::Irrelevant),
        })
    }

    /// What the posts of such a file must show: nothing where at least ten of the posts looked at, and at least a
    /// fifth of them, show the topic.
    pub fn relevance(self) -> Relevance {
        if self.shown >= LEAST && self.shown as f64 >= SHARE * self.posts as f64 {
            Relevance::Assumed
        } else {
            Relevance::Shown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_of_the_posts_and_no_fewer_than_ten_make_a_searched_file() {
        for (shown, posts, relevance) in [
            (10, 50, Relevance::Assumed),
            (10, 51, Relevance::Shown),
            (9, 9, Relevance::Shown),
            (0, 0, Relevance::Shown),
            (900, 1000, Relevance::Assumed),
        ] {
            assert_eq!(Topical { posts, shown }.relevance(), relevance, "{shown} of {posts}");
        }
    }
}
