//! Files of figures.

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, Result};

use crate::{
    bundled,
    export::{
        Output,
        figures::{Figure, Typeface},
    },
};

/// A format of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Svg,
    Png,
}

impl Format {
    pub(super) const ALL: [Format; 2] = [Format::Svg, Format::Png];

    /// What the name of such a file ends in.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
        }
    }

    /// The format that the ending of a path tells, if it is one of figures.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        Format::ALL.into_iter().find(|format| format.ending() == ending)
    }
}

/// The font that comes with the program.
pub(super) fn typeface() -> Result<Typeface> {
    let font = bundled::font().context("data/fonts: the font in this program cannot be unpacked; please report it")?;
    Ok(Typeface::parse(font)?)
}

/// The bytes of a figure in a file.
pub(super) fn bytes(figure: &Figure, typeface: &Typeface, format: Format) -> Result<Vec<u8>> {
    Ok(match format {
        Format::Svg => figure.svg(typeface).into_bytes(),
        Format::Png => figure.png(typeface)?,
    })
}

/// Writes a figure.
pub(super) fn write(figure: &Figure, typeface: &Typeface, format: Format, out: Output) -> Result<Output> {
    write_bytes(&bytes(figure, typeface, format)?, out)
}

/// Writes the bytes of a figure.
pub(super) fn write_bytes(bytes: &[u8], mut out: Output) -> Result<Output> {
    out.write_all(bytes)
        .with_context(|| format!("{}: cannot write", out.path().display()))?;
    Ok(out)
}
