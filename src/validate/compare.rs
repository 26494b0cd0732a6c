//! Machine and human codes of the same posts, joined: what the scores and the corrected shares are computed from.

use std::collections::{BTreeMap, BTreeSet};

use super::{Class, CodeSheet, Coded, Comparison, Frame, Part, clusters};
use crate::{
    error::{Error, Result},
    model::Stance,
};

/// A corpus coded by the machine, and the posts of it that a human coded.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    coded: &'a CodeSheet,
    human: &'a CodeSheet,
    /// Posts of both, in the order of the hand codes.
    posts: Vec<&'a str>,
    /// Probability with which each of `posts` was drawn.
    probabilities: Vec<f64>,
    outside: usize,
    strata: Strata,
    machine_codes: BTreeMap<String, BTreeSet<String>>,
    human_codes: BTreeMap<String, BTreeSet<String>>,
}

/// Whether the strata of the sample can be told from the coded posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strata {
    /// The sample was drawn from all posts alike.
    None,
    /// By these columns; every drawn post is in the stratum it was drawn from, and the strata have the sizes they had.
    Known(Vec<String>),
    /// The sample has strata, but the posts were coded anew since, or others added.
    Changed,
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareBase {
    /// Every post.
    AllPosts,
    /// Posts whose stance is neither irrelevant nor left unclear.
    WithStance,
}

impl ShareBase {
    /// The name as printed in the column `base_name`, that of [`crate::tabulate::Base`].
    pub fn name(self) -> &'static str {
        match self {
            ShareBase::AllPosts => crate::tabulate::Base::AllPosts.name(),
            ShareBase::WithStance => crate::tabulate::Base::PostsWithStance.name(),
        }
    }
}

/// Posts of one group: a column and its value; `None` is all posts.
pub type Group<'g> = Option<(&'g str, &'g str)>;

impl<'a> Study<'a> {
    /// Joins machine and human codes by post id. `design` is the sheet with the columns `inclusion_probability` and `stratum` of
    /// `minyi sample`, where it is not the hand codes themselves; hand-coded posts that it lacks are left aside and counted in
    /// [`Study::outside`]. Without such columns every post counts alike. `codes` are the ids of the
    /// codebook, or empty where codes are not compared.
    ///
    /// # Errors
    /// No post of the hand codes is among the coded posts, or some are not; a probability missing; those of [`CodeSheet::codes`].
    pub fn new(coded: &'a CodeSheet, human: &'a CodeSheet, design: Option<&CodeSheet>, codes: &[&str]) -> Result<Self> {
        let known: BTreeSet<&str> = coded.posts().collect();
        let (posts, strangers): (Vec<&str>, Vec<&str>) = human.posts().partition(|post| known.contains(post));
        if !strangers.is_empty() {
            let examples = strangers[..strangers.len().min(5)].join(", ");
            return Err(Error::Input {
                file: human.name.clone(),
                problem: format!(
                    "{} of {} posts are not in {}: {examples}; code the same posts, or drop these rows",
                    strangers.len(),
                    human.len(),
                    coded.name
                ),
            });
        }
        let drawn: Option<BTreeSet<&str>> = design.map(|design| design.posts().collect());
        let in_sample = |post: &&str| drawn.as_ref().is_none_or(|drawn| drawn.contains(post));
        let (posts, outside): (Vec<&str>, Vec<&str>) = posts.into_iter().partition(in_sample);
        let design = design.unwrap_or(human);
        if posts.is_empty() {
            return Err(Error::Input {
                file: human.name.clone(),
                problem: format!(
                    "no post of the sample {}; give the hand codes of its posts",
                    design.name
                ),
            });
        }
        let probabilities = probabilities(design, &posts, coded.len())?;
        let strata = strata(coded, design, &posts, &probabilities);
        let both = |sheet: &CodeSheet| {
            if codes.is_empty() {
                Ok(BTreeMap::new())
            } else {
                sheet.codes(codes)
            }
        };
        Ok(Study {
            machine_codes: both(coded)?,
            human_codes: both(human)?,
            coded,
            human,
            posts,
            probabilities,
            outside: outside.len(),
            strata,
        })
    }

    /// Posts coded by both.
    pub fn matched(&self) -> usize {
        self.posts.len()
    }

    /// Hand-coded posts that were left aside because the sample does not have them.
    pub fn outside(&self) -> usize {
        self.outside
    }

