use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;
use clap::Args;

use super::{
    Global,
    privacy::PrivacyArgs,
    reading::{CodingArgs, InputArgs, Prepared},
    summary,
};
use crate::{
    error,
    export::{
        CodedSchema, CodedWriter, CsvOptions, EncodedPosts, ExcludedWriter, Output, OutputFormat, RejectsWriter,
        each_few,
    },
    model::{Excluded, Reject},
    pipeline::{Prepare, Sink},
    score::EvidenceOf,
};

/// One row of codes a post, for batch scoring
///
/// The ending of OUT decides the format: .csv, .jsonl, .parquet; `-` writes CSV to standard output. Records that are no
/// posts go to OUT.rejects.csv with their reason, posts left out to OUT.excluded.csv, where there are any.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Code {
    #[command(flatten)]
    input: InputArgs,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    coding: CodingArgs,
    #[command(flatten)]
    privacy: PrivacyArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi code weibo.csv -o coded.parquet
  zcat posts.jsonl.gz | minyi code - -o - | head
  minyi code posts.csv -o coded.csv --map text=content,id=tid";

impl Code {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let started = Instant::now();
        let format = OutputFormat::from_path(&self.output)?;
        let mut prepared = Prepared::new(global, &self.input, &self.coding)?;
        prepared.settings.evidence = EvidenceOf::None;
        prepared.privacy = self.privacy.pseudonyms(&prepared.inputs)?;
        prepared.spare_inputs(&self.output)?;
        let schema = CodedSchema::new(&prepared.scorer.codebook().codes(), &prepared.options.keep);
        let options = CsvOptions::default();
        let writer = CodedWriter::new(Output::create(&self.output)?, format, &schema, options)?;
        let aside = |kind: &str| (self.output != Path::new("-")).then(|| beside(&self.output, kind));
        let mut sink = CodeSink {
            writer,
            rejects: Aside::at(aside("rejects")),
            excluded: Aside::at(aside("excluded")),
        };
        let report = prepared.run(&mut sink, global.quiet)?;
        let CodeSink {
            writer,
            rejects,
            excluded,
        } = sink;
        let mut written = vec![writer.finish()?.commit()?];
        if let Some(rejects) = rejects.begun_or_stale(new_rejects)? {
            written.push(rejects.finish()?.commit()?);
        }
        if let Some(excluded) = excluded.begun_or_stale(new_excluded)? {
            written.push(excluded.finish()?.commit()?);
        }
        if !global.quiet {
            let mut out = io::stderr().lock();
            write!(out, "{}", summary::flow(&report, None))?;
            for warning in summary::warnings(&report, &prepared.rules, prepared.options.accounts.as_deref(), None) {
                writeln!(out, "note: {warning}")?;
            }
            let total = report.flow.total();
            if self.output == Path::new("-") && total.rejected > 0 {
                writeln!(
                    out,
                    "note: to keep the rejected records with their reasons, write to a file with -o"
                )?;
            }
            let seconds = started.elapsed().as_secs_f64();
            let rate = total.read as f64 / seconds;
            writeln!(out, "{} ({seconds:.1} s, {rate:.0} posts/s)", written.join(", "))?;
        }
        Ok(super::conclude(&report, self.coding.strict, None)?)
    }
}

/// `coded.csv` -> `coded.csv.rejects.csv`.
fn beside(output: &Path, kind: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(format!(".{kind}.csv"));
    name.into()
}

/// A file that is only begun when there is something to write.
struct Aside<W> {
    path: Option<PathBuf>,
    writer: Option<W>,
}

impl<W> Aside<W> {
    fn at(path: Option<PathBuf>) -> Self {
        Aside { path, writer: None }
    }

    fn writer(&mut self, begin: impl FnOnce(Output) -> error::Result<W>) -> error::Result<Option<&mut W>> {
        if self.writer.is_none()
            && let Some(path) = &self.path
        {
            self.writer = Some(begin(Output::create(path)?)?);
        }
        Ok(self.writer.as_mut())
    }

    /// The file, also without a row in it where one of an earlier run lies in its place.
    fn begun_or_stale(mut self, begin: impl FnOnce(Output) -> error::Result<W>) -> error::Result<Option<W>> {
        if self.path.as_ref().is_some_and(|path| path.is_file()) {
            self.writer(begin)?;
        }
        Ok(self.writer)
    }
}

fn new_rejects(out: Output) -> error::Result<RejectsWriter> {
    RejectsWriter::new(out, CsvOptions::default())
}

fn new_excluded(out: Output) -> error::Result<ExcludedWriter> {
    ExcludedWriter::new(out, CsvOptions::default())
}

struct CodeSink {
    writer: CodedWriter,
    rejects: Aside<RejectsWriter>,
    excluded: Aside<ExcludedWriter>,
}

impl Sink for CodeSink {
    type Part = EncodedPosts;

    fn prepare(&self) -> Prepare<EncodedPosts> {
        let encoder = self.writer.encoder();
        Box::new(move |posts| {
            let mut rows = encoder.begin();
            each_few(posts, |posts| encoder.add(&mut rows, posts))?;
            rows.end()
        })
    }

    fn coded(&mut self, posts: EncodedPosts) -> error::Result<()> {
        self.writer.write(posts)
    }

    fn reject(&mut self, reject: &Reject) -> error::Result<()> {
        match self.rejects.writer(new_rejects)? {
            Some(writer) => writer.write(reject),
            None => Ok(()),
        }
    }

    fn excluded(&mut self, excluded: &Excluded) -> error::Result<()> {
        match self.excluded.writer(new_excluded)? {
            Some(writer) => writer.write(excluded),
            None => Ok(()),
        }
    }
}
