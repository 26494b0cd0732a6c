//! The tables of a study laid out for print.

use super::{Group, Labels, PrintCell, PrintRow, PrintTable, RowKind, notes::tested};
use crate::model::Day;
use crate::tabulate::{ALL, Base, Count, TIE, Table, Test, Within};

/// Files that stand beside each other in the printed flow of records; of more only their sum is printed.
const MOST_FILES: usize = 5;

/// Lays out a table of a study, once for each base its shares have: rows by columns with n, % and interval. Counts of the flow of records have
/// no shares worth printing and get the count alone, one row a step, one column a file. The notes tell the tests of the table among these, all
/// of which stand in `tests_in`.
pub fn print_study_table(table: &Table, tests: &[Test], tests_in: &str, labels: &Labels) -> Vec<PrintTable> {
    let of_table = tests.iter().filter(|test| test.table == table.name);
    let tests: Vec<Test> = of_table.cloned().collect();
    let mut bases: Vec<Base> = Vec::new();
    for count in &table.rows {
        if !bases.contains(&count.base_name) {
            bases.push(count.base_name);
        }
    }
    bases
        .iter()
        .map(|&base| match base {
            Base::RecordsRead => flow(table, labels),
            _ => with_base(table, base, bases.len() > 1, (&tests, tests_in), labels),
        })
        .collect()
}

fn with_base(
    table: &Table,
    base: Base,
    several: bool,
    (tests, tests_in): (&[Test], &str),
    labels: &Labels,
) -> PrintTable {
    let counts: Vec<&Count> = table.rows.iter().filter(|count| count.base_name == base).collect();
    let rows = distinct(counts.iter().map(|count| count.row.as_str()));
    let cols = distinct(counts.iter().map(|count| count.col.as_str()));
    let level = ((table.level.get() * 1e8).round() / 1e6).to_string();
    let columns = vec![
        labels.word("n", &[]),
        labels.word("percent", &[]),
        labels.word("interval", &[("level", &level)]),
    ];
    let group = |&col: &&str| Group {
        heading: if cols.len() == 1 && col == ALL {
            String::new()
        } else {
            labels.value(col)
        },
        columns: columns.clone(),
    };
    let mut groups: Vec<Group> = cols.iter().map(group).collect();
    let mut body: Vec<PrintRow> = rows
        .iter()
        .map(|&row| PrintRow {
            label: labels.value(row),
            kind: RowKind::Body,
            cells: cols
                .iter()
                .flat_map(|&col| {
                    let count = counts.iter().find(|count| count.row == row && count.col == col);
                    cells(table, count.copied())
                })
                .collect(),
        })
        .collect();
    let base_of = |chosen: &dyn Fn(&Count) -> bool| {
        counts
            .iter()
            .find(|count| chosen(count))
            .map_or(PrintCell::Empty, |count| told(count.base, count.hidden.base))
    };
    // Of one column, or of rows that a unit may stand in several of, the counts are not all there is.
    let sums_up = cols.len() > 1 && !table.has_several();
    let within = match table.within(base) {
        Within::Row => {
            groups.push(Group {
                heading: labels.word("total", &[]),
                columns: vec![labels.word("n", &[])],
            });
            for (printed, row) in body.iter_mut().zip(&rows) {
                printed.cells.push(base_of(&|count| count.row == *row));
            }
            Within::Row
        }
        within => {
            let blank = vec![PrintCell::Empty; columns.len() - 1];
            let bases = cols.iter().map(|col| base_of(&|count| count.col == *col));
            body.push(PrintRow {
                label: labels.word(if sums_up { "total" } else { "base" }, &[]),
                kind: RowKind::Total,
                cells: bases.flat_map(|base| [vec![base], blank.clone()].concat()).collect(),
            });
            if cols.len() > 1 { Within::Col } else { within }
        }
    };
    let name = labels.table(&table.name);
    let base_name = labels.base(base.name());
    let mut notes: Vec<String> = units(table, &counts, within)
        .map(|n| labels.note("base", &[("n", &n), ("unit", &labels.unit(unit(base)))]))
        .into_iter()
        .collect();
    notes.push(labels.note("study_base", &[("base", &base_name)]));
    if table.has_several() {
        let several = if base.is_of_accounts() {
            "multiple_accounts"
        } else {
            "multiple"
        };
        notes.push(labels.note(several, &[]));
    }
    notes.extend(votes(table, &counts, base, labels));
    let wilson = if base.is_of_accounts() {
        "wilson_accounts"
    } else {
        "wilson"
    };
    notes.push(labels.note(wilson, &[("level", &level)]));
    // What is off topic or unclear is tested in no table.
    if !matches!(base, Base::AllPosts | Base::AllAccounts) {
        notes.extend(tested(tests, None, Some(tests_in), labels));
    }
    if has_gaps(&rows) {
        notes.push(labels.note("gaps", &[]));
    }
    let masked = counts.iter().any(|count| count.hidden.any());
    let mask_note = masked.then(|| labels.note("suppressed_study", &[]));
    notes.extend(mask_note.clone());
    if masked && table.counts_again() {
        notes.push(labels.note("overlap", &[]));
    }
    if body.iter().any(|row| row.cells.contains(&PrintCell::NotAvailable)) {
        notes.push(labels.note("not_available", &[]));
    }
    PrintTable {
        name: if several {
            format!("{} {}", table.name, base.name())
        } else {
            table.name.clone()
        },
        caption: if several {
            labels.note("title_base", &[("title", &name), ("base", &base_name)])
        } else {
            name
        },
        stub: String::new(),
        groups,
        rows: body,
        within,
        base_name: base.name().to_owned(),
        notes,
        count_notes: mask_note.into_iter().collect(),
        note_word: labels.word("note", &[]),
    }
}