    /// What is known of the strata of the sample.
    pub fn strata(&self) -> &Strata {
        &self.strata
    }

    /// Whether the design draws some posts more often than others.
    pub fn unequal(&self) -> bool {
        self.probabilities
            .iter()
            .any(|p| (p - self.probabilities[0]).abs() > 1e-9)
    }

    /// Values of a column of the coded posts, sorted.
    pub fn groups(&self, column: &str) -> Vec<String> {
        let values: BTreeSet<&str> = self
            .coded
            .posts()
            .filter_map(|post| self.coded.cell(post, column))
            .collect();
        values.into_iter().map(str::to_owned).collect()
    }

    /// Labels that machine or human gave in a field, sorted.
    pub fn labels(&self, field: &str) -> Vec<String> {
        let by_machine = self.coded.posts().filter_map(|post| self.coded.cell(post, field));
        let by_human = self.posts.iter().filter_map(|post| self.human.cell(post, field));
        let labels: BTreeSet<&str> = by_machine.chain(by_human).collect();
        labels.into_iter().map(str::to_owned).collect()
    }

    fn in_group(&self, post: &str, group: Group<'_>) -> bool {
        group.is_none_or(|(column, value)| self.coded.cell(post, column) == Some(value))
    }

    /// A field with one label a post, and the account of each post. Posts without a label by either are left out.
    pub fn compare_labels(&self, field: &str, group: Group<'_>) -> (Comparison, Vec<&str>) {
        let mut rows = Vec::new();
        for (post, p) in self.posts.iter().zip(&self.probabilities) {
            let pair = (self.human.cell(post, field), self.coded.cell(post, field));
            if let (Some(human), Some(machine)) = pair
                && self.in_group(post, group)
            {
                rows.push((*post, human, machine, 1.0 / p));
            }
        }
        let names: BTreeSet<&str> = rows.iter().flat_map(|row| [row.1, row.2]).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let number = |label: &str| names.iter().position(|name| *name == label).unwrap_or_default();
        let human: Vec<usize> = rows.iter().map(|row| number(row.1)).collect();
        let machine: Vec<usize> = rows.iter().map(|row| number(row.2)).collect();
        let weights = rows.iter().map(|row| row.3).collect();
        let posts = rows.iter().map(|row| row.0).collect();
        (Comparison::single(&names, &human, &machine, weights), posts)
    }

    /// The codes of the codebook, and the posts compared.
    pub fn compare_codes(&self, codes: &[&str], group: Group<'_>) -> (Comparison, Vec<&str>) {
        let coded = |post: &str| self.human_codes.contains_key(post) && self.machine_codes.contains_key(post);
        let rows = self.posts.iter().zip(&self.probabilities);
        let rows: Vec<(&str, f64)> = rows
            .filter(|(post, _)| coded(post) && self.in_group(post, group))
            .map(|(post, p)| (*post, 1.0 / p))
            .collect();
        let given = |by: &BTreeMap<String, BTreeSet<String>>, code: &str| {
            rows.iter().map(|(post, _)| by[*post].contains(code)).collect()
        };
        let class = |code: &&str| Class {
            name: (*code).to_owned(),
            human: given(&self.human_codes, code),
            machine: given(&self.machine_codes, code),
        };
        let weights = rows.iter().map(|row| row.1).collect();
        (
            Comparison::multiple(codes.iter().map(class).collect(), weights),
            rows.iter().map(|row| row.0).collect(),
        )
    }

    /// The cluster of each of these posts: itself, or its account.
    pub fn clusters(&self, posts: &[&str], by_account: bool) -> Vec<usize> {
        if by_account {
            clusters(posts.iter().map(|post| self.coded.cell(post, "user_id")))
        } else {
            (0..posts.len()).collect()
        }
    }

