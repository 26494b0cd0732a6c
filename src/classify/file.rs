//! A rules file as written, before it is checked.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use toml::Spanned;

use super::rules::Confidence;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesFile {
    pub(super) types: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) sets: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
    #[serde(rename = "rule", default)]
    pub(super) rules: Vec<Spanned<RuleEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleEntry {
    pub(super) id: Spanned<String>,
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
    pub(super) why: Spanned<String>,
    pub(super) confidence: Option<Confidence>,
    pub(super) verified: Option<bool>,
    pub(super) verified_type: Option<Spanned<Vec<i64>>>,
    #[serde(default)]
    pub(super) has: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) lacks: Vec<Spanned<String>>,
    pub(super) screen_name: Option<TextEntry>,
    pub(super) verified_reason: Option<TextEntry>,
    pub(super) description: Option<TextEntry>,
    pub(super) badge: Option<TextEntry>,
}

/// A list of words under one key; `None` where the key is not written.
pub(super) type WordList = Option<Spanned<Vec<Spanned<String>>>>;

#[derive(Debug, Default)]
pub(super) struct TextEntry {
    pub(super) contains: WordList,
    pub(super) starts: WordList,
    pub(super) ends: WordList,
    pub(super) is: WordList,
    pub(super) without: WordList,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextTable {
    contains: WordList,
    starts: WordList,
    ends: WordList,
    is: WordList,
    without: WordList,
}

impl<'de> Deserialize<'de> for TextEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = TextEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts, or a table of contains, starts, ends, is, without")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TextEntry, A::Error> {
        let mut words: Vec<Spanned<String>> = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return Err(A::Error::custom(
                "this list is empty: name at least one text or remove the key",
            ));
        };
        let span = first.span().start..last.span().end;
        Ok(TextEntry {
            is: Some(Spanned::new(span, words)),
            ..TextEntry::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<TextEntry, A::Error> {
        let TextTable {
            contains,
            starts,
            ends,
            is,
            without,
        } = TextTable::deserialize(MapAccessDeserializer::new(table))?;
        Ok(TextEntry {
            contains,
            starts,
            ends,
            is,
            without,
        })
    }
}
