//! `examples.csv`: posts with the codes they must and must not get. The scheme's own tests.

use std::collections::BTreeMap;

use super::source::LexiconFile;
use crate::{
    error::Result,
    model::{CodeId, Stance},
};

/// One example post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The post.
    pub text: String,
    /// The stance it must get.
    pub stance: Stance,
    /// Codes it must get.
    pub codes: Vec<CodeId>,
    /// Codes it must not get.
    pub not_codes: Vec<CodeId>,
    /// Whether the scheme is known to get it wrong so far.
    pub known_miss: bool,
    /// What makes it hard: `negation`, `irony`, `quote`, ...
    pub phenomenon: String,
    /// Line of examples.csv.
    pub line: usize,
}

pub(super) fn parse(file: &LexiconFile, codes: &BTreeMap<&str, CodeId>) -> Result<Vec<Example>> {
    let rows = file.csv(["text", "stance", "codes", "not_codes", "phenomenon", "known", "note"])?;
    rows.into_iter()
        .map(|(line, [text, stance, must, must_not, phenomenon, known, _note])| {
            let ids = |list: &str| {
                list.split(';')
                    .map(str::trim)
                    .filter(|id| !id.is_empty())
                    .map(|id| {
                        codes
                            .get(id)
                            .copied()
                            .ok_or_else(|| file.error_on(line, format!("`{id}` is no code of this scheme")))
                    })
                    .collect::<Result<Vec<CodeId>>>()
            };
            let stance = Stance::BY_HAND
                .into_iter()
                .find(|one| one.name() == stance)
                .ok_or_else(|| {
                    file.error_on(
                        line,
                        format!("stance `{stance}`: use positive, negative, neutral or irrelevant"),
                    )
                })?;
            let known_miss = match &*known {
                "" => false,
                "miss" => true,
                other => return Err(file.error_on(line, format!("known `{other}`: leave it empty or write miss"))),
            };
            Ok(Example {
                stance,
                known_miss,
                codes: ids(&must)?,
                not_codes: ids(&must_not)?,
                text: text.into_owned(),
                phenomenon: phenomenon.into_owned(),
                line,
            })
        })
        .collect()
}
