//! Fits the weights of a scheme on its own examples, and tells how well they do on posts they were not fitted on.
//!
//! Near-duplicates lie in one fold, so that no post is predicted from its twin. A term that stands in one example only (or
//! in its twins) counts as not found: it was most likely written for that post, and would teach that every post has its
//! term. Off-topic examples without any topic term are left out: no search for the topic finds such posts, and of posts that
//! were not searched the gate asks a topic term anyway; they would teach that a short remark is off topic.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
};

use super::{
    Scope, Scorer,
    descend::{Fit, Link, Row, descend},
    folds::{folds_of, groups_of},
    grams::{common, values},
};
use crate::{
    clean::Folded,
    codebook::{Example, Outcome, Weights},
    grams::{Compiler, Grams},
    model::{CodeId, Stance},
};

/// Examples that a gram must stand in.
const LEAST: usize = 5;
/// How much less the weights of the grams, taken as one feature of length 1, are held back than those of the others.
const EASE_GRAMS: f64 = 10.0;
/// The same for the evidence of the codes, where codes are decided.
const EASE_CODES: f64 = 3.0;
/// Probabilities of a code tried as threshold.
const THRESHOLDS: [f64; 10] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

/// Which weights to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitting {
    /// The scheme's own: stance, relevance and codes, from all features.
    Own,
    /// Weights of the stance that other schemes can use too: from features that name no code and no word of a topic.
    General,
}

/// A prediction for an example by weights that did not see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Line of examples.csv.
    pub line: usize,
    /// The stance it should have.
    pub stance: Stance,
    /// The stance predicted.
    pub guess: Stance,
    /// Probability of the stance predicted.
    pub confidence: f64,
    /// The codes it should have.
    pub codes: BTreeSet<CodeId>,
    /// The codes predicted.
    pub guessed_codes: BTreeSet<CodeId>,
}

/// Fitted weights and how they do in cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The weights, fitted on all examples.
    pub weights: Weights,
    /// Out-of-fold predictions, one for each example used, in the order of examples.csv.
    pub guesses: Vec<Guess>,
}

impl Fitted {
    /// Share of stances that are right.
    pub fn accuracy(&self) -> f64 {
        let right = self.guesses.iter().filter(|guess| guess.stance == guess.guess).count();
        right as f64 / self.guesses.len().max(1) as f64
    }

    /// Cohen's kappa (1960) between the stances of the examples and the guesses.
    pub fn kappa(&self) -> f64 {
        let n = self.guesses.len().max(1) as f64;
        let share = |of: &dyn Fn(&Guess) -> Stance, stance| {
            self.guesses.iter().filter(|guess| of(guess) == stance).count() as f64 / n
        };
        let chance: f64 = Stance::BY_HAND
            .into_iter()
            .map(|stance| share(&|guess| guess.stance, stance) * share(&|guess| guess.guess, stance))
            .sum();
        if chance < 1.0 {
            (self.accuracy() - chance) / (1.0 - chance)
        } else {
            1.0
        }
    }

    /// Precision, recall and F1 of the codes, over all codes and posts (micro-averaged).
    pub fn codes(&self) -> [f64; 3] {
        micro(self.guesses.iter().map(|guess| (&guess.codes, &guess.guessed_codes)))
    }
}

fn micro<'a>(pairs: impl Iterator<Item = (&'a BTreeSet<CodeId>, &'a BTreeSet<CodeId>)>) -> [f64; 3] {
    let (mut both, mut wanted, mut found) = (0, 0, 0);
    for (codes, guessed) in pairs {
        both += codes.intersection(guessed).count();
        wanted += codes.len();
        found += guessed.len();
    }
    let share = |of: usize| both as f64 / of.max(1) as f64;
    [share(found), share(wanted), 2.0 * share(wanted + found)]
}

/// The examples as numbers.
struct Learning<'a> {
    examples: Vec<&'a Example>,
    /// What each feature is multiplied by before fitting.
    ease: Vec<f64>,
    stances: Vec<Stance>,
    codes: Vec<CodeId>,
    /// One row an example: features multiplied; outcomes are the stances.
    stance_rows: Vec<Row>,
    /// The same with the codes as outcomes.
    code_rows: Vec<Row>,
    fold: Vec<usize>,
    grams: BTreeMap<String, f64>,
}

