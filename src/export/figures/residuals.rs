//! Where a table differs from independence: its adjusted residuals as a map.

use super::{
    Figure, Style,
    drawing::{AXIS, Anchor, BLACK, Rect},
    page::{LINE, MARGIN, Page, TEXT, WIDTH},
    palette,
    reading::{Reading, Row},
};
use crate::{
    error::Result,
    export::{PrintCell, PrintTable},
    tabulate::{Crosstab, adjusted_residuals},
};

/// Beyond this a residual would be rare under independence: two-sided 5%.
const RARE: f64 = 1.959_964;
/// From here on a colour is at its strongest.
const STRONGEST: f64 = 6.0;
const LABELS: f64 = 0.36;

/// Draws the adjusted residuals of a printed table of two variables, in each of which a unit has one category. Where any count is masked all
/// residuals are, as each depends on every count.
///
/// # Errors
/// The table has more rows (60) or columns (6) than fit, or none.
pub fn residual_figure(table: &PrintTable, style: &Style<'_>) -> Result<Figure> {
    let reading = Reading::of(table, None)?;
    let title = style.labels.figure("residuals", &[("title", &table.caption)]);
    let mut page = Page::new(style.typeface, &title);
    let row_names: Vec<&str> = reading.rows.iter().map(|row| row.label).collect();
    let (labels, label_width) = page.labels(&row_names, LABELS);
    let left = MARGIN + label_width + 10.0;
    let width = ((WIDTH - MARGIN - left) / reading.series.len() as f64).min(110.0);
    let heads: Vec<Vec<String>> = reading
        .series
        .iter()
        .map(|series| super::wrap::wrap(style.typeface, series.label, TEXT, width - 6.0))
        .collect();
    let head = heads.iter().map(Vec::len).max().unwrap_or(1) as f64 * TEXT * LINE;
    for (at, lines) in heads.iter().enumerate() {
        let x = left + (at as f64 + 0.5) * width;
        page.lines([x, page.y + head / 2.0], TEXT, Anchor::Middle, lines);
    }
    page.y += head + 4.0;
    // Frames of what is rare come last, over those of their neighbours.
    let mut frames = Vec::new();
    for (at, residuals) in by_stratum(&reading.rows, reading.series.len()).into_iter().enumerate() {
        let row = &reading.rows[at];
        let height = (labels[at].len() as f64 * TEXT * LINE).max(26.0);
        let middle = page.y + height / 2.0;
        let (x, anchor) = if row.is_heading() {
            (MARGIN, Anchor::Start)
        } else {
            (left - 10.0, Anchor::End)
        };
        page.lines([x, middle], TEXT, anchor, &labels[at]);
        let mut said = Vec::new();
        for (col, residual) in residuals.iter().enumerate() {
            let cell = Rect {
                x: left + col as f64 * width,
                y: page.y,
                w: width,
                h: height,
            };
            let text = match residual {
                Residual::Known(value) => {
                    page.shapes.push(cell.area(palette::diverging(value / STRONGEST)));
                    signed(*value)
                }
                Residual::Undefined => "NA".to_owned(),
                Residual::Masked => "*".to_owned(),
            };
            page.shapes.push(cell.frame(AXIS, 0.5));
            if matches!(residual, Residual::Known(value) if value.abs() >= RARE) {
                frames.push(
                    Rect {
                        x: cell.x + 1.5,
                        y: cell.y + 1.5,
                        w: cell.w - 3.0,
                        h: cell.h - 3.0,
                    }
                    .frame(BLACK, 1.6),
                );
            }
            page.words([cell.x + width / 2.0, middle], TEXT, Anchor::Middle, &text);
            said.push(format!("{} {text}", reading.series[col].label));
        }
        page.said.push(format!("{}: {}", row.label, said.join("; ")));
        page.y += height;
    }
    page.shapes.extend(frames);
    let mut notes = table.count_notes.clone();
    notes.push(style.labels.figure("residuals_note", &[]));
    Ok(page.finish(
        &format!("{}_residuals", table.name),
        style.id(&format!("{}_residuals", table.name)),
        &notes,
    ))
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Residual {
    Known(f64),
    /// A row or column is empty or holds everything.
    Undefined,
    Masked,
}

/// The residuals of each row, each stratum by itself; none for its heading.
fn by_stratum(rows: &[Row<'_>], width: usize) -> Vec<Vec<Residual>> {
    rows.split_inclusive(Row::is_heading)
        .flat_map(|stratum| {
            let (body, heading) = match stratum.split_last() {
                Some((last, body)) if last.is_heading() => (body, Some(Vec::new())),
                _ => (stratum, None),
            };
            residuals(body, width).into_iter().chain(heading)
        })
        .collect()
}

fn residuals(rows: &[Row<'_>], width: usize) -> Vec<Vec<Residual>> {
    let cells: Option<Vec<Vec<u64>>> = rows
        .iter()
        .map(|row| {
            row.cells
                .iter()
                .map(|cell| match cell.n {
                    PrintCell::Count(n) => Some(n),
                    _ => None,
                })
                .collect()
        })
        .collect();
    let Some(cells) = cells else {
        return vec![vec![Residual::Masked; width]; rows.len()];
    };
    let table = Crosstab {
        rows: rows.iter().map(|row| row.label.to_owned()).collect(),
        cols: vec![String::new(); width],
        cells,
    };
    adjusted_residuals(&table)
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|value| value.map_or(Residual::Undefined, Residual::Known))
                .collect()
        })
        .collect()
}

/// With a sign that is told apart in print.
fn signed(value: f64) -> String {
    let text = format!("{:.1}", value.abs());
    match value {
        _ if text == "0.0" => text,
        v if v < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}
