//! Posts that show what a stance or a code looks like: those with the strongest evidence.

use std::{cmp::Ordering, sync::Arc};

use crate::model::{Code, CodedPost, Evidence, Polarity, Stance};

/// Reserved heading of terms that mark a post as off topic.
const OFF_TOPIC: &str = "OFFTOPIC";

/// What a post is an example of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleOf {
    /// A stance.
    Stance(Stance),
    /// A code, by its id.
    Code(Arc<str>),
}

/// A post kept as an example. It holds other people's words: look before printing it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What it is an example of.
    pub of: ExampleOf,
    /// The post with its codes and all of its evidence.
    pub coded: CodedPost<'static>,
    /// Terms of the evidence that speaks for it, in the order of the text, each once.
    pub terms: Vec<Arc<str>>,
    strength: Strength,
}

/// Sum of the weights (without sign) of the evidence that speaks for a category, then the number of its pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Strength {
    weight: f64,
    pieces: usize,
}

impl Strength {
    fn cmp(&self, other: &Strength) -> Ordering {
        self.weight
            .total_cmp(&other.weight)
            .then(self.pieces.cmp(&other.pieces))
    }
}

/// The strongest posts of every stance and code: at most `limit` each, equal ones in the order they came; a text once a category.
#[derive(Debug)]
pub(super) struct Examples {
    limit: usize,
    stances: [Vec<Example>; Stance::ALL.len()],
    codes: Vec<Vec<Example>>,
}

impl Examples {
    pub(super) fn new(limit: usize, codes: usize) -> Self {
        Examples {
            limit,
            stances: Default::default(),
            codes: vec![Vec::new(); codes],
        }
    }

    pub(super) fn offer(&mut self, coded: &CodedPost, codes: &[Code]) {
        if self.limit == 0 {
            return;
        }
        let stance = coded.verdict.stance;
        let speaks = |evidence: &Evidence| speaks_for_stance(stance, evidence);
        let of = || ExampleOf::Stance(stance);
        offer(&mut self.stances[stance as usize], self.limit, coded, of, speaks);
        for id in coded.verdict.codes.iter() {
            let at = usize::from(id.0);
            let (Some(code), Some(kept)) = (codes.get(at), self.codes.get_mut(at)) else {
                continue;
            };
            let speaks = |evidence: &Evidence| speaks_for_code(code, evidence);
            let of = || ExampleOf::Code(Arc::clone(&code.id));
            offer(kept, self.limit, coded, of, speaks);
        }
    }

    /// Adds those of later posts.
    pub(super) fn add(&mut self, later: Examples) {
        let kept = self.stances.iter_mut().chain(&mut self.codes);
        let later = later.stances.into_iter().chain(later.codes);
        for (kept, later) in kept.zip(later) {
            for example in later {
                if let Some(place) = place(kept, self.limit, example.strength, &example.coded.post.text) {
                    insert(kept, self.limit, place, example);
                }
            }
        }
    }

    /// Stances in their order, then codes in codebook order; in each the strongest first.
    pub(super) fn all(&self) -> Vec<Example> {
        self.stances.iter().chain(&self.codes).flatten().cloned().collect()
    }
}

fn offer(
    kept: &mut Vec<Example>,
    limit: usize,
    coded: &CodedPost,
    of: impl Fn() -> ExampleOf,
    speaks: impl Fn(&Evidence) -> bool,
) {
    let mut strength = Strength::default();
    for evidence in coded.verdict.evidence.iter().filter(|evidence| speaks(evidence)) {
        strength.weight += evidence.weight.abs();
        strength.pieces += 1;
    }
    if let Some(place) = place(kept, limit, strength, &coded.post.text) {
        insert(kept, limit, place, example(coded, of(), strength, speaks));
    }
}

/// The place of a text with evidence so strong among those kept; `None` where there is none for it.
fn place(kept: &[Example], limit: usize, strength: Strength, text: &str) -> Option<usize> {
    let place = kept.partition_point(|example| example.strength.cmp(&strength).is_ge());
    let stands_there = || kept.iter().any(|example| example.coded.post.text == text);
    (place < limit && !stands_there()).then_some(place)
}

fn insert(kept: &mut Vec<Example>, limit: usize, place: usize, example: Example) {
    kept.insert(place, example);
    kept.truncate(limit);
}

fn example(coded: &CodedPost, of: ExampleOf, strength: Strength, speaks: impl Fn(&Evidence) -> bool) -> Example {
    let mut terms: Vec<Arc<str>> = Vec::new();
    for evidence in coded.verdict.evidence.iter().filter(|evidence| speaks(evidence)) {
        if !terms.contains(&evidence.term) {
            terms.push(Arc::clone(&evidence.term));
        }
    }
    Example {
        of,
        coded: coded.clone().into_owned(),
        terms,
        strength,
    }
}

fn speaks_for_stance(stance: Stance, evidence: &Evidence) -> bool {
    match stance {
        Stance::Positive => evidence.weight > 0.0,
        Stance::Negative => evidence.weight < 0.0,
        Stance::Neutral | Stance::Unclear => evidence.weight != 0.0,
        Stance::Irrelevant => &*evidence.code == OFF_TOPIC,
    }
}

fn speaks_for_code(code: &Code, evidence: &Evidence) -> bool {
    evidence.code == code.id
        && match code.polarity {
            Polarity::Positive => evidence.weight > 0.0,
            Polarity::Negative => evidence.weight < 0.0,
            Polarity::None => true,
        }
}
