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
    /// Makes what follows stronger: 太, 非常.
    Intensifier,
    /// Makes what stands before it stronger: 极了, 透顶.
    IntensifierBehind,
    /// Makes what follows weaker: 有点, 略.
    Diminisher,
    /// Abuses or reproves somebody: 无耻, 缺德.
    Blame,
    /// Speaks to somebody: 你们, 诸位.
    Address,
    /// Somebody whom blame may meet, by its position in [`ContextRules::blamed`]: 课题组, 键盘侠.
    Blamed(u8),
    /// A mark of who speaks and how, by its position in [`ContextRules::marks`]: 记者, 请联系, 吃瓜.
    Mark(u8),
}

impl Cue {
    /// The cues that change a context, with the names the stance model knows them by.
    pub const NAMED: [(&'static str, Cue); 18] = [
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
        ("intensifier", Cue::Intensifier),
        ("diminisher", Cue::Diminisher),
        ("blame", Cue::Blame),
        ("address", Cue::Address),
    ];
}

/// The cues of one language and which of the contexts they make void a code.
#[derive(Debug, Clone)]
pub struct ContextRules {
    /// Folded cue words.
    pub cues: Vec<(Cue, String)>,
    /// Names of the marks, in alphabetical order.
    pub marks: Vec<String>,
    /// Groups of people whom blame may meet, by the names the scheme gives them, in alphabetical order.
    pub blamed: Vec<String>,
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
    intensifiers: Vec<String>,
    intensifiers_behind: Vec<String>,
    diminishers: Vec<String>,
    blame: Vec<String>,
    address: Vec<String>,
    no_code_in: Vec<String>,
    marks: BTreeMap<String, Vec<String>>,
}

/// `cues.toml` of a scheme: words added to lists of its language's context file, and words dropped from them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    #[serde(default)]
    add: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    drop: BTreeMap<String, Vec<String>>,
}

impl Changes {
    /// Changes the lists by name, marks by the names of theirs.
    fn apply(&self, file: &LexiconFile, contexts: &mut [ContextFile]) -> Result<()> {
        let wrong = |needle: &str, problem: String| Err(file.error_at(file.text.find(needle).unwrap_or(0), problem));
        for (name, words) in &self.add {
            match contexts.iter_mut().find_map(|context| context.list_mut(name)) {
                Some(list) => list.extend(words.iter().cloned()),
                None => return wrong(name, format!("`{name}` is no list of the context file")),
            }
        }
        for (name, words) in &self.drop {
            for word in words {
                let mut dropped = false;
                for list in contexts.iter_mut().filter_map(|context| context.list_mut(name)) {
                    let before = list.len();
                    list.retain(|other| other != word);
                    dropped |= list.len() < before;
                }
                if !dropped {
                    return wrong(
                        word,
                        format!("`{word}` does not stand in the list `{name}` of the context file"),
                    );
                }
            }
        }
        Ok(())
    }
}

/// The cues of the scheme's own context.toml, else those of its language (`zh+en` is both languages) with the changes of
/// its cues.toml. `blamed` are the groups of people whom blame may meet, with their names in folded texts.
pub(super) fn load(
    folder: &Folder,
    language: &str,
    blamed: BTreeMap<String, Vec<String>>,
) -> Result<(ContextRules, Vec<LexiconFile>)> {
    let files = match folder.read_if_there("context.toml")? {
        Some(file) => vec![file],
        None => language
            .split('+')
            .map(|one| Folder::Bundled("context".to_owned()).read(&format!("{one}.toml")))
            .collect::<Result<_>>()?,
    };
    let mut cues = Vec::new();
    let mut marks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut void: Option<Vec<Context>> = None;
    let mut contexts_of: Vec<ContextFile> = files.iter().map(LexiconFile::toml).collect::<Result<_>>()?;
    let changes = folder.read_if_there("cues.toml")?;
    if let Some(changes) = &changes {
        changes.toml::<Changes>()?.apply(changes, &mut contexts_of)?;
    }
    for (file, parsed) in files.iter().zip(&contexts_of) {
        let void_here = contexts(file, &parsed.no_code_in)?;
        if void.as_ref().is_some_and(|void| *void != void_here) {
            let at = file.text.find("no_code_in").unwrap_or(0);
            return Err(file.error_at(
                at,
                "no_code_in differs from that of the scheme's other language".to_owned(),
            ));
        }
        void = Some(void_here);
        for (cue, words) in parsed.lists() {
            for word in words {
                cues.push((cue, folded(file, cue, word)?));
            }
        }
        for (mark, words) in &parsed.marks {
            let words = words
                .iter()
                .map(|word| folded(file, mark, word))
                .collect::<Result<Vec<_>>>()?;
            marks.entry(mark.clone()).or_default().extend(words);
        }
    }
    if let (Some(file), true) = (files.first(), marks.len() > usize::from(u8::MAX)) {
        let at = file.text.find("[marks]").unwrap_or(0);
        return Err(file.error_at(at, "more than 255 kinds of marks".to_owned()));
    }
    let (marks, mark_words): (Vec<String>, Vec<Vec<String>>) = marks.into_iter().unzip();
    for (mark, words) in (0..).map(Cue::Mark).zip(mark_words) {
        cues.extend(words.into_iter().map(|word| (mark, word)));
    }
    let (blamed, people): (Vec<String>, Vec<Vec<String>>) = blamed.into_iter().unzip();
    for (group, names) in (0..).map(Cue::Blamed).zip(people) {
        cues.extend(names.into_iter().map(|name| (group, name)));
    }
    Ok((
        ContextRules {
            cues,
            marks,
            blamed,
            void: void.unwrap_or_default(),
        },
        files.into_iter().chain(changes).collect(),
    ))
}

