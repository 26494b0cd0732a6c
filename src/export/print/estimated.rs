//! Estimated shares: machine alone, hand codes alone and corrected, side by side.

use super::{Group, Labels, PrintCell, PrintRow, PrintTable, RowKind};
use crate::{
    export::ShareRow,
    tabulate::{ALL, Level, Within},
};

/// Lays out shares of `cols` by `rows`: below each category of the columns the groups and all posts, and for each way of estimating n, % and
/// interval. Where a category has several bases, `base` (a name) says which is printed.
pub fn print_shares(
    shares: &[ShareRow],
    (rows, cols): (&str, &str),
    base: &str,
    level: Level,
    labels: &Labels,
) -> PrintTable {
    let level = ((level.get() * 1e8).round() / 1e6).to_string();
    let columns = vec![
        labels.word("n", &[]),
        labels.word("percent", &[]),
        labels.word("interval", &[("level", &level)]),
    ];
    let methods = ["naive", "hand", "corrected"];
    let groups = methods.map(|method| Group {
        heading: labels.word(method, &[]),
        columns: columns.clone(),
    });
    let printed: Vec<&ShareRow> = shares.iter().filter(|share| share.base_name == base).collect();
    let mut categories: Vec<&str> = Vec::new();
    let mut of_rows: Vec<&str> = Vec::new();
    for share in &printed {
        for (seen, one) in [
            (&mut categories, share.col.as_str()),
            (&mut of_rows, share.row.as_str()),
        ] {
            if !seen.contains(&one) {
                seen.push(one);
            }
        }
    }
    // All posts come last, as in every table.
    of_rows.sort_by_key(|row| *row == ALL);
    let mut body = Vec::new();
    for category in categories {
        body.push(PrintRow {
            label: labels.value(category),
            kind: RowKind::Stratum,
            cells: Vec::new(),
        });
        for &row in &of_rows {
            let find = |method: &&str| {
                let is = |share: &&&ShareRow| share.row == row && share.col == category && share.method == *method;
                cells(printed.iter().find(is).copied())
            };
            body.push(PrintRow {
                label: if row == ALL {
                    labels.word("total", &[])
                } else {
                    labels.value(row)
                },
                kind: if row == ALL { RowKind::Total } else { RowKind::Body },
                cells: methods.iter().flat_map(find).collect(),
            });
        }
    }
    PrintTable {
        name: format!("{rows}_by_{cols}_estimated"),
        caption: labels.note(
            "estimated_title",
            &[("rows", &labels.column(rows)), ("cols", &labels.inline(cols))],
        ),
        stub: labels.column(rows),
        groups: groups.to_vec(),
        rows: body,
        notes: vec![
            labels.note("study_base", &[("base", &labels.base(base))]),
            labels.note("estimated", &[("level", &level)]),
        ],
        within: Within::Row,
        count_notes: Vec::new(),
        base_name: base.to_owned(),
        note_word: labels.word("note", &[]),
    }
}

fn cells(share: Option<&ShareRow>) -> [PrintCell; 3] {
    match share {
        None => [PrintCell::Empty; 3],
        Some(share) => match &share.estimate {
            Ok(found) => [
                PrintCell::Count(share.n),
                PrintCell::Share(found.share),
                PrintCell::Interval(found.bounds.low, found.bounds.high),
            ],
            Err(_) => [PrintCell::Count(share.n), PrintCell::NotAvailable, PrintCell::Empty],
        },
    }
}