    /// The corpus, or a group of it, and its hand-coded posts, with what each adds to the share of posts that have `label` in the field
    /// `variable` (or the code `label`, where the variable is `codes`).
    pub fn share(&self, variable: &str, label: &str, base: ShareBase, group: Group<'_>) -> (Frame, Vec<Coded>) {
        let by_machine = |post: &str| part(self.coded, &self.machine_codes, post, variable, label, base);
        let by_human = |post: &str| part(self.human, &self.human_codes, post, variable, label, base);
        let mut frame = Frame::default();
        let mut place = BTreeMap::new();
        let mut strata: BTreeMap<String, usize> = BTreeMap::new();
        let mut accounts = Vec::new();
        for post in self.coded.posts().filter(|post| self.in_group(post, group)) {
            // A post that the machine left uncoded is coded as nothing.
            frame.machine.push(by_machine(post).unwrap_or(Part {
                counted: 0.0,
                base: 0.0,
            }));
            accounts.push(self.coded.cell(post, "user_id"));
            let next = strata.len();
            let stratum = match &self.strata {
                Strata::Known(columns) => *strata.entry(stratum_of(self.coded, post, columns)).or_insert(next),
                Strata::None | Strata::Changed => 0,
            };
            frame.strata.push(stratum);
            place.insert(post, place.len());
        }
        frame.clusters = clusters(accounts);
        let drawn = self.posts.iter().zip(&self.probabilities);
        let coded = drawn.filter_map(|(post, &inclusion_probability)| {
            let (post, human) = (*place.get(post)?, by_human(post)?);
            Some(Coded {
                post,
                human,
                inclusion_probability,
            })
        });
        let coded = coded.collect();
        (frame, coded)
    }
}

/// The name of a post's stratum: `account_type=media;stance=negative`, and `all` where there are no columns.
pub fn stratum_of(sheet: &CodeSheet, post: &str, columns: &[String]) -> String {
    if columns.is_empty() {
        return "all".to_owned();
    }
    let pair = |column: &String| format!("{column}={}", sheet.cell(post, column).unwrap_or_default());
    columns.iter().map(pair).collect::<Vec<_>>().join(";")
}

/// What one coder says of a post; `None` where it is not coded.
fn part(
    sheet: &CodeSheet,
    codes: &BTreeMap<String, BTreeSet<String>>,
    post: &str,
    variable: &str,
    label: &str,
    base: ShareBase,
) -> Option<Part> {
    let has = match variable {
        "codes" => codes.get(post)?.contains(label),
        _ => sheet.cell(post, variable)? == label,
    };
    let inside = match base {
        ShareBase::AllPosts => true,
        ShareBase::WithStance => Stance::ON_TOPIC
            .map(Stance::name)
            .contains(&sheet.cell(post, "stance")?),
    };
    let number = |yes: bool| f64::from(u8::from(yes));
    Some(Part {
        counted: number(has && inside),
        base: number(inside),
    })
}

/// Inclusion probabilities of the posts; without the column every post has that of a simple random sample.
fn probabilities(design: &CodeSheet, posts: &[&str], all: usize) -> Result<Vec<f64>> {
    if !design.has("inclusion_probability") {
        return Ok(vec![posts.len() as f64 / all as f64; posts.len()]);
    }
    let known = design.probabilities("inclusion_probability")?;
    let find = |post: &&str| {
        known.get(*post).copied().ok_or_else(|| Error::Input {
            file: design.name.clone(),
            problem: format!("no inclusion_probability for post {post}; give the sample.csv the post was drawn with"),
        })
    };
    posts.iter().map(find).collect()
}

fn strata(coded: &CodeSheet, design: &CodeSheet, posts: &[&str], probabilities: &[f64]) -> Strata {
    let named = |post: &&str| design.cell(post, "stratum");
    let Some(first) = posts.iter().find_map(named).filter(|first| *first != "all") else {
        return Strata::None;
    };
    let columns: Vec<String> = first
        .split(';')
        .filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()))
        .collect();
    let mut sizes: BTreeMap<String, f64> = BTreeMap::new();
    for post in coded.posts() {
        *sizes.entry(stratum_of(coded, post, &columns)).or_default() += 1.0;
    }
    let mut drawn: BTreeMap<&str, f64> = BTreeMap::new();
    for stratum in posts.iter().filter_map(named) {
        *drawn.entry(stratum).or_default() += 1.0;
    }
    let unchanged = posts.iter().zip(probabilities).all(|(post, p)| {
        let stratum = stratum_of(coded, post, &columns);
        let rate = drawn.get(&*stratum).zip(sizes.get(&stratum)).map(|(n, all)| n / all);
        named(post) == Some(&stratum) && rate.is_some_and(|rate| (rate - p).abs() < 1e-6)
    });
    if unchanged {
        Strata::Known(columns)
    } else {
        Strata::Changed
    }
}
