//! From the text of a rules file to [`Rules`]: every name checked, every word list compiled.

use std::{collections::BTreeMap, ops::Range};

use toml::Spanned;

use super::{
    fields::{Field, Fields},
    file::{RuleEntry, RulesFile, TextEntry, WordList},
    rules::{Rule, Rules, TextTest, tried},
    words::{Collector, Hits, MOST_LISTS, Place, fold},
};
use crate::{
    error::{Error, Result},
    model::{Account, AccountType},
};

/// The most words one list may become when its `<name>`s are written out.
const MOST_WORDS: usize = 20_000;

impl Rules {
    /// Reads a rules file; the module's documentation describes it.
    ///
    /// # Errors
    ///
    /// [`Error::Data`] with the file name as given, the line, the key and what to do, where the text is not TOML, a key
    /// is unknown, a type, set or field is not declared, a rule's id is taken, a word list is empty, or a rule other than
    /// the last has no condition (or the last has one).
    pub fn parse(file_name: &str, text: &str) -> Result<Rules> {
        let place = Source { name: file_name, text };
        let file: RulesFile = toml::from_str(text)
            .map_err(|error| place.error(error.span().unwrap_or_default(), error.message().to_owned()))?;
        Compiler::new(place, &file)?.compile(&file)
    }
}

/// The file being read, for messages.
#[derive(Clone, Copy)]
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn error(self, span: Range<usize>, problem: String) -> Error {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        Error::Data {
            file: self.name.to_owned(),
            line,
            problem,
        }
    }
}

struct Compiler<'a> {
    source: Source<'a>,
    types: Vec<AccountType>,
    sets: BTreeMap<&'a str, Vec<String>>,
    lists: [Collector; Field::TEXTS.len()],
}

impl<'a> Compiler<'a> {
    fn new(source: Source<'a>, file: &'a RulesFile) -> Result<Self> {
        let mut types: Vec<AccountType> = Vec::new();
        for name in file.types.get_ref() {
            let kind = AccountType::new(name.get_ref());
            if types.contains(&kind) {
                return Err(source.error(name.span(), format!("types: {kind} is declared twice; remove one")));
            }
            types.push(kind);
        }
        let mut sets = BTreeMap::new();
        for (name, members) in &file.sets {
            sets.insert(name.as_str(), set(source, name, members)?);
        }
        Ok(Compiler {
            source,
            types,
            sets,
            lists: Default::default(),
        })
    }

