//! One vote an account: posts of one account are not independent, so beside every count of posts stands one of accounts.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::model::Stance;

use super::by_stance::ByStance;

/// Posts of one account by stance; counts stop at `u32::MAX`.
#[derive(Debug, Clone, Copy)]
struct Ballot {
    posts: [u32; Stance::ALL.len()],
    account_type: u32,
}

/// Votes by user id. Memory grows with accounts, not posts: a 64-bit hash of the id and five 32-bit numbers, 32 bytes an entry, 35 to
/// 70 MB for a million accounts with the map's spare room. Two ids may share a hash; among ten million accounts that is expected
/// 0.000003 times.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    ballots: HashMap<u64, Ballot>,
    anonymous: u64,
}

/// How an account votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vote {
    Stance(Stance),
    Tie,
    /// No post with a stance, at least one left unclear.
    Unclear,
    OffTopicOnly,
}

/// Accounts counted by their vote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Votes {
    /// By most frequent stance; `unclear` holds those whose posts on topic are all unclear, `irrelevant` those
    /// with off-topic posts only.
    pub(super) stance: ByStance,
    /// Accounts whose most frequent stance is shared by two or three.
    pub(super) tie: u64,
}

impl Votes {
    /// Accounts with at least one post with a stance.
    pub(super) fn with_stance(&self) -> u64 {
        self.stance.on_topic() + self.tie
    }

    /// All accounts.
    pub(super) fn total(&self) -> u64 {
        self.stance.total() + self.tie
    }

    fn count(&mut self, vote: Vote) {
        match vote {
            Vote::Stance(stance) => self.stance.add(stance),
            Vote::Unclear => self.stance.add(Stance::Unclear),
            Vote::OffTopicOnly => self.stance.add(Stance::Irrelevant),
            Vote::Tie => self.tie += 1,
        }
    }
}

impl Accounts {
    /// Counts a post of this user. The first post with a stance decides the account's type; where there is none, the first post.
    pub(super) fn add(&mut self, user_id: Option<&str>, account_type: usize, stance: Stance) {
        let Some(user_id) = user_id else {
            self.anonymous += 1;
            return;
        };
        let mut hasher = DefaultHasher::new();
        user_id.hash(&mut hasher);
        let fresh = Ballot {
            posts: [0; Stance::ALL.len()],
            account_type: account_type as u32,
        };
        let ballot = self.ballots.entry(hasher.finish()).or_insert(fresh);
        let on_topic = Stance::ON_TOPIC;
        if on_topic.contains(&stance) && on_topic.iter().all(|&other| ballot.posts[other as usize] == 0) {
            ballot.account_type = account_type as u32;
        }
        let slot = &mut ballot.posts[stance as usize];
        *slot = slot.saturating_add(1);
    }

    /// Posts without a user id: they are nobody's vote.
    pub(super) fn anonymous(&self) -> u64 {
        self.anonymous
    }

    /// Votes of each account type, in the order of the types.
    pub(super) fn votes(&self, account_types: usize) -> Vec<Votes> {
        let mut votes = vec![Votes::default(); account_types];
        // Sums do not depend on the order of the map.
        #[allow(clippy::iter_over_hash_type)]
        for ballot in self.ballots.values() {
            if let Some(of_type) = votes.get_mut(ballot.account_type as usize) {
                of_type.count(ballot.vote());
            }
        }
        votes
    }
}

impl Ballot {
    fn vote(&self) -> Vote {
        let posts = |stance: Stance| self.posts[stance as usize];
        let most = Stance::ON_TOPIC.into_iter().map(posts).max().unwrap_or(0);
        if most == 0 {
            return if posts(Stance::Unclear) > 0 {
                Vote::Unclear
            } else {
                Vote::OffTopicOnly
            };
        }
        let mut first = Stance::ON_TOPIC.into_iter().filter(|&stance| posts(stance) == most);
        match (first.next(), first.next()) {
            (Some(stance), None) => Vote::Stance(stance),
            _ => Vote::Tie,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Stance::{Irrelevant, Negative, Neutral, Positive};

    fn votes(posts: &[(Option<&str>, usize, Stance)]) -> Vec<Votes> {
        let mut accounts = Accounts::default();
        for &(user, account_type, stance) in posts {
            accounts.add(user, account_type, stance);
        }
        accounts.votes(2)
    }

    #[test]
    fn the_most_frequent_stance_is_the_vote_and_off_topic_posts_do_not_vote() {
        let found = votes(&[
            (Some("a"), 0, Negative),
            (Some("a"), 0, Negative),
            (Some("a"), 0, Positive),
            (Some("b"), 0, Irrelevant),
            (Some("b"), 0, Irrelevant),
            (Some("b"), 0, Neutral),
        ]);
        assert_eq!(found[0].stance.get(Negative), 1);
        assert_eq!(found[0].stance.get(Neutral), 1);
        assert_eq!(found[0].with_stance(), 2);
        assert_eq!(found[1], Votes::default());
    }

    #[test]
    fn equal_counts_tie_and_accounts_only_off_topic_stand_apart() {
        let found = votes(&[
            (Some("a"), 1, Negative),
            (Some("a"), 1, Positive),
            (Some("b"), 1, Irrelevant),
            (None, 1, Negative),
        ]);
        assert_eq!(found[1].tie, 1);
        assert_eq!(found[1].stance.get(Irrelevant), 1);
        assert_eq!(found[1].with_stance(), 1);
    }

    #[test]
    fn the_first_post_with_a_stance_decides_the_type_of_an_account() {
        let found = votes(&[
            (Some("a"), 1, Irrelevant),
            (Some("a"), 0, Negative),
            (Some("a"), 1, Negative),
            (Some("a"), 1, Negative),
        ]);
        assert_eq!(found[0].stance.get(Negative), 1);
        assert_eq!(found[1], Votes::default());
    }
}
