//! Real exports, where they are at hand: every record is a post, an account or a reject, counted a second way by Python.
//! `scripts/check-exports.py` without arguments does the same with whole runs.
//!
//! The files are other people's words and no part of the project; without them the test says so and passes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

mod common;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use minyi::ingest::{Options, ids};

fn exports() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/exports");
    folder.is_dir().then_some(folder)
}

/// Record counts by Python's csv and json modules, by file name; `None` without Python.
fn counts(folder: &Path) -> Option<Vec<(String, u64)>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/check-exports.py");
    let output = Command::new("python3")
        .arg(script)
        .arg("--tsv")
        .arg(folder)
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let count = |line: &str| {
        line.split_once('\t')
            .map(|(name, count)| (name.to_owned(), count.parse().unwrap()))
    };
    Some(lines.lines().filter_map(count).collect())
}

#[test]
fn every_record_of_every_export_is_a_post_an_account_or_a_reject() {
    let Some(folder) = exports() else {
        return println!("skipped: no ../shared/corpora/exports here");
    };
    let Some(counts) = counts(&folder) else {
        return println!("skipped: no python3 here");
    };
    assert!(counts.len() > 30, "only {} files", counts.len());
    for (name, expected) in counts {
        let path = folder.join(&name);
        let read =
            common::read(path.to_str().unwrap(), &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = (read.posts.len() + read.rejects.len() + read.accounts.len()) as u64;
        println!(
            "{name} | {} | {} ({}) | posts {} | rejects {:?} | repairs {:?} | pulled in {}",
            read.recognition.exporter,
            read.recognition.encoding,
            read.recognition.encoding_source,
            read.posts.len(),
            read.reasons(),
            read.repairs,
            read.pulled_in.iter().filter(|by_repost| **by_repost).count(),
        );
        assert_eq!((found, read.summary.records), (expected, expected), "{name}");
    }
}

#[test]
fn bids_and_mids_of_real_posts_belong_together() {
    let Some(folder) = exports() else {
        return println!("skipped: no ../shared/corpora/exports here");
    };
    let mut pairs = 0;
    for name in [
        "01_weibo-search_17col_2020-03.csv",
        "03_weibo-search_17col_with_reposts_2020-07.csv",
        "21_WeiboSpider_jsonl_flattened_2025-03.csv",
    ] {
        let keep = vec!["bid".to_owned(), "mblogid".to_owned()];
        let read = common::read(
            folder.join(name).to_str().unwrap(),
            &Options {
                keep,
                ..Options::default()
            },
        )
        .unwrap();
        for post in read.posts {
            let bid = post.kept.concat();
            if bid.is_empty() {
                continue;
            }
            pairs += 1;
            assert_eq!(ids::mid_of(&bid).unwrap().to_string(), post.id);
            let seconds = ids::time_of(&post.id).unwrap() - minyi_seconds(&post);
            // Some exports tell the minute only.
            assert!((-1..=60).contains(&seconds), "{seconds} s apart");
        }
    }
    assert!(pairs > 500, "only {pairs} pairs");
}

fn minyi_seconds(post: &minyi::model::Post) -> i64 {
    match post.created_at.unwrap() {
        minyi::model::Moment::Instant(at) => jiff::tz::offset(8).to_timestamp(at).unwrap().as_second(),
        minyi::model::Moment::Day(_) => panic!("a day without a time"),
    }
}