/// What is counted: a key of `[units]` in the labels.
fn unit(base: Base) -> &'static str {
    match base {
        _ if base.is_of_accounts() => "accounts",
        Base::AllPosts => "posts",
        _ => "stance",
    }
}

/// All units of the table: the base, or the sum of the bases of its rows or columns; `None` where its rows count the same units again.
fn units(table: &Table, counts: &[&Count], within: Within) -> Option<String> {
    if table.counts_again() {
        return None;
    }
    let name = |count: &Count| match within {
        Within::Row => count.row.clone(),
        Within::Col => count.col.clone(),
        Within::All => String::new(),
    };
    let mut seen: Vec<String> = Vec::new();
    let mut sum = 0;
    for count in counts {
        if count.hidden.base {
            return Some("*".to_owned());
        }
        if !seen.contains(&name(count)) {
            seen.push(name(count));
            sum += count.base;
        }
    }
    Some(sum.to_string())
}

/// Whether days lie between two rows that follow each other.
fn has_gaps(rows: &[&str]) -> bool {
    let days: Vec<Day> = rows.iter().filter_map(|row| row.parse().ok()).collect();
    days.windows(2)
        .any(|pair| pair[0].tomorrow().is_ok_and(|next| next < pair[1]))
}

/// How accounts are counted, below the tables that count them.
fn votes(table: &Table, counts: &[&Count], base: Base, labels: &Labels) -> Vec<String> {
    if !base.is_of_accounts() {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if counts.iter().any(|count| count.row == TIE || count.col == TIE) {
        notes.push(labels.note("votes", &[]));
    }
    let of_types = table.name.starts_with("account_level_type");
    if !of_types && table.name != "account_level_stance" && !table.counts_again() {
        notes.push(labels.note("votes_codes", &[]));
    }
    if of_types || base == Base::AccountsWithinType {
        notes.push(labels.note("type_first", &[("column", &labels.column("account_type"))]));
    }
    notes
}

/// What became of the records: a row a step, first of all files, then of each where there are several but not too many.
fn flow(table: &Table, labels: &Labels) -> PrintTable {
    let steps = distinct(table.rows.iter().map(|count| count.col.as_str()));
    let mut files = distinct(table.rows.iter().map(|count| count.row.as_str()));
    let all = files.len().saturating_sub(1);
    if all == 1 || all > MOST_FILES {
        files.truncate(1);
    }
    let groups = files.iter().map(|file| Group {
        heading: String::new(),
        columns: vec![labels.value(short(file, &files))],
    });
    let rows = steps.iter().map(|&step| PrintRow {
        label: labels.value(step),
        kind: RowKind::Body,
        cells: files
            .iter()
            .map(|&file| {
                let count = table.rows.iter().find(|count| count.row == file && count.col == step);
                // A file that has no such step has no records there.
                count.map_or(PrintCell::Count(0), |count| told(count.n, count.hidden.n))
            })
            .collect(),
    });
    let mut notes = vec![labels.note("counted", &[("base", &labels.base(Base::RecordsRead.name()))])];
    if all > MOST_FILES {
        notes.push(labels.note("flow_files", &[("n", &all.to_string())]));
    }
    let masked = table.rows.iter().any(|count| count.hidden.n);
    let mask_note = masked.then(|| labels.note("suppressed_study", &[]));
    notes.extend(mask_note.clone());
    PrintTable {
        name: table.name.clone(),
        caption: labels.table(&table.name),
        stub: String::new(),
        groups: groups.collect(),
        rows: rows.collect(),
        within: Within::All,
        base_name: Base::RecordsRead.name().to_owned(),
        notes,
        count_notes: mask_note.into_iter().collect(),
        note_word: labels.word("note", &[]),
    }
}

/// A file without its folder, where no other has that name.
fn short<'a>(file: &'a str, files: &[&str]) -> &'a str {
    let name = |path: &'a str| path.rsplit(['/', '\\']).next().unwrap_or(path);
    let alike = files
        .iter()
        .filter(|other| other.rsplit(['/', '\\']).next() == Some(name(file)));
    if alike.count() > 1 { file } else { name(file) }
}

fn told(n: u64, hidden: bool) -> PrintCell {
    if hidden { PrintCell::Masked } else { PrintCell::Count(n) }
}

fn cells(table: &Table, count: Option<&Count>) -> Vec<PrintCell> {
    let Some(count) = count else {
        return vec![PrintCell::Empty; 3];
    };
    let n = told(count.n, count.hidden.n);
    let share = match count.share() {
        _ if count.hidden.any() => PrintCell::Masked,
        Some(share) => PrintCell::Share(share),
        None => PrintCell::NotAvailable,
    };
    let interval = match count.interval(table.level) {
        _ if count.hidden.any() => PrintCell::Masked,
        Some(interval) => PrintCell::Interval(interval.low, interval.high),
        None => PrintCell::Empty,
    };
    vec![n, share, interval]
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
