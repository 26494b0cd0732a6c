//! The coding scheme as data: read, checked on load, handed to the scorer.
//!
//! A [`Codebook`] is a folder of plain text (codebook.toml, terms.csv, sets.toml, examples.csv), bundled or the user's,
//! through the same parser. It alone hands out [`CodeId`]s. What is wrong in a file is an error with file, line and key;
//! what is merely suspicious is a finding of [`check()`].
//!
//! ```
//! use minyi::codebook::Codebook;
//!
//! let codebook = Codebook::load("weibo-pangenome", None)?;
//! let betrayal = codebook.code("NEG.BETRAY").expect("a code of the study");
//! assert_eq!(codebook.entry(betrayal).grade, "A B");
//! # Ok::<(), minyi::error::Error>(())
//! ```

mod check;
mod context;
mod examples;
mod import;
mod rows;
mod scheme;
mod sentiment;
mod source;
mod terms;
mod weights;

use std::{collections::BTreeMap, path::Path};

pub use check::{Finding, check};
pub use context::{ContextRules, Cue};
pub use examples::Example;
pub use import::{Entry, Imported, ListForm, PolarWord, categories, read_list};
pub use scheme::{Attitude, CodeEntry, Gate, Scheme, StanceRule, Window};
pub use sentiment::SentimentList;
pub use source::LexiconFile;
pub use terms::{Heading, Part, Term};
pub use weights::{Outcome, Weights};

pub use crate::grams::Grams;

use crate::{
    both::both,
    bundled,
    error::{Error, Result},
    model::{Code, CodeId},
};
use source::Folder;
use terms::Sets;

/// A coding scheme with its terms, examples, context cues and sentiment list.
#[derive(Debug, Clone)]
pub struct Codebook {
    /// The study.
    pub scheme: Scheme,
    /// The values of the stance variable.
    pub attitudes: Vec<Attitude>,
    /// Constants of the stance decision.
    pub stance: StanceRule,
    /// Constants of the relevance gate.
    pub gate: Gate,
    /// Words and patterns.
    pub terms: Vec<Term>,
    /// Texts in which no term may be found, with their lines of traps.txt.
    pub traps: Vec<(usize, String)>,
    /// Context cues of the scheme's language.
    pub context: ContextRules,
    /// The general sentiment list.
    pub sentiment: SentimentList,
    /// Weights of the stance decision and of the codes.
    pub weights: Weights,
    /// Every file this was read from.
    pub files: Vec<LexiconFile>,
    /// examples.csv, which only some commands need read.
    examples: Option<LexiconFile>,
    entries: Vec<CodeEntry>,
    /// Sets that only terms can have a use for.
    set_names: Vec<String>,
}

impl Codebook {
    /// The bundled scheme of this id, or the folder of this path; with another general sentiment list if one is named.
    ///
    /// # Errors
    /// There is neither, or a file in it is missing or wrong.
    pub fn load(name_or_folder: &str, sentiment: Option<&str>) -> Result<Self> {
        let folder = if bundled::codebooks().contains(&name_or_folder) {
            Folder::Bundled(format!("codebooks/{name_or_folder}"))
        } else if Path::new(name_or_folder).is_dir() {
            Folder::Disk(name_or_folder.into())
        } else {
            return Err(Error::Input {
                file: name_or_folder.to_owned(),
                problem: format!(
                    "neither a folder nor a bundled codebook; bundled: {}. See `minyi codebook list`",
                    bundled::codebooks().join(", ")
                ),
            });
        };
        Codebook::read(&folder, sentiment)
    }

