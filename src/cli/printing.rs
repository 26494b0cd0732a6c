//! Tables of `agree` and `estimate` as a paper prints them: which format, in which language.

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, Result};
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

impl PrintArgs {
    /// The format to print in; `None` where the numbers are to be written as csv.
    pub(super) fn print(&self, path: &Path) -> Result<Option<Format>> {
        let asked = self.format.or((path == Path::new("-")).then_some(Format::Csv));
        let format = Format::of(path, asked, false)?;
        Ok(Some(format).filter(|format| !matches!(format, Format::Csv | Format::Wide)))
    }

    pub(super) fn labels(&self, codes: &[Code]) -> Result<Labels> {
        labels(self.lang, codes)
    }

    pub(super) fn write(&self, format: Format, table: &PrintTable, path: &Path) -> Result<()> {
        let tables = std::slice::from_ref(table);
        let bytes = match format {
            Format::Xlsx => xlsx(tables)?,
            Format::Tex => latex(tables).into_bytes(),
            Format::Html => html(tables).into_bytes(),
            Format::Csv | Format::Wide | Format::Md => markdown(tables).into_bytes(),
        };
        let mut out = Output::create(path)?;
        out.write_all(&bytes)
            .with_context(|| format!("{}: cannot write", path.display()))?;
        out.commit()?;
        Ok(())
    }
}
