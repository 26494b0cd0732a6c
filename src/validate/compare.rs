//! Machine and human codes of the same posts, joined: what the scores and the corrected shares are computed from.

use std::collections::{BTreeMap, BTreeSet};

use super::{Blank, Class, CodeSheet, Coded, Comparison, Frame, Part, clusters};
use crate::{
    error::{Error, Result},
    model::{CodeId, CodeSet, Stance},
};

/// A corpus coded by the machine, and the posts of it that a human coded.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    coded: &'a CodeSheet,
    human: &'a CodeSheet,
    /// Posts of both, in the order of the hand codes.
    posts: Vec<Pair>,
    outside: usize,
    /// Posts of the sample without hand codes.
    uncoded: usize,
    /// Whether accounts were drawn first.
    by_account: bool,
    strata: Strata,
    /// Stratum and account of each coded post, by number.
    stratum: Vec<usize>,
    account: Vec<usize>,
    codes: Vec<&'a str>,
    machine_codes: Vec<Option<CodeSet>>,
    human_codes: Vec<Option<CodeSet>>,
}

/// A post coded by both.
#[derive(Debug, Clone, Copy)]
struct Pair {
    /// Its row among the coded posts.
    coded: usize,
    /// Its row in the hand codes.
    human: usize,
    /// Probability with which it was drawn.
    probability: f64,
}

/// Human and machine of one post; `None` where one of them is missing.
pub(super) struct Judged<'a> {
    pub(super) post: &'a str,
    /// Human and machine.
    pub(super) stances: Option<(&'a str, &'a str)>,
    /// Human and machine.
    pub(super) codes: Option<(CodeSet, CodeSet)>,
    /// 1 / its inclusion probability.
    pub(super) weight: f64,
}

/// Whether the strata of the sample can be told from the coded posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strata {
    /// The sample was drawn from all posts alike, or account by account.
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

/// A share to estimate: of the posts in the base, those that have this label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share<'s> {
    /// Field with one label a post, or `codes`.
    pub variable: &'s str,
    /// The label, or the id of the code.
    pub label: &'s str,
    /// What the share is a share of.
    pub base: ShareBase,
}

/// Posts of a group of the corpus; see [`Study::domain`].
#[derive(Debug, Clone)]
pub struct Domain {
    /// Rows of the coded posts.
    rows: Vec<usize>,
    /// The hand-coded posts: place in `rows`, and which pair.
    pairs: Vec<(usize, usize)>,
    frame: Frame,
}

