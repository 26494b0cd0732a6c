//! Rules in use: which one decides for an account.

use serde::Deserialize;

use super::{
    fields::{Decidable, Field, Fields},
    words::{Hits, Words},
};
use crate::model::{Account, AccountType, Author};

/// How far what a rule decides can be trusted, as the file grades it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The platform itself says it, by its code or badge.
    Platform,
    /// Plain words: nine of ten and more are right.
    High,
    /// Words that make the type likely.
    Fair,
    /// Right by its words, often not by the platform's badge.
    Low,
    /// The rule decides nothing.
    None,
}

impl Confidence {
    /// The grade as written in rules files.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Platform => "platform",
            Confidence::High => "high",
            Confidence::Fair => "fair",
            Confidence::Low => "low",
            Confidence::None => "none",
        }
    }
}

/// The rules of one file, ready for use.
pub struct Rules {
    pub(super) types: Vec<AccountType>,
    /// In the order of the file, all but the last.
    pub(super) rules: Vec<Rule>,
    /// Which rules can hold for an account, in their order, by the [`Fields`] it has.
    pub(super) tried: Vec<Vec<Run>>,
    /// What the last rule, which has no condition, gives.
    pub(super) otherwise: Account,
    /// The grade of the last rule.
    pub(super) otherwise_confidence: Option<Confidence>,
    /// Word lists of each text field, in the order of [`Field::TEXTS`].
    pub(super) words: [Words; Field::TEXTS.len()],
}

/// One rule: its conditions and what it gives.
pub(super) struct Rule {
    pub(super) account: Account,
    pub(super) confidence: Option<Confidence>,
    pub(super) verified: Option<bool>,
    /// Empty: any code or none.
    pub(super) codes: Vec<i64>,
    pub(super) has: Fields,
    pub(super) lacks: Fields,
    pub(super) texts: Vec<TextTest>,
}

/// What the word lists must say of one text field.
pub(super) struct TextTest {
    /// Position in [`Field::TEXTS`].
    pub(super) field: usize,
    /// Lists of which the text must hold a word.
    pub(super) all: Hits,
    /// Lists of which it must hold none.
    pub(super) none: Hits,
}

impl Rules {
    /// The account types the file declares, in the order tables print them.
    pub fn types(&self) -> &[AccountType] {
        &self.types
    }

    /// The type of an account and the id of the rule that decided.
    pub fn classify(&self, author: &Author) -> Account {
        self.classifier().classify(author)
    }

    /// What decides one account after the other.
    pub fn classifier(&self) -> Classifier<'_> {
        Classifier {
            rules: self,
            last: Default::default(),
        }
    }

    /// The grade of the rule with this id; `None` where the file does not grade it or has no such rule.
    pub fn confidence(&self, rule: &str) -> Option<Confidence> {
        if rule == &*self.otherwise.rule {
            return self.otherwise_confidence;
        }
        self.rules.iter().find(|one| rule == &*one.account.rule)?.confidence
    }

    /// How far an export with these fields lets the rules decide.
    pub fn decidable(&self, fields: Fields) -> Decidable {
        let tried = self
            .rules
            .iter()
            .position(|rule| rule.always_holds(fields))
            .map_or(self.rules.len(), |at| at + 1);
        let reached = |kind: &AccountType| {
            self.rules[..tried]
                .iter()
                .any(|rule| rule.account.kind == *kind && rule.can_hold(fields))
        };
        let told = self.types.iter().filter(|&kind| *kind != self.otherwise.kind);
        let (reachable, unreachable): (Vec<_>, Vec<_>) = told.cloned().partition(reached);
        Decidable::new(fields, reachable.len(), unreachable)
    }
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.rules.iter().map(|rule| &*rule.account.rule).collect();
        f.debug_struct("Rules")
            .field("types", &self.types)
            .field("rules", &ids)
            .finish_non_exhaustive()
    }
}

/// Decides one account after the other, as [`Rules::classify`] does. Neighbours in an export have texts in common, the posts of one author
/// all of them, so what was found in the last text of each field is remembered.
pub struct Classifier<'r> {
    rules: &'r Rules,
    last: Last,
}

/// The last text of each field, and what was found in it.
type Last = [(String, Hits); Field::TEXTS.len()];

