//! The command line: one file a command. Flags become domain values here, and nowhere else are flags known.

mod agree;
mod code;
mod codebook;
mod estimate;
mod explain;
mod figure;
mod fit;
mod hand;
mod import;
mod inspect;
mod kwic;
mod new;
mod paint;
mod printing;
mod privacy;
mod progress;
mod reading;
mod report;
mod run;
mod sample;
mod sample_size;
mod select;
mod summary;
mod table;
mod terms;
mod validate;

use std::{io::Write as _, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    codebook::Codebook, export::Told, ingest::TABLE_THREAD, pipeline::Report, score::Scorer, tabulate::MaskedStudy,
};

/// Measure public attitudes in exported social-media posts.
///
/// minyi (民意) reads posts as crawlers export them, finds the evidence for the codes of a coding scheme, decides
/// stance and account type, and writes the tables of a paper with their bases and intervals.
#[derive(Debug, Parser)]
#[command(version, about, long_about, max_term_width = 110, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  minyi run weibo.csv -o results            the whole study: coded posts, evidence, tables, manifest
  minyi inspect weibo.csv                   what was recognised in a file and what is missing
  minyi code posts.jsonl -o coded.parquet   one row of codes a post
  minyi table coded.csv --rows account_type --cols stance
  minyi explain '这不是卖国是什么？'           why a text gets its codes
  minyi codebook show                       the codes, with the source of each";

/// Options every command takes.
#[derive(Debug, clap::Args)]
struct Global {
    /// Coding scheme: the name of a bundled one or a folder (see `minyi codebook list`)
    #[arg(
        long,
        global = true,
        value_name = "NAME|DIR",
        default_value = "weibo-pangenome",
        help_heading = "Global options"
    )]
    codebook: String,
    /// General sentiment list in place of the codebook's own: a bundled name or a CSV file (see `minyi codebook import`)
    #[arg(long, global = true, value_name = "NAME|FILE", help_heading = "Global options")]
    sentiment: Option<String>,
    /// Worker threads; 0 means one for each core. The results do not depend on it
    #[arg(
        long,
        short = 'j',
        global = true,
        value_name = "N",
        default_value_t = 0,
        help_heading = "Global options"
    )]
    jobs: usize,
    /// Print no progress and no summary on standard error
    #[arg(long, short, global = true, help_heading = "Global options")]
    quiet: bool,
}

impl Global {
    fn codebook(&self) -> Result<Codebook> {
        Ok(Codebook::load(&self.codebook, self.sentiment.as_deref())?)
    }

    fn scorer(&self) -> Result<Scorer> {
        Ok(Scorer::new(self.codebook()?))
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Code(code::Code),
    Report(report::Report),
    Table(table::Table),
    Inspect(inspect::Inspect),
    Explain(explain::Explain),
    Kwic(kwic::Kwic),
    Terms(terms::Terms),
    Sample(sample::Sample),
    SampleSize(sample_size::SampleSize),
    Agree(agree::Agree),
    Validate(validate::Validate),
    Estimate(estimate::Estimate),
    #[command(subcommand)]
    Codebook(codebook::CodebookCommand),
}

impl Cli {
    /// The command line of this process. Wrong usage, `--help` and `--version` end the process (status 2, 0, 0).
    pub fn from_arguments() -> Self {
        Cli::parse()
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Whatever stopped it, as a chain from the outermost cause to the innermost.
    pub fn run(self) -> Result<ExitCode> {
        quiet_table_threads();
        match self.command {
            Command::Run(command) => command.run(&self.global),
            Command::Code(command) => command.run(&self.global),
            Command::Report(command) => command.run(&self.global),
            Command::Table(command) => command.run(&self.global),
            Command::Inspect(command) => command.run(&self.global),
            Command::Explain(command) => command.run(&self.global),
            Command::Kwic(command) => command.run(&self.global),
            Command::Terms(command) => command.run(&self.global),
            Command::Sample(command) => command.run(&self.global),
            Command::SampleSize(command) => command.run(&self.global),
            Command::Agree(command) => command.run(&self.global),
            Command::Validate(command) => command.run(&self.global),
            Command::Estimate(command) => command.run(&self.global),
            Command::Codebook(command) => command.run(&self.global),
        }
    }
}

/// A damaged workbook is told as an error of that file; the panic by which its reader gave up is no news.
fn quiet_table_threads() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some(TABLE_THREAD) {
            tell(info);
        }
    }));
}

/// Whether the error only says that nobody reads our output any more (`minyi ... | head`).
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// Why inputs could not be read, one message an input.
fn unread(report: &Report) -> Vec<String> {
    report
        .files
        .iter()
        .filter_map(|file| file.recognition.as_ref().err())
        .map(|error| chain(error))
        .collect()
}

/// Why the exit status is 1 although results were written; to be said even where the user wants quiet.
fn failures(report: &Report, strict: bool, masked: Option<&MaskedStudy>) -> Vec<String> {
    let mut failures: Vec<String> = unread(report)
        .iter()
        .map(|error| format!("not read: {error}"))
        .collect();
    for file in &report.files {
        if file.summary.broken_off {
            failures.push(format!(
                "not read to its end: {} (the last of its rejected records says why)",
                file.input
            ));
        }
        let recognition = file.recognition.as_ref().ok();
        if let Some(why) = recognition.and_then(|recognition| recognition.without_text.as_deref()) {
            failures.push(format!("no post in {}: {why}", file.input));
        }
    }
    let rejected = report.flow.total().rejected;
    if strict && rejected > 0 {
        let told = |step: &str, n: u64| Told::new(n, masked.is_some_and(|masked| masked.hides_step(None, step)));
        failures.push(format!(
            "{} of {} rejected (--strict)",
            told("rejected", rejected),
            counted(told("read", report.flow.total().read), "record")
        ));
    }
    failures
}

/// A number of things, each called so: `1 post`, `2 posts`.
fn counted(n: impl std::fmt::Display, one: &str) -> String {
    let n = n.to_string();
    let plural = if n == "1" { "" } else { "s" };
    format!("{n} {one}{plural}")
}

/// An error with its causes, as a person is told.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes: Vec<String> = std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect();
    causes.join(": ")
}

/// Says each failure on standard error, and with what status to end.
fn conclude(report: &Report, strict: bool, masked: Option<&MaskedStudy>) -> std::io::Result<ExitCode> {
    let failures = failures(report, strict, masked);
    let mut out = std::io::stderr().lock();
    for failure in &failures {
        writeln!(out, "minyi: {failure}")?;
    }
    Ok(if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
