//! `lexicons/context/<language>.toml`: the words that change what other words mean, and by how much.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::source::{Folder, LexiconFile};
use crate::{clean::fold_term, error::Result, model::Context};

/// The kind of a cue word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cue {
    /// Negates what follows: 不, 没有, 并非.
    Negator,
    /// Holds a negator and negates nothing: 不仅, 特别, 不得不.
    PseudoNegator,
    /// Negates what stands before it: 高兴不起来.
    PostNegator,
    /// Opens a rhetorical question: 难道, 凭什么.
    Rhetorical,
    /// Opens a question that asks: 请问, 有没有懂的.
    Question,
    /// Closes a question: 吗, ?.
    QuestionClose,
    /// Hands the words that follow to somebody else: 有人说, 网传, 所谓.
    Attribution,
    /// Declares what was said to be false: 谣言, 辟谣, 不实.
    Debunk,
    /// Marks irony: [doge], 呵呵, 真是太…了.
    Irony,
    /// Opens a concession: 虽然, 我承认.
    Concession,
    /// Closes a concession, turns to the point: 但是, 不过.
    Turn,
    /// Opens a condition: 如果, 万一.
    Conditional,
}

/// What a context does to evidence.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Whether the code of the evidence still counts.
    pub code: bool,
    /// Factor on favourable evidence; below 0 it speaks against.
    pub positive: f64,
    /// Factor on unfavourable evidence; below 0 it speaks in favour.
    pub negative: f64,
}

/// The cues of one language and the effects of the contexts they make.
#[derive(Debug, Clone)]
pub struct ContextRules {
    /// Folded cue words.
    pub cues: Vec<(Cue, String)>,
    effects: BTreeMap<&'static str, Effect>,
}

impl ContextRules {
    /// What this context does to evidence; plain evidence counts as it is.
    pub fn effect(&self, context: Context) -> Effect {
        const PLAIN: Effect = Effect { code: true, positive: 1.0, negative: 1.0 };
        self.effects.get(context.name()).copied().unwrap_or(PLAIN)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextFile {
    negators: Vec<String>,
    pseudo_negators: Vec<String>,
    post_negators: Vec<String>,
    rhetorical: Vec<String>,
    question: Vec<String>,
    question_close: Vec<String>,
    attribution: Vec<String>,
    debunk: Vec<String>,
    irony: Vec<String>,
    concession: Vec<String>,
    turn: Vec<String>,
    conditional: Vec<String>,
    effects: BTreeMap<String, Effect>,
}

pub(super) fn load(language: &str) -> Result<(ContextRules, LexiconFile)> {
    let file = Folder::Bundled("context".to_owned()).read(&format!("{language}.toml"))?;
    let parsed: ContextFile = file.toml()?;
    let lists = [
        (Cue::Negator, parsed.negators),
        (Cue::PseudoNegator, parsed.pseudo_negators),
        (Cue::PostNegator, parsed.post_negators),
        (Cue::Rhetorical, parsed.rhetorical),
        (Cue::Question, parsed.question),
        (Cue::QuestionClose, parsed.question_close),
        (Cue::Attribution, parsed.attribution),
        (Cue::Debunk, parsed.debunk),
        (Cue::Irony, parsed.irony),
        (Cue::Concession, parsed.concession),
        (Cue::Turn, parsed.turn),
        (Cue::Conditional, parsed.conditional),
    ];
    let mut cues = Vec::new();
    for (cue, words) in lists {
        for word in words {
            let folded = fold_term(&word);
            if folded.is_empty() {
                return Err(file.error_on(1, format!("an empty word among the {cue:?} cues")));
            }
            cues.push((cue, folded));
        }
    }
    let mut effects = BTreeMap::new();
    for (name, effect) in parsed.effects {
        let context = Context::ALL.into_iter().find(|context| context.name() == name).ok_or_else(|| {
            let at = file.text.find(&format!("effects.{name}")).unwrap_or(0);
            file.error_at(at, format!("`{name}` is no context"))
        })?;
        effects.insert(context.name(), effect);
    }
    Ok((ContextRules { cues, effects }, file))
}