impl Classifier<'_> {
    /// The type of an account and the id of the rule that decided.
    pub fn classify(&mut self, author: &Author) -> Account {
        let Classifier { rules, last } = self;
        let mut texts = Texts {
            words: &rules.words,
            author,
            hits: [None; Field::TEXTS.len()],
            last,
        };
        let decided = rules.tried[Fields::of(author).index()].iter().find_map(|run| {
            let may_hold = run.one_of.is_none_or(|(field, lists)| texts.hits(field) & lists != 0);
            let mut tried = run.rules.iter().filter(|_| may_hold).map(|&at| &rules.rules[at]);
            tried.find(|rule| rule.holds(author, &mut texts))
        });
        decided.map_or(&rules.otherwise, |rule| &rule.account).clone()
    }
}

impl Rule {
    /// Whether the rule, which can hold for an account with these fields, does for this one.
    fn holds(&self, author: &Author, texts: &mut Texts<'_>) -> bool {
        self.verified.is_none_or(|verified| author.verified == Some(verified))
            && (self.codes.is_empty() || author.verified_type.is_some_and(|code| self.codes.contains(&code)))
            && self.texts.iter().all(|test| {
                let hits = texts.hits(test.field);
                hits & test.all == test.all && hits & test.none == 0
            })
    }

    /// Whether the rule holds for any account at all.
    pub(super) fn is_unconditional(&self) -> bool {
        self.always_holds(Field::ALL.into_iter().collect()) && self.lacks == Fields::default()
    }

    /// Whether the rule holds for every account of an export that has these fields only, so that none behind it is tried.
    fn always_holds(&self, fields: Fields) -> bool {
        self.verified.is_none()
            && self.codes.is_empty()
            && self.texts.is_empty()
            && self.has == Fields::default()
            && self.lacks.is_disjoint(fields)
    }

    /// Whether the rule can decide for some account of an export that has these fields only.
    fn can_hold(&self, fields: Fields) -> bool {
        let mut needed = self.has;
        if self.verified.is_some() {
            needed.insert(Field::Verified);
        }
        if !self.codes.is_empty() {
            needed.insert(Field::VerifiedType);
        }
        for test in self.texts.iter().filter(|test| test.all != 0) {
            needed.insert(Field::TEXTS[test.field]);
        }
        fields.contains_all(needed)
    }
}

/// Rules that are tried one after the other, and need words of one field first, or none of any.
pub(super) struct Run {
    rules: Vec<usize>,
    /// The field, by its position in [`Field::TEXTS`], and lists of which each rule needs one at least.
    one_of: Option<(usize, Hits)>,
}

/// The rules to be tried for an account, by the fields it has.
pub(super) fn tried(rules: &[Rule]) -> Vec<Vec<Run>> {
    let for_fields = |fields: Fields| {
        let can_hold = |rule: &Rule| rule.can_hold(fields) && fields.is_disjoint(rule.lacks);
        let last = rules.iter().position(|rule| rule.always_holds(fields));
        let tried = rules.iter().take(last.map_or(rules.len(), |last| last + 1)).enumerate();
        let mut runs: Vec<Run> = Vec::new();
        for (at, rule) in tried.filter(|(_, rule)| can_hold(rule)) {
            let needed = rule.texts.iter().find(|test| test.all != 0);
            let needed = needed.map(|test| (test.field, test.all));
            match (runs.last_mut(), needed) {
                (Some(Run { rules, one_of: None }), None) => rules.push(at),
                (
                    Some(Run {
                        rules,
                        one_of: Some((field, lists)),
                    }),
                    Some((same, all)),
                ) if *field == same => {
                    rules.push(at);
                    *lists |= all;
                }
                _ => runs.push(Run {
                    rules: vec![at],
                    one_of: needed,
                }),
            }
        }
        runs
    };
    Fields::every().map(for_fields).collect()
}

/// The texts of one author, each searched at most once and only when a rule asks.
struct Texts<'a> {
    words: &'a [Words; Field::TEXTS.len()],
    author: &'a Author,
    hits: [Option<Hits>; Field::TEXTS.len()],
    last: &'a mut Last,
}

impl Texts<'_> {
    fn hits(&mut self, field: usize) -> Hits {
        *self.hits[field].get_or_insert_with(|| {
            let Some(text) = Field::TEXTS[field].text(self.author) else {
                return 0;
            };
            let (last, hits) = &mut self.last[field];
            if last != text {
                last.clear();
                last.push_str(text);
                *hits = self.words[field].hits(text);
            }
            *hits
        })
    }
}
