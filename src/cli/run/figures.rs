//! The figures of a study, as SVG and PNG.

use anyhow::Result;

use crate::{
    cli::{figure, table::LangFlag},
    export::{
        OutputDir, Written,
        figures::{Style, study_figures},
    },
    model::Code,
    tabulate::Table,
};

/// Figures ready to be written.
#[derive(Default)]
pub(super) struct Drawn {
    /// Names of files and what is in them.
    files: Vec<(String, Vec<u8>)>,
    /// Which figures could not be drawn, and why.
    pub(super) problems: Vec<String>,
}

/// Draws figures/NAME.svg and figures/NAME.png.
pub(super) fn draw(tables: &[Table], lang: LangFlag, codes: &[Code]) -> Result<Drawn> {
    let typeface = figure::typeface()?;
    let labels = crate::cli::table::labels(lang, codes)?;
    let style = Style {
        typeface: &typeface,
        labels: &labels,
    };
    let mut done = Drawn::default();
    for figure in study_figures(tables, &style) {
        let figure = match figure {
            Ok(figure) => figure,
            Err(problem) => {
                done.problems.push(format!("no figure of {problem}"));
                continue;
            }
        };
        for format in figure::Format::ALL {
            let name = format!("figures/{}.{}", figure.name, format.ending());
            done.files.push((name, figure::bytes(&figure, &typeface, format)?));
        }
    }
    Ok(done)
}

impl Drawn {
    pub(super) fn write(&self, outputs: &mut OutputDir) -> Result<Vec<Written>> {
        let write = |(name, bytes): &(String, Vec<u8>)| {
            let file = figure::write_bytes(bytes, outputs.output(name)?)?;
            Ok(outputs.keep(file)?)
        };
        self.files.iter().map(write).collect()
    }
}
