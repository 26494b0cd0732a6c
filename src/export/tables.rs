//! Tables, tests and examples as CSV.

use std::str::FromStr;

use crate::error::Result;
use crate::model::CodedPost;
use crate::tabulate::{Example, ExampleOf, Interval, Table, Test};

use super::{
    CsvOptions, Output,
    number::{MASKED, NOT_AVAILABLE, probability, round_score, score, share, statistic},
    sheet::Sheet,
};

/// Columns of every table in long form.
pub(super) const LONG_FORM: [&str; 10] = [
    "table",
    "row",
    "col",
    "n",
    "base",
    "base_name",
    "share",
    "ci_low",
    "ci_high",
    "ci_method",
];
/// Columns of tests.csv.
pub(super) const TESTS: [&str; 12] = [
    "table",
    "test",
    "n",
    "statistic",
    "df",
    "p_value",
    "p_holm",
    "effect",
    "effect_size",
    "ci_low",
    "ci_high",
    "note",
];
const EXAMPLES: [&str; 11] = [
    "table",
    "kind",
    "code",
    "source_file",
    "source_row",
    "post_id",
    "account_type",
    "stance",
    "stance_score",
    "text",
    "terms",
];

/// Writes a table in long form. A share without a base is `NA`, its interval empty; `ci_method` names the interval and its level,
/// and is `none` where the counts are no sample. What is not to be shown is `*`.
pub fn write_table(table: &Table, out: Output, csv: CsvOptions) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, LONG_FORM)?;
    let method = format!("wilson {}%", percent(table.level.get()));
    for count in &table.rows {
        let interval = count.interval(table.level).filter(|_| !count.hidden.any());
        let number = |n: u64, hidden: bool| if hidden { MASKED.to_owned() } else { n.to_string() };
        let of_base = if count.hidden.any() {
            Some(MASKED.to_owned())
        } else {
            count.share().map(share)
        };
        let (low, high) = interval.map_or_else(Default::default, |i| (share(i.low), share(i.high)));
        sheet.row([
            table.name.as_str(),
            &count.row,
            &count.col,
            &number(count.n, count.hidden.n),
            &number(count.base, count.hidden.base),
            count.base_name.name(),
            &of_base.unwrap_or_else(|| NOT_AVAILABLE.to_owned()),
            &low,
            &high,
            if interval.is_some() { &method } else { "none" },
        ])?;
    }
    sheet.finish()
}

/// Writes tests.csv. What a test does not have is `NA`.
pub fn write_tests(tests: &[Test], out: Output, csv: CsvOptions) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, TESTS)?;
    for test in tests {
        sheet.row(test_cells(test).iter().map(String::as_str))?;
    }
    sheet.finish()
}

/// A row of tests.csv.
pub fn test_cells(test: &Test) -> [String; 12] {
    let or_na = |text: Option<String>| text.unwrap_or_else(|| NOT_AVAILABLE.to_owned());
    [
        test.table.clone(),
        test.test.clone(),
        or_na(test.n.map(|n| n.to_string())),
        or_na(test.statistic.map(statistic)),
        or_na(test.df.map(|df| df.to_string())),
        or_na(test.p_value.map(probability)),
        or_na(test.p_holm.map(probability)),
        test.effect.to_string(),
        or_na(test.effect_size.map(statistic)),
        or_na(test.interval.map(|interval| statistic(interval.low))),
        or_na(test.interval.map(|interval| statistic(interval.high))),
        test.note.clone(),
    ]
}

/// The test of a row of tests.csv, with its numbers as they are written there; `None` where it is no such row.
pub fn read_test(cells: &[String]) -> Option<Test> {
    fn number<T: FromStr>(cell: &str) -> Option<Option<T>> {
        match cell {
            NOT_AVAILABLE => Some(None),
            text => text.parse().ok().map(Some),
        }
    }
    let [
        table,
        test,
        n,
        statistic,
        df,
        p_value,
        p_holm,
        effect,
        effect_size,
        low,
        high,
        note,
    ] = cells
    else {
        return None;
    };
    Some(Test {
        table: table.clone(),
        test: test.clone(),
        n: number(n)?,
        statistic: number(statistic)?,
        df: number(df)?,
        p_value: number(p_value)?,
        p_holm: number(p_holm)?,
        effect: effect.clone().into(),
        effect_size: number(effect_size)?,
        interval: match (number(low)?, number(high)?) {
            (Some(low), Some(high)) => Some(Interval { low, high }),
            _ => None,
        },
        note: note.clone(),
    })
}

/// Writes examples.csv: `kind` is `stance` or `code`, `code` the stance or the code's id, `terms` what speaks for it, joined by `;`.
/// The file holds raw texts.
pub fn write_examples(examples: &[Example], out: Output, csv: CsvOptions) -> Result<Output> {
    let mut sheet = Sheet::new(out, csv, EXAMPLES)?;
    for example in examples {
        let (kind, code) = match &example.of {
            ExampleOf::Stance(stance) => ("stance", stance.name()),
            ExampleOf::Code(id) => ("code", &**id),
        };
        let CodedPost { post, account, verdict } = &example.coded;
        sheet.row([
            "examples",
            kind,
            code,
            &*post.source.file,
            &post.source.row.to_string(),
            &post.id,
            account.kind.name(),
            verdict.stance.name(),
            &round_score(verdict.score).map(score).unwrap_or_default(),
            &post.text,
            &example.terms.join(";"),
        ])?;
    }
    sheet.finish()
}

/// 0.95 as `95`, 0.999 as `99.9`.
fn percent(level: f64) -> f64 {
    (level * 1e8).round() / 1e6
}
