//! Word lists of the user's own: read, linted, turned into a polarity list of this project.
//!
//! Published lists (DUTIR, HowNet, NTUSD, BosonNLP, LIWC, ...) may not be redistributed, so none is bundled; a user who
//! has one reads it from disk. The forms they come in:
//!
//! | form | what it looks like |
//! |---|---|
//! | [`ListForm::Words`] | one word a line (HowNet, NTUSD: a file for each polarity) |
//! | [`ListForm::Scores`] | word and score a line (BosonNLP) |
//! | [`ListForm::Table`] | CSV or TSV with a header (DUTIR saved from its workbook) |
//! | [`ListForm::Liwc`] | LIWC `.dic`: categories between two `%`, then words with category numbers |
//! | [`ListForm::Yaml`] | categories with lists of words, nested or not (quanteda, cntext) |

use std::collections::{BTreeMap, BTreeSet};

use yaml_rust2::{Yaml, YamlLoader};

use crate::clean::{MASK, fold_term};

/// The form of a word list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListForm {
    /// One word a line.
    Words,
    /// A word and a score a line, space or tab between them.
    Scores,
    /// A table; the names of its columns.
    Table {
        /// Column of the words.
        term: String,
        /// Column of the categories.
        category: String,
        /// Column of the strength, if any.
        weight: Option<String>,
    },
    /// LIWC `.dic`.
    Liwc,
    /// YAML.
    Yaml,
}

/// An entry as the list has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The word, as written.
    pub term: String,
    /// Its category; empty in a list without.
    pub category: String,
    /// Its strength or score; 1 in a list without.
    pub weight: f64,
    /// Line of the file; 0 where the form has none.
    pub line: usize,
}

/// Reads the entries of a list.
///
/// # Errors
/// The text is not of that form: what is wrong, on which line.
pub fn read_list(text: &str, form: &ListForm) -> Result<Vec<Entry>, String> {
    match form {
        ListForm::Words => Ok(lines(text).map(|(line, term)| entry(term, "", 1.0, line)).collect()),
        ListForm::Scores => lines(text).map(|(line, text)| scored(line, text)).collect(),
        ListForm::Table { term, category, weight } => table(text, term, category, weight.as_deref()),
        ListForm::Liwc => liwc(text),
        ListForm::Yaml => yaml(text),
    }
}

fn entry(term: &str, category: &str, weight: f64, line: usize) -> Entry {
    Entry {
        term: term.to_owned(),
        category: category.to_owned(),
        weight,
        line,
    }
}

/// Lines that hold something, numbered; the line end is no part of the entry, a space before it is.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .map(|(line, text)| (line, text.trim_end_matches('\r')))
        .filter(|(_, text)| !text.trim().is_empty())
}

fn scored(line: usize, text: &str) -> Result<Entry, String> {
    let wrong = || format!("line {line}: `{text}` is not a word and a score");
    let (term, score) = text.trim().rsplit_once([' ', '\t']).ok_or_else(wrong)?;
    let score: f64 = score.parse().map_err(|_| wrong())?;
    Ok(entry(
        term.trim_end(),
        if score < 0.0 { "negative" } else { "positive" },
        score.abs(),
        line,
    ))
}

fn table(text: &str, term: &str, category: &str, weight: Option<&str>) -> Result<Vec<Entry>, String> {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        let found: Vec<&str> = header.iter().map(str::trim).collect();
        found
            .iter()
            .position(|column| *column == name)
            .ok_or_else(|| format!("no column `{name}`; the file has: {}", found.join(", ")))
    };
    let (term, category) = (column(term)?, column(category)?);
    let weight = weight.map(column).transpose()?;
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let strength = match weight.map(cell).map(str::trim) {
            None | Some("") => 1.0,
            Some(text) => text
                .parse()
                .map_err(|_| format!("line {line}: strength `{text}` is not a number"))?,
        };
        entries.push(entry(cell(term), cell(category).trim(), strength, line));
    }
    Ok(entries)
}

