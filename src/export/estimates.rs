//! Estimated shares, their differences and the table for R's `dsl()`, as CSV.

use crate::error::Result;
use crate::validate::{Bounds, Difference, Part, Prediction};

use super::{
    CsvOptions, Output,
    number::{NOT_AVAILABLE, share},
    tables::LONG_FORM,
    validation::write_rows,
};

/// One way of estimating one share.
#[derive(Debug, Clone)]
pub struct ShareRow {
    /// Table: `stance_by_account_type`, or `stance` where it has no rows.
    pub table: String,
    /// Row category; `all` where the table has no rows.
    pub row: String,
    /// Column category.
    pub col: String,
    /// `naive`, `hand` or `corrected`.
    pub method: &'static str,
    /// Posts counted; of the corrected share the hand-coded posts it rests on.
    pub n: u64,
    /// Posts the share is taken of: machine-coded ones, hand-coded ones, or all that are estimated.
    pub base: u64,
    /// What the base is.
    pub base_name: &'static str,
    /// The share; or why there is none.
    pub estimate: std::result::Result<Estimated, String>,
    /// How the interval was made.
    pub ci_method: &'static str,
    /// What the reader should know.
    pub note: String,
}

/// A share as printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimated {
    /// The share.
    pub share: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its interval.
    pub bounds: Bounds,
    /// Weight of the machine.
    pub lambda: f64,
}

/// Writes estimated shares, one way of estimating one share a row, in the layout of the tables.
pub fn write_shares(rows: &[ShareRow], out: Output, csv: CsvOptions) -> Result<Output> {
    let (place, numbers) = LONG_FORM.split_at(3);
    let header = [place, &["method"], numbers, &["standard_error", "lambda", "note"]].concat();
    let cells = rows.iter().map(|row| {
        let numbers = match &row.estimate {
            Ok(found) => [found.share, found.bounds.low, found.bounds.high].map(share),
            Err(_) => [(); 3].map(|()| NOT_AVAILABLE.to_owned()),
        };
        let [estimate, low, high] = numbers;
        let found = row.estimate.as_ref().ok();
        let or_missing = |value: Option<f64>| value.map_or_else(|| NOT_AVAILABLE.to_owned(), share);
        let why = row.estimate.as_ref().err().cloned();
        let notes: Vec<String> = why
            .into_iter()
            .chain([row.note.clone()])
            .filter(|note| !note.is_empty())
            .collect();
        vec![
            row.table.clone(),
            row.row.clone(),
            row.col.clone(),
            row.method.to_owned(),
            row.n.to_string(),
            row.base.to_string(),
            row.base_name.to_owned(),
            estimate,
            low,
            high,
            row.ci_method.to_owned(),
            or_missing(found.map(|found| found.standard_error)),
            or_missing(found.map(|found| found.lambda)),
            notes.join("; "),
        ]
    });
    write_rows(header, cells, out, csv)
}

/// The difference of a share between two groups.
#[derive(Debug, Clone)]
pub struct DifferenceRow {
    /// Table, as of [`ShareRow`].
    pub table: String,
    /// Category of the share.
    pub col: String,
    /// What the share's base is.
    pub base_name: &'static str,
    /// First group.
    pub first: String,
    /// Second group.
    pub second: String,
    /// `hand` or `corrected`.
    pub method: &'static str,
    /// First less second share; or why there is none.
    pub found: std::result::Result<Difference, String>,
    /// The p value corrected for the number of tests.
    pub p_corrected: Option<f64>,
}

