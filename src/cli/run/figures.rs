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

/// Writes figures/NAME.svg and figures/NAME.png. Also says which figures could not be drawn, and why.
pub(super) fn write(
    outputs: &mut OutputDir,
    tables: &[Table],
    lang: LangFlag,
    codes: &[Code],
) -> Result<(Vec<Written>, Vec<String>)> {
    let typeface = figure::typeface()?;
    let labels = crate::cli::table::labels(lang, codes)?;
    let style = Style {
        typeface: &typeface,
        labels: &labels,
    };
    let (mut written, mut problems) = (Vec::new(), Vec::new());
    for drawn in study_figures(tables, &style) {
        let drawn = match drawn {
            Ok(drawn) => drawn,
            Err(problem) => {
                problems.push(format!("no figure of {problem}"));
                continue;
            }
        };
        for format in figure::Format::ALL {
            let file = outputs.output(&format!("figures/{}.{}", drawn.name, format.ending()))?;
            written.push(outputs.keep(figure::write(&drawn, &typeface, format, file)?)?);
        }
    }
    Ok((written, problems))
}
