//! One set of hand codes from those of several coders and the decisions of their meeting.

use std::collections::BTreeMap;

use super::{Disagreement, Panel};
use crate::error::{Error, Result};

/// What the meeting decided of one post and variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Where it stands, for messages: `line 3`.
    pub place: String,
    /// The post.
    pub post: String,
    /// The variable.
    pub variable: String,
    /// The label or the codes decided; empty where the meeting has not decided.
    pub value: String,
    /// Who decided.
    pub by: String,
}

/// A variable that coders gave values of.
#[derive(Debug, Clone)]
pub struct Given {
    /// The variable.
    pub variable: String,
    /// By post of the panel, then coder, as text.
    pub values: Vec<Vec<Option<String>>>,
}

/// A value and who it comes from: `agreed`, the name of the only coder, or who decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The value.
    pub value: String,
    /// Who it comes from.
    pub by: String,
}

/// The posts of a panel, settled as far as can be.
#[derive(Debug, Clone, Default)]
pub struct Reconciled {
    /// Posts with a value of every variable that any coder gave one, or `None` for a variable that nobody coded.
    pub posts: Vec<(String, Vec<Option<Settled>>)>,
    /// What is still open; the posts are left out of `posts`.
    pub open: Vec<Disagreement>,
}

impl Panel {
    /// Settles each variable of each post: by what all its coders gave, else by the meeting's decision. `valid` says what is wrong with a
    /// value for a variable, if anything.
    ///
    /// # Errors
    /// Decisions on a post or variable that the coders do not have, on what they agree on, twice on the same, without a name, or with a
    /// value that is not valid; each by its place in `file`.
    pub fn reconcile(
        &self,
        given: &[Given],
        (file, decisions): (&str, &[Decision]),
        valid: impl Fn(&str, &str) -> Option<String>,
    ) -> Result<Reconciled> {
        let mut decided: BTreeMap<(&str, &str), &Decision> = BTreeMap::new();
        let mut faults = Vec::new();
        for decision in decisions.iter().filter(|decision| !decision.value.is_empty()) {
            let mut fault = |problem: String| faults.push(format!("  {}: {problem}", decision.place));
            if decision.by.is_empty() {
                fault("decided_by is empty; who decided?".to_owned());
            }
            if let Some(wrong) = valid(&decision.variable, &decision.value) {
                fault(format!("decision {wrong}"));
            }
            if let Some(earlier) = decided.insert((&decision.post, &decision.variable), decision) {
                fault(format!(
                    "{} of post {} was decided at {} already",
                    decision.variable, decision.post, earlier.place
                ));
            }
        }
        let mut found = Reconciled::default();
        for (at, post) in self.posts().iter().enumerate() {
            let mut open = Vec::new();
            let mut settled = Vec::new();
            for variable in given {
                let decision = decided.remove(&(post.as_str(), variable.variable.as_str()));
                match (one_value(&variable.values[at], &self.coders()), decision) {
                    (Ok(agreed), None) => settled.push(agreed),
                    (Ok(_), Some(decision)) => faults.push(format!(
                        "  {}: the coders do not differ on {} of post {post}; correct their sheets instead",
                        decision.place, variable.variable
                    )),
                    (Err(()), Some(decision)) => settled.push(Some(Settled {
                        value: decision.value.clone(),
                        by: decision.by.clone(),
                    })),
                    (Err(()), None) => open.push(Disagreement {
                        post: post.clone(),
                        variable: variable.variable.clone(),
                        given: variable.values[at].clone(),
                    }),
                }
            }
            if open.is_empty() && settled.iter().any(Option::is_some) {
                found.posts.push((post.clone(), settled));
            }
            found.open.extend(open);
        }
        faults.extend(decided.values().map(|decision| {
            let Decision {
                place, post, variable, ..
            } = decision;
            format!("  {place}: no coder has {variable} of post {post}")
        }));
        if faults.is_empty() {
            return Ok(found);
        }
        Err(Error::Input {
            file: file.to_owned(),
            problem: format!("correct these decisions\n{}", faults.join("\n")),
        })
    }
}

/// The value all coders gave, `Err` where they differ.
fn one_value(given: &[Option<String>], coders: &[&str]) -> Result<Option<Settled>, ()> {
    let mut values = given
        .iter()
        .zip(coders)
        .filter_map(|(value, coder)| Some((value.as_ref()?, coder)));
    let Some((value, first)) = values.next() else {
        return Ok(None);
    };
    let mut by = (*first).to_owned();
    for (other, _) in values {
        if other != value {
            return Err(());
        }
        "agreed".clone_into(&mut by);
    }
    Ok(Some(Settled {
        value: value.clone(),
        by,
    }))
}
