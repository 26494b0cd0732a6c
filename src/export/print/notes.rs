//! What stands below a printed table: the base, the intervals, the tests, what was left out.

use super::{Labels, Printing, crossing::level};
use crate::tabulate::{Crossing, Test, Unit, Vote, Within};

pub(super) fn notes(crossings: &[Crossing], printing: &Printing<'_>) -> Vec<String> {
    let labels = printing.labels;
    let mut notes = vec![base(crossings, printing)];
    if let Some(crossing) = crossings.first() {
        notes.push(shares(crossing, printing));
        notes.extend(votes(crossing, printing));
        notes.extend(intervals(crossing, labels));
    }
    notes.extend(left_out(crossings, printing));
    for (crossing, tests) in crossings.iter().zip(printing.tests) {
        let stratum = printing.by.is_some().then(|| labels.value(&crossing.by));
        notes.extend(tested(tests, stratum, printing.tests_in.as_deref(), labels));
    }
    if crossings.first().is_some_and(only_intervals_know_accounts) && !printing.tests.is_empty() {
        notes.push(labels.note("tests_independent", &[]));
    }
    notes.extend(masked(crossings, printing));
    notes.extend(overlap(printing));
    if crossings.iter().any(|crossing| without_base(crossing, printing)) {
        notes.push(labels.note("not_available", &[]));
    }
    if crossings.iter().any(|crossing| without_spread(crossing, printing)) {
        notes.push(labels.note("without_spread", &[]));
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

/// What masking one table cannot see.
fn overlap(printing: &Printing<'_>) -> Option<String> {
    let part = printing.suppress.is_some() && (printing.condition.is_some() || printing.window.is_some());
    part.then(|| printing.labels.note("overlap", &[]))
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
        let key = match crossing.options.unit {
            Unit::Posts => "multiple",
            Unit::Accounts => "multiple_accounts",
        };
        note = super::paragraph(&[note, labels.note(key, &[])]);
    }
    note
}

/// How accounts vote: a sentence for each rule that one of the variables has.
fn votes(crossing: &Crossing, printing: &Printing<'_>) -> Vec<String> {
    let (labels, options) = (printing.labels, &crossing.options);
    if options.unit == Unit::Posts {
        return Vec::new();
    }
    let variables = [
        (Some(&printing.rows), options.rows_multiple, options.rows_vote),
        (printing.cols.as_ref(), options.cols_multiple, options.cols_vote),
        (printing.by.as_ref(), false, options.by_vote),
    ];
    let mut notes: Vec<String> = Vec::new();
    for (name, multiple, vote) in variables {
        let Some(name) = name else { continue };
        let note = match vote {
            _ if multiple => labels.note("votes_codes", &[]),
            Vote::Any => labels.note("votes_any", &[("column", &labels.column(name))]),
            Vote::Most => labels.note("votes", &[]),
            Vote::First => labels.note("votes_first", &[("column", &labels.column(name))]),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// Whether the intervals allow for posts of one account being alike and the tests do not.
fn only_intervals_know_accounts(crossing: &Crossing) -> bool {
    crossing.options.bootstrap.is_some() && crossing.options.unit == Unit::Posts && !crossing.options.weighted
}

fn without_spread(crossing: &Crossing, printing: &Printing<'_>) -> bool {
    let within = printed_within(printing);
    (0..crossing.rows.len()).any(|row| {
        (0..crossing.cols.len())
            .any(|col| crossing.without_spread(row, col, within) && !crossing.mask.share(row, col, within))
    })
}

fn printed_within(printing: &Printing<'_>) -> Within {
    if printing.cols.is_none() {
        Within::All
    } else {
        printing.within
    }
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
    if printing.odd_weights > 0 {
        let weight = labels.column(printing.weight.as_deref().unwrap_or_default());
        notes.push(labels.note(
            "odd_weights",
            &[("weight", &weight), ("n", &told(printing.odd_weights))],
        ));
    }
    if printing.off_topic > 0 {
        notes.push(labels.note("off_topic", &[("n", &told(printing.off_topic))]));
    }
    if printing.unclear > 0 {
        notes.push(labels.note("unclear", &[("n", &told(printing.unclear))]));
    }
    for (column, n) in printing.missing.iter().filter(|(_, n)| *n > 0) {
        let (n, column) = (told(*n), labels.column(column));
        notes.push(labels.note("missing", &[("n", &n), ("column", &column)]));
    }
    if printing.outside > 0 {
        notes.push(labels.note("outside", &[("n", &told(printing.outside))]));
    }
    if let Some((window, n)) = &printing.window {
        notes.push(labels.note("window", &[("window", window), ("n", &told(*n))]));
    }
    if printing.gaps {
        notes.push(labels.note("gaps", &[]));
    }
    if printing.ties > 0 {
        let masked = crossings.iter().any(|crossing| crossing.mask.any());
        let n = if masked { "*".to_owned() } else { told(printing.ties) };
        notes.push(labels.note("ties", &[("n", &n)]));
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

/// The test of the whole table, in one sentence; of a table of labels where their tests stand.
pub(super) fn tested(
    tests: &[Test],
    stratum: Option<String>,
    tests_in: Option<&str>,
    labels: &Labels,
) -> Option<String> {
    let find = |name: &str| tests.iter().find(|test| test.test == name);
    let mut results = Vec::new();
    if let Some(chi) = find("chi-square") {
        match (chi.statistic, chi.df, chi.p_value, chi.effect_size) {
            (Some(statistic), Some(df), Some(p), Some(v)) => {
                let (df, statistic, v) = (df.to_string(), format!("{statistic:.2}"), bare(v, 2));
                let n = chi.n.unwrap_or_default().to_string();
                let values = [
                    ("df", &df),
                    ("n", &n),
                    ("statistic", &statistic),
                    ("p", &p_text(p)),
                    ("v", &v),
                ];
                results.push(labels.note("chi", &values.map(|(name, value)| (name, value.as_str()))));
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
        let name = labels.value(&fisher.effect);
        results.push(labels.note("fisher", &[("p", &p_text(p)), ("name", &name), ("odds", &odds)]));
    }
    if results.is_empty() {
        return tests.iter().any(|test| test.p_holm.is_some()).then(|| match tests_in {
            Some(place) => labels.note("holm", &[("where", place)]),
            None => labels.note("holm_nowhere", &[]),
        });
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
        format!("= {}", bare(p, 3))
    }
}

/// A number that cannot exceed 1, without the 0 before its point.
fn bare(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

fn without_base(crossing: &Crossing, printing: &Printing<'_>) -> bool {
    let within = printed_within(printing);
    (0..crossing.rows.len()).any(|row| (0..crossing.cols.len()).any(|col| crossing.base(row, col, within) == 0))
}
