//! One vote an account.

use std::collections::BTreeMap;

use super::{
    BreakdownOptions, NO_CODE, PostKeys, TIE, Vote, YES,
    counts::{Categories, Dimension},
};

/// Posts of each account by category. Memory grows with accounts.
#[derive(Debug, Default)]
pub(super) struct Votes(BTreeMap<Box<str>, Ballot>);

/// How often (or with what weight) an account's posts are in each category: number and count.
#[derive(Debug, Default)]
struct Ballot {
    by: Vec<(u32, u64)>,
    rows: Vec<(u32, u64)>,
    cols: Vec<(u32, u64)>,
}

impl Votes {
    pub(super) fn add(&mut self, account: &str, post: &PostKeys, weight: u64) {
        let ballot = match self.0.get_mut(account) {
            Some(ballot) => ballot,
            None => self.0.entry(account.into()).or_default(),
        };
        count(&mut ballot.by, &[post.by], weight);
        count(&mut ballot.rows, &post.rows, weight);
        count(&mut ballot.cols, &post.cols, weight);
    }

    /// The categories each account is counted in, in the order of the accounts' names.
    pub(super) fn cast(self, options: &BreakdownOptions, categories: &mut Categories) -> Vec<PostKeys> {
        let mut cast = Vec::with_capacity(self.0.len());
        for ballot in self.0.into_values() {
            cast.push(PostKeys {
                by: vote(&ballot.by, options.by_vote, &mut categories.by),
                rows: votes(
                    &ballot.rows,
                    options.rows_multiple,
                    options.rows_vote,
                    &mut categories.rows,
                ),
                cols: votes(
                    &ballot.cols,
                    options.cols_multiple,
                    options.cols_vote,
                    &mut categories.cols,
                ),
            });
        }
        cast
    }
}

fn count(counts: &mut Vec<(u32, u64)>, categories: &[u32], weight: u64) {
    for &category in categories {
        match counts.iter_mut().find(|(known, _)| *known == category) {
            Some((_, n)) => *n += weight,
            None => counts.push((category, weight)),
        }
    }
}

/// Every label, or the one category an account votes for.
fn votes(counts: &[(u32, u64)], multiple: bool, rule: Vote, dimension: &mut Dimension) -> Vec<u32> {
    if !multiple {
        return vec![vote(counts, rule, dimension)];
    }
    let none = dimension.known(NO_CODE);
    let mut all: Vec<u32> = counts.iter().map(|&(category, _)| category).collect();
    all.retain(|&category| counts.len() == 1 || Some(category) != none);
    all.sort_unstable();
    all
}

fn vote(counts: &[(u32, u64)], rule: Vote, dimension: &mut Dimension) -> u32 {
    let found = match rule {
        Vote::Most => most(counts),
        // Categories stand in the order in which the account's posts have them.
        Vote::First => counts.first().map(|&(category, _)| category),
        Vote::Any => {
            let yes = dimension.known(YES);
            let mut of_account = counts.iter().map(|&(category, _)| category);
            let first = of_account.clone().next();
            of_account.find(|&category| Some(category) == yes).or(first)
        }
    };
    found.unwrap_or_else(|| dimension.number(TIE))
}

/// The category with the highest count; `None` where several share it.
fn most(counts: &[(u32, u64)]) -> Option<u32> {
    let highest = counts.iter().map(|&(_, n)| n).max()?;
    let mut first = counts.iter().filter(|&&(_, n)| n == highest);
    match (first.next(), first.next()) {
        (Some(&(category, _)), None) => Some(category),
        _ => None,
    }
}
