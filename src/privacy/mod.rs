//! Pseudonyms in the place of screen names and ids, before anything is counted or written.
//!
//! A pseudonym is the first 64 bits of an HMAC-SHA256 (RFC 2104) of the name under a key that stays with the researcher: the same account
//! has the same pseudonym in every file coded with the key, and without the key nobody can try out names. Among ten million accounts two
//! share one by accident with a probability below 3 in a million.
//!
//! In texts `@names`, addresses, links and numbers of seven digits and more are replaced, and the author's own name wherever it stands.
//! Evidence keeps pointing at the same words of the text as it is then. A name that stands in a text without an `@` cannot be known for one.

mod text;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap, ops::Range, path::Path, sync::Arc};

use compact_str::CompactString;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::model::{CodedPost, Evidence, Excluded, Reject};
use text::Replaced;

/// A shorter key could be guessed.
const SHORTEST_KEY: usize = 16;
/// An own name or id shorter than this is not looked for in the text: it would be found in other words.
const SHORTEST_NAME: usize = 2;

/// What a pseudonym stands for. A name and an id of the same spelling have different ones.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    User,
    Name,
    Post,
    File,
}

/// Gives pseudonyms under a key.
#[derive(Clone)]
pub struct Pseudonyms {
    mac: Hmac<Sha256>,
    patterns: text::Patterns,
    files: BTreeMap<String, Arc<str>>,
}

impl Pseudonyms {
    /// Pseudonyms under this key. Input files, which crawlers like to name after users, are called `input-1.csv`, `input-2.jsonl`, .. in
    /// this order.
    ///
    /// # Errors
    /// The key is shorter than 16 bytes.
    pub fn new(key: &[u8], inputs: &[String]) -> Result<Self> {
        let wrong = |problem: String| Error::Input {
            file: "--pseudonymize".to_owned(),
            problem,
        };
        if key.len() < SHORTEST_KEY {
            return Err(wrong(format!(
                "the key has {} bytes, at least {SHORTEST_KEY} are needed; make one with `head -c 32 /dev/urandom | base64 > minyi.key`",
                key.len()
            )));
        }
        let mac = Hmac::new_from_slice(key).map_err(|error| wrong(error.to_string()))?;
        let patterns = text::Patterns::new().map_err(|error| wrong(error.to_string()))?;
        let files = (1..)
            .zip(inputs)
            .map(|(number, input)| (input.clone(), file_alias(number, input)))
            .collect();
        Ok(Pseudonyms { mac, patterns, files })
    }

    /// What an input file is called in every output; a file within an archive or a database `input-1.zip/f-` and a hash of its name.
    pub fn file(&self, input: &str) -> Arc<str> {
        if let Some(alias) = self.files.get(input) {
            return Arc::clone(alias);
        }
        let outer = self.files.iter().filter(|(path, _)| {
            input
                .strip_prefix(path.as_str())
                .is_some_and(|inner| inner.starts_with('/'))
        });
        match outer.max_by_key(|(path, _)| path.len()) {
            Some((path, alias)) => format!("{alias}/{}", self.pseudonym(Of::File, &input[path.len()..])).into(),
            None => self.pseudonym(Of::File, input).into(),
        }
    }

    /// A message without names of input files, and without what [`Pseudonyms::text`] takes out.
    pub fn message(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // Longer paths first, so that none is found within another.
        let mut files: Vec<(&String, &Arc<str>)> = self.files.iter().collect();
        files.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        for (path, alias) in files {
            text = text.replace(path.as_str(), alias);
        }
        self.text(&text).into_owned()
    }

    /// What a post's id is called, as in [`Pseudonyms::post`].
    pub fn post_id(&self, id: &str) -> String {
        self.pseudonym(Of::Post, id)
    }

    /// What an account's id is called, as in [`Pseudonyms::post`].
    pub fn user_id(&self, id: &str) -> String {
        self.pseudonym(Of::User, id)
    }

