//! The tables of a study laid out for print.

use super::{Group, Labels, PrintCell, PrintRow, PrintTable, RowKind};
use crate::tabulate::{ALL, Base, Count, Table, Within};

/// Lays out a table of a study, once for each base its shares have: rows by columns with n, % and interval. Counts of the whole flow of
/// records have no shares worth printing and get the count alone.
pub fn print_study_table(table: &Table, labels: &Labels) -> Vec<PrintTable> {
    let mut bases: Vec<Base> = Vec::new();
    for count in &table.rows {
        if !bases.contains(&count.base_name) {
            bases.push(count.base_name);
        }
    }
    bases
        .iter()
        .map(|&base| with_base(table, base, bases.len() > 1, labels))
        .collect()
}

fn with_base(table: &Table, base: Base, several: bool, labels: &Labels) -> PrintTable {
    let counts: Vec<&Count> = table.rows.iter().filter(|count| count.base_name == base).collect();
    let rows = distinct(counts.iter().map(|count| count.row.as_str()));
    let cols = distinct(counts.iter().map(|count| count.col.as_str()));
    let level = ((table.level.get() * 1e8).round() / 1e6).to_string();
    let mut columns = vec![labels.word("n", &[])];
    if base != Base::RecordsRead {
        columns.extend([
            labels.word("percent", &[]),
            labels.word("interval", &[("level", &level)]),
        ]);
    }
    let group = |&col: &&str| match (base, cols.len()) {
        // One count a column needs no heading over its heading.
        (Base::RecordsRead, _) => Group {
            heading: String::new(),
            columns: vec![labels.value(col)],
        },
        (_, 1) if col == ALL => Group {
            heading: String::new(),
            columns: columns.clone(),
        },
        _ => Group {
            heading: labels.value(col),
            columns: columns.clone(),
        },
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
                    cells(table, count.copied(), columns.len())
                })
                .collect(),
        })
        .collect();
    let of_rows: Option<Vec<PrintCell>> = rows
        .iter()
        .map(|row| common(&counts, |count| count.row == *row))
        .collect();
    let of_cols: Option<Vec<PrintCell>> = cols
        .iter()
        .map(|col| common(&counts, |count| count.col == *col))
        .collect();
    let within = match (of_rows, of_cols) {
        _ if base == Base::RecordsRead => Within::All,
        (_, Some(bases)) => {
            let blank = vec![PrintCell::Empty; columns.len() - 1];
            body.push(PrintRow {
                label: labels.word("total", &[]),
                kind: RowKind::Total,
                cells: bases
                    .into_iter()
                    .flat_map(|base| [vec![base], blank.clone()].concat())
                    .collect(),
            });
            if cols.len() > 1 { Within::Col } else { Within::All }
        }
        (Some(bases), None) => {
            groups.push(Group {
                heading: labels.word("total", &[]),
                columns: vec![labels.word("n", &[])],
            });
            body.iter_mut().zip(bases).for_each(|(row, base)| row.cells.push(base));
            Within::Row
        }
        (None, None) => Within::All,
    };
    let name = labels.column(&table.name).replace('_', " ");
    let base_name = labels.base(base.name());
    let mut notes = if base == Base::RecordsRead {
        vec![labels.note("counted", &[("base", &base_name)])]
    } else {
        vec![
            labels.note("study_base", &[("base", &base_name)]),
            labels.note("wilson", &[("level", &level)]),
        ]
    };
    let masked = counts.iter().any(|count| count.hidden.any());
    let mask_note = masked.then(|| labels.note("suppressed_study", &[]));
    notes.extend(mask_note.clone());
    PrintTable {
        name: if several {
            format!("{} {}", table.name, base.name())
        } else {
            table.name.clone()
        },
        caption: if several {
            format!("{name} ({})", labels.base(base.name()))
        } else {
            name
        },
        stub: String::new(),
        groups,
        rows: body,
        within,
        notes,
        count_notes: mask_note.into_iter().collect(),
        note_word: labels.word("note", &[]),
    }
}

/// The base that these counts have in common, if they do; masked where it is in any of them.
fn common(counts: &[&Count], chosen: impl Fn(&Count) -> bool) -> Option<PrintCell> {
    let mut chosen = counts.iter().filter(|count| chosen(count));
    let first = chosen.next()?;
    let mut masked = first.hidden.base;
    for other in chosen {
        if other.base != first.base {
            return None;
        }
        masked |= other.hidden.base;
    }
    Some(if masked {
        PrintCell::Masked
    } else {
        PrintCell::Count(first.base)
    })
}

fn cells(table: &Table, count: Option<&Count>, width: usize) -> Vec<PrintCell> {
    let Some(count) = count else {
        return vec![PrintCell::Empty; width];
    };
    let n = if count.hidden.n {
        PrintCell::Masked
    } else {
        PrintCell::Count(count.n)
    };
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
    [n, share, interval].into_iter().take(width).collect()
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
