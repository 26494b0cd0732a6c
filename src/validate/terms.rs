//! Which terms of the codebook the machine's errors come from.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bounds, Study, compare::Judged};
use crate::{
    model::{CodeId, Stance},
    tabulate::{Level, wilson_share},
};

/// One piece of evidence that the machine found: a row of evidence.csv.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The post.
    pub post: String,
    /// Code or reserved heading of the term.
    pub code: String,
    /// The term as the codebook has it.
    pub term: String,
    /// `term`, or the context that kept it from counting, with its cue.
    pub rule: String,
}

/// What became of a term in the posts coded by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct TermScore {
    /// Code or reserved heading of the term.
    pub code: String,
    /// The term; empty in the row of the posts whose code rests on no term of the codebook.
    pub term: String,
    /// `term`, or the context that kept it from counting, with its cue; `no evidence` where the term is empty.
    pub rule: String,
    /// Posts it stands in.
    pub posts: usize,
    /// Posts that the machine gave the code and the human too.
    pub right: usize,
    /// Posts that the machine gave the code and the human did not.
    pub wrong: Vec<String>,
    /// Posts that the human gave the code and the machine did not.
    pub missed: Vec<String>,
    /// Posts whose stance the machine has otherwise than the human.
    pub stance_wrong: usize,
    /// Of the posts that the machine gave the code, the weighted share the human gave it too, with Wilson's interval on the effective
    /// number of posts; `None` where there are none.
    pub precision: Option<(f64, Bounds)>,
}

/// Scores every term that stands in a post coded by hand, the most errors first. A heading that is no code stands for what it speaks for:
/// `STANCE.POS` and `STANCE.NEG` for the stance, `TOPIC` and `OFFTOPIC` for whether a post is irrelevant; of any other heading only the stance
/// is judged.
pub fn score_terms(study: &Study<'_>, evidence: &[Found], level: Level) -> Vec<TermScore> {
    let mut standing: BTreeMap<&str, BTreeSet<(&str, &str, &str)>> = BTreeMap::new();
    for found in evidence {
        let what = (found.code.as_str(), found.term.as_str(), found.rule.as_str());
        standing.entry(&found.post).or_default().insert(what);
    }
    let mut tallies: BTreeMap<(&str, &str, &str), Tally> = BTreeMap::new();
    for judged in study.judged() {
        let here = standing.get(judged.post);
        for &what in here.into_iter().flatten() {
            let given = given(what.0, &judged, study.known_codes());
            tallies.entry(what).or_default().add(&judged, given);
        }
        for (number, &code) in (0..).zip(study.known_codes()) {
            let found = here.is_some_and(|here| here.iter().any(|what| what.0 == code));
            let missed = judged
                .codes
                .is_some_and(|(human, machine)| human.contains(CodeId(number)) && !machine.contains(CodeId(number)));
            if missed && !found {
                tallies
                    .entry((code, "", NO_EVIDENCE))
                    .or_default()
                    .add(&judged, Some((true, false)));
            }
        }
    }
    let mut scores: Vec<TermScore> = tallies
        .into_iter()
        .map(|(what, tally)| tally.score(what, level))
        .collect();
    scores.sort_by_key(|score| std::cmp::Reverse(score.wrong.len() + score.missed.len()));
    scores
}

/// The rule of posts whose code no term of the codebook speaks for.
const NO_EVIDENCE: &str = "no evidence";

/// Whether human and machine gave what a heading stands for.
fn given(heading: &str, judged: &Judged<'_>, codes: &[&str]) -> Option<(bool, bool)> {
    if let Some((number, _)) = (0..).zip(codes).find(|(_, code)| **code == heading) {
        let (human, machine) = judged.codes?;
        return Some((human.contains(CodeId(number)), machine.contains(CodeId(number))));
    }
    let (human, machine) = judged.stances?;
    let is = |stance: Stance| (human == stance.name(), machine == stance.name());
    match heading {
        "STANCE.POS" => Some(is(Stance::Positive)),
        "STANCE.NEG" => Some(is(Stance::Negative)),
        "OFFTOPIC" => Some(is(Stance::Irrelevant)),
        "TOPIC" => {
            let (human, machine) = is(Stance::Irrelevant);
            Some((!human, !machine))
        }
        _ => None,
    }
}

#[derive(Default)]
struct Tally {
    posts: usize,
    right: usize,
    wrong: Vec<String>,
    missed: Vec<String>,
    stance_wrong: usize,
    /// Weights of the posts that the machine gave the code: of those that are right, of all, and of all squared.
    weights: [f64; 3],
}

impl Tally {
    fn add(&mut self, judged: &Judged<'_>, given: Option<(bool, bool)>) {
        self.posts += 1;
        self.stance_wrong += usize::from(judged.stances.is_some_and(|(human, machine)| human != machine));
        match given {
            Some((true, true)) => self.right += 1,
            Some((false, true)) => self.wrong.push(judged.post.to_owned()),
            Some((true, false)) => self.missed.push(judged.post.to_owned()),
            Some((false, false)) | None => {}
        }
        if let Some((human, true)) = given {
            let weight = judged.weight;
            self.weights[0] += if human { weight } else { 0.0 };
            self.weights[1] += weight;
            self.weights[2] += weight * weight;
        }
    }

    fn score(self, (code, term, rule): (&str, &str, &str), level: Level) -> TermScore {
        let [right, all, squares] = self.weights;
        // Shares of weights may pass 1 by rounding.
        let share = (right / all).clamp(0.0, 1.0);
        let interval = wilson_share(share, all * all / squares, level);
        TermScore {
            code: code.to_owned(),
            term: term.to_owned(),
            rule: rule.to_owned(),
            posts: self.posts,
            right: self.right,
            wrong: self.wrong,
            missed: self.missed,
            stance_wrong: self.stance_wrong,
            precision: interval.map(|interval| {
                let bounds = Bounds {
                    low: interval.low,
                    high: interval.high,
                };
                (share, bounds)
            }),
        }
    }
}