    /// A text with `@names`, addresses, links and long numbers replaced.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.replaced(text, &[]) {
            Some(replaced) => replaced.text.into(),
            None => text.into(),
        }
    }

    /// Replaces names and ids of a post, in its fields, its text and its kept columns.
    pub fn post(&self, coded: &mut CodedPost) {
        let post = &mut coded.post;
        let own: Vec<(String, String)> = [
            (post.author.screen_name.as_deref().unwrap_or_default(), Of::Name),
            (post.author.user_id.as_deref().unwrap_or_default(), Of::User),
            (post.id.as_str(), Of::Post),
        ]
        .into_iter()
        .filter(|(raw, _)| !raw.is_empty())
        .map(|(raw, of)| {
            let pseudonym = self.pseudonym(of, raw);
            (raw.to_owned(), pseudonym)
        })
        .collect();
        for kept in &mut post.kept {
            *kept = match own.iter().find(|(raw, _)| raw == kept) {
                Some((_, pseudonym)) => pseudonym.clone(),
                None => self
                    .replaced(kept, &own)
                    .map_or_else(|| kept.clone(), |replaced| replaced.text),
            };
        }
        if let Some(replaced) = self.replaced(&post.text, &own) {
            for evidence in &mut coded.verdict.evidence {
                shift(evidence, &replaced);
            }
            post.label = replaced.end(post.label);
            post.text = replaced.text.into();
        }
        let change = |raw: &mut Option<CompactString>, of| {
            if let Some(raw) = raw {
                *raw = self.pseudonym(of, raw).into();
            }
        };
        change(&mut post.author.user_id, Of::User);
        change(&mut post.author.screen_name, Of::Name);
        post.author.verified_reason = None;
        post.author.description = None;
        if !post.id.is_empty() {
            post.id = self.pseudonym(Of::Post, &post.id).into();
        }
        post.source.file = self.file(&post.source.file);
    }

    /// Withholds the cells of a rejected record, which may hold anything, and cleans the reason.
    pub fn reject(&self, reject: &mut Reject) {
        reject.cells = vec![format!("{} cells withheld (--pseudonymize)", reject.cells.len())];
        reject.reason = self.message(&reject.reason).into();
        reject.source.file = self.file(&reject.source.file);
    }

    /// Replaces the id of a post left out.
    pub fn excluded(&self, excluded: &mut Excluded) {
        if !excluded.post_id.is_empty() {
            excluded.post_id = self.pseudonym(Of::Post, &excluded.post_id).into();
        }
        excluded.detail = self.message(&excluded.detail);
        excluded.source.file = self.file(&excluded.source.file);
    }

    fn pseudonym(&self, of: Of, raw: &str) -> String {
        let (domain, letter) = match of {
            Of::User => ("user", 'u'),
            Of::Name => ("name", 'n'),
            Of::Post => ("post", 'p'),
            Of::File => ("file", 'f'),
        };
        let mut mac = self.mac.clone();
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(raw.as_bytes());
        let code: String = mac.finalize().into_bytes()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{letter}-{code}")
    }

    fn replaced(&self, text: &str, own: &[(String, String)]) -> Option<Replaced> {
        let long_enough = |(raw, _): &&(String, String)| raw.chars().count() >= SHORTEST_NAME;
        let own: Vec<(&str, &str)> = own
            .iter()
            .filter(long_enough)
            .map(|(raw, new)| (raw.as_str(), new.as_str()))
            .collect();
        self.patterns.replace(text, &own, |name| self.pseudonym(Of::Name, name))
    }
}

impl std::fmt::Debug for Pseudonyms {
    /// Never the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pseudonyms").finish_non_exhaustive()
    }
}

fn shift(evidence: &mut Evidence, replaced: &Replaced) {
    evidence.start = replaced.start(evidence.start);
    evidence.end = replaced.end(evidence.end);
}

/// What an input file is called where its name is not told: `input-3.csv`; of a compressed file with both endings.
pub fn file_alias(number: usize, input: &str) -> Arc<str> {
    let name = Path::new(input).file_name().unwrap_or_default().to_string_lossy();
    let known = |ending: &&str| {
        [
            "csv", "tsv", "txt", "json", "jsonl", "ndjson", "gz", "zst", "xlsx", "xls", "parquet", "db", "sqlite",
        ]
        .contains(ending)
    };
    let mut endings: Vec<&str> = name.rsplit('.').take(2).take_while(known).collect();
    endings.reverse();
    let ending: String = endings.iter().map(|ending| format!(".{ending}")).collect();
    format!("input-{number}{ending}").into()
}

/// Takes out of texts what points to a person, without a key and for good: `@[name]`, `[link]`, `[mail]`, `[number]`.
#[derive(Debug, Clone)]
pub struct Mask(text::Patterns);

impl Mask {
    /// The mask.
    ///
    /// # Errors
    /// Its patterns are no patterns, which is a fault of the program.
    pub fn new() -> Result<Self> {
        text::Patterns::new().map(Mask).map_err(|error| Error::Input {
            file: "the mask of names".to_owned(),
            problem: format!("{error}; please report it"),
        })
    }

    /// Masks a text, `own` names and ids in it too, and moves `places` (byte ranges of the text) along with their words.
    pub fn text<'a>(&self, text: &mut String, own: &[&str], places: impl IntoIterator<Item = &'a mut Range<usize>>) {
        let own: Vec<(&str, &str)> = own
            .iter()
            .filter(|raw| raw.chars().count() >= SHORTEST_NAME)
            .map(|&raw| (raw, "[name]"))
            .collect();
        if let Some(replaced) = self.0.replace(text, &own, |_| "[name]".to_owned()) {
            for place in places {
                *place = replaced.start(place.start)..replaced.end(place.end);
            }
            *text = replaced.text;
        }
    }

    /// Whether the mask would change a name of a file.
    pub fn hides(&self, name: &str) -> bool {
        self.0.replace(name, &[], |_| String::new()).is_some()
    }
}
