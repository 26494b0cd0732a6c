//! Colours that colour-blind readers can tell apart (Okabe & Ito 2008, Color Universal Design) and that differ in lightness, with hatches and
//! shapes for print in black.

use super::drawing::{AXIS, BLACK, Colour, Rect, Shape, WHITE, outline};

/// Categories that can be told apart.
pub(super) const MOST: usize = 6;

const FILLS: [Colour; MOST] = [
    [0, 114, 178],
    [230, 159, 0],
    [224, 224, 224],
    [0, 158, 115],
    [204, 121, 167],
    [60, 60, 60],
];
/// Gap between the lines over a fill; 0 for none.
const HATCHES: [f64; MOST] = [0.0, 4.0, 0.0, 4.0, 2.5, 0.0];

/// A filled rectangle of a category; too narrow ones go without the hatch.
pub(super) fn bar(category: usize, at: Rect) -> Vec<Shape> {
    let category = category % MOST;
    let mut shapes = vec![at.area(FILLS[category])];
    if HATCHES[category] > 0.0 && at.w >= 2.0 {
        shapes.push(at.hatch(HATCHES[category], BLACK, 0.5));
    }
    if at.w >= 3.0 {
        shapes.push(at.frame(AXIS, 0.5));
    }
    shapes
}

/// The sign of a category, of its own shape; `r` is half its width.
pub(super) fn marker(category: usize, [x, y]: [f64; 2], r: f64) -> Vec<Shape> {
    let category = category % MOST;
    let points: Vec<[f64; 2]> = match category {
        0 | 3 => regular(24, [x, y], r, 0.0),
        1 | 4 => regular(4, [x, y], r * 1.25, 0.5),
        2 => regular(4, [x, y], r * 1.35, 0.0),
        _ => regular(3, [x, y], r * 1.35, 0.25),
    };
    let inside = if matches!(category, 2..=4) {
        WHITE
    } else {
        FILLS[category]
    };
    let line = if matches!(category, 3 | 4) {
        FILLS[category]
    } else {
        BLACK
    };
    vec![
        Shape::Area {
            points: points.clone(),
            fill: inside,
        },
        outline(&points, line, 0.9),
    ]
}

/// The corners of a regular polygon, the first at the top, turned by this part of the angle between two corners.
fn regular(corners: u32, [x, y]: [f64; 2], r: f64, turn: f64) -> Vec<[f64; 2]> {
    (0..corners)
        .map(|at| {
            let angle = (f64::from(at) + turn) / f64::from(corners) * std::f64::consts::TAU;
            [x + r * angle.sin(), y - r * angle.cos()]
        })
        .collect()
}

/// White at 0, the colour of more at 1, of fewer at -1; light enough for black text on it.
pub(super) fn diverging(value: f64) -> Colour {
    let end = if value > 0.0 { FILLS[0] } else { FILLS[1] };
    let part = value.abs().min(1.0) * 0.65;
    [0, 1, 2].map(|at| (255.0 + (f64::from(end[at]) - 255.0) * part).round() as u8)
}
