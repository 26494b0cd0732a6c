//! The `minyi` command: parse, run, report.

use std::{io::Write, process::ExitCode};

use mimalloc::MiMalloc;
use minyi::cli::{Cli, is_broken_pipe};

/// Posts are many small texts, made in one thread and dropped in another or much later.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match Cli::from_arguments().run() {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do if standard error is gone too.
            let _ = writeln!(std::io::stderr(), "minyi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
