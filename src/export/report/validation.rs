//! What hand codes say of the machine's: the outputs of `validate` and `estimate`, read back.

use std::path::{Path, PathBuf};

use super::{
    html::{element, text_table},
    read::records_with_header,
};
use crate::{
    error::{Error, Result},
    export::{Labels, number::NOT_AVAILABLE},
};

/// Scores of the machine against hand codes, and shares corrected by them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Validation {
    pub(super) scores: Vec<Score>,
    pub(super) shares: Vec<Share>,
}

/// A row of the scores over all posts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub(super) variable: String,
    pub(super) class: String,
    pub(super) measure: String,
    pub(super) value: Measured,
    pub(super) posts: String,
}

/// A row of the shares.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Share {
    pub(super) table: String,
    pub(super) row: String,
    pub(super) col: String,
    pub(super) method: String,
    pub(super) share: Measured,
    pub(super) n: String,
}

/// A number with its interval, each none where it is NA.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub(super) value: Option<f64>,
    interval: Option<(f64, f64)>,
}

const SCORES: [&str; 8] = [
    "variable", "group", "class", "measure", "value", "ci_low", "ci_high", "posts",
];
const SHARES: [&str; 8] = ["table", "row", "col", "method", "share", "ci_low", "ci_high", "n"];
/// The group of the scores that is every post, and the row of a share that is of every post.
const ALL: &str = "all";

impl Validation {
    /// Reads files that `minyi validate` and `minyi estimate` wrote; which is which their columns tell. `None` where there is no file.
    ///
    /// # Errors
    /// A file is neither.
    pub fn read(paths: &[PathBuf]) -> Result<Option<Self>> {
        let mut validation = Validation::default();
        for path in paths {
            validation.add(path)?;
        }
        Ok((!paths.is_empty()).then_some(validation))
    }

    fn add(&mut self, path: &Path) -> Result<()> {
        let (header, records) = records_with_header(path)?;
        let columns = |names: &[&str; 8]| -> Option<Vec<usize>> {
            let at = |name: &&str| header.iter().position(|column| column == *name);
            names.iter().map(at).collect()
        };
        if let Some(at) = columns(&SCORES) {
            let cell = |record: &csv::StringRecord, i: usize| record.get(at[i]).unwrap_or_default().to_owned();
            let overall = records.iter().filter(|record| cell(record, 1) == ALL);
            self.scores.extend(overall.map(|record| Score {
                variable: cell(record, 0),
                class: cell(record, 2),
                measure: cell(record, 3),
                value: Measured::of(&cell(record, 4), &cell(record, 5), &cell(record, 6)),
                posts: cell(record, 7),
            }));
        } else if let Some(at) = columns(&SHARES) {
            let cell = |record: &csv::StringRecord, i: usize| record.get(at[i]).unwrap_or_default().to_owned();
            self.shares.extend(records.iter().map(|record| Share {
                table: cell(record, 0),
                row: cell(record, 1),
                col: cell(record, 2),
                method: cell(record, 3),
                share: Measured::of(&cell(record, 4), &cell(record, 5), &cell(record, 6)),
                n: cell(record, 7),
            }));
        } else {
            return Err(Error::Input {
                file: path.display().to_string(),
                problem:
                    "neither the scores of `minyi validate -o` nor the shares of `minyi estimate -o`; name one of these"
                        .to_owned(),
            });
        }
        Ok(())
    }

    /// A score of a variable over all posts and classes.
    pub(super) fn score(&self, variable: &str, measure: &str) -> Option<&Score> {
        let mut scores = self.scores.iter();
        scores.find(|score| score.variable == variable && score.class == ALL && score.measure == measure)
    }

    /// A share of the table `stance` over all posts.
    pub(super) fn stance_share(&self, stance: &str, method: &str) -> Option<&Share> {
        let mut shares = self.shares.iter();
        shares
            .find(|share| share.table == "stance" && share.row == ALL && share.col == stance && share.method == method)
    }
}

impl Measured {
    fn of(value: &str, low: &str, high: &str) -> Self {
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        Measured {
            value: number(value),
            interval: number(low).zip(number(high)),
        }
    }

    /// `0.69 (0.54 to 0.81)`
    pub(super) fn plain(&self, labels: &Labels) -> String {
        self.told(labels, |number| format!("{number:.2}"))
    }

    /// `18.2% (13.1% to 24.6%)`
    pub(super) fn percent(&self, labels: &Labels) -> String {
        self.told(labels, |share| format!("{:.1}%", share * 100.0))
    }

    fn told(&self, labels: &Labels, number: impl Fn(f64) -> String) -> String {
        let Some(value) = self.value else {
            return NOT_AVAILABLE.to_owned();
        };
        match self.interval {
            None => number(value),
            Some((low, high)) => labels.report(
                "value_and_interval",
                &[
                    ("value", &number(value)),
                    ("low", &number(low)),
                    ("high", &number(high)),
                ],
            ),
        }
    }
}

/// The scores over all posts, and the machine's shares beside the corrected ones.
pub(super) fn validation(validation: &Validation, labels: &Labels, suffix: &str) -> String {
    let mut out = String::new();
    let say = |key: &str| labels.report(key, &[]);
    if !validation.scores.is_empty() {
        let headings = ["variable", "class", "measure", "value", "posts_scored"].map(say);
        let rows: Vec<Vec<String>> = validation
            .scores
            .iter()
            .map(|score| {
                vec![
                    labels.column(&score.variable),
                    labels.value(&score.class),
                    score.measure.replace('_', " "),
                    score.value.plain(labels),
                    score.posts.clone(),
                ]
            })
            .collect();
        out.push_str(&text_table(
            &format!("scores-{suffix}"),
            &say("scores"),
            &headings,
            &rows,
        ));
    }
    let corrected: Vec<&Share> = validation
        .shares
        .iter()
        .filter(|share| share.method == "corrected")
        .collect();
    if !corrected.is_empty() {
        let headings = ["variable", "row", "col", "naive", "hand", "corrected", "posts_hand"].map(say);
        let rows: Vec<Vec<String>> = corrected
            .iter()
            .map(|share| {
                let by = |method: &str| {
                    let same = |other: &&Share| {
                        (&other.table, &other.row, &other.col) == (&share.table, &share.row, &share.col)
                            && other.method == method
                    };
                    validation
                        .shares
                        .iter()
                        .find(same)
                        .map_or_else(String::new, |found| found.share.percent(labels))
                };
                vec![
                    labels.column(&share.table),
                    labels.value(&share.row),
                    labels.value(&share.col),
                    by("naive"),
                    by("hand"),
                    by("corrected"),
                    share.n.clone(),
                ]
            })
            .collect();
        out.push_str(&text_table(
            &format!("shares-{suffix}"),
            &say("shares"),
            &headings,
            &rows,
        ));
        out.push_str(&element("p", "class=\"note\"", &say("shares_method")));
    }
    out
}
