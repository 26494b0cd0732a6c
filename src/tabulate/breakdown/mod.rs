//! Any variable by any other: counts of posts or accounts, with the shares, intervals and tests that belong to them.
//!
//! A [`Breakdown`] takes one [`Observation`] a post and keeps counts by category only; where accounts vote or are resampled it keeps
//! a few counts an account besides. [`Breakdown::finish`] gives one [`Crossing`] a stratum.

mod bootstrap;
mod counts;
mod crossing;
mod tests_of;
mod votes;

#[cfg(test)]
mod tests;

pub use bootstrap::Bootstrap;
pub use crossing::{BootstrapIntervals, Crossing, Mask, Within};
pub use tests_of::crossing_tests;

use std::collections::BTreeMap;

use super::Level;
use bootstrap::Clusters;
use counts::{Categories, Counts, Keys};
use votes::Votes;

/// What is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// Posts, or what each of them weighs.
    #[default]
    Posts,
    /// Accounts, one vote each, by the rule of [`Vote`]. Of a variable with several labels an account has every label that any of its
    /// posts has, and [`NO_CODE`] only where none has one.
    Accounts,
}

/// The row or column of an account whose posts are equally often in two categories. No test takes it for a category.
pub const TIE: &str = "tie";

/// The row or column of units without any of several labels. No test takes it for a label.
pub const NO_CODE: &str = "no code";

/// Which category an account with several posts votes for, where each post has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Vote {
    /// That of most of its posts; [`TIE`] where two or more share the lead.
    #[default]
    Most,
    /// That of its first post: for what belongs to the account and not to the post, such as its type.
    First,
    /// [`YES`] where any of its posts has it, else that of the first: for whether a post has a code.
    Any,
}

/// The category of posts that have a code, in a column that says so of one code.
pub const YES: &str = "true";

/// How a breakdown counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreakdownOptions {
    /// What is counted.
    pub unit: Unit,
    /// Level of every interval.
    pub level: Level,
    /// Whether a post may stand in several rows.
    pub rows_multiple: bool,
    /// Whether a post may stand in several columns.
    pub cols_multiple: bool,
    /// How accounts vote in the rows.
    pub rows_vote: Vote,
    /// How accounts vote in the columns.
    pub cols_vote: Vote,
    /// How accounts vote among the strata.
    pub by_vote: Vote,
    /// Whether observations bring weights: sums of them are no sample, so they get no Wilson interval and no test.
    pub weighted: bool,
    /// Intervals by resampling accounts.
    pub bootstrap: Option<Bootstrap>,
}

impl Default for BreakdownOptions {
    /// Posts, each once, in one row and one column, intervals at 95%, no bootstrap.
    fn default() -> Self {
        BreakdownOptions {
            unit: Unit::Posts,
            level: Level::default(),
            rows_multiple: false,
            cols_multiple: false,
            rows_vote: Vote::Most,
            cols_vote: Vote::Most,
            by_vote: Vote::Most,
            weighted: false,
            bootstrap: None,
        }
    }
}

/// One post as a breakdown sees it.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// Stratum; empty where there is only one.
    pub by: &'a str,
    /// Row categories, one unless rows are multiple.
    pub rows: &'a [&'a str],
    /// Column categories, one unless columns are multiple.
    pub cols: &'a [&'a str],
    /// The account that posted; `None` where it is not known: such a post is a cluster of its own, and votes for nobody.
    pub account: Option<&'a str>,
    /// How often the post counts: 1, or its weight.
    pub weight: u64,
}

/// Counts of observations by category.
#[derive(Debug)]
pub struct Breakdown {
    options: BreakdownOptions,
    categories: Categories,
    counts: Counts,
    clusters: Option<Clusters>,
    votes: Option<Votes>,
    anonymous: u64,
    observed: u64,
}

impl Breakdown {
    /// An empty breakdown.
    pub fn new(options: BreakdownOptions) -> Self {
        Breakdown {
            options,
            categories: Categories::default(),
            counts: Counts::default(),
            clusters: options.bootstrap.map(|_| Clusters::default()),
            votes: (options.unit == Unit::Accounts).then(Votes::default),
            anonymous: 0,
            observed: 0,
        }
    }

    /// Counts one post.
    pub fn add(&mut self, post: Observation<'_>) {
        self.observed += 1;
        self.anonymous += u64::from(post.account.is_none());
        let keys = self.categories.keys(&post);
        if let Some(votes) = &mut self.votes {
            if let Some(account) = post.account {
                votes.add(account, &keys, post.weight);
            }
            return;
        }
        self.counts.add(&keys, post.weight);
        if let Some(clusters) = &mut self.clusters {
            clusters.add(post.account, &keys, post.weight);
        }
    }

    /// Distinct categories seen so far, over strata, rows and columns.
    pub fn categories(&self) -> usize {
        self.categories.len()
    }

    /// Row categories seen so far.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.categories.rows.names()
    }

    /// Column categories seen so far.
    pub fn cols(&self) -> impl Iterator<Item = &str> {
        self.categories.cols.names()
    }

    /// Strata seen so far.
    pub fn strata(&self) -> impl Iterator<Item = &str> {
        self.categories.by.names()
    }

    /// Posts counted.
    pub fn observed(&self) -> u64 {
        self.observed
    }

    /// Posts without an account among them.
    pub fn anonymous(&self) -> u64 {
        self.anonymous
    }

    /// The table of each stratum, in this order of strata, rows and columns; a category listed here that nobody fell in keeps its
    /// cells with 0, one seen but not listed follows behind.
    pub fn finish(mut self, strata: &[String], rows: &[String], cols: &[String]) -> Vec<Crossing> {
        if let Some(votes) = self.votes.take() {
            for ballot in votes.cast(&self.options, &mut self.categories) {
                self.counts.add(&ballot, 1);
                if let Some(clusters) = &mut self.clusters {
                    clusters.add(None, &ballot, 1);
                }
            }
        }
        let strata = self.categories.by.ordered(strata);
        let rows = self.categories.rows.ordered(rows);
        let cols = self.categories.cols.ordered(cols);
        let mut crossings: Vec<Crossing> = strata
            .iter()
            .map(|stratum| Crossing::count(stratum, &rows, &cols, &self.counts, &self.options))
            .collect();
        if let (Some(clusters), Some(bootstrap)) = (&self.clusters, self.options.bootstrap) {
            let places: BTreeMap<u32, usize> = strata
                .iter()
                .zip(0..)
                .filter_map(|((_, id), at)| Some(((*id)?, at)))
                .collect();
            let found = clusters.intervals(bootstrap, self.options.level);
            for (key, interval) in found {
                if let Some(&at) = places.get(&key.stratum()) {
                    crossings[at].place(key, interval, &rows, &cols);
                }
            }
        }
        crossings
    }
}

/// An ordered category: its name, and its number if any post has it.
type Ordered = Vec<(String, Option<u32>)>;

/// Shorthand of the modules of this room.
type Key = counts::Key;
type PostKeys = Keys;