/// Fits the weights of the scorer's codebook on its examples with penalty `l2` (above 0) and predicts each example from those
/// of the other `folds` (at least 2). `None` where the codebook has no examples of all three stances.
pub fn fit(scorer: &Scorer, examples: &[Example], fitting: Fitting, l2: f64, folds: usize) -> Option<Fitted> {
    let learning = Learning::new(scorer, examples, fitting, folds.max(2))?;
    let held_out: Vec<Vec<Predicted>> = thread::scope(|scope| {
        let learning = &learning;
        let threads: Vec<_> = (0..folds.max(2))
            .map(|fold| scope.spawn(move || learning.predict(fold, l2)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_default())
            .collect()
    });
    let mut predicted: Vec<Predicted> = held_out.into_iter().flatten().collect();
    predicted.sort_by_key(|one| one.example);
    let (threshold, guesses) = learning.judge(&predicted);
    let all: Vec<usize> = (0..learning.examples.len()).collect();
    let [stances, codes] = learning.fit(&all, l2);
    Some(Fitted {
        weights: learning.weights(scorer.model.names(), &stances, &codes, threshold),
        guesses,
    })
}

/// Probabilities of the stances and codes of an example.
struct Predicted {
    example: usize,
    stances: Vec<f64>,
    codes: Vec<f64>,
}

impl<'a> Learning<'a> {
    fn new(scorer: &'a Scorer, all: &'a [Example], fitting: Fitting, folds: usize) -> Option<Self> {
        let own = fitting == Fitting::Own;
        let names_topic = |one: &Example| scorer.code(&one.text, Scope::Own).sums.topic > 0.0;
        let examples: Vec<&Example> = all
            .iter()
            .filter(|one| one.stance != Stance::Irrelevant || (own && names_topic(one)))
            .collect();
        let known = |stance: &Stance| examples.iter().any(|one| one.stance == *stance);
        if !Stance::ON_TOPIC.iter().all(known) {
            return None;
        }
        let stances: Vec<Stance> = Stance::BY_HAND.into_iter().filter(known).collect();
        let codes: Vec<CodeId> = (0..)
            .map(CodeId)
            .take(if own { scorer.codebook().entries().len() } else { 0 })
            .filter(|code| examples.iter().any(|one| one.codes.contains(code)))
            .collect();
        let texts: Vec<&str> = examples.iter().map(|one| one.text.as_str()).collect();
        let groups = groups_of(&texts);
        let lonely = lonely_terms(scorer, &texts, &groups);
        let scored: Vec<String> = texts.iter().map(|text| scorer.scored_words(text)).collect();
        let mut grams = if own {
            common(scored.iter().map(String::as_str), LEAST)
        } else {
            BTreeMap::new()
        };
        let mut vocabulary = Compiler::new(0);
        grams.retain(|gram, _| vocabulary.push(gram, 0, &[]).is_some());
        let rarities: Vec<f64> = grams.values().copied().collect();
        let vocabulary = Grams::from(vocabulary);
        let names = scorer.model.names();
        let transferable = |name: &str| own || !(name.starts_with("code.") || name.starts_with("gate."));
        let mut ease: Vec<f64> = names
            .iter()
            .map(|name| if name.starts_with("code.") { EASE_CODES } else { 1.0 })
            .collect();
        ease.resize(names.len() + grams.len(), EASE_GRAMS);
        let values: Vec<Vec<(usize, f64)>> = texts
            .iter()
            .zip(&scored)
            .map(|(text, scored)| {
                let named = scorer
                    .code_without(text, Scope::Own, &|term| lonely.contains(&term))
                    .values
                    .named;
                let named =
                    (named.into_iter().enumerate()).filter(|&(at, value)| value != 0.0 && transferable(&names[at]));
                let grams = values(&vocabulary, |gram| rarities[gram], scored).into_iter();
                let grams = grams.map(|(gram, value)| (names.len() + gram, value));
                named.chain(grams).map(|(at, value)| (at, value * ease[at])).collect()
            })
            .collect();
        let yes = |is: bool| f64::from(u8::from(is));
        let rows = |outcomes: &dyn Fn(&Example) -> Vec<f64>| -> Vec<Row> {
            let pairs = values.iter().zip(&examples);
            pairs
                .map(|(values, example)| Row {
                    values: values.clone(),
                    outcomes: outcomes(example),
                })
                .collect()
        };
        Some(Learning {
            stance_rows: rows(&|one| stances.iter().map(|&stance| yes(one.stance == stance)).collect()),
            code_rows: rows(&|one| codes.iter().map(|code| yes(one.codes.contains(code))).collect()),
            fold: folds_of(&texts, &groups, folds),
            examples,
            ease,
            stances,
            codes,
            grams,
        })
    }

    /// Weights of the stances and of the codes, fitted on these examples.
    fn fit(&self, examples: &[usize], l2: f64) -> [Fit; 2] {
        let fit = |link, rows: &[Row], outcomes| {
            let rows: Vec<&Row> = examples.iter().map(|&example| &rows[example]).collect();
            descend(link, &rows, self.ease.len(), outcomes, l2)
        };
        [
            fit(Link::Softmax, &self.stance_rows, self.stances.len()),
            fit(Link::Logistic, &self.code_rows, self.codes.len()),
        ]
    }

    /// Predicts the examples of one fold from those of the others.
    fn predict(&self, held_out: usize, l2: f64) -> Vec<Predicted> {
        let (out, rest): (Vec<usize>, Vec<usize>) =
            (0..self.examples.len()).partition(|&example| self.fold[example] == held_out);
        let [stances, codes] = self.fit(&rest, l2);
        out.into_iter()
            .map(|example| {
                let values = &self.stance_rows[example].values;
                Predicted {
                    example,
                    stances: stances.probabilities(values),
                    codes: codes.probabilities(values),
                }
            })
            .collect()
    }

    /// The threshold of the codes with the best F1 on the held-out examples, and the guesses with it.
    fn judge(&self, predicted: &[Predicted]) -> (f64, Vec<Guess>) {
        let wanted: Vec<BTreeSet<CodeId>> = predicted
            .iter()
            .map(|one| self.examples[one.example].codes.iter().copied().collect())
            .collect();
        let guessed = |threshold: f64| -> Vec<BTreeSet<CodeId>> {
            let given = |one: &Predicted| {
                let codes = self.codes.iter().zip(&one.codes);
                codes
                    .filter(|(_, chance)| **chance >= threshold)
                    .map(|(code, _)| *code)
                    .collect()
            };
            predicted.iter().map(given).collect()
        };
        let f1 = |threshold: f64| micro(wanted.iter().zip(&guessed(threshold)))[2];
        let best = THRESHOLDS.into_iter().map(|threshold| (f1(threshold), threshold));
        let threshold = best
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(0.5, |(_, threshold)| threshold);
        let guesses = predicted
            .iter()
            .zip(wanted.iter().cloned())
            .zip(guessed(threshold))
            .map(|((one, codes), guessed_codes)| {
                let likeliest = (0..self.stances.len()).max_by(|&a, &b| one.stances[a].total_cmp(&one.stances[b]));
                let likeliest = likeliest.unwrap_or_default();
                Guess {
                    line: self.examples[one.example].line,
                    stance: self.examples[one.example].stance,
                    guess: self.stances[likeliest],
                    confidence: one.stances[likeliest],
                    codes,
                    guessed_codes,
                }
            })
            .collect();
        (threshold, guesses)
    }

    fn weights(&self, names: &[String], stances: &Fit, codes: &Fit, threshold: f64) -> Weights {
        let of_stances = self.stances.iter().copied().map(Outcome::Stance);
        let row = |feature: usize| -> Vec<f64> {
            let both = stances.row(feature).iter().chain(codes.row(feature));
            both.map(|weight| weight * self.ease[feature]).collect()
        };
        let thresholds = vec![threshold; self.codes.len()];
        let hundredths = |number: f64| (100.0 * number).round() as i16;
        let mut grams = Compiler::new(self.stances.len() + self.codes.len());
        for ((gram, &rarity), feature) in self.grams.iter().zip(names.len()..) {
            let weights: Vec<i16> = row(feature).into_iter().map(hundredths).collect();
            grams.push(gram, hundredths(rarity), &weights);
        }
        Weights {
            outcomes: of_stances
                .chain(self.codes.iter().copied().map(Outcome::Code))
                .collect(),
            intercept: [stances.intercept(), codes.intercept()].concat(),
            threshold: [vec![0.0; self.stances.len()], thresholds].concat(),
            named: names.iter().cloned().zip((0..).map(&row)).collect(),
            grams: Arc::new(Grams::from(grams)),
        }
    }
}

/// Terms, by their position in the codebook, that stand in the texts of one group only.
fn lonely_terms(scorer: &Scorer, texts: &[&str], groups: &[usize]) -> BTreeSet<usize> {
    let mut found: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (text, &group) in texts.iter().zip(groups) {
        for piece in scorer.code(text, Scope::Own).weighed {
            found.entry(piece.term).or_default().insert(group);
        }
    }
    let lonely = found.into_iter().filter(|(_, groups)| groups.len() == 1);
    lonely.map(|(term, _)| term).collect()
}

impl Scorer {
    /// The words of a text that are scored, folded.
    fn scored_words(&self, text: &str) -> String {
        let scored = self.code(text, Scope::Own).scored;
        Folded::new(text, scored).text().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_cohens() {
        // 20, 5, 10, 15 of 50: observed 0.7, by chance 0.5, kappa 0.4 (the worked example of Cohen's kappa on Wikipedia).
        let guess = |stance, guess| Guess {
            line: 0,
            stance,
            guess,
            confidence: 1.0,
            codes: BTreeSet::new(),
            guessed_codes: BTreeSet::new(),
        };
        let (yes, no) = (Stance::Positive, Stance::Negative);
        let mut guesses = vec![guess(yes, yes); 20];
        guesses.extend(vec![guess(yes, no); 5]);
        guesses.extend(vec![guess(no, yes); 10]);
        guesses.extend(vec![guess(no, no); 15]);
        let fitted = Fitted {
            weights: Weights::default(),
            guesses,
        };
        assert!((fitted.kappa() - 0.4).abs() < 1e-12);
    }

    #[test]
    fn precision_recall_and_f1_are_over_all_codes() {
        let set = |codes: &[u8]| codes.iter().copied().map(CodeId).collect::<BTreeSet<_>>();
        let (wanted, found) = ([set(&[1, 2]), set(&[3])], [set(&[1]), set(&[3, 4])]);
        // Two right, of three found and three wanted.
        let [precision, recall, f1] = micro(wanted.iter().zip(&found));
        assert!((precision - 2.0 / 3.0).abs() < 1e-12);
        assert!((recall - 2.0 / 3.0).abs() < 1e-12);
        assert!((f1 - 2.0 / 3.0).abs() < 1e-12);
    }
}
