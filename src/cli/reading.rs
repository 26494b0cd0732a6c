//! What `run`, `code` and `inspect` share: which files, read how, coded by what.

use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;

use super::{Global, explain::ScopeFlag, progress::Bar};
use crate::{
    bundled,
    classify::Rules,
    codebook::{Codebook, LexiconFile},
    ingest::{self, FieldMap, Layouts, Options},
    model::Day,
    pipeline::{Pipeline, Report, Settings, Sink},
    privacy::Pseudonyms,
    score::{Relevance, Scorer},
};

/// Which files, and how they are read.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Exported posts: files, globs, folders, or `-` for standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<String>,
    /// Columns of an export that no layout describes: `text=COLUMN,id=COLUMN,..` (JSON: paths with dots)
    #[arg(long, value_name = "FIELD=COLUMN,..", value_parser = FieldMap::from_str, help_heading = "Input")]
    map: Option<FieldMap>,
    /// Encoding, where the guess is wrong: `gb18030`, `big5`, ..
    #[arg(long, value_name = "LABEL", help_heading = "Input")]
    encoding: Option<String>,
    /// Columns of the input to copy to the output
    #[arg(long, value_name = "COL,..", value_delimiter = ',', help_heading = "Input")]
    keep: Vec<String>,
}

impl InputArgs {
    /// The inputs as typed.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    pub(super) fn inputs(&self) -> Result<Vec<String>> {
        Ok(ingest::expand(&self.files)?)
    }

    pub(super) fn options(&self) -> Options {
        Options {
            map: self.map.clone(),
            keep: self.keep.clone(),
            encoding: self.encoding.clone(),
        }
    }
}

/// Which posts are coded, and how.
#[derive(Debug, Args)]
pub(super) struct CodingArgs {
    /// Whose words to score in a repost chain
    #[arg(long, value_enum, default_value_t, help_heading = "Coding")]
    scope: ScopeFlag,
    /// Days to include, Beijing time, both ends in: `2023-06-14..2023-08-21`, or `study` for the codebook's own window
    #[arg(long, value_name = "FROM..TO|study", help_heading = "Coding")]
    window: Option<String>,
    /// The export is the result of a search for the topic: a post is off topic only where it is marked so
    ///
    /// Without this a post must show that it is about the topic, which short remarks in a debate often do not.
    #[arg(long, help_heading = "Coding")]
    searched: bool,
    /// Code the originals that weibo-search writes beside their reposts too
    #[arg(long, help_heading = "Coding")]
    keep_originals: bool,
    /// Code posts again whose id was read before
    #[arg(long, help_heading = "Coding")]
    keep_duplicates: bool,
    /// Rules from account fields to account types, in place of the bundled ones for Weibo
    #[arg(long, value_name = "FILE", help_heading = "Coding")]
    accounts: Option<std::path::PathBuf>,
    /// End with exit status 1 if any record was rejected
    #[arg(long, help_heading = "Coding")]
    pub(super) strict: bool,
}

/// Everything a run is done with.
pub(super) struct Prepared {
    pub(super) scorer: Scorer,
    pub(super) rules: Rules,
    pub(super) layouts: Layouts,
    pub(super) options: Options,
    pub(super) settings: Settings,
    pub(super) inputs: Vec<String>,
    /// Every lexicon file in use, for the manifest.
    pub(super) lexicons: Vec<LexiconFile>,
    pub(super) searched: bool,
    /// Gives pseudonyms, where they are asked for.
    pub(super) privacy: Option<Pseudonyms>,
}

impl Prepared {
    pub(super) fn new(global: &Global, input: &InputArgs, coding: &CodingArgs) -> Result<Self> {
        let inputs = input.inputs()?;
        let codebook = global.codebook()?;
        let window = coding
            .window
            .as_deref()
            .map(|text| window(text, &codebook))
            .transpose()?;
        let (rules, rules_file) = account_rules(coding.accounts.as_deref())?;
        let mut lexicons = codebook.files.clone();
        lexicons.push(rules_file);
        let relevance = if coding.searched {
            Relevance::Assumed
        } else {
            Relevance::Shown
        };
        Ok(Prepared {
            scorer: Scorer::new(codebook).with_relevance(relevance),
            rules,
            layouts: layouts()?,
            options: input.options(),
            settings: Settings {
                scope: coding.scope.into(),
                window,
                keep_originals: coding.keep_originals,
                keep_duplicates: coding.keep_duplicates,
                jobs: global.jobs,
            },
            inputs,
            lexicons,
            searched: coding.searched,
            privacy: None,
        })
    }

    /// Codes every input into `sink` behind a progress bar.
    ///
    /// # Errors
    /// The sink failed, or not one input could be read.
    pub(super) fn run(&self, sink: &mut dyn Sink, quiet: bool) -> Result<Report> {
        let pipeline = Pipeline {
            scorer: &self.scorer,
            rules: &self.rules,
            layouts: &self.layouts,
            options: &self.options,
            settings: &self.settings,
            privacy: self.privacy.as_ref(),
        };
        let bar = Bar::new(&self.inputs, quiet);
        let report = pipeline.run(&self.inputs, sink, &|progress| bar.show(progress))?;
        bar.finish();
        let errors = super::unread(&report);
        if !errors.is_empty() && errors.len() == report.files.len() {
            return Err(anyhow!("{}", errors.join("\nminyi: ")));
        }
        Ok(report)
    }
}

/// The bundled exporter layouts.
pub(super) fn layouts() -> Result<Layouts> {
    Ok(Layouts::parse(bundled::exporters())?)
}

/// The account rules of this file, or the bundled ones for Weibo.
pub(super) fn account_rules(file: Option<&std::path::Path>) -> Result<(Rules, LexiconFile)> {
    let file = match file {
        Some(path) => LexiconFile::on_disk(path)?,
        None => LexiconFile::bundled("accounts/weibo.toml")?,
    };
    Ok((Rules::parse(&file.name, &file.text)?, file))
}

fn window(text: &str, codebook: &Codebook) -> Result<(Day, Day)> {
    let (from, to) = if text == "study" {
        let window = codebook.scheme.window.as_ref().ok_or_else(|| {
            anyhow!(
                "--window study: the codebook {} names no window; give FROM..TO",
                codebook.scheme.id
            )
        })?;
        (window.start.as_str(), window.end.as_str())
    } else {
        text.split_once("..")
            .ok_or_else(|| anyhow!("--window {text}: write FROM..TO, e.g. 2023-06-14..2023-08-21"))?
    };
    let day = |text: &str| {
        text.trim()
            .parse::<Day>()
            .with_context(|| format!("--window: `{text}` is no day; write YYYY-MM-DD"))
    };
    let (from, to) = (day(from)?, day(to)?);
    if from > to {
        return Err(anyhow!("--window {text}: {from} lies after {to}"));
    }
    Ok((from, to))
}
