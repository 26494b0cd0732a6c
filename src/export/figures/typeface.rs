//! The font: how wide a text is, and the outlines of its characters.

use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::error::{Error, Result};

/// A font file, read.
pub struct Typeface {
    face: Face<'static>,
}

/// A character of the font, to be drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: GlyphId,
    /// Where it begins, from the beginning of its text, in ems.
    pub(super) x: f64,
}

/// A stroke of an outline, in ems, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Segment {
    Move([f64; 2]),
    Line([f64; 2]),
    Quad([f64; 2], [f64; 2]),
    Cubic([f64; 2], [f64; 2], [f64; 2]),
    Close,
}

impl Typeface {
    /// Reads an OpenType or TrueType font.
    ///
    /// # Errors
    /// It is no such font.
    pub fn parse(data: &'static [u8]) -> Result<Self> {
        let face = Face::parse(data, 0).map_err(|error| Error::Input {
            file: "font".to_owned(),
            problem: format!("not an OpenType font: {error}"),
        })?;
        Ok(Typeface { face })
    }

    /// Width of a text in ems; a character that the font lacks has the width of its empty box.
    pub(super) fn width(&self, text: &str) -> f64 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum()
    }

    /// The characters of a text, side by side.
    pub(super) fn glyphs(&self, text: &str) -> Vec<Glyph> {
        let mut x = 0.0;
        text.chars()
            .map(|c| {
                let glyph = Glyph { id: self.glyph(c), x };
                x += self.advance(glyph.id);
                glyph
            })
            .collect()
    }

    /// The outline of a character.
    pub(super) fn outline(&self, glyph: GlyphId) -> Vec<Segment> {
        let mut pen = Pen {
            scale: 1.0 / self.units(),
            segments: Vec::new(),
        };
        self.face.outline_glyph(glyph, &mut pen);
        pen.segments
    }

    /// Glyph 0 is the empty box that fonts show for what they lack.
    fn glyph(&self, c: char) -> GlyphId {
        self.face.glyph_index(c).unwrap_or(GlyphId(0))
    }

    fn advance(&self, glyph: GlyphId) -> f64 {
        f64::from(self.face.glyph_hor_advance(glyph).unwrap_or(0)) / self.units()
    }

    fn units(&self) -> f64 {
        f64::from(self.face.units_per_em())
    }
}

struct Pen {
    scale: f64,
    segments: Vec<Segment>,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> [f64; 2] {
        [f64::from(x) * self.scale, -f64::from(y) * self.scale]
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.segments.push(Segment::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.segments.push(Segment::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.segments.push(Segment::Quad(self.at(x1, y1), self.at(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.segments
            .push(Segment::Cubic(self.at(x1, y1), self.at(x2, y2), self.at(x, y)));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}
