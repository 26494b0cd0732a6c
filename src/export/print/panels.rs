//! Wide tables cut into parts that fit a page.

use super::{PrintRow, PrintTable, RowKind};

/// Columns of numbers that fit the width of a page beside the row labels.
const FIT: usize = 10;

/// The table, or where it has more columns than fit a page its parts, each with whole column groups and all rows; the notes stand below the last.
pub(super) fn panels(table: &PrintTable) -> Vec<PrintTable> {
    if table.width() <= FIT {
        return vec![table.clone()];
    }
    let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
    let mut columns = 0;
    for (at, group) in table.groups.iter().enumerate() {
        columns += group.columns.len();
        match parts.last_mut() {
            Some(part) if columns <= FIT => part.end = at + 1,
            _ => {
                columns = group.columns.len();
                parts.push(at..at + 1);
            }
        }
    }
    let count = parts.len();
    parts
        .into_iter()
        .enumerate()
        .map(|(at, groups)| part(table, groups, (at + 1, count)))
        .collect()
}

fn part(table: &PrintTable, groups: std::ops::Range<usize>, (number, count): (usize, usize)) -> PrintTable {
    let width = |groups: &[super::Group]| groups.iter().map(|group| group.columns.len()).sum::<usize>();
    let from = width(&table.groups[..groups.start]);
    let cells = from..from + width(&table.groups[groups.clone()]);
    let row = |row: &PrintRow| PrintRow {
        label: row.label.clone(),
        kind: row.kind,
        cells: match row.kind {
            RowKind::Stratum => Vec::new(),
            RowKind::Body | RowKind::Total => row.cells[cells.clone()].to_vec(),
        },
    };
    PrintTable {
        name: if number == 1 {
            table.name.clone()
        } else {
            format!("{}-{number}", table.name)
        },
        caption: format!("{} ({number}/{count})", table.caption),
        groups: table.groups[groups.clone()].to_vec(),
        rows: table.rows.iter().map(row).collect(),
        notes: if number == count {
            table.notes.clone()
        } else {
            Vec::new()
        },
        ..table.clone()
    }
}
