//! The report of a run: made by `run`, and made again by `report`.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use clap::Args;

use super::{
    Global,
    figure::typeface,
    table::{LangFlag, labels},
};
use crate::{
    codebook::Codebook,
    error::Error,
    export::{
        Labels, Manifest, Output, OutputDir, REPORT, ShownCode, ShownScheme, Study, StudyReport, Validation, methods,
        report_page,
    },
    model::{Code, Polarity},
    privacy::{Mask, file_alias},
};

/// The report of a run once more: in another language, with validation, with names; or its methods in sentences
///
/// Reads the folder that `minyi run` wrote and writes its report.html anew.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Report {
    /// Folder that `minyi run -o` wrote
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// File to write, or `-`; DIR/report.html unless named
    #[arg(long, short, value_name = "FILE", conflicts_with = "methods")]
    output: Option<PathBuf>,
    /// Language shown first; the report holds both
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LangFlag,
    /// Print the paragraphs of a methods section with the numbers of this run, and write no report
    #[arg(long)]
    methods: bool,
    /// Outputs of `minyi validate` and `minyi estimate` to tell of, e.g. `scores.csv,shares.csv`
    #[arg(long, value_name = "FILE,..", value_delimiter = ',')]
    validation: Vec<PathBuf>,
    /// Show names, ids and texts as collected instead of masking them
    #[arg(long, help_heading = "Privacy")]
    raw: bool,
}

const EXAMPLES: &str = "\
Examples:
  minyi report results --lang zh
  minyi report results --validation scores.csv,shares.csv
  minyi report results --methods > methods.txt";

impl Report {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let study = Study::read(&self.dir).with_context(|| {
            format!(
                "{}: not the folder of a run with a report (minyi run FILES -o DIR, without --no-report)",
                self.dir.display()
            )
        })?;
        let validation = Validation::read(&self.validation)?;
        let page = Page {
            lang: self.lang,
            raw: self.raw,
            validation,
        };
        if self.methods {
            let text = page.methods(study)?;
            write!(io::stdout().lock(), "{text}")?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(path) = &self.output {
            let mut out = Output::create(path)?;
            write_page(&mut out, &page.html(study)?)?;
            out.commit()?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut outputs = OutputDir::create(&self.dir)?;
        let mut out = outputs.output(REPORT)?;
        write_page(&mut out, &page.html(study)?)?;
        let written = outputs.keep(out)?;
        outputs.commit()?;
        Manifest::replace_output(&self.dir, written)?;
        if !global.quiet {
            writeln!(io::stderr().lock(), "{}", self.dir.join(REPORT).display())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// How a report is shown.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) lang: LangFlag,
    pub(super) raw: bool,
    pub(super) validation: Option<Validation>,
}

impl Page {
    /// The page in both languages, masked unless raw.
    pub(super) fn html(&self, study: Study) -> Result<String> {
        self.with_report(study, report_page)
    }

    fn methods(&self, study: Study) -> Result<String> {
        self.with_report(study, |report, labels| {
            let paragraphs = labels.first().map(|labels| methods(report, labels));
            paragraphs.unwrap_or_default().join("\n\n") + "\n"
        })
    }

    fn with_report(&self, mut study: Study, make: impl Fn(&StudyReport<'_>, &[Labels]) -> String) -> Result<String> {
        if !self.raw {
            mask(&mut study)?;
        }
        let codes = codes(&study.head.scheme);
        let other = match self.lang {
            LangFlag::En => LangFlag::Zh,
            LangFlag::Zh => LangFlag::En,
        };
        let labels = [labels(self.lang, &codes)?, labels(other, &codes)?];
        let typeface = typeface()?;
        let report = StudyReport {
            typeface: &typeface,
            study: &study,
            masked: !self.raw,
            validation: self.validation.as_ref(),
        };
        Ok(make(&report, &labels))
    }
}

/// Writes a page to an open output.
pub(super) fn write_page(out: &mut Output, page: &str) -> Result<()> {
    let path = out.path().to_owned();
    Ok(out.write_all(page.as_bytes()).map_err(|source| Error::File {
        path,
        action: "write",
        source,
    })?)
}

/// What a report tells of a codebook.
pub(super) fn scheme(codebook: &Codebook) -> ShownScheme {
    let scheme = &codebook.scheme;
    let codes = codebook.entries().iter().map(|entry| ShownCode {
        id: entry.id.clone(),
        label_en: entry.label_en.clone(),
        label_zh: entry.label_zh.clone(),
        polarity: entry.polarity.name().to_owned(),
        definition: entry.definition.clone(),
        grade: entry.grade.clone(),
        grade_note: entry.grade_note.clone(),
    });
    ShownScheme {
        title_en: scheme.title_en.clone(),
        title_zh: scheme.title_zh.clone(),
        target_en: scheme.target_en.clone(),
        target_zh: scheme.target_zh.clone(),
        citation: scheme.citation.clone(),
        doi: scheme.doi.clone(),
        codes: codes.collect(),
    }
}

fn codes(scheme: &ShownScheme) -> Vec<Code> {
    let polarity = |name: &str| {
        [Polarity::Positive, Polarity::Negative]
            .into_iter()
            .find(|polarity| polarity.name() == name)
    };
    scheme
        .codes
        .iter()
        .map(|code| Code {
            id: code.id.as_str().into(),
            label_en: code.label_en.as_str().into(),
            label_zh: code.label_zh.as_str().into(),
            polarity: polarity(&code.polarity).unwrap_or(Polarity::None),
        })
        .collect()
}

/// Masks the texts, and the names of files that tell more than a name of a file should.
fn mask(study: &mut Study) -> Result<()> {
    let mask = Mask::new()?;
    for post in &mut study.posts {
        let own: Vec<&str> = [
            post.screen_name.as_deref(),
            post.user_id.as_deref(),
            Some(post.post_id.as_str()),
        ]
        .into_iter()
        .flatten()
        .collect();
        mask.text(
            &mut post.text,
            &own,
            post.evidence.iter_mut().map(|evidence| &mut evidence.place),
        );
    }
    let inputs = study.manifest.inputs.iter().map(|input| input.file.path.clone());
    let tables = study.manifest.account_tables.iter().map(|table| table.path.clone());
    let aliases: BTreeMap<String, String> = (1..)
        .zip(inputs.chain(tables))
        .filter(|(_, path)| mask.hides(path))
        .map(|(number, path)| {
            let alias = file_alias(number, &path).to_string();
            (path, alias)
        })
        .collect();
    let rename = |name: &mut String| {
        if let Some(alias) = aliases.get(name) {
            name.clone_from(alias);
        }
    };
    study.posts.iter_mut().for_each(|post| rename(&mut post.source_file));
    for input in &mut study.manifest.inputs {
        rename(&mut input.file.path);
        mask.text(&mut input.exporter, &[], []);
    }
    study
        .manifest
        .account_tables
        .iter_mut()
        .for_each(|table| rename(&mut table.path));
    for argument in &mut study.manifest.arguments {
        rename(argument);
        mask.text(argument, &[], []);
    }
    for table in study.tables.iter_mut().filter(|table| table.name == "flow") {
        table.rows.iter_mut().for_each(|count| rename(&mut count.row));
    }
    Ok(())
}
