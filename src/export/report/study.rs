//! What a report is made from, as a run leaves it in its folder: manifest.json, tables/*.csv and report.jsonl.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Drawn, ShownPost,
    read::{read_table, read_tests},
};
use crate::{
    error::{Error, Result},
    export::{Manifest, Output, atomic::failure},
    tabulate::Table,
};

/// The coding scheme as a report tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownScheme {
    /// English title.
    pub title_en: String,
    /// Chinese title.
    pub title_zh: String,
    /// What the attitude is an attitude to, in English.
    pub target_en: String,
    /// The same in Chinese.
    pub target_zh: String,
    /// Publication it is taken from.
    pub citation: String,
    /// DOI of the publication.
    pub doi: String,
    /// Codes in codebook order.
    pub codes: Vec<ShownCode>,
}

/// A code as a report tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownCode {
    /// Id.
    pub id: String,
    /// English label.
    pub label_en: String,
    /// Chinese label.
    pub label_zh: String,
    /// Polarity by name.
    pub polarity: String,
    /// What counts and what does not.
    pub definition: String,
    /// Who names it.
    pub grade: String,
    /// Which part is our own.
    pub grade_note: String,
}

/// The first line of report.jsonl.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportHead {
    /// Coding scheme.
    pub scheme: ShownScheme,
    /// Account types in the order of the rules.
    pub account_types: Vec<String>,
    /// Posts with a stance, coded and shown.
    pub with_stance: Drawn,
    /// Posts off topic, coded and shown.
    pub off_topic: Drawn,
    /// Whether single posts are withheld, because counting them would give masked counts away.
    pub withheld: bool,
}

/// A study, with all that its report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// How it was made; the report is not among the outputs.
    pub manifest: Manifest,
    /// Every table, in the order of the run.
    pub tables: Vec<Table>,
    /// Rows of tests.csv.
    pub tests: Vec<Vec<String>>,
    /// Scheme, account types, numbers of posts.
    pub head: ReportHead,
    /// Posts to show.
    pub posts: Vec<ShownPost>,
}

/// The report's file name in the folder of a run.
pub const REPORT: &str = "report.html";
const POSTS: &str = "report.jsonl";
/// In tables/, but not tables in long form.
const OTHERS: [&str; 2] = ["tables/tests.csv", "tables/examples.csv"];

impl Study {
    /// Reads the study that a run left in `dir`.
    ///
    /// # Errors
    /// The folder is not one of a run, or a file of it is missing or was changed.
    pub fn read(dir: &Path) -> Result<Self> {
        let mut manifest = Manifest::read(dir)?;
        manifest.outputs.retain(|file| file.path != REPORT);
        let table = |path: &str| {
            let inner = path.strip_prefix("tables/")?;
            (inner.ends_with(".csv") && !inner.contains('/') && !OTHERS.contains(&path)).then(|| dir.join(path))
        };
        let paths = manifest.outputs.iter().filter_map(|file| table(&file.path));
        let tables = paths.map(|path| read_table(&path)).collect::<Result<_>>()?;
        let tests = read_tests(&dir.join(OTHERS[0]))?;
        let (head, posts) = read_posts(&dir.join(POSTS))?;
        Ok(Study {
            manifest,
            tables,
            tests,
            head,
            posts,
        })
    }
}

/// Writes report.jsonl: the head, then a post a line.
pub fn write_shown_posts(head: &ReportHead, posts: &[ShownPost], mut out: Output) -> Result<Output> {
    let path = out.path().to_owned();
    let mut line = |value: std::result::Result<String, serde_json::Error>| {
        let text = value.map_err(|error| failure(&path, "write", error.into()))?;
        writeln!(out, "{text}").map_err(|source| failure(&path, "write", source))
    };
    line(serde_json::to_string(head))?;
    for post in posts {
        line(serde_json::to_string(post))?;
    }
    Ok(out)
}

fn read_posts(path: &Path) -> Result<(ReportHead, Vec<ShownPost>)> {
    let file = File::open(path).map_err(|source| failure(path, "read", source))?;
    let mut lines = BufReader::new(file).lines();
    let first = lines
        .next()
        .transpose()
        .map_err(|source| failure(path, "read", source))?;
    let head = parse(path, 1, &first.unwrap_or_default())?;
    let posts = (2..).zip(lines).map(|(number, line)| {
        let line = line.map_err(|source| failure(path, "read", source))?;
        let post: ShownPost = parse(path, number, &line)?;
        let inside = |place: &std::ops::Range<usize>| post.text.get(place.clone()).is_some();
        if post.evidence.iter().all(|evidence| inside(&evidence.place)) {
            Ok(post)
        } else {
            Err(changed(path, number, "evidence lies outside of the text"))
        }
    });
    Ok((head, posts.collect::<Result<_>>()?))
}

fn parse<T: DeserializeOwned>(path: &Path, line: usize, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| changed(path, line, &error.to_string()))
}

fn changed(path: &Path, line: usize, problem: &str) -> Error {
    Error::Data {
        file: path.display().to_string(),
        line,
        problem: format!("{problem}; not as minyi wrote it, run the study again"),
    }
}
