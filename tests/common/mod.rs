//! What several test files need to read exports with the project's own layouts.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{collections::BTreeMap, path::Path, sync::OnceLock};

use minyi::{
    ingest::{Layouts, Options, Outcome, Reader, Recognition, Repair, Summary},
    model::{Author, Post, Reject},
};

/// The layouts of `data/exporters`.
pub(crate) fn layouts() -> &'static Layouts {
    static LAYOUTS: OnceLock<Layouts> = OnceLock::new();
    LAYOUTS.get_or_init(load_layouts)
}

fn load_layouts() -> Layouts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/exporters");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        files.push((name, std::fs::read_to_string(&path).unwrap()));
    }
    files.sort();
    Layouts::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()
}

/// All that one file gave.
pub(crate) struct Read {
    pub(crate) recognition: Recognition,
    pub(crate) summary: Summary,
    pub(crate) posts: Vec<Post<'static>>,
    /// Whether the post of the same index was pulled in by its repost.
    pub(crate) pulled_in: Vec<bool>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) accounts: Vec<Author>,
    pub(crate) repairs: BTreeMap<Repair, usize>,
}

impl Read {
    pub(crate) fn reasons(&self) -> BTreeMap<&str, usize> {
        let mut reasons = BTreeMap::new();
        for reject in &self.rejects {
            *reasons.entry(&*reject.reason).or_insert(0) += 1;
        }
        reasons
    }
}

/// Reads a whole file.
pub(crate) fn read(path: &str, options: &Options) -> minyi::error::Result<Read> {
    let mut reader = Reader::open(path, layouts(), options)?;
    let layout = reader.layout();
    let (mut posts, mut pulled_in, mut rejects, mut accounts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut repairs = BTreeMap::new();
    while let Some(record) = reader.next_record() {
        let converted = layout.convert(record);
        for repair in converted.repairs {
            *repairs.entry(repair).or_insert(0) += 1;
        }
        match converted.outcome {
            Outcome::Post(post, by_repost) => {
                posts.push(*post);
                pulled_in.push(by_repost);
            }
            Outcome::Reject(reject) => rejects.push(*reject),
            Outcome::Account(author) => accounts.push(*author),
        }
    }
    let (recognition, summary) = (reader.recognition().clone(), reader.summary());
    Ok(Read {
        recognition,
        summary,
        posts,
        pulled_in,
        rejects,
        accounts,
        repairs,
    })
}

/// Path of an invented export.
pub(crate) fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/exports/{name}", env!("CARGO_MANIFEST_DIR"))
}
