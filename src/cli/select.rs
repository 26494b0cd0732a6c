//! Which posts: `stance=negative`, `account_type=media`, `code=NEG.BETRAY`, `word=卖国`.

use std::str::FromStr;

use anyhow::{Result, anyhow};

use crate::{
    clean,
    codebook::Codebook,
    export::Labels,
    model::{CodeId, CodedPost, Stance},
};

/// A selection as typed.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    key: String,
    value: String,
}

impl FromStr for Selection {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text
            .split_once('=')
            .ok_or("write KEY=VALUE, with KEY one of stance, account_type, code, word")?;
        Ok(Selection {
            key: key.trim().to_owned(),
            value: value.trim().to_owned(),
        })
    }
}

/// A selection that can be asked about posts.
#[derive(Debug, Clone)]
pub(super) enum Selector {
    Stance(Stance),
    AccountType(String),
    Code(CodeId),
    Word(String),
}

impl Selection {
    /// The posts with a code.
    pub(super) fn code(id: &str) -> Self {
        Selection {
            key: "code".to_owned(),
            value: id.to_owned(),
        }
    }

    /// As figures name it: a value by its label, a word as it is.
    pub(super) fn label(&self, labels: &Labels) -> String {
        if self.key == "word" {
            self.value.clone()
        } else {
            labels.value(&self.value)
        }
    }

    /// # Errors
    /// The key is unknown, or the value is none of the key's.
    pub(super) fn resolve(&self, codebook: &Codebook) -> Result<Selector> {
        let Selection { key, value } = self;
        match key.as_str() {
            "stance" => Stance::from_name(value)
                .map(Selector::Stance)
                .ok_or_else(|| anyhow!("stance={value}: use positive, negative, neutral, unclear or irrelevant")),
            "account_type" => Ok(Selector::AccountType(value.clone())),
            "code" => codebook.code(value).map(Selector::Code).ok_or_else(|| {
                anyhow!(
                    "code={value}: no such code in {}; `minyi codebook show` lists them",
                    codebook.scheme.id
                )
            }),
            "word" => Ok(Selector::Word(value.clone())),
            _ => Err(anyhow!("{key}={value}: KEY is one of stance, account_type, code, word")),
        }
    }
}

impl Selector {
    pub(super) fn holds(&self, coded: &CodedPost) -> bool {
        match self {
            Selector::Stance(stance) => coded.verdict.stance == *stance,
            Selector::AccountType(name) => coded.account.kind.name() == name,
            Selector::Code(code) => coded.verdict.codes.contains(*code),
            Selector::Word(word) => clean::find(coded.post.body(), word).next().is_some(),
        }
    }
}
