//! Counts over time: a bar a day, week or month, its categories upon each other.

use super::{
    Figure, Style,
    axis::ticks,
    drawing::{AXIS, Anchor, GRID, Rect, line},
    page::{Key, LINE, MARGIN, Page, SMALL, WIDTH},
    palette,
    reading::{Reading, Row},
};
use crate::{
    error::{Error, Result},
    export::{PrintCell, PrintTable},
};

const HEIGHT: f64 = 200.0;
/// Bars that still are bars: about a tenth of a millimetre each.
const MOST_BARS: usize = 1_500;

/// Draws the counts of a printed table whose rows are days or other periods. Of a period with a masked count no part is drawn, as the height
/// of the others' sum would tell it; it has a `*` at its place. Undated posts are no bar; the notes tell their number.
///
/// # Errors
/// The table has strata, more than 1,500 rows or six columns, or no cells.
pub fn series_figure(table: &PrintTable, style: &Style<'_>) -> Result<Figure> {
    let reading = Reading::of(table, Some(MOST_BARS))?;
    if reading.rows.iter().any(Row::is_heading) {
        return Err(Error::Input {
            file: table.name.clone(),
            problem: "a figure over time has no strata: leave out --by".to_owned(),
        });
    }
    let mut page = Page::new(style.typeface, &table.caption);
    let names: Vec<String> = reading.series.iter().map(|series| series.label.to_owned()).collect();
    if names.len() > 1 {
        page.legend(&names, Key::Bar);
    }
    let undated = style.labels.value("undated");
    let rows: Vec<&Row<'_>> = reading.rows.iter().filter(|row| row.label != undated).collect();
    let heights: Vec<Option<u64>> = rows.iter().map(|row| whole(row)).collect();
    let scale = ticks(heights.iter().flatten().max().copied().unwrap_or(0) as f64, 1.0);
    let end = scale.last().copied().unwrap_or(1.0);
    let tick_width = style.typeface.width(&end.to_string()) * SMALL;
    let (left, right) = (MARGIN + tick_width + 6.0, WIDTH - MARGIN);

    let y_title = style.labels.word("n", &[]);
    page.words([MARGIN, page.y + SMALL / 2.0], SMALL, Anchor::Start, &y_title);
    page.y += SMALL * LINE + 6.0;
    let (top, bottom) = (page.y, page.y + HEIGHT);
    let y = |n: f64| bottom - HEIGHT * n / end;
    for &tick in &scale {
        page.shapes.push(line([left, y(tick)], [right, y(tick)], GRID, 0.7));
        page.words([left - 5.0, y(tick)], SMALL, Anchor::End, &tick.to_string());
    }
    let slot = (right - left) / rows.len().max(1) as f64;
    let width = if slot >= 4.0 { slot * 0.8 } else { slot };
    for (at, row) in rows.iter().enumerate() {
        let x = left + at as f64 * slot + (slot - width) / 2.0;
        if heights[at].is_none() {
            page.words([x + width / 2.0, bottom - SMALL / 2.0], SMALL, Anchor::Middle, "*");
        } else {
            stack(&mut page, row, (x, width), &y);
        }
        page.said.push(said(row, &names));
    }
    page.shapes.push(line([left, top], [left, bottom], AXIS, 1.0));
    page.shapes.push(line([left, bottom], [right, bottom], AXIS, 1.0));
    page.y = bottom;
    dates(&mut page, &rows, (left, slot));
    let mut notes = table.count_notes.clone();
    notes.extend(reading.rows.iter().find(|row| row.label == undated).and_then(|row| {
        let n = whole(row).map_or("*".to_owned(), |n| n.to_string());
        (n != "0").then(|| style.labels.figure("undated", &[("n", &n)]))
    }));
    Ok(page.finish(&table.name, style.id(&table.name), &notes))
}

/// The sum of a row; `None` where a part of it is masked.
fn whole(row: &Row<'_>) -> Option<u64> {
    row.cells
        .iter()
        .map(|cell| match cell.n {
            PrintCell::Count(n) => Some(n),
            PrintCell::Masked => None,
            _ => Some(0),
        })
        .sum()
}

fn stack(page: &mut Page<'_>, row: &Row<'_>, (x, w): (f64, f64), y: &impl Fn(f64) -> f64) {
    let mut below = 0;
    for (series, cell) in row.cells.iter().enumerate() {
        let PrintCell::Count(n @ 1..) = cell.n else {
            continue;
        };
        let top = y((below + n) as f64);
        let at = Rect {
            x,
            y: top,
            w,
            h: y(below as f64) - top,
        };
        page.shapes.extend(palette::bar(series, at));
        below += n;
    }
}

/// As many labels below the bars as fit; a break in the axis where days are left out.
fn dates(page: &mut Page<'_>, rows: &[&Row<'_>], (left, slot): (f64, f64)) {
    let middle = |at: usize| left + (at as f64 + 0.5) * slot;
    let widest = rows
        .iter()
        .map(|row| page.typeface.width(row.label) * SMALL)
        .fold(0.0, f64::max);
    let step = ((widest + 10.0) / slot).ceil().max(1.0) as usize;
    let (bottom, right) = (page.y, left + slot * rows.len() as f64);
    for (at, row) in rows.iter().enumerate().step_by(step) {
        let half = page.typeface.width(row.label) * SMALL / 2.0;
        let x = middle(at).clamp(MARGIN + half, right - half);
        page.shapes
            .push(line([middle(at), bottom], [middle(at), bottom + 3.0], AXIS, 1.0));
        page.words([x, bottom + 5.0 + SMALL / 2.0], SMALL, Anchor::Middle, row.label);
    }
    for (at, pair) in rows.windows(2).enumerate() {
        let day = |row: &Row<'_>| row.label.parse::<jiff::civil::Date>().ok();
        if let (Some(one), Some(next)) = (day(pair[0]), day(pair[1]))
            && one.tomorrow().is_ok_and(|tomorrow| tomorrow < next)
        {
            let x = left + (at as f64 + 1.0) * slot;
            for x in [x - 1.5, x + 1.5] {
                page.shapes
                    .push(line([x - 2.0, bottom + 4.0], [x + 2.0, bottom - 4.0], AXIS, 1.0));
            }
        }
    }
    page.y = bottom + SMALL * LINE + 5.0;
}

/// `2023-06-14: Positive 1; Negative 3; ...`; of a period without posts nothing.
fn said(row: &Row<'_>, names: &[String]) -> String {
    let cells: Vec<String> = row
        .cells
        .iter()
        .zip(names)
        .filter(|(cell, _)| cell.n != PrintCell::Count(0))
        .map(|(cell, name)| format!("{name} {}", cell.n.text("")).trim().to_owned())
        .collect();
    format!(
        "{}: {}",
        row.label,
        if cells.is_empty() {
            "0".to_owned()
        } else {
            cells.join("; ")
        }
    )
}
