//! Sheets of several coders side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::{Blank, Bootstrap, CodeSheet, Coefficient, Measured, Ratings, agreement, clusters};
use crate::{
    error::{Error, Result},
    model::{CodeId, CodeSet},
};

/// Several coders' sheets, joined by post id.
#[derive(Debug, Clone)]
pub struct Panel {
    sheets: Vec<CodeSheet>,
    posts: Vec<String>,
}

/// What coders agree on a variable, or on one category of it against all others.
#[derive(Debug, Clone, PartialEq)]
pub struct VariableAgreement {
    /// The variable.
    pub variable: String,
    /// The category; `None` is the whole variable.
    pub category: Option<String>,
    /// Posts that two or more coders judged.
    pub posts: usize,
    /// Coders.
    pub coders: usize,
    /// Judgements made.
    pub judgements: u64,
    /// Judgements that gave the category; for the whole variable all.
    pub frequency: u64,
    /// Every coefficient of [`Coefficient::ALL`], in that order.
    pub coefficients: Vec<Measured>,
}

/// A post that coders judged differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The post.
    pub post: String,
    /// The variable.
    pub variable: String,
    /// What each coder gave, in the order of the sheets; `None` where it is missing.
    pub given: Vec<Option<String>>,
}

impl Panel {
    /// Joins sheets by post id; a post that a sheet lacks is missing there.
    ///
    /// # Errors
    /// Fewer than two sheets, or no post stands in two of them.
    pub fn new(sheets: Vec<CodeSheet>) -> Result<Self> {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        let mut posts = Vec::new();
        for post in sheets.iter().flat_map(CodeSheet::posts) {
            let seen = times.entry(post).or_insert(0);
            *seen += 1;
            if *seen == 1 {
                posts.push(post.to_owned());
            }
        }
        if times.values().all(|&times| times < 2) {
            let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            return Err(Error::Input {
                file: names.join(", "),
                problem:
                    "no post_id stands in two of the files; give sheets of the same posts, or --map post_id=COLUMN"
                        .to_owned(),
            });
        }
        Ok(Panel { sheets, posts })
    }

    /// Whether every sheet has this field.
    pub fn has(&self, field: &str) -> bool {
        self.sheets.iter().all(|sheet| sheet.has(field))
    }

    /// Whether every sheet tells codes.
    pub fn has_codes(&self, known: &[&str]) -> bool {
        self.sheets.iter().all(|sheet| sheet.has_codes(known))
    }

    /// The coders' names: those of their sheets.
    pub fn coders(&self) -> Vec<&str> {
        self.sheets.iter().map(|sheet| sheet.name.as_str()).collect()
    }

    /// Ids of the posts that any sheet has, in the order of the sheets.
    pub fn posts(&self) -> &[String] {
        &self.posts
    }

    /// A cell that says the same of a post in whatever sheet it stands, e.g. its text or its account.
    pub fn about(&self, post: &str, field: &str) -> Option<&str> {
        self.sheets.iter().find_map(|sheet| sheet.cell(post, field))
    }

    /// The cluster of each post: itself, or its account by the field `user_id` of any sheet.
    ///
    /// # Errors
    /// `by_account`, and no sheet has the field.
    pub fn clusters(&self, by_account: bool) -> Result<Vec<usize>> {
        if !by_account {
            return Ok((0..self.posts.len()).collect());
        }
        if !self.sheets.iter().any(|sheet| sheet.has("user_id")) {
            return Err(Error::Input {
                file: self.sheets[0].name.clone(),
                problem: "--by account needs a column user_id; name it with --map user_id=COLUMN".to_owned(),
            });
        }
        Ok(clusters(self.posts.iter().map(|post| self.about(post, "user_id"))))
    }

    /// What each coder gave each post in a field with one label a post.
    pub fn labels(&self, field: &str) -> Vec<Vec<Option<String>>> {
        let given = |post: &String| {
            let cell = |sheet: &CodeSheet| sheet.cell(post, field).map(str::to_owned);
            self.sheets.iter().map(cell).collect()
        };
        self.posts.iter().map(given).collect()
    }

