//! What can go wrong, each with its place and what to do about it.

use std::path::PathBuf;

/// A failure of the library. Every message names the file (and record, line, column or key) and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read or written.
    #[error("{}: cannot {action}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: `open`, `read`, `write`, ...
        action: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// An input file is not what it should be.
    #[error("{file}: {problem}")]
    Input {
        /// The file as the user named it.
        file: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A lexicon, codebook, account rule or exporter layout is wrong.
    #[error("{file}:{line}: {problem}")]
    Data {
        /// The data file.
        file: String,
        /// Line in it, from 1.
        line: usize,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// The library's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;