fn liwc(text: &str) -> Result<Vec<Entry>, String> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut marks = 0;
    let mut entries = Vec::new();
    for (line, text) in lines(text) {
        if text.trim() == "%" {
            marks += 1;
            continue;
        }
        let mut parts = text
            .split('\t')
            .flat_map(|part| part.split(' '))
            .filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { continue };
        match marks {
            0 => {
                return Err(format!(
                    "line {line}: a LIWC dictionary opens with a line that holds only %"
                ));
            }
            1 => {
                names.insert(first, parts.next().unwrap_or(first));
            }
            _ => {
                for number in parts {
                    let name = names
                        .get(number)
                        .ok_or_else(|| format!("line {line}: category {number} is not declared"))?;
                    entries.push(entry(first.trim_end_matches('*'), name, 1.0, line));
                }
            }
        }
    }
    Ok(entries)
}

fn yaml(text: &str) -> Result<Vec<Entry>, String> {
    let documents = YamlLoader::load_from_str(text).map_err(|error| error.to_string())?;
    let mut entries = Vec::new();
    for document in &documents {
        walk(document, "", &mut entries);
    }
    Ok(entries)
}

/// Words are the members of lists; the nearest key above a list names the category.
fn walk(node: &Yaml, category: &str, entries: &mut Vec<Entry>) {
    match node {
        Yaml::Hash(members) => {
            for (key, value) in members {
                walk(value, key.as_str().unwrap_or(category), entries);
            }
        }
        Yaml::Array(members) => members.iter().for_each(|member| walk(member, category, entries)),
        Yaml::String(word) => entries.push(entry(word, category, 1.0, 0)),
        Yaml::Integer(number) => entries.push(entry(&number.to_string(), category, 1.0, 0)),
        _ => {}
    }
}

/// A word of the resulting polarity list.
#[derive(Debug, Clone, PartialEq)]
pub struct PolarWord {
    /// The word, trimmed.
    pub term: String,
    /// Whether it is positive.
    pub positive: bool,
    /// Strength, 0.1 to 3.
    pub weight: f64,
}

/// A polarity list made of a user's list, and what was found wrong with that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// Words that can fire, in the order of the list.
    pub words: Vec<PolarWord>,
    /// Entries read.
    pub read: usize,
    /// Entries of other categories, left out.
    pub other_categories: usize,
    /// What is wrong, by kind: the number of entries and some of them.
    pub findings: BTreeMap<&'static str, (usize, Vec<String>)>,
}

/// Examples kept of each kind of fault.
const EXAMPLES: usize = 5;

impl Imported {
    /// Keeps the entries of the positive and negative categories that can fire, once each. Strengths are scaled so that the
    /// strongest is 3 where any is above 3, and are at least 0.1. An empty list of categories takes the names `positive`
    /// and `negative`.
    pub fn new(entries: &[Entry], positive: &[String], negative: &[String]) -> Self {
        let mut imported = Imported {
            read: entries.len(),
            ..Imported::default()
        };
        let strongest = entries.iter().map(|entry| entry.weight).fold(0.0, f64::max);
        let scale = if strongest > 3.0 { 3.0 / strongest } else { 1.0 };
        let mut seen: BTreeMap<String, bool> = BTreeMap::new();
        for entry in entries {
            let side = match (positive.contains(&entry.category), negative.contains(&entry.category)) {
                (true, false) => true,
                (false, true) => false,
                _ => {
                    imported.other_categories += 1;
                    continue;
                }
            };
            let folded = fold_term(&entry.term);
            if entry.term.trim() != entry.term {
                imported.find("space at an end: never matches where it is not trimmed", entry);
            }
            if folded.is_empty() || folded.contains([MASK, '@', '\n']) || folded.contains("http") {
                imported.find("can never fire: empty, a mention or a link", entry);
                continue;
            }
            if folded.chars().count() == 1 && folded.chars().all(char::is_alphanumeric) {
                imported.find(
                    "one character: left out, it would fire within other words' meanings",
                    entry,
                );
                continue;
            }
            match seen.insert(folded, side) {
                None => imported.words.push(PolarWord {
                    term: entry.term.trim().to_owned(),
                    positive: side,
                    weight: (entry.weight * scale).clamp(0.1, 3.0),
                }),
                Some(before) if before == side => imported.find("stands twice", entry),
                Some(_) => imported.find("stands on both sides: the first counts", entry),
            }
        }
        imported
    }

    fn find(&mut self, kind: &'static str, entry: &Entry) {
        let (number, examples) = self.findings.entry(kind).or_default();
        *number += 1;
        if examples.len() < EXAMPLES {
            examples.push(format!("`{}` (line {})", entry.term, entry.line));
        }
    }
}

