//! One vote an account.

use std::collections::BTreeMap;

use super::{PostKeys, TIE, counts::Categories};

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
    pub(super) fn cast(self, (rows, cols): (bool, bool), categories: &mut Categories) -> Vec<PostKeys> {
        let mut cast = Vec::with_capacity(self.0.len());
        for ballot in self.0.into_values() {
            cast.push(PostKeys {
                by: most(&ballot.by).unwrap_or_else(|| categories.by.number(TIE)),
                rows: vote(&ballot.rows, rows, || categories.rows.number(TIE)),
                cols: vote(&ballot.cols, cols, || categories.cols.number(TIE)),
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

fn vote(counts: &[(u32, u64)], multiple: bool, tie: impl FnOnce() -> u32) -> Vec<u32> {
    if multiple {
        let mut all: Vec<u32> = counts.iter().map(|&(category, _)| category).collect();
        all.sort_unstable();
        return all;
    }
    vec![most(counts).unwrap_or_else(tie)]
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
