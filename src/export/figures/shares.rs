//! Shares with their intervals: a row a category, in each a sign and a line for each column.

use super::{
    Figure, Style,
    axis::ticks,
    drawing::{AXIS, Anchor, BLACK, GRID, line},
    page::{Key, LINE, MARGIN, Page, SMALL, TEXT, WIDTH},
    palette,
    reading::{Cell, Reading, Row},
};
use crate::{
    error::Result,
    export::{PrintCell, PrintTable},
};

/// Distance between the signs of one row.
const LANE: f64 = 11.0;
/// Part of the page that row labels may take.
const LABELS: f64 = 0.36;

/// Draws the shares of a printed table with their intervals. A masked share has a `*` at the left, one without base `NA`.
///
/// # Errors
/// The table has more rows (60) or columns (6) than can be told apart, or none.
pub fn share_figure(table: &PrintTable, style: &Style<'_>) -> Result<Figure> {
    let reading = Reading::of(table, None)?;
    let mut page = Page::new(style.typeface, &table.caption);
    let n_word = style.labels.word("n", &[]);
    let names: Vec<String> = reading
        .series
        .iter()
        .map(|series| match series.base {
            Some(base) => format!("{} ({n_word} = {})", series.label, base.text("")),
            None => series.label.to_owned(),
        })
        .collect();
    if reading.series.len() > 1 {
        page.legend(&names, Key::Marker);
    }
    let row_names: Vec<&str> = reading.rows.iter().map(|row| row.label).collect();
    let (labels, label_width) = page.labels(&row_names, LABELS);
    let left = MARGIN + label_width + 10.0;
    let bases: Vec<String> = reading
        .rows
        .iter()
        .map(|row| row.base.map(|base| base.text("")).unwrap_or_default())
        .collect();
    let base_width = bases
        .iter()
        .map(|base| style.typeface.width(base) * SMALL)
        .fold(0.0, f64::max);
    let right = WIDTH
        - MARGIN
        - if base_width > 0.0 {
            base_width.max(10.0) + 12.0
        } else {
            12.0
        };
    let scale = ticks(most(&reading) * 100.0, 5.0);
    let end = scale.last().copied().unwrap_or(100.0);
    let x = |share: f64| left + (right - left) * share * 100.0 / end;

    if base_width > 0.0 {
        let top = page.y + SMALL / 2.0;
        page.words([WIDTH - MARGIN, top], SMALL, Anchor::End, &n_word);
        page.y += SMALL * LINE;
    }
    let top = page.y;
    let heights: Vec<f64> = reading
        .rows
        .iter()
        .zip(&labels)
        .map(|(row, label)| {
            let lanes = if row.is_heading() {
                0.0
            } else {
                reading.series.len() as f64 * LANE
            };
            (label.len() as f64 * TEXT * LINE).max(lanes) + 8.0
        })
        .collect();
    let bottom = top + heights.iter().sum::<f64>();
    for &tick in &scale {
        let at = x(tick / 100.0);
        page.shapes.push(line([at, top], [at, bottom], GRID, 0.7));
    }
    page.shapes.push(line([left, top], [left, bottom], AXIS, 1.0));
    let mut y = top;
    for (at, row) in reading.rows.iter().enumerate() {
        let middle = y + heights[at] / 2.0;
        if row.is_heading() {
            page.lines([MARGIN, middle], TEXT, Anchor::Start, &labels[at]);
        } else {
            page.lines([left - 10.0, middle], TEXT, Anchor::End, &labels[at]);
            page.words([WIDTH - MARGIN, middle], SMALL, Anchor::End, &bases[at]);
        }
        for (series, cell) in row.cells.iter().enumerate() {
            let lane = middle + (series as f64 - (row.cells.len() as f64 - 1.0) / 2.0) * LANE;
            draw(&mut page, series, cell, lane, (left, &x));
        }
        y += heights[at];
        page.shapes.push(line([left, y], [right, y], GRID, 0.7));
        page.said.push(said(row, &names, &n_word));
    }
    page.y = bottom + 4.0;
    for &tick in &scale {
        page.words(
            [x(tick / 100.0), page.y + SMALL / 2.0],
            SMALL,
            Anchor::Middle,
            &tick.to_string(),
        );
    }
    page.y += SMALL * LINE;
    let title = axis_title(table);
    page.words(
        [(left + right) / 2.0, page.y + TEXT / 2.0],
        TEXT,
        Anchor::Middle,
        &title,
    );
    page.y += TEXT * LINE;
    Ok(page.finish(&table.name, style.id(&table.name), &table.notes))
}

/// `% (95% CI)`, as the columns of the table are headed.
fn axis_title(table: &PrintTable) -> String {
    let columns = table.groups.first().map_or(&[][..], |group| &group.columns[..]);
    match columns {
        [_, percent, interval, ..] => format!("{percent} ({interval})"),
        [_, percent] => percent.clone(),
        _ => String::new(),
    }
}

/// The largest number to be shown.
fn most(reading: &Reading<'_>) -> f64 {
    let cells = reading.rows.iter().flat_map(|row| &row.cells);
    cells
        .map(|cell| match (cell.interval, cell.share) {
            (PrintCell::Interval(_, high), _) => high,
            (_, PrintCell::Share(share)) => share,
            _ => 0.0,
        })
        .fold(0.0, f64::max)
}

fn draw(page: &mut Page<'_>, series: usize, cell: &Cell, y: f64, (left, x): (f64, &impl Fn(f64) -> f64)) {
    let PrintCell::Share(share) = cell.share else {
        if matches!(cell.share, PrintCell::Masked | PrintCell::NotAvailable) {
            page.words([left + 5.0, y], SMALL, Anchor::Start, &cell.share.text(""));
        }
        return;
    };
    if let PrintCell::Interval(low, high) = cell.interval {
        let end = |at: f64| line([x(at), y - 2.5], [x(at), y + 2.5], BLACK, 0.9);
        page.shapes
            .extend([line([x(low), y], [x(high), y], BLACK, 1.1), end(low), end(high)]);
    }
    page.shapes.extend(palette::marker(series, [x(share), y], 4.0));
}

/// `Government (n = 11): Positive 63.6% (35.4–84.8); ...`
fn said(row: &Row<'_>, names: &[String], n_word: &str) -> String {
    if row.is_heading() {
        return format!("{}:", row.label);
    }
    let base = row.base.map(|base| format!(" ({n_word} = {})", base.text("")));
    let cells: Vec<String> = row
        .cells
        .iter()
        .zip(names)
        .map(|(cell, name)| {
            let percent = if matches!(cell.share, PrintCell::Share(_)) {
                "%"
            } else {
                ""
            };
            let interval = match cell.interval {
                PrintCell::Interval(..) => format!(" ({})", cell.interval.text("–")),
                _ => String::new(),
            };
            format!("{name} {}{percent}{interval}", cell.share.text(""))
                .trim()
                .to_owned()
        })
        .collect();
    format!("{}{}: {}", row.label, base.unwrap_or_default(), cells.join("; "))
}