/// The categories of a list, each once, sorted.
pub fn categories(entries: &[Entry]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry.category.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: ListForm) -> Vec<(String, String, f64)> {
        read_list(text, &form)
            .unwrap()
            .into_iter()
            .map(|entry| (entry.term, entry.category, entry.weight))
            .collect()
    }

    fn row(term: &str, category: &str, weight: f64) -> (String, String, f64) {
        (term.to_owned(), category.to_owned(), weight)
    }

    #[test]
    fn every_form_gives_words_categories_and_strengths() {
        assert_eq!(
            read("高兴\r\n\n喜悦 \n", ListForm::Words),
            [row("高兴", "", 1.0), row("喜悦 ", "", 1.0)]
        );
        assert_eq!(
            read("糟糕 -2.5\n很 好\t1\n", ListForm::Scores),
            [row("糟糕", "negative", 2.5), row("很 好", "positive", 1.0)]
        );
        let form = ListForm::Table {
            term: "词语".into(),
            category: "极性".into(),
            weight: Some("强度".into()),
        };
        assert_eq!(read("词语,强度,极性\n欢喜,7,1\n", form), [row("欢喜", "1", 7.0)]);
        let dic = "%\n1\tposemo\n2\tnegemo\n%\nhappy*\t1\nbittersweet\t1\t2\n";
        let expected = [
            row("happy", "posemo", 1.0),
            row("bittersweet", "posemo", 1.0),
            row("bittersweet", "negemo", 1.0),
        ];
        assert_eq!(read(dic, ListForm::Liwc), expected);
        let yaml = "Dictionary:\n  pos: [开心, 满意]\n  neg:\n    - 失望\n";
        assert_eq!(
            read(yaml, ListForm::Yaml),
            [
                row("开心", "pos", 1.0),
                row("满意", "pos", 1.0),
                row("失望", "neg", 1.0)
            ]
        );
    }

    #[test]
    fn what_is_not_of_the_form_is_refused_with_its_line() {
        for (text, form, reason) in [
            ("好\n", ListForm::Scores, "line 1"),
            (
                "a,b\n",
                ListForm::Table {
                    term: "词语".into(),
                    category: "b".into(),
                    weight: None,
                },
                "a, b",
            ),
            ("happy 1\n", ListForm::Liwc, "opens with"),
            ("%\n1 pos\n%\nhappy 7\n", ListForm::Liwc, "category 7"),
            ("a: [b", ListForm::Yaml, "line"),
        ] {
            let problem = read_list(text, &form).unwrap_err();
            assert!(problem.contains(reason), "{text:?}: {problem}");
        }
    }

    #[test]
    fn faults_are_named_and_what_can_fire_is_kept_once() {
        let entries = read_list("支持 \n支持\n好\n@某人\n開心\n", &ListForm::Words).unwrap();
        let mut entries: Vec<Entry> = entries
            .into_iter()
            .map(|entry| Entry {
                category: "pos".into(),
                ..entry
            })
            .collect();
        entries.push(Entry {
            term: "开心".into(),
            category: "neg".into(),
            weight: 1.0,
            line: 9,
        });
        entries.push(Entry {
            term: "桌子".into(),
            category: "other".into(),
            weight: 1.0,
            line: 10,
        });
        let imported = Imported::new(&entries, &["pos".into()], &["neg".into()]);
        let words: Vec<&str> = imported.words.iter().map(|word| word.term.as_str()).collect();
        assert_eq!(words, ["支持", "開心"]);
        assert_eq!((imported.read, imported.other_categories), (7, 1));
        let counts: Vec<usize> = imported.findings.values().map(|(n, _)| *n).collect();
        assert_eq!(counts, [1, 1, 1, 1, 1], "{:?}", imported.findings);
    }

    #[test]
    fn strengths_are_scaled_to_three() {
        let entries = read_list(
            "词语,极性,强度\n欢喜,1,9\n尚可,1,3\n",
            &ListForm::Table {
                term: "词语".into(),
                category: "极性".into(),
                weight: Some("强度".into()),
            },
        );
        let imported = Imported::new(&entries.unwrap(), &["1".into()], &["2".into()]);
        assert_eq!(
            imported.words.iter().map(|word| word.weight).collect::<Vec<_>>(),
            [3.0, 1.0]
        );
    }
}
