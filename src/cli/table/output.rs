//! Where a table goes, and in what format.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::{
    cli::figure,
    error,
    export::{
        CsvOptions, Labels, Output, PrintTable, Printing,
        figures::{Figure, Style, residual_figure, series_figure, share_figure},
        html, latex, markdown, wide_csv, write_crossings, write_tests, xlsx,
    },
    tabulate::{Crossing, Test},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// CSV in long form: every cell with each of its bases
    Csv,
    /// CSV as printed
    Wide,
    /// Excel workbook
    Xlsx,
    /// LaTeX with booktabs
    Tex,
    /// Markdown
    Md,
    /// HTML to paste into Word
    Html,
    /// Figure, to be scaled
    Svg,
    /// Figure, 300 dots an inch at 17 cm
    Png,
}

impl Format {
    /// The format asked for, or told by the ending; standard output is Markdown.
    pub(in crate::cli) fn of(path: &Path, asked: Option<Format>, wide: bool) -> Result<Self> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let format = match (asked, ending.as_str()) {
            (Some(format), _) => format,
            (None, _) if path == Path::new("-") && wide => Format::Wide,
            (None, _) if path == Path::new("-") => Format::Md,
            (None, "csv") => Format::Csv,
            (None, "xlsx") => Format::Xlsx,
            (None, "tex") => Format::Tex,
            (None, "md") => Format::Md,
            (None, "html" | "htm") => Format::Html,
            (None, "svg") => Format::Svg,
            (None, "png") => Format::Png,
            _ => bail!(
                "-o {}: end the name in .csv, .xlsx, .tex, .md, .html, .svg or .png, or give --format",
                path.display()
            ),
        };
        match (format, wide) {
            (Format::Csv | Format::Wide, true) => Ok(Format::Wide),
            (_, true) => bail!("--wide: CSV alone has a long and a wide form"),
            (Format::Xlsx | Format::Png, false) if path == Path::new("-") => {
                bail!("--format: give a file with -o, a workbook or picture is no text")
            }
            (format, false) => Ok(format),
        }
    }
}

/// What of a table a figure shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FigureKind {
    /// Shares with their intervals
    Shares,
    /// Counts upon each other, a bar a row
    Bars,
    /// Adjusted residuals
    Residuals,
}

impl FigureKind {
    fn draw(self, table: &PrintTable, style: &Style<'_>) -> error::Result<Figure> {
        match self {
            FigureKind::Shares => share_figure(table, style),
            FigureKind::Bars => series_figure(table, style),
            FigureKind::Residuals => residual_figure(table, style),
        }
    }
}

/// Writes the table, and beside the file of a table of two variables its tests.
pub(super) fn write(
    path: &Path,
    (format, kind): (Format, FigureKind),
    table: &PrintTable,
    (crossings, printing): (&[Crossing], &Printing<'_>),
    tests: &[Test],
) -> Result<Vec<String>> {
    let options = CsvOptions::default();
    let tables = std::slice::from_ref(table);
    let figure = |format: figure::Format, out: Output| -> Result<Output> {
        let typeface = figure::typeface()?;
        let style = Style {
            typeface: &typeface,
            labels: printing.labels,
        };
        figure::write(&kind.draw(table, &style)?, &typeface, format, out)
    };
    let mut out = Output::create(path)?;
    let mut put = |bytes: &[u8]| {
        out.write_all(bytes)
            .with_context(|| format!("{}: cannot write", path.display()))
    };
    let out = match format {
        Format::Csv => write_crossings(crossings, printing, out, options)?,
        Format::Wide => wide_csv(tables, printing.labels, out, options)?,
        Format::Xlsx => put(&xlsx(tables, tests)?).map(|()| out)?,
        Format::Tex => put(latex(tables).as_bytes()).map(|()| out)?,
        Format::Md => put(markdown(tables).as_bytes()).map(|()| out)?,
        Format::Html => put(html(tables).as_bytes()).map(|()| out)?,
        Format::Svg => figure(figure::Format::Svg, out)?,
        Format::Png => figure(figure::Format::Png, out)?,
    };
    let mut written = vec![out.commit()?];
    if path != Path::new("-") && printing.cols.is_some() {
        let tests_file = Output::create(&beside(path))?;
        written.push(write_tests(tests, tests_file, options)?.commit()?);
    }
    Ok(written)
}

/// Says what was written and what the notes say.
pub(super) fn tell(written: &[String], table: &PrintTable) -> io::Result<()> {
    let mut out = io::stderr().lock();
    for note in &table.notes {
        writeln!(out, "{note}")?;
    }
    writeln!(out, "{}", written.join(", "))
}

/// Where a reader of the table finds its tests: on standard output nowhere.
pub(super) fn tests_in(path: &Path, format: Format, labels: &Labels) -> Option<String> {
    match format {
        Format::Xlsx => Some(labels.tests_sheet()),
        _ if path == Path::new("-") => None,
        _ => Some(beside(path).file_name()?.to_string_lossy().into_owned()),
    }
}

/// `table.xlsx` -> `table.xlsx.tests.csv`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tests.csv");
    name.into()
}