/// Writes differences, one pair of groups a row: `table, col, base_name, group_1, group_2, method, difference, standard_error, ci_low, ci_high,
/// ci_method, p_value, p_holm, note`.
pub fn write_differences(rows: &[DifferenceRow], out: Output, csv: CsvOptions) -> Result<Output> {
    let header = [
        "table",
        "col",
        "base_name",
        "group_1",
        "group_2",
        "method",
        "difference",
        "standard_error",
        "ci_low",
        "ci_high",
        "ci_method",
        "p_value",
        "p_holm",
        "note",
    ];
    let cells = rows.iter().map(|row| {
        let found = row.found.as_ref().ok();
        let number = |value: fn(&Difference) -> f64| found.map_or_else(missing, |found| share(value(found)));
        vec![
            row.table.clone(),
            row.col.clone(),
            row.base_name.to_owned(),
            row.first.clone(),
            row.second.clone(),
            row.method.to_owned(),
            number(|found| found.difference),
            number(|found| found.standard_error),
            number(|found| found.bounds.low),
            number(|found| found.bounds.high),
            "MOVER of cluster-robust intervals".to_owned(),
            found.map_or_else(missing, |found| p_text(found.p_value)),
            row.p_corrected.map_or_else(missing, p_text),
            row.found.as_ref().err().cloned().unwrap_or_default(),
        ]
    });
    write_rows(header, cells, out, csv)
}

fn missing() -> String {
    NOT_AVAILABLE.to_owned()
}

/// Four digits that count, however small.
fn p_text(p: f64) -> String {
    if p < 0.001 {
        format!("{p:.3e}")
    } else {
        format!("{p:.4}")
    }
}

/// One label of the variable with what machine and human say of every post.
#[derive(Debug, Clone)]
pub struct DslLabel<'a> {
    /// The label.
    pub label: String,
    /// Every coded post, in one order for all labels.
    pub posts: Vec<Prediction<'a>>,
}

/// Writes the table that `dsl::dsl()` of R takes, one coded post a row: `post_id, cluster, sample_prob`, the `covariates`, and for each label
/// `y.LABEL` (by hand, NA where not coded) and `pred.LABEL` (by the machine), 1 or 0. A post outside of the base (off topic) by hand or machine
/// is 0 there: with the columns `y.base` and `pred.base` a share of the base is the ratio of the two means.
pub fn write_dsl(
    labels: &[DslLabel<'_>],
    covariates: &[String],
    cell: impl Fn(usize, &str) -> Option<String>,
    out: Output,
    csv: CsvOptions,
) -> Result<Output> {
    let names: Vec<String> = labels.iter().map(|label| r_name(&label.label)).collect();
    let header: Vec<String> = ["post_id", "cluster", "sample_prob"]
        .map(str::to_owned)
        .into_iter()
        .chain(covariates.iter().cloned())
        .chain(["y.base", "pred.base"].map(str::to_owned))
        .chain(
            names
                .iter()
                .flat_map(|name| [format!("y.{name}"), format!("pred.{name}")]),
        )
        .collect();
    let first = labels.first().map_or(&[][..], |label| &label.posts);
    let yes = |part: Option<Part>, of: fn(&Part) -> f64| part.map_or_else(missing, |part| of(&part).to_string());
    // dsl() drops posts without a prediction; a post that the machine left uncoded has none of its labels.
    let said =
        |part: Option<Part>, of: fn(&Part) -> f64| part.map_or_else(|| "0".to_owned(), |part| of(&part).to_string());
    let rows = first.iter().enumerate().map(|(at, post)| {
        let mut cells = vec![
            post.post.to_owned(),
            cell(post.row, "user_id").unwrap_or_else(|| post.post.to_owned()),
            format!("{:.9}", post.probability),
        ];
        cells.extend(
            covariates
                .iter()
                .map(|name| cell(post.row, name).unwrap_or_else(missing)),
        );
        cells.extend([yes(post.human, |part| part.base), said(post.machine, |part| part.base)]);
        for label in labels {
            let post = label.posts[at];
            cells.extend([
                yes(post.human, |part| part.counted),
                said(post.machine, |part| part.counted),
            ]);
        }
        cells
    });
    write_rows(header.iter().map(String::as_str), rows, out, csv)
}

/// As R's `make.names` leaves it.
fn r_name(label: &str) -> String {
    label
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '.' || c == '_' {
                c
            } else {
                '.'
            }
        })
        .collect()
}
