//! Posts with the codes a person gave them, and how far a machine agrees.

use std::collections::BTreeSet;

use minyi::{
    codebook::Codebook,
    model::{Stance, Verdict},
};

/// A post as a person coded it.
pub(crate) struct HandCoded {
    pub(crate) text: String,
    pub(crate) stance: Stance,
    pub(crate) codes: BTreeSet<String>,
}

impl HandCoded {
    /// `codes` are ids joined by `;`.
    pub(crate) fn new(text: &str, stance: &str, codes: &str) -> Self {
        HandCoded {
            text: text.to_owned(),
            stance: Stance::from_name(stance).unwrap(),
            codes: codes
                .split(';')
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// Cohen's kappa of the stance (Cohen 1960): agreement beyond that of two coders who draw from their own shares of the classes.
pub(crate) fn kappa(posts: &[HandCoded], verdicts: &[Verdict]) -> f64 {
    let n = posts.len() as f64;
    let agree = posts
        .iter()
        .zip(verdicts)
        .filter(|(post, verdict)| post.stance == verdict.stance)
        .count() as f64
        / n;
    let chance: f64 = Stance::ALL
        .into_iter()
        .map(|stance| {
            let by_person = posts.iter().filter(|post| post.stance == stance).count() as f64;
            let by_machine = verdicts.iter().filter(|verdict| verdict.stance == stance).count() as f64;
            by_person / n * (by_machine / n)
        })
        .sum();
    (agree - chance) / (1.0 - chance)
}

/// Micro-F1 of the codes, over all codes and posts.
pub(crate) fn micro_f1(posts: &[HandCoded], verdicts: &[Verdict], codebook: &Codebook) -> f64 {
    let (mut both, mut either) = (0, 0);
    for (post, verdict) in posts.iter().zip(verdicts) {
        let found: BTreeSet<String> = verdict
            .codes
            .iter()
            .map(|code| codebook.entry(code).id.clone())
            .collect();
        both += post.codes.intersection(&found).count();
        either += post.codes.len() + found.len();
    }
    2.0 * both as f64 / either as f64
}
