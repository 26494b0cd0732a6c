//! The demo study, whole: its tables and coded posts are committed in tests/golden/demo and come out the same.
//!
//! A change of word lists or rules changes them. Look at the difference, and if it is meant, write them anew:
//!
//! ```sh
//! UPDATE_GOLDEN=1 cargo test --test golden
//! ```

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
    process::Command,
};

const GOLDEN: &str = "tests/golden/demo";
/// Files of a run that are compared; the rest follows from them or has times in it.
const COMPARED: [&str; 4] = ["coded.csv", "figures", "tables", "tables/print"];
/// Files that are no text; they say what the others say.
const BINARY: [&str; 2] = ["xlsx", "png"];
/// Lines shown of each file that differs.
const SHOWN: usize = 12;

#[test]
fn the_demo_study_comes_out_as_committed() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_minyi"))
        .current_dir(repository)
        .args([
            "run",
            "data/demo/weibo-search.csv",
            "data/demo/weibospider.jsonl",
            "-q",
            "-o",
        ])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let new = read(folder.path());
    let golden = repository.join(GOLDEN);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        return write(&golden, &new);
    }
    let differences = differences(&read(&golden), &new);
    assert!(
        differences.is_empty(),
        "{differences}\nIf this is meant: UPDATE_GOLDEN=1 cargo test --test golden, then read `git diff {GOLDEN}`.\n"
    );
}

/// The compared files of a folder, by name.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for name in COMPARED {
        let path = folder.join(name);
        if path.is_file() {
            files.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
        }
        for entry in fs::read_dir(&path).into_iter().flatten() {
            let path = entry.unwrap().path();
            let ending = path.extension().unwrap_or_default();
            if path.is_dir() || BINARY.iter().any(|binary| ending == *binary) {
                continue;
            }
            let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn write(folder: &Path, files: &BTreeMap<String, String>) {
    let _ = fs::remove_dir_all(folder);
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What a person needs to see of the differences: lines gone (`-`) and come (`+`), file by file.
fn differences(golden: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let names: BTreeSet<&String> = golden.keys().chain(new.keys()).collect();
    for name in names {
        match (golden.get(name), new.get(name)) {
            (Some(_), None) => out += &format!("{name}: no longer written\n"),
            (None, Some(_)) => out += &format!("{name}: not in {GOLDEN}\n"),
            (Some(old), Some(new)) if old != new => out += &difference(name, old, new),
            _ => {}
        }
    }
    out
}

fn difference(name: &str, old: &str, new: &str) -> String {
    let (before, after): (BTreeSet<&str>, BTreeSet<&str>) = (old.lines().collect(), new.lines().collect());
    let gone = old.lines().filter(|line| !after.contains(line)).map(|line| ("-", line));
    let come = new
        .lines()
        .filter(|line| !before.contains(line))
        .map(|line| ("+", line));
    let mut changed: Vec<(&str, &str)> = gone.chain(come).collect();
    if changed.is_empty() {
        return format!("{name}: the same lines in another order, or other line ends\n");
    }
    // Lines of one cell or post stand together, the old one first.
    changed.sort_by_key(|(sign, line)| (line.split(',').take(3).collect::<Vec<_>>(), *sign == "+"));
    let count = changed.len();
    let shown = changed
        .into_iter()
        .take(SHOWN)
        .map(|(sign, line)| format!("  {sign} {line}\n"));
    let rest = match count.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("  and {more} more\n"),
    };
    format!("{name}: {count} lines differ\n{}{rest}", shown.collect::<String>())
}

#[test]
fn a_difference_shows_what_a_person_needs() {
    let files = |table: &str| BTreeMap::from([("tables/a.csv".to_owned(), table.to_owned())]);
    let old = files("row,n\nx,1\ny,2\nz,3\n");
    assert_eq!(differences(&old, &old), "");
    assert_eq!(
        differences(&old, &files("row,n\nx,1\ny,5\nz,3\n")),
        "tables/a.csv: 2 lines differ\n  - y,2\n  + y,5\n"
    );
    assert_eq!(
        differences(&old, &files("row,n\ny,2\nx,1\nz,3\n")),
        "tables/a.csv: the same lines in another order, or other line ends\n"
    );
    assert_eq!(differences(&old, &BTreeMap::new()), "tables/a.csv: no longer written\n");
    assert_eq!(
        differences(&BTreeMap::new(), &old),
        "tables/a.csv: not in tests/golden/demo\n"
    );
}
