//! What stands below a printed table: the base, the intervals, the tests, what was left out.

use super::{Labels, Printing, crossing::level};
use crate::tabulate::{Crossing, Test, Unit, Within};

pub(super) fn notes(crossings: &[Crossing], printing: &Printing<'_>) -> Vec<String> {
    let labels = printing.labels;
    let mut notes = vec![base(crossings, printing)];
    if let Some(crossing) = crossings.first() {
        notes.push(shares(crossing, printing));
        notes.extend(intervals(crossing, labels));
    }
    notes.extend(left_out(crossings, printing));
    for (crossing, tests) in crossings.iter().zip(printing.tests) {
        let stratum = printing.by.is_some().then(|| labels.value(&crossing.by));
        notes.extend(tested(tests, stratum, labels));
    }
    notes.extend(masked(crossings, printing));
    if crossings.iter().any(|crossing| without_base(crossing, printing)) {
        notes.push(labels.note("not_available", &[]));
    }
    notes
}

/// The notes that hold for the counts alone.
pub(super) fn count_notes(crossings: &[Crossing], printing: &Printing<'_>) -> Vec<String> {
    let mut notes = vec![base(crossings, printing)];
    notes.extend(left_out(crossings, printing));
    notes.extend(masked(crossings, printing));
    notes
}

fn masked(crossings: &[Crossing], printing: &Printing<'_>) -> Option<String> {
    let k = printing.suppress?;
    crossings
        .iter()
        .any(|crossing| crossing.mask.any())
        .then(|| printing.labels.note("suppressed", &[("k", &k.to_string())]))
}

fn base(crossings: &[Crossing], printing: &Printing<'_>) -> String {
    let labels = printing.labels;
    let hidden = crossings.iter().any(|crossing| crossing.mask.total);
    let n: u64 = crossings.iter().map(|crossing| crossing.total).sum();
    let n = if hidden { "*".to_owned() } else { n.to_string() };
    let unit = labels.unit(printing.unit);
    match &printing.condition {
        Some(condition) => labels.note("base_where", &[("n", &n), ("unit", &unit), ("where", condition)]),
        None => labels.note("base", &[("n", &n), ("unit", &unit)]),
    }
}

fn shares(crossing: &Crossing, printing: &Printing<'_>) -> String {
    let labels = printing.labels;
    let within = match printing.within {
        _ if printing.cols.is_none() => "within_all",
        Within::Row => "within_row",
        Within::Col => "within_col",
        Within::All => "within_all",
    };
    let mut note = labels.note(within, &[("unit", &labels.unit(printing.unit))]);
    if crossing.options.rows_multiple || crossing.options.cols_multiple {
        note = format!("{note} {}", labels.note("multiple", &[]));
    }
    note
}

fn intervals(crossing: &Crossing, labels: &Labels) -> Option<String> {
    let level = level(crossing);
    if let Some(bootstrap) = crossing.options.bootstrap {
        let (replicates, seed) = (bootstrap.replicates.to_string(), bootstrap.seed.to_string());
        return Some(labels.note(
            "bootstrap",
            &[("level", &level), ("replicates", &replicates), ("seed", &seed)],
        ));
    }
    let key = if crossing.options.unit == Unit::Accounts {
        "wilson_accounts"
    } else {
        "wilson"
    };
    (!crossing.options.weighted).then(|| labels.note(key, &[("level", &level)]))
}

fn left_out(crossings: &[Crossing], printing: &Printing<'_>) -> Vec<String> {
    let labels = printing.labels;
    let told = |n: u64| match printing.suppress {
        Some(k) if (1..k).contains(&n) => "*".to_owned(),
        _ => n.to_string(),
    };
    let mut notes = Vec::new();
    if let Some(weight) = &printing.weight {
        notes.push(labels.note(
            "weighted",
            &[("weight", &labels.column(weight)), ("n", &told(printing.unweighted))],
        ));
    }
    if printing.off_topic > 0 {
        notes.push(labels.note("off_topic", &[("n", &told(printing.off_topic))]));
    }
    if printing.unclear > 0 {
        notes.push(labels.note("unclear", &[("n", &told(printing.unclear))]));
    }
    for (column, n) in printing.missing.iter().filter(|(_, n)| *n > 0) {
        let (n, column, unit) = (told(*n), labels.column(column), labels.unit("posts"));
        notes.push(labels.note("missing", &[("n", &n), ("column", &column), ("unit", &unit)]));
    }
    if printing.outside > 0 {
        notes.push(labels.note("outside", &[("n", &told(printing.outside))]));
    }
    if printing.anonymous > 0 {
        let votes = crossings
            .first()
            .is_some_and(|crossing| crossing.options.unit == Unit::Accounts);
        let what = labels.note(if votes { "anonymous_votes" } else { "anonymous_clusters" }, &[]);
        notes.push(labels.note("anonymous", &[("n", &told(printing.anonymous)), ("what", &what)]));
    }
    notes
}

/// The test of the whole table, in one sentence.
fn tested(tests: &[Test], stratum: Option<String>, labels: &Labels) -> Option<String> {
    let find = |name: &str| tests.iter().find(|test| test.test == name);
    let mut results = Vec::new();
    if let Some(chi) = find("chi-square") {
        match (chi.statistic, chi.df, chi.p_value, chi.effect_size) {
            (Some(statistic), Some(df), Some(p), Some(v)) => {
                let (df, statistic, v) = (df.to_string(), format!("{statistic:.2}"), format!("{v:.2}"));
                results.push(labels.note(
                    "chi",
                    &[("df", &df), ("statistic", &statistic), ("p", &p_text(p)), ("v", &v)],
                ));
            }
            (_, _, Some(p), _) => results.push(labels.note("withheld", &[("p", &p_text(p))])),
            _ => {
                let why = chi.note.rsplit("not tested: ").next().unwrap_or_default();
                results.push(labels.note("untested", &[("why", &labels.value(why))]));
            }
        }
    }
    if let Some(p) = find("chi-square, Monte-Carlo").and_then(|test| test.p_value) {
        results.push(labels.note("monte_carlo", &[("p", &p_text(p))]));
    }
    if let Some(fisher) = find("Fisher exact")
        && let (Some(p), Some(odds)) = (fisher.p_value, fisher.effect_size)
    {
        let odds = format!("{odds:.2}");
        results.push(labels.note("fisher", &[("p", &p_text(p)), ("name", fisher.effect), ("odds", &odds)]));
    }
    if results.is_empty() {
        return tests
            .iter()
            .any(|test| test.test.contains("Holm"))
            .then(|| labels.note("holm", &[]));
    }
    let result = results.join(&labels.word("and", &[]));
    Some(match stratum {
        Some(stratum) => labels.note("test_of", &[("stratum", &stratum), ("result", &result)]),
        None => labels.note("test", &[("result", &result)]),
    })
}

/// As journals print it: `< .001`, else three decimals.
fn p_text(p: f64) -> String {
    if p < 0.001 {
        "< .001".to_owned()
    } else {
        format!("= {p:.3}").replacen("0.", ".", 1)
    }
}

fn without_base(crossing: &Crossing, printing: &Printing<'_>) -> bool {
    let within = if printing.cols.is_none() {
        Within::All
    } else {
        printing.within
    };
    (0..crossing.rows.len()).any(|row| (0..crossing.cols.len()).any(|col| crossing.base(row, col, within) == 0))
}
