//! Figures as a paper prints them, as SVG and PNG, in English or Chinese.
//!
//! They are drawn from printed tables ([`PrintTable`](super::PrintTable)), so that whatever is masked there is masked here. Colours can be told apart by colour-blind
//! readers; shapes, hatches and numbers tell the same in black and white. Texts are outlines of a font that comes with the program, so Chinese
//! looks the same in every viewer, on a machine without fonts too; the same figure gives the same bytes.

mod axis;
mod drawing;
mod keyness;
mod page;
mod palette;
mod png;
mod reading;
mod residuals;
mod series;
mod shares;
mod study;
mod svg;
mod typeface;
mod wrap;

pub use keyness::{ComparedGroup, keyness_figure};
pub use residuals::residual_figure;
pub use series::series_figure;
pub use shares::share_figure;
pub use study::study_figures;
pub use typeface::Typeface;

use super::Labels;
use crate::error::Result;
use drawing::Shape;

/// What all figures are drawn with.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// The font.
    pub typeface: &'a Typeface,
    /// Words, in one language.
    pub labels: &'a Labels,
}

impl Style<'_> {
    /// An id for SVG, different for each figure and language.
    fn id(&self, name: &str) -> String {
        let name: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        format!("{name}-{}", self.labels.language())
    }
}

/// A figure, laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Name of its files.
    pub name: String,
    /// Title, as printed on it.
    pub title: String,
    /// Everything it shows in words: for screen readers, and to be searched.
    pub description: String,
    id: String,
    width: f64,
    height: f64,
    shapes: Vec<Shape>,
}

impl Figure {
    /// The figure as SVG; it needs nothing else, and several can stand in one HTML page.
    pub fn svg(&self, typeface: &Typeface) -> String {
        svg::svg(self, typeface)
    }

    /// The figure as PNG, about 300 dots an inch at a width of 17 cm.
    ///
    /// # Errors
    /// It is too large for a picture.
    pub fn png(&self, typeface: &Typeface) -> Result<Vec<u8>> {
        png::png(self, typeface)
    }
}

#[cfg(test)]
mod tests;

/// The font that comes with the program; only tests take it from here.
#[cfg(test)]
fn bundled_typeface() -> Typeface {
    crate::bundled::font()
        .and_then(|font| Typeface::parse(font).ok())
        .expect("the bundled font can be read")
}
