//! One vote an account: posts of one account are not independent, so beside every count of posts stands one of accounts.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;

use crate::model::{CodeId, CodeSet, Stance};

use super::{TIE, by_stance::ByStance};

/// What a post adds to the vote of its account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ballot {
    /// The [`hash`] of its user's id.
    pub(super) user: u64,
    /// Place of the account's type, as far as this post tells.
    pub(super) account_type: usize,
    pub(super) stance: Stance,
    /// Its codes.
    pub(super) codes: CodeSet,
}

impl Ballot {
    /// The same where the account's type has another place.
    pub(super) fn of_type(self, account_type: usize) -> Self {
        Ballot { account_type, ..self }
    }
}

/// 64 bits of a user's id.
pub(super) fn hash(user_id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    user_id.hash(&mut hasher);
    hasher.finish()
}

/// Posts of one account by stance; counts stop at `u32::MAX`.
#[derive(Debug, Clone, Copy)]
struct Posts {
    by_stance: [u32; Stance::ALL.len()],
    account_type: u32,
    /// Those that any post with a stance has.
    codes: CodeSet,
}

/// Votes by user id. Memory grows with accounts, not posts: a 64-bit hash of the id, the codes and six 32-bit numbers, 48 bytes an entry,
/// 55 to 110 MB for a million accounts with the spare room. Two ids may share a hash; among ten million accounts
/// that is expected 0.000003 times.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    posts: FxHashMap<u64, Posts>,
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

    /// Accounts with a stance by what they vote for.
    pub(super) fn by_name(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let stances = Stance::ON_TOPIC.map(|stance| (stance.name(), self.stance.get(stance)));
        stances.into_iter().chain([(TIE, self.tie)])
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

/// The sum of votes.
pub(super) fn votes(counts: impl Iterator<Item = Votes>) -> Votes {
    counts.fold(Votes::default(), |mut sum, next| {
        sum.stance += next.stance;
        sum.tie += next.tie;
        sum
    })
}

/// Accounts of one type, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountCounts {
    pub(super) votes: Votes,
    /// Accounts with each code, by their votes. An account has every code that any of its posts with a stance has.
    pub(super) codes: Vec<Votes>,
    /// Accounts with a stance and none of the codes.
    pub(super) without_code: Votes,
}

impl Accounts {
    /// Counts a post. The first one with a stance decides the account's type; where there is none, the first one.
    pub(super) fn add(&mut self, ballot: Ballot) {
        let Ballot {
            user,
            account_type,
            stance,
            codes,
        } = ballot;
        let posts = self.posts.entry(user).or_insert_with(|| Posts {
            by_stance: [0; Stance::ALL.len()],
            account_type: account_type as u32,
            codes: CodeSet::default(),
        });
        if Stance::ON_TOPIC.contains(&stance) {
            if !posts.have_stance() {
                posts.account_type = account_type as u32;
            }
            posts.codes.insert_all(codes);
        }
        let slot = &mut posts.by_stance[stance as usize];
        *slot = slot.saturating_add(1);
    }

    /// Counts posts without a user id.
    pub(super) fn add_anonymous(&mut self, posts: u64) {
        self.anonymous += posts;
    }

    /// Posts without a user id: they are nobody's vote.
    pub(super) fn anonymous(&self) -> u64 {
        self.anonymous
    }

    /// The accounts of each type, in the order of the types, with so many codes.
    pub(super) fn counted(&self, account_types: usize, codes: usize) -> Vec<AccountCounts> {
        let none = AccountCounts {
            votes: Votes::default(),
            codes: vec![Votes::default(); codes],
            without_code: Votes::default(),
        };
        let mut counts = vec![none; account_types];
        // Sums do not depend on the order of the map.
        #[allow(clippy::iter_over_hash_type)]
        for posts in self.posts.values() {
            let Some(of_type) = counts.get_mut(posts.account_type as usize) else {
                continue;
            };
            let vote = posts.vote();
            of_type.votes.count(vote);
            if !posts.have_stance() {
                continue;
            }
            if posts.codes.is_empty() {
                of_type.without_code.count(vote);
            }
            for (code, votes) in (0..).map(CodeId).zip(&mut of_type.codes) {
                if posts.codes.contains(code) {
                    votes.count(vote);
                }
            }
        }
        counts
    }
}

impl Posts {
    fn have_stance(&self) -> bool {
        Stance::ON_TOPIC
            .into_iter()
            .any(|stance| self.by_stance[stance as usize] > 0)
    }

    fn vote(&self) -> Vote {
        let posts = |stance: Stance| self.by_stance[stance as usize];
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

    fn ballot(user: &str, account_type: usize, stance: Stance, codes: &[u8]) -> Ballot {
        Ballot {
            user: hash(user),
            account_type,
            stance,
            codes: codes.iter().copied().map(CodeId).collect(),
        }
    }

    fn votes(posts: &[(Option<&str>, usize, Stance)]) -> Vec<Votes> {
        let mut accounts = Accounts::default();
        for &(user, account_type, stance) in posts {
            match user {
                Some(user) => accounts.add(ballot(user, account_type, stance, &[])),
                None => accounts.add_anonymous(1),
            }
        }
        let counted = accounts.counted(2, 0);
        counted.into_iter().map(|of_type| of_type.votes).collect()
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

    /// Of 64 codes a has 0 and 63 by two posts, b has 32 off topic only and 31 with a stance, c none.
    #[test]
    fn an_account_has_every_code_of_any_of_its_posts_with_a_stance() {
        let mut accounts = Accounts::default();
        let mut add = |user, stance, codes: &[u8]| accounts.add(ballot(user, 0, stance, codes));
        add("a", Negative, &[0]);
        add("b", Irrelevant, &[32]);
        add("c", Positive, &[]);
        add("a", Positive, &[63]);
        add("a", Negative, &[0]);
        add("b", Neutral, &[31]);
        let found = accounts.counted(1, 64).swap_remove(0);
        let having: Vec<usize> = (0..64).filter(|&code| found.codes[code] != Votes::default()).collect();
        assert_eq!(having, [0, 31, 63]);
        assert_eq!(found.codes[0].stance.get(Negative), 1);
        assert_eq!(found.codes[63].stance.get(Negative), 1);
        assert_eq!(found.codes[31].stance.get(Neutral), 1);
        assert_eq!(found.without_code.stance.get(Positive), 1);
        assert_eq!(found.without_code.with_stance(), 1);
    }
}
