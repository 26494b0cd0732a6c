//! One vote an account: posts of one account are not independent, so beside every count of posts stands one of accounts.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;

use crate::model::Stance;

use super::{TIE, by_stance::ByStance};

/// Posts of one account by stance; counts stop at `u32::MAX`.
#[derive(Debug, Clone, Copy)]
struct Ballot {
    posts: [u32; Stance::ALL.len()],
    account_type: u32,
    /// Place among the accounts in the order they came.
    place: u32,
}

/// Votes by user id. Memory grows with accounts, not posts: a 64-bit hash of the id, six 32-bit numbers and a bit a code, 40 bytes an entry
/// for up to 64 codes, 45 to 85 MB for a million accounts with the spare room. Two ids may share a hash; among ten million accounts
/// that is expected 0.000003 times.
#[derive(Debug)]
pub(super) struct Accounts {
    ballots: FxHashMap<u64, Ballot>,
    /// By place, a bit for each code that any post with a stance has.
    given: Vec<u64>,
    /// Words of 64 bits an account has of them.
    width: usize,
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
    /// No accounts yet, for a scheme of so many codes.
    pub(super) fn new(codes: usize) -> Self {
        Accounts {
            ballots: FxHashMap::default(),
            given: Vec::new(),
            width: codes.div_ceil(64),
            anonymous: 0,
        }
    }

    /// Counts a post of this user. The first post with a stance decides the account's type; where there is none, the first post.
    /// `codes` are the places of the post's codes in the scheme.
    pub(super) fn add(
        &mut self,
        user_id: Option<&str>,
        account_type: usize,
        stance: Stance,
        codes: impl Iterator<Item = usize>,
    ) {
        let Some(user_id) = user_id else {
            self.anonymous += 1;
            return;
        };
        let mut hasher = DefaultHasher::new();
        user_id.hash(&mut hasher);
        let place = self.ballots.len();
        let ballot = self.ballots.entry(hasher.finish()).or_insert_with(|| {
            self.given.resize((place + 1) * self.width, 0);
            Ballot {
                posts: [0; Stance::ALL.len()],
                account_type: account_type as u32,
                place: place as u32,
            }
        });
        if Stance::ON_TOPIC.contains(&stance) {
            if !ballot.has_stance() {
                ballot.account_type = account_type as u32;
            }
            let first = ballot.place as usize * self.width;
            for code in codes {
                self.given[first + code / 64] |= 1 << (code % 64);
            }
        }
        let slot = &mut ballot.posts[stance as usize];
        *slot = slot.saturating_add(1);
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
        for ballot in self.ballots.values() {
            let Some(of_type) = counts.get_mut(ballot.account_type as usize) else {
                continue;
            };
            let vote = ballot.vote();
            of_type.votes.count(vote);
            if !ballot.has_stance() {
                continue;
            }
            let first = ballot.place as usize * self.width;
            let given = &self.given[first..first + self.width];
            if given.iter().all(|word| *word == 0) {
                of_type.without_code.count(vote);
            }
            for (code, votes) in of_type.codes.iter_mut().enumerate() {
                if given[code / 64] >> (code % 64) & 1 == 1 {
                    votes.count(vote);
                }
            }
        }
        counts
    }
}

impl Ballot {
    fn has_stance(&self) -> bool {
        Stance::ON_TOPIC
            .into_iter()
            .any(|stance| self.posts[stance as usize] > 0)
    }

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
        let mut accounts = Accounts::new(0);
        for &(user, account_type, stance) in posts {
            accounts.add(user, account_type, stance, std::iter::empty());
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

    /// Of 130 codes, three words of bits: a has 0 and 129 by two posts, b has 64 off topic only and 63 with a stance, c none.
    #[test]
    fn an_account_has_every_code_of_any_of_its_posts_with_a_stance() {
        let mut accounts = Accounts::new(130);
        let mut add = |user, stance, codes: &[usize]| accounts.add(Some(user), 0, stance, codes.iter().copied());
        add("a", Negative, &[0]);
        add("b", Irrelevant, &[64]);
        add("c", Positive, &[]);
        add("a", Positive, &[129]);
        add("a", Negative, &[0]);
        add("b", Neutral, &[63]);
        let found = accounts.counted(1, 130).swap_remove(0);
        let having: Vec<usize> = (0..130).filter(|&code| found.codes[code] != Votes::default()).collect();
        assert_eq!(having, [0, 63, 129]);
        assert_eq!(found.codes[0].stance.get(Negative), 1);
        assert_eq!(found.codes[129].stance.get(Negative), 1);
        assert_eq!(found.codes[63].stance.get(Neutral), 1);
        assert_eq!(found.without_code.stance.get(Positive), 1);
        assert_eq!(found.without_code.with_stance(), 1);
    }
}