    fn read(folder: &Folder, sentiment: Option<&str>) -> Result<Self> {
        let scheme_file = folder.read("codebook.toml")?;
        let parsed = scheme::SchemeFile::parse(&scheme_file)?;
        let ids = ids(&parsed.codes);

        let sets_file = folder.read_if_there("sets.toml")?;
        let sets = sets_file
            .as_ref()
            .map(terms::parse_sets)
            .transpose()?
            .unwrap_or_default();
        let people = parsed.people(&scheme_file, &sets)?;
        let sentiment = sentiment.unwrap_or(&parsed.scheme.sentiment);
        let ((weights, context, sentiment), words) = both(
            || {
                (
                    weights::load(folder, &ids),
                    context::load(folder, &parsed.scheme.language, people),
                    sentiment::load(sentiment),
                )
            },
            || WordFiles::read(folder, &sets, &ids),
        );
        let words = words?;
        let ((context, context_files), (sentiment, sentiment_file)) = (context?, sentiment?);
        let (weights, weights_file) = weights?;
        let mut files = vec![scheme_file];
        files.extend(sets_file);
        files.extend(words.files);
        files.extend(context_files);
        files.extend([sentiment_file, weights_file]);
        let names_people = |set: &String| parsed.blamed.values().any(|of_people| of_people == set);

        Ok(Codebook {
            scheme: parsed.scheme,
            attitudes: parsed.attitudes,
            stance: parsed.stance,
            gate: parsed.gate,
            terms: words.terms,
            examples: words.examples,
            traps: words.traps,
            context,
            sentiment,
            weights,
            files,
            entries: parsed.codes,
            set_names: sets.into_keys().filter(|name| !names_people(name)).collect(),
        })
    }

    /// The scheme's own posts with their codes, read anew at each call.
    ///
    /// # Errors
    /// A row of examples.csv is wrong.
    pub fn examples(&self) -> Result<Vec<Example>> {
        let parse = |file| examples::parse(file, &ids(&self.entries));
        self.examples.as_ref().map_or(Ok(Vec::new()), parse)
    }

    /// The codes as the outputs need them, in codebook order: position i is `CodeId(i)`.
    pub fn codes(&self) -> Vec<Code> {
        self.entries
            .iter()
            .map(|entry| Code {
                id: entry.id.as_str().into(),
                label_en: entry.label_en.as_str().into(),
                label_zh: entry.label_zh.as_str().into(),
                polarity: entry.polarity,
            })
            .collect()
    }

    /// The codes with everything the codebook says of them, in codebook order.
    pub fn entries(&self) -> &[CodeEntry] {
        &self.entries
    }

    /// The entry of a code of this codebook.
    pub fn entry(&self, code: CodeId) -> &CodeEntry {
        &self.entries[usize::from(code.0)]
    }

    /// Whether evidence under this heading tells that a post is about the scheme's target even without a topic term.
    pub(crate) fn is_specific(&self, heading: Heading) -> bool {
        matches!(heading, Heading::Code(code) if self.entry(code).specific)
    }

    /// The code of this id, or `None`.
    pub fn code(&self, id: &str) -> Option<CodeId> {
        (0..)
            .map(CodeId)
            .zip(&self.entries)
            .find(|(_, entry)| entry.id == id)
            .map(|(code, _)| code)
    }
}

/// What the files of a codebook say that hold its terms, and what belongs to them.
struct WordFiles {
    terms: Vec<Term>,
    examples: Option<LexiconFile>,
    traps: Vec<(usize, String)>,
    files: Vec<LexiconFile>,
}

impl WordFiles {
    fn read(folder: &Folder, sets: &Sets, ids: &BTreeMap<&str, CodeId>) -> Result<Self> {
        let terms_file = folder.read("terms.csv")?;
        let terms = terms::parse_terms(&terms_file, sets, ids)?;
        let examples = folder.read_if_there("examples.csv")?;
        let traps_file = folder.read_if_there("traps.txt")?;
        let traps = traps_file.iter().flat_map(|file| (1..).zip(file.text.lines()));
        let traps = traps
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
            .map(|(number, line)| (number, line.to_owned()))
            .collect();
        let files = [Some(terms_file), examples.clone(), traps_file];
        Ok(WordFiles {
            terms,
            examples,
            traps,
            files: files.into_iter().flatten().collect(),
        })
    }
}

/// The codes by their ids.
fn ids(entries: &[CodeEntry]) -> BTreeMap<&str, CodeId> {
    let ids = entries.iter().map(|entry| entry.id.as_str());
    ids.zip((0..).map(CodeId)).collect()
}