impl<'a> Study<'a> {
    /// Joins machine and human codes by post id. `design` is the sheet with the columns `inclusion_probability` and `stratum` of
    /// `minyi sample`, where it is not the hand codes themselves; hand-coded posts that it lacks are left aside and counted in
    /// [`Study::outside`]. Without such columns every post counts alike. `codes` are the ids of the codebook, or empty where codes are
    /// not compared; `blank` is what an empty code cell of the hand codes means.
    ///
    /// # Errors
    /// No post of the hand codes is among the coded posts, or some are not; a probability missing; those of [`CodeSheet::codes`].
    pub fn new(
        coded: &'a CodeSheet,
        human: &'a CodeSheet,
        design: Option<&CodeSheet>,
        codes: &[&'a str],
        blank: Blank,
    ) -> Result<Self> {
        human.check_posts(coded, "code the same posts, or drop these rows")?;
        let inside = |post: &str| design.is_none_or(|design| design.row(post).is_some());
        let rows: Vec<usize> = (0..human.len()).filter(|&row| inside(human.post(row))).collect();
        let outside = human.len() - rows.len();
        let design = design.unwrap_or(human);
        let uncoded: BTreeSet<usize> = human.uncoded(codes).into_iter().collect();
        // A sheet with other variables than stance and codes has no rows that can be told to be empty.
        let told = human.has("stance") || human.has_codes(codes);
        let rows: Vec<usize> = rows
            .into_iter()
            .filter(|row| !(told && uncoded.contains(row)))
            .collect();
        if rows.is_empty() {
            return Err(Error::Input {
                file: human.name.clone(),
                problem: format!(
                    "no post of the sample {} is coded in it; give the hand codes of its posts",
                    design.name
                ),
            });
        }
        let probabilities = probabilities(design, human, &rows, coded.len())?;
        let pair = |(&human_row, probability): (&usize, f64)| {
            Some(Pair {
                coded: coded.row(human.post(human_row))?,
                human: human_row,
                probability,
            })
        };
        let posts: Vec<Pair> = rows.iter().zip(probabilities).filter_map(pair).collect();
        let strata = strata(coded, design, &posts)?;
        let stratum = match &strata {
            Strata::Known(columns) => numbered((0..coded.len()).map(|row| stratum_of(coded, row, columns))),
            Strata::None | Strata::Changed => vec![0; coded.len()],
        };
        let both = |sheet: &CodeSheet, blank| match codes.is_empty() {
            true => Ok(vec![None; sheet.len()]),
            false => sheet.codes(codes, blank),
        };
        Ok(Study {
            // A machine that gave no code to a post said nothing of it.
            machine_codes: both(coded, Blank::Missing)?,
            human_codes: both(human, blank)?,
            coded,
            human,
            outside,
            uncoded: design.len().saturating_sub(posts.len()),
            by_account: by_account(design),
            posts,
            strata,
            stratum,
            account: clusters(coded.cells("user_id")),
            codes: codes.to_vec(),
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

    /// Posts of the sample that are not coded by hand (yet).
    pub fn uncoded(&self) -> usize {
        self.uncoded
    }

    /// What is known of the strata of the sample.
    pub fn strata(&self) -> &Strata {
        &self.strata
    }

    /// Whether the design draws some posts more often than others.
    pub fn unequal(&self) -> bool {
        let first = self.posts[0].probability;
        self.posts.iter().any(|pair| (pair.probability - first).abs() > 1e-9)
    }

    /// Values of a column of the coded posts, sorted.
    pub fn groups(&self, column: &str) -> Vec<&'a str> {
        if self.by_human(column) {
            self.human.values(column)
        } else {
            self.coded.values(column)
        }
    }

    /// Whether a column stands in the hand codes alone, as a difficulty that the coder gave does.
    fn by_human(&self, column: &str) -> bool {
        !self.coded.has(column) && self.human.has(column)
    }

    /// Labels that machine or human gave in a field, sorted.
    pub fn labels(&self, field: &str) -> Vec<&'a str> {
        let labels: BTreeSet<&str> = self
            .coded
            .values(field)
            .into_iter()
            .chain(self.human.values(field))
            .collect();
        labels.into_iter().collect()
    }

    /// Rows of the coded posts of a group.
    fn members(&self, group: Group<'_>) -> Vec<bool> {
        match group {
            None => vec![true; self.coded.len()],
            Some((column, value)) if self.by_human(column) => {
                let mut inside = vec![false; self.coded.len()];
                for pair in &self.posts {
                    inside[pair.coded] = self.human.at(pair.human, column) == Some(value);
                }
                inside
            }
            Some((column, value)) => self.coded.cells(column).map(|cell| cell == Some(value)).collect(),
        }
    }

    /// A field with one label a post, and the row among the coded posts of each. Posts without a label by either are left out.
    pub fn compare_labels(&self, field: &str, group: Group<'_>) -> (Comparison, Vec<usize>) {
        let inside = self.members(group);
        let mut rows = Vec::new();
        for pair in self.posts.iter().filter(|pair| inside[pair.coded]) {
            let labels = (self.human.at(pair.human, field), self.coded.at(pair.coded, field));
            if let (Some(human), Some(machine)) = labels {
                rows.push((pair.coded, human, machine, 1.0 / pair.probability));
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

    /// The codes of the codebook, and the row among the coded posts of each post compared.
    pub fn compare_codes(&self, group: Group<'_>) -> (Comparison, Vec<usize>) {
        let inside = self.members(group);
        let pairs = self.posts.iter().filter(|pair| inside[pair.coded]);
        let coded = pairs.filter_map(|pair| {
            let (human, machine) = (self.human_codes[pair.human]?, self.machine_codes[pair.coded]?);
            Some((pair.coded, human, machine, 1.0 / pair.probability))
        });
        let rows: Vec<(usize, CodeSet, CodeSet, f64)> = coded.collect();
        let class = |(number, code): (u8, &&str)| Class {
            name: (*code).to_owned(),
            human: rows.iter().map(|row| row.1.contains(CodeId(number))).collect(),
            machine: rows.iter().map(|row| row.2.contains(CodeId(number))).collect(),
        };
        let weights = rows.iter().map(|row| row.3).collect();
        (
            Comparison::multiple((0..).zip(&self.codes).map(class).collect(), weights),
            rows.iter().map(|row| row.0).collect(),
        )
    }

    /// What both coders say of each post coded by both.
    pub(super) fn judged(&self) -> impl Iterator<Item = Judged<'a>> + '_ {
        self.posts.iter().map(|pair| Judged {
            post: self.coded.post(pair.coded),
            stances: self
                .human
                .at(pair.human, "stance")
                .zip(self.coded.at(pair.coded, "stance")),
            codes: self.human_codes[pair.human].zip(self.machine_codes[pair.coded]),
            weight: 1.0 / pair.probability,
        })
    }

    /// The codes compared.
    pub(super) fn known_codes(&self) -> &[&'a str] {
        &self.codes
    }

    /// The cluster of each of these rows of the coded posts: itself, or its account.
    pub fn clusters(&self, rows: &[usize], by_account: bool) -> Vec<usize> {
        if by_account {
            let accounts = rows.iter().map(|&row| self.account[row]);
            numbered(accounts)
        } else {
            (0..rows.len()).collect()
        }
    }

    /// Whether each account, by its number, has posts in several groups.
    pub fn accounts_in_several(&self, column: &str) -> Vec<bool> {
        let mut first: Vec<Option<&str>> = Vec::new();
        let mut several = Vec::new();
        for (&account, group) in self.account.iter().zip(self.coded.cells(column)) {
            if first.len() <= account {
                first.resize(account + 1, None);
                several.resize(account + 1, false);
            }
            let known = *first[account].get_or_insert(group.unwrap_or_default());
            several[account] |= known != group.unwrap_or_default();
        }
        several
    }

    /// The corpus, or a group of it.
    pub fn domain(&self, group: Group<'_>) -> Domain {
        let inside = self.members(group);
        let rows: Vec<usize> = (0..self.coded.len()).filter(|&row| inside[row]).collect();
        let drawn = self.posts.iter().enumerate().filter(|(_, pair)| inside[pair.coded]);
        let pairs = drawn.filter_map(|(number, pair)| Some((rows.binary_search(&pair.coded).ok()?, number)));
        Domain {
            pairs: pairs.collect(),
            frame: Frame::new(
                Vec::new(),
                &rows.iter().map(|&row| self.account[row]).collect::<Vec<_>>(),
                numbered(rows.iter().map(|&row| self.stratum[row])),
            ),
            rows,
        }
    }

    /// Fills in the frame of a domain with what the machine says of a share, and gives it with the hand-coded posts.
    pub fn share<'d>(&self, domain: &'d mut Domain, share: Share<'_>) -> (&'d Frame, Vec<Coded>) {
        let by_machine = Parts::new(self.coded, &self.machine_codes, &self.codes, share);
        let by_human = Parts::new(self.human, &self.human_codes, &self.codes, share);
        // A post that the machine left uncoded is coded as nothing.
        let nothing = Part {
            counted: 0.0,
            base: 0.0,
        };
        let every: Vec<Option<Part>> = by_machine.all(self.coded.len());
        domain.frame.machine.clear();
        let machine = domain.rows.iter().map(|&row| every[row].unwrap_or(nothing));
        domain.frame.machine.extend(machine);
        let coded = domain.pairs.iter().filter_map(|&(post, number)| {
            let pair = self.posts[number];
            Some(Coded {
                post,
                human: by_human.of(pair.human)?,
                inclusion_probability: pair.probability,
            })
        });
        let coded = coded.collect();
        (&domain.frame, coded)
    }

    /// Every coded post with what the machine and, where it was coded by hand, the human says of a share, and the probability with which
    /// the sample drew it: what R's `dsl()` needs.
    ///
    /// # Errors
    /// The probabilities of posts not drawn cannot be told: the sample was drawn account by account, or its strata have changed.
    pub fn every_post(&self, share: Share<'_>) -> Result<Vec<Prediction<'a>>> {
        let probability = self.every_probability()?;
        let machine = Parts::new(self.coded, &self.machine_codes, &self.codes, share).all(self.coded.len());
        let by_human = Parts::new(self.human, &self.human_codes, &self.codes, share);
        let mut human = vec![None; self.coded.len()];
        for pair in &self.posts {
            human[pair.coded] = by_human.of(pair.human);
        }
        let of = |row: usize| Prediction {
            post: self.coded.post(row),
            row,
            human: human[row],
            machine: machine[row],
            probability: probability[row],
        };
        Ok((0..self.coded.len()).map(of).collect())
    }

    /// Probability of each coded post to be drawn: that of the drawn posts of its stratum.
    fn every_probability(&self) -> Result<Vec<f64>> {
        let mut of: BTreeMap<usize, f64> = BTreeMap::new();
        let mut told = self.strata != Strata::Changed && !self.by_account;
        for pair in &self.posts {
            let known = *of.entry(self.stratum[pair.coded]).or_insert(pair.probability);
            told &= (known - pair.probability).abs() < 1e-6;
        }
        let found: Option<Vec<f64>> = self.stratum.iter().map(|stratum| of.get(stratum).copied()).collect();
        found.filter(|_| told).ok_or_else(|| Error::Input {
            file: self.coded.name.clone(),
            problem: "the sampling probabilities of the posts not drawn cannot be told: they were drawn account by account, or \
                      coded anew since, or a stratum has no hand codes; dsl() needs a sample of posts, all of it coded"
                .to_owned(),
        })
    }

    /// A cell of the coded posts.
    pub fn coded_cell(&self, row: usize, field: &str) -> Option<&'a str> {
        self.coded.at(row, field)
    }
}

/// What is known of one post for a share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction<'a> {
    /// Its id.
    pub post: &'a str,
    /// Its row among the coded posts.
    pub row: usize,
    /// By the human; `None` where it was not coded by hand.
    pub human: Option<Part>,
    /// By the machine; `None` where it left the post uncoded.
    pub machine: Option<Part>,
    /// Probability to be drawn for hand coding.
    pub probability: f64,
}

/// What one coder says of a share, row by row.
struct Parts<'a> {
    sheet: &'a CodeSheet,
    codes: &'a [Option<CodeSet>],
    /// Number of the label among the codes; `None` where the variable has one label a post.
    code: Option<CodeId>,
    share: Share<'a>,
}

impl<'a> Parts<'a> {
    fn new(sheet: &'a CodeSheet, codes: &'a [Option<CodeSet>], known: &[&str], share: Share<'a>) -> Self {
        let number = || (0..).zip(known).find(|(_, id)| **id == share.label);
        let code = (share.variable == "codes").then(number).flatten();
        Parts {
            sheet,
            codes,
            code: code.map(|(number, _)| CodeId(number)),
            share,
        }
    }

    /// Of one post; `None` where it is not coded.
    fn of(&self, row: usize) -> Option<Part> {
        self.part(
            row,
            self.sheet.at(row, self.share.variable),
            self.sheet.at(row, "stance"),
        )
    }

    /// Of every post.
    fn all(&self, posts: usize) -> Vec<Option<Part>> {
        let cells = self.sheet.cells(self.share.variable).zip(self.sheet.cells("stance"));
        (0..posts)
            .zip(cells)
            .map(|(row, (label, stance))| self.part(row, label, stance))
            .collect()
    }

    fn part(&self, row: usize, label: Option<&str>, stance: Option<&str>) -> Option<Part> {
        let has = match self.code {
            Some(code) => self.codes[row]?.contains(code),
            None => label? == self.share.label,
        };
        let inside = match self.share.base {
            ShareBase::AllPosts => true,
            ShareBase::WithStance => Stance::ON_TOPIC.map(Stance::name).contains(&stance?),
        };
        let number = |yes: bool| f64::from(u8::from(yes));
        Some(Part {
            counted: number(has && inside),
            base: number(inside),
        })
    }
}

/// Numbers things in the order of their first appearance.
fn numbered<T: Ord>(things: impl IntoIterator<Item = T>) -> Vec<usize> {
    let mut known: BTreeMap<T, usize> = BTreeMap::new();
    let mut numbers = Vec::new();
    for thing in things {
        let next = known.len();
        numbers.push(*known.entry(thing).or_insert(next));
    }
    numbers
}

/// The name of a post's stratum: `account_type=media;stance=negative`, and `all` where there are no columns.
pub fn stratum_of(sheet: &CodeSheet, row: usize, columns: &[String]) -> String {
    if columns.is_empty() {
        return "all".to_owned();
    }
    let pair = |column: &String| format!("{column}={}", sheet.at(row, column).unwrap_or_default());
    columns.iter().map(pair).collect::<Vec<_>>().join(";")
}

/// The columns that make the strata of a sample, by the name of its first stratum.
pub fn strata_columns(design: &CodeSheet) -> Vec<String> {
    let first = design.values("stratum").into_iter().next().unwrap_or_default();
    let name = |pair: &str| Some(pair.split_once('=')?.0.to_owned());
    first.split(';').filter_map(name).collect()
}

/// Inclusion probabilities of these rows of the hand codes; without the column every post has that of a simple random sample.
fn probabilities(design: &CodeSheet, human: &CodeSheet, rows: &[usize], all: usize) -> Result<Vec<f64>> {
    if !design.has("inclusion_probability") {
        return Ok(vec![rows.len() as f64 / all as f64; rows.len()]);
    }
    let known = design.probabilities("inclusion_probability")?;
    let find = |&row: &usize| {
        let post = human.post(row);
        known.get(post).copied().ok_or_else(|| Error::Input {
            file: design.name.clone(),
            problem: format!("no inclusion_probability for post {post}; give the sample.csv the post was drawn with"),
        })
    };
    rows.iter().map(find).collect()
}

fn by_account(design: &CodeSheet) -> bool {
    design.values("drawn_by").contains(&BY_ACCOUNT)
}

/// What is known of the strata. Posts of the sample without hand codes are missing at random within their stratum, as coders get the posts in
/// random order; a stratum without any has nothing that speaks for it.
fn strata(coded: &CodeSheet, design: &CodeSheet, posts: &[Pair]) -> Result<Strata> {
    let columns = strata_columns(design);
    if columns.is_empty() || by_account(design) {
        return Ok(Strata::None);
    }
    let with_codes: BTreeSet<&str> = posts
        .iter()
        .filter_map(|pair| design.cell(coded.post(pair.coded), "stratum"))
        .collect();
    let without: Vec<&str> = design
        .values("stratum")
        .into_iter()
        .filter(|stratum| !with_codes.contains(stratum))
        .collect();
    if !without.is_empty() {
        return Err(Error::Input {
            file: design.name.clone(),
            problem: format!(
                "no post of the stratum {} is coded by hand, so that nothing can be said of its posts; code them",
                without.join(", ")
            ),
        });
    }
    let mut sizes: BTreeMap<String, f64> = BTreeMap::new();
    for row in 0..coded.len() {
        *sizes.entry(stratum_of(coded, row, &columns)).or_default() += 1.0;
    }
    let mut drawn: BTreeMap<&str, f64> = BTreeMap::new();
    for stratum in design.cells("stratum").flatten() {
        *drawn.entry(stratum).or_default() += 1.0;
    }
    let unchanged = sizes.len() == drawn.len()
        && posts.iter().all(|pair| {
            let stratum = stratum_of(coded, pair.coded, &columns);
            let rate = drawn.get(&*stratum).zip(sizes.get(&stratum)).map(|(n, all)| n / all);
            let named = design.cell(coded.post(pair.coded), "stratum");
            named == Some(&*stratum) && rate.is_some_and(|rate| (rate - pair.probability).abs() < 1e-6)
        });
    Ok(if unchanged {
        Strata::Known(columns)
    } else {
        Strata::Changed
    })
}

/// What the column `drawn_by` of a sample says where accounts were drawn first.
pub const BY_ACCOUNT: &str = "accounts";
