//! What a figure is made of: areas, strokes, circles and texts.

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

pub(super) const BLACK: Colour = [0, 0, 0];
pub(super) const WHITE: Colour = [255, 255, 255];
/// Axes and frames.
pub(super) const AXIS: Colour = [90, 90, 90];
/// Lines across the plot.
pub(super) const GRID: Colour = [217, 217, 217];

/// A part of a figure. Coordinates are in CSS pixels from the upper left.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A closed polygon.
    Area { points: Vec<[f64; 2]>, fill: Colour },
    /// Straight lines, each from one point to another.
    Lines {
        lines: Vec<[[f64; 2]; 2]>,
        colour: Colour,
        width: f64,
    },
    /// A text on its baseline.
    Text {
        at: [f64; 2],
        size: f64,
        anchor: Anchor,
        text: String,
    },
}

/// Which point of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// What to subtract from the place, as a part of the width.
    pub(super) fn part(self) -> f64 {
        match self {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        }
    }
}

/// A rectangle by its left, top, width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Rect {
    fn corners(self) -> [[f64; 2]; 4] {
        let (right, bottom) = (self.x + self.w, self.y + self.h);
        [[self.x, self.y], [right, self.y], [right, bottom], [self.x, bottom]]
    }

    pub(super) fn area(self, fill: Colour) -> Shape {
        Shape::Area {
            points: self.corners().to_vec(),
            fill,
        }
    }

    pub(super) fn frame(self, colour: Colour, width: f64) -> Shape {
        outline(&self.corners(), colour, width)
    }

    /// Slanting lines over the rectangle, `gap` apart and cut off at its edges. They are lines and no pattern fill, which Word and some
    /// viewers do not draw.
    pub(super) fn hatch(self, gap: f64, colour: Colour, width: f64) -> Shape {
        let mut lines = Vec::new();
        // Lines x + y = c. Those of neighbouring boxes meet, as c counts from the same origin.
        let mut c = ((self.x + self.y) / gap).ceil() * gap;
        while c < self.x + self.w + self.y + self.h {
            let from = [(c - self.y).min(self.x + self.w), 0.0];
            let to = [(c - self.y - self.h).max(self.x), 0.0];
            lines.push([[from[0], c - from[0]], [to[0], c - to[0]]]);
            c += gap;
        }
        Shape::Lines { lines, colour, width }
    }
}

/// The lines around a polygon.
pub(super) fn outline(points: &[[f64; 2]], colour: Colour, width: f64) -> Shape {
    let next = points.iter().cycle().skip(1);
    Shape::Lines {
        lines: points.iter().zip(next).map(|(&from, &to)| [from, to]).collect(),
        colour,
        width,
    }
}

/// One line.
pub(super) fn line(from: [f64; 2], to: [f64; 2], colour: Colour, width: f64) -> Shape {
    Shape::Lines {
        lines: vec![[from, to]],
        colour,
        width,
    }
}

/// A text.
pub(super) fn text(at: [f64; 2], size: f64, anchor: Anchor, text: impl Into<String>) -> Shape {
    Shape::Text {
        at,
        size,
        anchor,
        text: text.into(),
    }
}