    /// The codes each coder gave each post, numbered as in `known`; see [`CodeSheet::codes`].
    ///
    /// # Errors
    /// Those of [`CodeSheet::codes`].
    pub fn codes(&self, known: &[&str], blank: Blank) -> Result<Vec<Vec<Option<CodeSet>>>> {
        let sheets: Vec<_> = self
            .sheets
            .iter()
            .map(|sheet| sheet.codes(known, blank))
            .collect::<Result<_>>()?;
        let given = |post: &String| {
            let codes = self.sheets.iter().zip(&sheets);
            codes.map(|(sheet, codes)| codes[sheet.row(post)?]).collect()
        };
        Ok(self.posts.iter().map(given).collect())
    }

    /// What there is to agree on in a field with one label a post: the whole variable, then each label against all others.
    pub fn label_ratings(&self, field: &str) -> Vec<(Option<String>, Ratings)> {
        let (ratings, labels) = Ratings::from_labels(&self.labels(field));
        let single = labels.into_iter().enumerate();
        let mut found: Vec<_> = single
            .map(|(at, label)| (Some(label), ratings.dichotomised(at)))
            .collect();
        if found.len() < 2 {
            found.clear();
        }
        found.insert(0, (None, ratings));
        found
    }

    /// What there is to agree on in the codes: each by itself, given or not given. `given` is as [`Panel::codes`] gives it.
    pub fn code_ratings(known: &[&str], given: &[Vec<Option<CodeSet>>]) -> Vec<(Option<String>, Ratings)> {
        let one = |(number, code): (u8, &&str)| {
            let has = |codes: &Option<CodeSet>| codes.map(|codes| usize::from(codes.contains(CodeId(number))));
            let units = given.iter().map(|unit| unit.iter().map(has).collect()).collect();
            (Some((*code).to_owned()), Ratings::new(2, units))
        };
        (0..).zip(known).map(one).collect()
    }

    /// Posts whose coders gave different values, in the order of the first sheet; `given` is by post, then coder.
    pub fn disagreements(&self, variable: &str, given: &[Vec<Option<String>>]) -> Vec<Disagreement> {
        let differ = |given: &&Vec<Option<String>>| given.iter().flatten().collect::<BTreeSet<_>>().len() > 1;
        let pairs = self.posts.iter().zip(given).filter(|(_, given)| differ(given));
        pairs
            .map(|(post, given)| Disagreement {
                post: post.clone(),
                variable: variable.to_owned(),
                given: given.clone(),
            })
            .collect()
    }
}

impl VariableAgreement {
    /// Measures agreement on a variable, or on one category of it; `clusters` as [`Panel::clusters`] gives them.
    pub fn new(
        variable: &str,
        category: Option<String>,
        ratings: &Ratings,
        clusters: &[usize],
        options: Bootstrap,
    ) -> Self {
        let (judgements, given) = ratings.judgements(1);
        VariableAgreement {
            variable: variable.to_owned(),
            posts: ratings.paired(),
            coders: ratings.coders(),
            judgements,
            frequency: if category.is_some() { given } else { judgements },
            coefficients: agreement(ratings, clusters, options),
            category,
        }
    }

    /// Why coefficients or intervals are missing, each reason once.
    pub fn note(&self) -> String {
        let mut notes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (coefficient, measured) in Coefficient::ALL.iter().zip(&self.coefficients) {
            for why in [measured.value.as_ref().err(), measured.bounds.as_ref().err()]
                .into_iter()
                .flatten()
            {
                let names = notes.entry(why.to_string()).or_default();
                if names.last() != Some(&coefficient.name()) {
                    names.push(coefficient.name());
                }
            }
        }
        let notes: Vec<String> = notes
            .iter()
            .map(|(why, names)| format!("{}: {why}", names.join(", ")))
            .collect();
        notes.join("; ")
    }
}
