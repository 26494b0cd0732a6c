//! The command line: one file a command. Flags become domain values here, and nowhere else are flags known.

mod code;
mod codebook;
mod explain;
mod inspect;
mod paint;
mod progress;
mod reading;
mod run;
mod summary;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{codebook::Codebook, ingest::TABLE_THREAD, pipeline::Report, score::Scorer};

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
        Ok(Codebook::load(&self.codebook)?)
    }

    fn scorer(&self) -> Result<Scorer> {
        Ok(Scorer::new(self.codebook()?))
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Code(code::Code),
    Inspect(inspect::Inspect),
    Explain(explain::Explain),
    #[command(subcommand)]
    Codebook(codebook::CodebookCommand),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// Whatever stopped it, as a chain from the outermost cause to the innermost.
    pub fn run(self) -> Result<ExitCode> {
        quiet_table_threads();
        match self.command {
            Command::Run(command) => command.run(&self.global),
            Command::Code(command) => command.run(&self.global),
            Command::Inspect(command) => command.run(&self.global),
            Command::Explain(command) => command.run(&self.global),
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

/// Failure where an input could not be read, or where a record was rejected and `--strict` forbids it.
fn exit_code(report: &Report, strict: bool) -> ExitCode {
    let unread = report.files.iter().any(|file| file.recognition.is_err());
    let rejected = report.flow.total().rejected > 0;
    if unread || (strict && rejected) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
