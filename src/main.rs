//! The `minyi` command: parse, run, report.

use std::{io::Write, process::ExitCode};

use minyi::cli::{Cli, is_broken_pipe};

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