    fn compile(mut self, file: &RulesFile) -> Result<Rules> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut otherwise = None;
        for entry in &file.rules {
            let rule = self.rule(entry.get_ref())?;
            let id = &entry.get_ref().id;
            if rules.iter().any(|earlier| earlier.account.rule == rule.account.rule) {
                return Err(self.error(
                    id,
                    format!("id: another rule is called {}; rename one", rule.account.rule),
                ));
            }
            if let Some((Account { rule: earlier, .. }, _)) = &otherwise {
                let problem = format!(
                    "rule {} is never reached: {earlier} above it has no condition and decides for every account; give \
                     {earlier} a condition or move it to the end",
                    rule.account.rule
                );
                return Err(self.error(id, problem));
            }
            if rule.is_unconditional() {
                otherwise = Some((rule.account, rule.confidence))
            } else {
                rules.push(rule)
            }
        }
        let (otherwise, otherwise_confidence) = otherwise.ok_or_else(|| {
            let end = self.source.text.len();
            let problem = "the last rule must have no condition: add one that gives the type of undecided accounts";
            self.source.error(end..end, problem.to_owned())
        })?;
        Ok(Rules {
            types: self.types,
            tried: tried(&rules),
            rules,
            otherwise,
            otherwise_confidence,
            words: self.lists.map(Collector::compile),
        })
    }

    fn rule(&mut self, entry: &RuleEntry) -> Result<Rule> {
        for (key, value) in [("id", &entry.id), ("why", &entry.why)] {
            if value.get_ref().trim().is_empty() {
                return Err(self.error(value, format!("{key} is empty: every rule needs an id and a reason")));
            }
        }
        let kind = AccountType::new(entry.kind.get_ref());
        if !self.types.contains(&kind) {
            return Err(self.error(
                &entry.kind,
                format!("type: {kind} is not declared; add it to types at the top"),
            ));
        }
        let codes = match &entry.verified_type {
            Some(codes) if codes.get_ref().is_empty() => return Err(self.error(codes, empty("verified_type"))),
            Some(codes) => codes.get_ref().clone(),
            None => Vec::new(),
        };
        let texts = [
            &entry.screen_name,
            &entry.verified_reason,
            &entry.description,
            &entry.badge,
        ];
        let mut tests = Vec::new();
        for (field, text) in texts.into_iter().enumerate() {
            if let Some(text) = text {
                tests.push(self.text_test(field, text)?);
            }
        }
        Ok(Rule {
            account: Account {
                kind,
                rule: entry.id.get_ref().as_str().into(),
            },
            confidence: entry.confidence,
            verified: entry.verified,
            codes,
            has: self.fields("has", &entry.has)?,
            lacks: self.fields("lacks", &entry.lacks)?,
            texts: tests,
        })
    }

    fn fields(&self, key: &str, names: &[Spanned<String>]) -> Result<Fields> {
        let known = || Field::ALL.map(Field::name).join(", ");
        names
            .iter()
            .map(|name| {
                Field::from_name(name.get_ref()).ok_or_else(|| {
                    self.error(
                        name,
                        format!("{key}: no field {}; the fields are {}", name.get_ref(), known()),
                    )
                })
            })
            .collect()
    }

    fn text_test(&mut self, field: usize, entry: &TextEntry) -> Result<TextTest> {
        let name = Field::TEXTS[field].name();
        let mut all = 0;
        for (key, place, words) in [
            ("contains", Place::Anywhere, &entry.contains),
            ("starts", Place::Start, &entry.starts),
            ("ends", Place::End, &entry.ends),
            ("is", Place::Whole, &entry.is),
        ] {
            all |= self.list(field, &format!("{name}.{key}"), place, words)?;
        }
        let none = self.list(field, &format!("{name}.without"), Place::Anywhere, &entry.without)?;
        Ok(TextTest { field, all, none })
    }

    /// The bit of a word list, none where the key is not written.
    fn list(&mut self, field: usize, key: &str, place: Place, words: &WordList) -> Result<Hits> {
        let Some(words) = words else { return Ok(0) };
        if words.get_ref().is_empty() {
            return Err(self.error(words, empty(key)));
        }
        let mut folded = Vec::new();
        for word in words.get_ref() {
            folded.extend(self.write_out(key, word)?);
            if folded.len() > MOST_WORDS {
                let problem = format!("{key}: more than {MOST_WORDS} words when its sets are written out; use fewer");
                return Err(self.error(word, problem));
            }
        }
        self.lists[field].bit(place, folded).ok_or_else(|| {
            let name = Field::TEXTS[field].name();
            self.error(
                words,
                format!("{name} has more than {MOST_LISTS} different word lists; merge some"),
            )
        })
    }

    /// The words a pattern stands for: each `<name>` replaced by every member of that set.
    fn write_out(&self, key: &str, pattern: &Spanned<String>) -> Result<Vec<String>> {
        let mut written = vec![String::new()];
        let mut rest = pattern.get_ref().as_str();
        if rest.trim().is_empty() {
            return Err(self.error(pattern, format!("{key}: a word is empty; remove it")));
        }
        while let Some((before, behind)) = rest.split_once('<') {
            let Some((name, after)) = behind.split_once('>') else {
                let problem = format!(
                    "{key}: {} opens a set with < and does not close it with >",
                    pattern.get_ref()
                );
                return Err(self.error(pattern, problem));
            };
            let members = self.sets.get(name).ok_or_else(|| {
                self.error(
                    pattern,
                    format!("{key}: no set <{name}>; add it under [sets] or correct the name"),
                )
            })?;
            if written.len() * members.len() > MOST_WORDS {
                let problem = format!(
                    "{key}: {} stands for more than {MOST_WORDS} words; use fewer",
                    pattern.get_ref()
                );
                return Err(self.error(pattern, problem));
            }
            written = written
                .iter()
                .flat_map(|start| {
                    members
                        .iter()
                        .map(move |member| format!("{start}{}{member}", fold(before)))
                })
                .collect();
            rest = after;
        }
        written.iter_mut().for_each(|word| word.push_str(&fold(rest)));
        Ok(written)
    }

    fn error<T>(&self, at: &Spanned<T>, problem: String) -> Error {
        self.source.error(at.span(), problem)
    }
}

/// The folded members of a set.
fn set(source: Source<'_>, name: &str, members: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<String>> {
    if members.get_ref().is_empty() {
        return Err(source.error(members.span(), empty(&format!("sets.{name}"))));
    }
    let mut folded: Vec<String> = Vec::new();
    for member in members.get_ref() {
        let word = fold(member.get_ref()).into_owned();
        let problem = match word.as_str() {
            "" => Some("a member is empty; remove it".to_owned()),
            word if word.contains(['<', '>']) => Some(format!("{word}: members are literal texts, without < and >")),
            word if folded.iter().any(|earlier| earlier == word) => Some(format!("{word} stands twice; remove one")),
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(source.error(member.span(), format!("sets.{name}: {problem}")));
        }
        folded.push(word);
    }
    Ok(folded)
}

fn empty(key: &str) -> String {
    format!("{key}: this list is empty: name at least one value or remove the key")
}
