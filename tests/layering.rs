//! The rooms keep their direction: nothing downstream reaches back, and each outside crate has one home.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::{collections::BTreeMap, fs, path::Path};

/// What each room may name. `model` and `error` are open to all.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("error", &[]),
    ("bundled", &[]),
    ("cutter", &[]),
    ("both", &[]),
    ("finder", &[]),
    ("grams", &[]),
    ("literals", &[]),
    ("clean", &["bundled", "finder"]),
    ("segment", &[]),
    ("codebook", &["both", "bundled", "clean", "cutter", "grams"]),
    ("coded", &[]),
    ("ingest", &["cutter", "finder"]),
    ("classify", &["clean", "literals"]),
    ("score", &["both", "clean", "codebook", "grams", "literals", "segment"]),
    ("tabulate", &[]),
    ("validate", &["tabulate"]),
    ("hand", &["ingest", "validate"]),
    ("export", &["tabulate", "validate"]),
    ("privacy", &[]),
    (
        "pipeline",
        &["classify", "clean", "ingest", "privacy", "score", "tabulate"],
    ),
    (
        "cli",
        &[
            "both", "bundled", "classify", "clean", "codebook", "coded", "export", "hand", "ingest", "pipeline",
            "privacy", "score", "tabulate", "validate",
        ],
    ),
];

/// Crates that only these rooms may name.
const HOMES: &[(&str, &[&str])] = &[
    ("anyhow", &["cli"]),
    ("bytes", &["export", "ingest"]),
    ("calamine", &["hand", "ingest"]),
    ("chardetng", &["ingest"]),
    ("clap", &["cli", "main"]),
    ("compact_str", &["cli", "ingest", "model", "privacy"]),
    ("encoding_rs", &["ingest"]),
    ("flate2", &["ingest"]),
    ("glob", &["ingest"]),
    ("hmac", &["privacy"]),
    ("indicatif", &["cli"]),
    ("mimalloc", &["main"]),
    ("parquet", &["coded", "export", "ingest"]),
    ("png", &["export"]),
    ("rusqlite", &["ingest"]),
    ("simdutf8", &["ingest"]),
    ("statrs", &["tabulate", "validate"]),
    ("rust_xlsxwriter", &["export"]),
    ("tempfile", &["export"]),
    ("tiny_skia", &["export"]),
    ("ttf_parser", &["export"]),
    ("unicode_segmentation", &["segment"]),
    ("wide", &["cutter", "literals"]),
    ("yaml_rust2", &["codebook"]),
    ("zip", &["ingest"]),
    ("zstd", &["bundled", "export", "ingest"]),
];

/// Source text of every room, tests and comments left out.
fn rooms() -> BTreeMap<String, Vec<(String, String)>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inner = path.strip_prefix(&src).unwrap();
            let room = inner
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_str()
                .unwrap()
                .trim_end_matches(".rs")
                .to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            let code = code.join("\n");
            let code = code.split("#[cfg(test)]").next().unwrap().to_owned();
            rooms.entry(room).or_default().push((inner.display().to_string(), code));
        }
    }
    rooms
}

/// Whether `code` names `name::`, not as the tail of a longer path or word.
fn names(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

/// The rooms that `code` reaches through `crate::`.
fn reached(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            // Only the top level of `use crate::{a::{..}, b::C}` names rooms.
            let mut depth = 0;
            let mut word = String::new();
            let mut at_room = true;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => at_room = true,
                    c if depth == 0 && at_room && (c.is_alphanumeric() || c == '_') => word.push(c),
                    _ if !word.is_empty() => {
                        found.push(std::mem::take(&mut word));
                        at_room = false;
                    }
                    _ => {}
                }
            }
            found.extend(Some(word).filter(|word| !word.is_empty()));
        } else {
            found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn rooms_reach_only_where_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, files) in rooms() {
        if room == "lib" || room == "main" {
            continue;
        }
        let may = allowed
            .get(room.as_str())
            .unwrap_or_else(|| panic!("src/{room} is no room of ROOMS: add it there"));
        for (file, code) in files {
            for other in reached(&code) {
                if other != room && other != "model" && other != "error" && !may.contains(&other.as_str()) {
                    wrong.push(format!("src/{file} names {other}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_outside_crate_has_its_home() {
    let mut wrong = Vec::new();
    for (room, files) in rooms() {
        for (file, code) in &files {
            for (dependency, homes) in HOMES {
                if names(code, dependency) && !homes.contains(&room.as_str()) {
                    wrong.push(format!("src/{file} names {dependency}, whose home is {homes:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_scan_sees_what_is_there() {
    assert_eq!(
        reached("use crate::{\n    clean::{Folded, Words},\n    model::Post,\n};"),
        ["clean", "model"]
    );
    assert_eq!(reached("let x = crate::score::Scope::Own;"), ["score"]);
    assert!(names("use rayon::prelude::*;", "rayon"));
    assert!(!names("use crayon::x;", "rayon"));
}
