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
    /// Opens a question that denies what it names: 难道, 怎么可能.
    Rhetorical,
    /// Opens a question that blames and takes what it names as done: 凭什么, 怎么能.
    Reproach,
    /// Closes a denial that asserts: 这不是卖国是什么.
    RhetoricalClose,
    /// Opens a question that asks: 请问, 有没有懂的.
    Question,
    /// Closes a question: 吗, ?.
    QuestionClose,
    /// Hands the words that follow to somebody else: 有人说, 网传, 所谓.
    Attribution,
    /// Declares what was said to be false: 谣言, 辟谣, 不实.
    Debunk,
    /// Declares false what is quoted too: 其实, 真相.
    DebunkHint,
    /// Marks irony: `[doge]`, 呵呵, 真是太…了.
    Irony,
    /// Marks irony where another such hint stands by: 大方, 感谢.
    IronyHint,
    /// Opens a concession: 虽然, 我承认.
    Concession,
    /// Closes a concession, turns to the point: 但是, 不过.
    Turn,
    /// Opens a condition: 如果, 万一.
    Conditional,
    /// A mark of who speaks and how, by its position in [`ContextRules::marks`]: 记者, 请联系, 吃瓜.
    Mark(u8),
}

impl Cue {
    /// The cues that change a context, with the names the stance model knows them by.
    pub const NAMED: [(&'static str, Cue); 14] = [
        ("negator", Cue::Negator),
        ("postnegator", Cue::PostNegator),
        ("rhetorical", Cue::Rhetorical),
        ("reproach", Cue::Reproach),
        ("question", Cue::Question),
        ("question_close", Cue::QuestionClose),
        ("attribution", Cue::Attribution),
        ("debunk", Cue::Debunk),
        ("debunk_hint", Cue::DebunkHint),
        ("irony", Cue::Irony),
        ("irony_hint", Cue::IronyHint),
        ("concession", Cue::Concession),
        ("turn", Cue::Turn),
        ("conditional", Cue::Conditional),
    ];
}

/// The cues of one language and which of the contexts they make void a code.
#[derive(Debug, Clone)]
pub struct ContextRules {
    /// Folded cue words.
    pub cues: Vec<(Cue, String)>,
    /// Names of the marks, in alphabetical order.
    pub marks: Vec<String>,
    /// Contexts in which evidence gives no code.
    void: Vec<Context>,
}

impl ContextRules {
    /// Whether evidence in this context still gives its code.
    pub fn gives_code(&self, context: Context) -> bool {
        !self.void.contains(&context)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextFile {
    negators: Vec<String>,
    pseudo_negators: Vec<String>,
    double_negation: Vec<String>,
    postverbal: Vec<String>,
    rhetorical: Vec<String>,
    reproach: Vec<String>,
    rhetorical_close: Vec<String>,
    question_open: Vec<String>,
    question_close: Vec<String>,
    quote_attribution: Vec<String>,
    debunk_frames: Vec<String>,
    debunk_hints: Vec<String>,
    irony: Vec<String>,
    irony_hints: Vec<String>,
    concession_open: Vec<String>,
    concession_turn: Vec<String>,
    conditional: Vec<String>,
    no_code_in: Vec<String>,
    marks: BTreeMap<String, Vec<String>>,
}

/// The cues of the scheme's own context.toml, else those of its language.
pub(super) fn load(folder: &Folder, language: &str) -> Result<(ContextRules, LexiconFile)> {
    let file = match folder.read_if_there("context.toml")? {
        Some(file) => file,
        None => Folder::Bundled("context".to_owned()).read(&format!("{language}.toml"))?,
    };
    let parsed: ContextFile = file.toml()?;
    let lists = [
        (Cue::Negator, parsed.negators),
        (Cue::PseudoNegator, parsed.pseudo_negators),
        // Two negators that cancel out deny nothing either.
        (Cue::PseudoNegator, parsed.double_negation),
        (Cue::PostNegator, parsed.postverbal),
        (Cue::Rhetorical, parsed.rhetorical),
        (Cue::Reproach, parsed.reproach),
        (Cue::RhetoricalClose, parsed.rhetorical_close),
        (Cue::Question, parsed.question_open),
        (Cue::QuestionClose, parsed.question_close),
        (Cue::Attribution, parsed.quote_attribution),
        (Cue::Debunk, parsed.debunk_frames),
        (Cue::DebunkHint, parsed.debunk_hints),
        (Cue::Irony, parsed.irony),
        (Cue::IronyHint, parsed.irony_hints),
        (Cue::Concession, parsed.concession_open),
        (Cue::Turn, parsed.concession_turn),
        (Cue::Conditional, parsed.conditional),
    ];
    if parsed.marks.len() > usize::from(u8::MAX) {
        return Err(file.error_at(
            file.text.find("[marks]").unwrap_or(0),
            "more than 255 kinds of marks".to_owned(),
        ));
    }
    let (marks, mark_words): (Vec<String>, Vec<Vec<String>>) = parsed.marks.into_iter().unzip();
    let marked = (0..).map(Cue::Mark).zip(mark_words);
    let mut cues = Vec::new();
    for (cue, words) in lists.into_iter().chain(marked) {
        for word in words {
            let folded = fold_term(&word);
            if folded.is_empty() {
                return Err(file.error_on(1, format!("an empty word among the {cue:?} cues")));
            }
            cues.push((cue, folded));
        }
    }
    let mut void = Vec::new();
    for name in parsed.no_code_in {
        let context = Context::ALL
            .into_iter()
            .find(|context| context.name() == name)
            .ok_or_else(|| {
                let at = file.text.find("no_code_in").unwrap_or(0);
                file.error_at(at, format!("`{name}` is no context"))
            })?;
        void.push(context);
    }
    Ok((ContextRules { cues, marks, void }, file))
}
