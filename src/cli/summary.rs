//! What a person is told at the end of a run, on standard error.

use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthStr;

use crate::{
    classify::{Field, Fields, Rules},
    export::Told,
    ingest::{Accounts, Recognition, Repair, Unit},
    model::{Exclusion, Stance},
    pipeline::{Report, Topical},
    score::Relevance,
    tabulate::{Base, MaskedStudy, Table},
};

/// Cells in columns: the first to the left, the others to the right, Chinese characters two wide.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[at] - cell.width());
            line += &if at == 0 {
                format!("{cell}{pad}")
            } else {
                format!("  {pad}{cell}")
            };
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// Posts read, left out and why, coded; what is masked as `*`.
pub(super) fn flow(report: &Report, masked: Option<&MaskedStudy>) -> String {
    let total = report.flow.total();
    let told =
        |step: &str, n: u64| Told::new(n, masked.is_some_and(|masked| masked.hides_step(None, step))).to_string();
    let mut rows = vec![vec!["records read".to_owned(), told("read", total.read)]];
    rows.push(vec!["  rejected".to_owned(), told("rejected", total.rejected)]);
    if total.accounts > 0 {
        rows.push(vec![
            "  accounts, used as a table".to_owned(),
            told("accounts", total.accounts),
        ]);
    }
    for why in Exclusion::ALL {
        if total.excluded(why) > 0 {
            rows.push(vec![format!("  {}", why.name()), told(why.name(), total.excluded(why))]);
        }
    }
    rows.push(vec!["posts coded".to_owned(), told("coded", total.remaining())]);
    columns(&rows) + &repairs(report, masked)
}

/// What was put right in how many records, over all files; nothing where nothing was. A sum of which the manifest masks a part is masked.
fn repairs(report: &Report, masked: Option<&MaskedStudy>) -> String {
    let mut total: BTreeMap<&str, (u64, bool)> = BTreeMap::new();
    for (name, &n) in report.files.iter().flat_map(|file| &file.repairs) {
        let (sum, hidden) = total.entry(name).or_default();
        *sum += n;
        *hidden |= masked.is_some_and(|masked| masked.is_small(n));
    }
    if total.is_empty() {
        return String::new();
    }
    let list: Vec<String> = total
        .iter()
        .map(|(name, &(n, hidden))| format!("{} × {name}", Told::new(n, hidden)))
        .collect();
    format!("put right: {}\n", list.join(", "))
}

/// The same in one line.
pub(super) fn flow_line(report: &Report) -> String {
    let total = report.flow.total();
    let excluded: u64 = Exclusion::ALL.iter().map(|&why| total.excluded(why)).sum();
    format!(
        "{} read, {} rejected, {excluded} left out",
        super::counted(total.read, "record"),
        total.rejected
    )
}

/// Account type by stance: counts, and the share within the account type.
pub(super) fn account_type_by_stance(table: &Table, types: &[String]) -> String {
    let mut rows = vec![vec!["account type".to_owned()]];
    rows[0].extend(Stance::ON_TOPIC.iter().map(|stance| stance.name().to_owned()));
    rows[0].push("all".to_owned());
    for kind in types {
        let mut row = vec![kind.clone()];
        let mut base = String::new();
        for stance in Stance::ON_TOPIC {
            let Some(cell) = table.cell(kind, stance.name(), Base::WithinAccountType) else {
                continue;
            };
            base = if cell.hidden.base {
                "*".to_owned()
            } else {
                cell.base.to_string()
            };
            row.push(match cell.share() {
                _ if cell.hidden.n => "*".to_owned(),
                Some(share) if !cell.hidden.base => format!("{} ({:.1}%)", cell.n, share * 100.0),
                _ => cell.n.to_string(),
            });
        }
        row.push(base);
        rows.push(row);
    }
    columns(&rows)
}

/// The account fields an export has, or gets from a table of accounts.
fn account_fields(recognition: &Recognition, accounts: Option<&Accounts>) -> Fields {
    let joined = accounts.map(Accounts::fields).unwrap_or_default();
    let told = recognition.fields.iter().map(|(field, _)| *field);
    told.chain(joined)
        .filter_map(|field| Field::from_name(field.name()))
        .collect()
}

/// What the account fields of an export mean for the account types, or nothing where all can be decided.
pub(super) fn account_warning(recognition: &Recognition, rules: &Rules, accounts: Option<&Accounts>) -> Option<String> {
    rules.decidable(account_fields(recognition, accounts)).warning()
}

/// What the posts of a file had to show, and why; where counts are masked not why, as the first posts may be all there are.
pub(super) fn relevance(told: Topical, masked: Option<&MaskedStudy>) -> String {
    let rule = match told.relevance() {
        Relevance::Assumed => "relevance assumed",
        Relevance::Shown => "relevance shown by each post",
    };
    if masked.is_some() {
        return rule.to_owned();
    }
    let posts = if told.posts == 1 {
        "post shows".to_owned()
    } else {
        format!("{} posts show", told.posts)
    };
    format!("{rule}: {} of the first {posts} the topic", told.shown)
}

/// Share of posts that show the topic from which a file may well be the result of a search for it.
const PERHAPS_SEARCHED: f64 = 0.1;

fn relevance_note(told: Topical, masked: Option<&MaskedStudy>) -> Option<String> {
    let say = match told.relevance() {
        Relevance::Assumed => "--searched=no asks it of every post",
        Relevance::Shown if told.shown as f64 >= PERHAPS_SEARCHED * told.posts as f64 => {
            "say --searched if the export comes from a search for it"
        }
        Relevance::Shown => return None,
    };
    Some(format!("{}; {say}", relevance(told, masked)))
}

/// The warnings of all files that were read, each once with the first file it concerns.
pub(super) fn warnings(
    report: &Report,
    rules: &Rules,
    accounts: Option<&Accounts>,
    masked: Option<&MaskedStudy>,
) -> Vec<String> {
    let told = |n: u64| Told::new(n, masked.is_some_and(|masked| masked.is_small(n)));
    let mut seen = BTreeSet::new();
    let mut warnings = Vec::new();
    for file in &report.files {
        let Ok(recognition) = &file.recognition else { continue };
        if let Some(warning) = account_warning(recognition, rules, accounts)
            && recognition.unit != Unit::Account
            && recognition.without_text.is_none()
            && seen.insert(warning.clone())
        {
            warnings.push(format!("{}: {warning}", file.input));
        }
        if let Some(note) = file.topical.and_then(|topical| relevance_note(topical, masked)) {
            warnings.push(format!("{}: {note}", file.input));
        }
        for column in &recognition.kept_missing {
            warnings.push(format!(
                "{}: no column `{column}` (--keep); its cells are empty",
                file.input
            ));
        }
        if !recognition.tables_not_read.is_empty() {
            warnings.push(format!(
                "{}: read {}; not read: {}",
                file.input,
                recognition.tables.join(", "),
                recognition.tables_not_read.join(", ")
            ));
        }
        if file.summary.invalid_sequences > 0 {
            warnings.push(format!(
                "{}: not valid {}, and read as U+FFFD: {} (if the texts are garbled, name the encoding: --encoding LABEL)",
                file.input,
                recognition.encoding,
                super::counted(told(file.summary.invalid_sequences), "byte sequence")
            ));
        }
        if let Some(&cut) = file.repairs.get(Repair::TruncatedText.name()) {
            warnings.push(format!(
                "{}: the exporter cut {} (...全文); what stood behind is not coded",
                file.input,
                super::counted(told(cut), "text")
            ));
        }
    }
    warnings
}
