//! The sheet a figure is drawn on: title, legend and labels above and beside the plot, notes below.

use super::{
    Figure, Typeface,
    drawing::{Anchor, Rect, Shape, text},
    palette,
    wrap::wrap,
};
use crate::export::print::paragraph;

/// Width of every figure. At 17 cm its text has 12 points, at the 8.5 cm of a column 6.
pub(super) const WIDTH: f64 = 520.0;
/// Free space at the edges.
pub(super) const MARGIN: f64 = 8.0;
/// Size of labels.
pub(super) const TEXT: f64 = 13.0;
/// Size of ticks and notes.
pub(super) const SMALL: f64 = 11.0;
const TITLE: f64 = 14.0;
/// Height of a line by the size of its text.
pub(super) const LINE: f64 = 1.3;
/// From the middle of a line of text down to its baseline, by size.
const BASELINE: f64 = 0.36;

/// How the categories of a legend are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Marker,
    Bar,
}

pub(super) struct Page<'t> {
    pub(super) typeface: &'t Typeface,
    pub(super) shapes: Vec<Shape>,
    /// Where the next part begins.
    pub(super) y: f64,
    title: String,
    /// What the figure says, for those who do not see it.
    pub(super) said: Vec<String>,
}

impl<'t> Page<'t> {
    pub(super) fn new(typeface: &'t Typeface, title: &str) -> Self {
        let mut page = Page {
            typeface,
            shapes: Vec::new(),
            y: MARGIN,
            title: title.to_owned(),
            said: Vec::new(),
        };
        page.paragraph(title, TITLE);
        page.y += 6.0;
        page
    }

    /// Lines of text over the whole width.
    pub(super) fn paragraph(&mut self, content: &str, size: f64) {
        for line in wrap(self.typeface, content, size, WIDTH - 2.0 * MARGIN) {
            self.y += size * LINE;
            let baseline = self.y - size * (LINE / 2.0 - BASELINE);
            self.shapes.push(text([MARGIN, baseline], size, Anchor::Start, line));
        }
    }

    /// The names of the categories with their signs, side by side as far as the width goes.
    pub(super) fn legend(&mut self, names: &[String], key: Key) {
        let (gap, sign) = (18.0, 16.0);
        let mut x = MARGIN;
        for (at, name) in names.iter().enumerate() {
            let width = sign + self.typeface.width(name) * TEXT;
            if x > MARGIN && x + width > WIDTH - MARGIN {
                x = MARGIN;
                self.y += TEXT * LINE + 2.0;
            }
            let middle = self.y + TEXT * LINE / 2.0;
            self.shapes.extend(match key {
                Key::Marker => palette::marker(at, [x + 5.0, middle], 4.5),
                Key::Bar => palette::bar(
                    at,
                    Rect {
                        x,
                        y: middle - 5.5,
                        w: 11.0,
                        h: 11.0,
                    },
                ),
            });
            self.words([x + sign, middle], TEXT, Anchor::Start, name);
            x += width + gap;
        }
        self.y += TEXT * LINE + 8.0;
    }

    /// A text whose middle is at this height.
    pub(super) fn words(&mut self, [x, y]: [f64; 2], size: f64, anchor: Anchor, content: &str) {
        self.shapes.push(text([x, y + size * BASELINE], size, anchor, content));
    }

    /// Lines of text around this height.
    pub(super) fn lines(&mut self, [x, y]: [f64; 2], size: f64, anchor: Anchor, lines: &[String]) {
        let first = y - (lines.len() as f64 - 1.0) / 2.0 * size * LINE;
        for (at, line) in lines.iter().enumerate() {
            self.words([x, first + at as f64 * size * LINE], size, anchor, line);
        }
    }

    /// The labels of rows broken into lines, and the width they take: at most this part of the page.
    pub(super) fn labels(&self, names: &[&str], part: f64) -> (Vec<Vec<String>>, f64) {
        let most = WIDTH * part;
        let broken: Vec<Vec<String>> = names.iter().map(|name| wrap(self.typeface, name, TEXT, most)).collect();
        let width = broken
            .iter()
            .flatten()
            .map(|line| self.typeface.width(line) * TEXT)
            .fold(0.0, f64::max);
        (broken, width)
    }

    /// The notes below, and what it all makes.
    pub(super) fn finish(mut self, name: &str, id: String, notes: &[String]) -> Figure {
        self.y += 6.0;
        self.paragraph(&paragraph(notes), SMALL);
        let description = self.said.iter().chain(notes).cloned().collect::<Vec<_>>().join("\n");
        Figure {
            name: name.to_owned(),
            id,
            title: self.title,
            description,
            width: WIDTH,
            height: (self.y + MARGIN).ceil(),
            shapes: self.shapes,
        }
    }
}
