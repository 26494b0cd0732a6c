//! The `minyi` program as a person runs it: one file a command, every fixture invented.

#![allow(clippy::unwrap_used, reason = "a test")]

mod agree;
mod code;
mod codebook;
mod errors;
mod estimate;
mod explain;
mod figures;
mod formats;
mod hostile;
mod import;
mod inspect;
mod kwic;
mod posts;
mod privacy;
mod report;
mod run;
mod sample;
mod table;
mod tables;
mod terms;
mod validate;
mod workdir;
