//! Agreement, scores and corrected shares as CSV.

use crate::error::Result;
use crate::validate::{Cell, Coefficient, Disagreement, Estimate, Measured, Score, VariableAgreement};

use super::{
    CsvOptions, Output,
    number::{NOT_AVAILABLE, share, statistic},
    sheet::Sheet,
};

/// Writes rows of text cells under a header. Every row must have as many cells as the header.
pub fn write_rows<'a>(
    header: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item = Vec<String>>,
    out: Output,
    csv: CsvOptions,
) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, header)?;
    for row in rows {
        sheet.row(row.iter().map(String::as_str))?;
    }
    sheet.finish()
}

/// Writes agreement, one variable or category a row: `variable, category, posts, coders, judgements, frequency, share`, each coefficient
/// with `_low` and `_high`, and `note` with the reasons of whatever is NA.
pub fn write_agreement(rows: &[VariableAgreement], out: Output, csv: CsvOptions) -> Result<Output> {
    let fixed = [
        "variable",
        "category",
        "posts",
        "coders",
        "judgements",
        "frequency",
        "share",
    ];
    let mut header: Vec<String> = fixed.map(str::to_owned).to_vec();
    for coefficient in Coefficient::ALL {
        header.extend(["", "_low", "_high"].map(|end| format!("{coefficient}{end}")));
    }
    header.push("note".to_owned());
    let cells = rows.iter().map(|row| {
        let part = row.frequency as f64 / row.judgements as f64;
        let mut cells = vec![
            row.variable.clone(),
            row.category.clone().unwrap_or_else(|| "all".to_owned()),
            row.posts.to_string(),
            row.coders.to_string(),
            row.judgements.to_string(),
            row.frequency.to_string(),
            if row.judgements == 0 {
                NOT_AVAILABLE.to_owned()
            } else {
                share(part)
            },
        ];
        cells.extend(row.coefficients.iter().flat_map(measured));
        cells.push(row.note());
        cells
    });
    write_rows(header.iter().map(String::as_str), cells, out, csv)
}

/// Writes the posts whose coders differ, one post and variable a row, one column a coder.
pub fn write_disagreements(coders: &[String], rows: &[Disagreement], out: Output, csv: CsvOptions) -> Result<Output> {
    let header = ["post_id", "variable"]
        .into_iter()
        .chain(coders.iter().map(String::as_str));
    let cells = rows.iter().map(|row| {
        let given = row.given.iter().map(|given| given.clone().unwrap_or_default());
        [row.post.clone(), row.variable.clone()]
            .into_iter()
            .chain(given)
            .collect()
    });
    write_rows(header, cells, out, csv)
}

/// Scores of the machine on one variable in one group of posts.
#[derive(Debug, Clone)]
pub struct Scores {
    /// The variable.
    pub variable: String,
    /// The group: `all`, or a value of the column the posts are grouped by.
    pub group: String,
    /// Its scores.
    pub scores: Vec<Score>,
    /// Its confusion matrices, by name.
    pub confusion: Vec<(String, Vec<Cell>)>,
}

/// Writes scores, one measure a row: `variable, group, class, measure, value, ci_low, ci_high, ci_method, posts, note`.
pub fn write_scores(groups: &[Scores], out: Output, csv: CsvOptions) -> Result<Output> {
    let header = [
        "variable",
        "group",
        "class",
        "measure",
        "value",
        "ci_low",
        "ci_high",
        "ci_method",
        "posts",
        "note",
    ];
    let row = |group: &Scores, score: &Score| {
        let why = score
            .measured
            .value
            .as_ref()
            .err()
            .or(score.measured.bounds.as_ref().err());
        let [value, low, high] = measured(&score.measured);
        vec![
            group.variable.clone(),
            group.group.clone(),
            score.class.clone().unwrap_or_else(|| "all".to_owned()),
            score.measure.name().to_owned(),
            value,
            low,
            high,
            score.method.to_owned(),
            score.posts.to_string(),
            why.map(ToString::to_string).unwrap_or_default(),
        ]
    };
    let rows = groups
        .iter()
        .flat_map(|group| group.scores.iter().map(move |score| row(group, score)));
    write_rows(header, rows, out, csv)
}

/// Writes confusion matrices in long form: `table, group, human, machine, n, base, base_name, share`; the base is the posts the human gave
/// the class, and the share is weighted.
pub fn write_confusion(groups: &[Scores], out: Output, csv: CsvOptions) -> Result<Output> {
    let header = ["table", "group", "human", "machine", "n", "base", "base_name", "share"];
    let row = |table: &str, group: &str, cell: &Cell| {
        vec![
            table.to_owned(),
            group.to_owned(),
            cell.human.clone(),
            cell.machine.clone(),
            cell.posts.to_string(),
            cell.base.to_string(),
            "within human class".to_owned(),
            cell.share.map_or_else(|| NOT_AVAILABLE.to_owned(), share),
        ]
    };
    let mut rows = Vec::new();
    for group in groups {
        for (table, cells) in &group.confusion {
            rows.extend(cells.iter().map(|cell| row(table, &group.group, cell)));
        }
    }
    write_rows(header, rows, out, csv)
}

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
    pub estimate: std::result::Result<Estimate, String>,
    /// How the interval was made.
    pub ci_method: &'static str,
    /// What the reader should know.
    pub note: String,
}

/// Writes estimated shares, one way of estimating one share a row, in the layout of the tables.
pub fn write_shares(rows: &[ShareRow], out: Output, csv: CsvOptions) -> Result<Output> {
    let header = [
        "table",
        "row",
        "col",
        "method",
        "n",
        "base",
        "base_name",
        "share",
        "ci_low",
        "ci_high",
        "ci_method",
        "standard_error",
        "lambda",
        "note",
    ];
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

/// A number and the ends of its interval.
fn measured(measured: &Measured) -> [String; 3] {
    let missing = || NOT_AVAILABLE.to_owned();
    let value = measured
        .value
        .as_ref()
        .map_or_else(|_| missing(), |value| statistic(*value));
    let ends = measured
        .bounds
        .as_ref()
        .map(|bounds| [bounds.low, bounds.high].map(statistic));
    let [low, high] = ends.unwrap_or_else(|_| [missing(), missing()]);
    [value, low, high]
}
