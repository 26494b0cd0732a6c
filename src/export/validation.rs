//! Agreement, scores and corrected shares as CSV.

use crate::error::Result;
use crate::validate::{Coefficient, Disagreement, Measured, VariableAgreement};

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
