//! Agreement, scores and corrected shares as CSV.

use crate::error::Result;
use crate::validate::{
    Cell, Coefficient, Disagreement, Measured, Panel, Reconciled, Score, Settled, TermScore, VariableAgreement,
};

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

/// Writes the posts whose coders differ, one post and variable a row: `post_id, variable`, one column a coder, `decision` and `decided_by` for
/// the meeting to fill in, and the text where a sheet has it.
pub fn write_disagreements(panel: &Panel, rows: &[Disagreement], out: Output, csv: CsvOptions) -> Result<Output> {
    let coders = panel.coders();
    let with_text = rows.iter().any(|row| panel.about(&row.post, "text").is_some());
    let header = ["post_id", "variable"]
        .into_iter()
        .chain(coders.iter().copied())
        .chain(["decision", "decided_by"])
        .chain(with_text.then_some("text"));
    let cells = rows.iter().map(|row| {
        let given = row.given.iter().map(|given| given.clone().unwrap_or_default());
        let text = with_text.then(|| panel.about(&row.post, "text").unwrap_or_default().to_owned());
        [row.post.clone(), row.variable.clone()]
            .into_iter()
            .chain(given)
            .chain([String::new(), String::new()])
            .chain(text)
            .collect()
    });
    write_rows(header, cells, out, csv)
}

/// Writes settled hand codes, one post a row: `post_id, user_id`, each variable, and who each value comes from in `VARIABLE.decided_by`.
pub fn write_settled(
    panel: &Panel,
    variables: &[String],
    settled: &Reconciled,
    out: Output,
    csv: CsvOptions,
) -> Result<Output> {
    let header: Vec<String> = ["post_id", "user_id"]
        .map(str::to_owned)
        .into_iter()
        .chain(
            variables
                .iter()
                .flat_map(|name| [name.clone(), format!("{name}.decided_by")]),
        )
        .collect();
    let cells = settled.posts.iter().map(|(post, values)| {
        let both = |value: &Option<Settled>| match value {
            Some(value) => [value.value.clone(), value.by.clone()],
            None => [String::new(), String::new()],
        };
        [
            post.clone(),
            panel.about(post, "user_id").unwrap_or_default().to_owned(),
        ]
        .into_iter()
        .chain(values.iter().flat_map(both))
        .collect()
    });
    write_rows(header.iter().map(String::as_str), cells, out, csv)
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

/// Writes what became of each term, the most errors first: `code, term, rule, posts, right, wrong, missed, precision, ci_low, ci_high,
/// stance_wrong, wrong_posts, missed_posts` (ids joined by `;`, ten at most).
pub fn write_term_scores(rows: &[TermScore], out: Output, csv: CsvOptions) -> Result<Output> {
    let header = [
        "code",
        "term",
        "rule",
        "posts",
        "right",
        "wrong",
        "missed",
        "precision",
        "ci_low",
        "ci_high",
        "stance_wrong",
        "wrong_posts",
        "missed_posts",
    ];
    let some = |posts: &[String]| posts[..posts.len().min(10)].join(";");
    let cells = rows.iter().map(|row| {
        let precision = match &row.precision {
            Some((precision, bounds)) => [*precision, bounds.low, bounds.high].map(statistic),
            None => [(); 3].map(|()| NOT_AVAILABLE.to_owned()),
        };
        let counts = [row.posts, row.right, row.wrong.len(), row.missed.len()];
        [&row.code, &row.term, &row.rule]
            .into_iter()
            .cloned()
            .chain(counts.map(|count| count.to_string()))
            .chain(precision)
            .chain([row.stance_wrong.to_string(), some(&row.wrong), some(&row.missed)])
            .collect()
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