impl ContextFile {
    /// The list of this name in the file, a mark among them.
    fn list_mut(&mut self, name: &str) -> Option<&mut Vec<String>> {
        Some(match name {
            "negators" => &mut self.negators,
            "pseudo_negators" => &mut self.pseudo_negators,
            "double_negation" => &mut self.double_negation,
            "postverbal" => &mut self.postverbal,
            "rhetorical" => &mut self.rhetorical,
            "reproach" => &mut self.reproach,
            "rhetorical_close" => &mut self.rhetorical_close,
            "question_open" => &mut self.question_open,
            "question_close" => &mut self.question_close,
            "quote_attribution" => &mut self.quote_attribution,
            "debunk_frames" => &mut self.debunk_frames,
            "debunk_hints" => &mut self.debunk_hints,
            "irony" => &mut self.irony,
            "irony_hints" => &mut self.irony_hints,
            "concession_open" => &mut self.concession_open,
            "concession_turn" => &mut self.concession_turn,
            "conditional" => &mut self.conditional,
            "intensifiers" => &mut self.intensifiers,
            "intensifiers_behind" => &mut self.intensifiers_behind,
            "diminishers" => &mut self.diminishers,
            "blame" => &mut self.blame,
            "address" => &mut self.address,
            mark => return self.marks.get_mut(mark),
        })
    }

    fn lists(&self) -> [(Cue, &[String]); 22] {
        [
            (Cue::Negator, &self.negators),
            (Cue::PseudoNegator, &self.pseudo_negators),
            // Two negators that cancel out deny nothing either.
            (Cue::PseudoNegator, &self.double_negation),
            (Cue::PostNegator, &self.postverbal),
            (Cue::Rhetorical, &self.rhetorical),
            (Cue::Reproach, &self.reproach),
            (Cue::RhetoricalClose, &self.rhetorical_close),
            (Cue::Question, &self.question_open),
            (Cue::QuestionClose, &self.question_close),
            (Cue::Attribution, &self.quote_attribution),
            (Cue::Debunk, &self.debunk_frames),
            (Cue::DebunkHint, &self.debunk_hints),
            (Cue::Irony, &self.irony),
            (Cue::IronyHint, &self.irony_hints),
            (Cue::Concession, &self.concession_open),
            (Cue::Turn, &self.concession_turn),
            (Cue::Conditional, &self.conditional),
            (Cue::Intensifier, &self.intensifiers),
            (Cue::IntensifierBehind, &self.intensifiers_behind),
            (Cue::Diminisher, &self.diminishers),
            (Cue::Blame, &self.blame),
            (Cue::Address, &self.address),
        ]
    }
}

fn folded(file: &LexiconFile, list: impl std::fmt::Debug, word: &str) -> Result<String> {
    let folded = fold_term(word);
    if folded.is_empty() {
        let at = file.text.find(&format!("\"{word}\"")).unwrap_or(0);
        return Err(file.error_at(at, format!("an empty word among the {list:?} cues")));
    }
    Ok(folded)
}

fn contexts(file: &LexiconFile, names: &[String]) -> Result<Vec<Context>> {
    let known = |name: &String| Context::ALL.into_iter().find(|context| context.name() == name);
    names
        .iter()
        .map(|name| {
            known(name).ok_or_else(|| {
                file.error_at(
                    file.text.find("no_code_in").unwrap_or(0),
                    format!("`{name}` is no context"),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(cues: &str) -> Result<ContextRules> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("cues.toml"), cues).unwrap();
        load(&Folder::Disk(dir.path().to_owned()), "zh", BTreeMap::new()).map(|(rules, _)| rules)
    }

    #[test]
    fn a_scheme_adds_and_drops_cues_of_its_language() {
        let has = |rules: &ContextRules, word: &str| rules.cues.contains(&(Cue::Irony, word.to_owned()));
        assert!(has(&changed("").unwrap(), "[doge]"));
        let rules = changed("[add]\nirony = [\"绝绝子\"]\n[drop]\nirony = [\"[doge]\"]\n").unwrap();
        assert!(has(&rules, "绝绝子") && !has(&rules, "[doge]"));
    }

    #[test]
    fn what_cannot_be_changed_is_told_with_its_line() {
        for (cues, told) in [
            ("[drop]\nirony = [\"没有这个\"]\n", "cues.toml:2: `没有这个`"),
            ("[add]\nmood = [\"好\"]\n", "cues.toml:2: `mood`"),
        ] {
            let error = changed(cues).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
