//! Tables of `agree`, `validate` and `estimate` as a paper prints them: which format, in which language.

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::table::{Format, LangFlag, labels};
use crate::{
    export::{Labels, Output, PrintTable, html, latex, markdown, xlsx},
    model::Code,
};

#[derive(Debug, Args)]
pub(super) struct PrintArgs {
    /// Format, where the ending of OUT does not tell; on standard output csv
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Language of printed tables
    #[arg(long, value_enum, default_value_t = LangFlag::En)]
    lang: LangFlag,
}

/// How a table is printed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    Markdown,
    Latex,
    Html,
    Workbook,
}

impl PrintArgs {
    /// How to print; `None` where the numbers are to be written as csv.
    pub(super) fn layout(&self, path: &Path) -> Result<Option<Layout>> {
        let asked = self.format.or((path == Path::new("-")).then_some(Format::Csv));
        Ok(Some(match Format::of(path, asked, false)? {
            Format::Csv | Format::Wide => return Ok(None),
            Format::Md => Layout::Markdown,
            Format::Tex => Layout::Latex,
            Format::Html => Layout::Html,
            Format::Xlsx => Layout::Workbook,
            Format::Svg | Format::Png => bail!(
                "{}: this command draws no figure; end the name in .csv, .md, .tex, .html or .xlsx",
                path.display()
            ),
        }))
    }

    pub(super) fn labels(&self, codes: &[Code]) -> Result<Labels> {
        labels(self.lang, codes)
    }

    pub(super) fn write(&self, layout: Layout, tables: &[PrintTable], path: &Path) -> Result<()> {
        let bytes = match layout {
            Layout::Markdown => markdown(tables).into_bytes(),
            Layout::Latex => latex(tables).into_bytes(),
            Layout::Html => html(tables).into_bytes(),
            Layout::Workbook => xlsx(tables, &[])?,
        };
        let mut out = Output::create(path)?;
        out.write_all(&bytes)
            .with_context(|| format!("{}: cannot write", path.display()))?;
        out.commit()?;
        Ok(())
    }
}
