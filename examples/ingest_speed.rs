//! How fast each kind of file is read, beside the bare reader of the same kind on the same file.
//!
//! `cargo run --release --example ingest_speed -- [POSTS] [FILES]`: invented posts (default 100,000) in every kind of file that can
//! be written here, and the files named (an .xls, say). `cut` cuts the file into records, `posts` makes posts of them as well, both in
//! one thread; `bare` is csv, serde_json, calamine, rusqlite or parquet, behind flate2 or zstd, looking at each cell and keeping none.
//! Each is the best of three runs, in MB of the file as it lies on disk a second.
#![allow(clippy::print_stdout, reason = "a program that prints its results")]

#[path = "ingest_speed/bare.rs"]
mod bare;
#[path = "ingest_speed/files.rs"]
mod files;

use std::{error::Error, path::Path, time::Instant};

use minyi::{
    bundled,
    ingest::{Layouts, Options, Outcome, Reader},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const RUNS: usize = 3;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (posts, named) = match arguments.first().and_then(|first| first.parse().ok()) {
        Some(posts) => (posts, &arguments[1..]),
        None => (100_000, &arguments[..]),
    };
    let folder = tempfile::tempdir()?;
    let mut paths = files::write(folder.path(), posts)?;
    paths.extend(named.iter().map(Into::into));
    let layouts = Layouts::parse(bundled::exporters())?;
    println!(
        "{:<10} {:>8} {:>9} {:>10} {:>10} {:>10} {:>12}",
        "kind", "MB", "records", "bare MB/s", "cut MB/s", "posts MB/s", "posts/s"
    );
    for path in &paths {
        let size = std::fs::metadata(path)?.len() as f64 / 1e6;
        let (bare, _) = best(|| bare::read(path))?;
        let (cut, records) = best(|| read(path, &layouts, false))?;
        let (whole, _) = best(|| read(path, &layouts, true))?;
        let kind = path.file_name().unwrap_or_default().to_string_lossy();
        println!(
            "{:<10} {size:>8.1} {records:>9} {:>10.1} {:>10.1} {:>10.1} {:>12.0}",
            kind.trim_start_matches("posts."),
            size / bare,
            size / cut,
            size / whole,
            records as f64 / whole
        );
    }
    Ok(())
}

/// Seconds of the fastest run, and what it gave.
fn best(mut work: impl FnMut() -> Result<u64>) -> Result<(f64, u64)> {
    let mut fastest = f64::INFINITY;
    let mut given = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        given = work()?;
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    Ok((fastest, given))
}

/// Reads a file as `minyi` does; number of its records.
fn read(path: &Path, layouts: &Layouts, convert: bool) -> Result<u64> {
    let mut reader = Reader::open(
        path.to_str().ok_or("a path that is not UTF-8")?,
        layouts,
        &Options::default(),
    )?;
    let layout = reader.layout();
    while let Some(record) = reader.next_record() {
        if convert && let Outcome::Reject(reject) = layout.convert(record).outcome {
            return Err(format!("record {} was rejected: {}", reject.source.row, reject.reason).into());
        }
    }
    Ok(reader.summary().records)
}
