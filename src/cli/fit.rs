use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::Global;
use crate::{
    codebook::Example,
    export::Output,
    model::Stance,
    score::{self, Fitted, Fitting},
};

/// Fit the weights of stance, relevance and codes on the scheme's own examples
///
/// Writes weights.csv for the folder of the scheme and prints, on standard error, how well the weights do on examples
/// they were not fitted on. Near-duplicates lie in one fold. The word lists were written with the examples in sight, so
/// the figures are still better than those on other posts: see `minyi validate`.
#[derive(Debug, Args)]
pub(super) struct Fit {
    /// Where to write the weights; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Folds of the cross-validation
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..))]
    folds: u16,
    /// Strength of the L2 penalty on the weights
    #[arg(long, value_name = "X", default_value_t = 0.001)]
    l2: f64,
    /// List the examples that were predicted wrong
    #[arg(long)]
    errors: bool,
    /// Weights of the stance alone, from features that name no code and no word of a topic: for schemes without examples
    #[arg(long)]
    general: bool,
}

impl Fit {
    fn fitting(&self) -> Fitting {
        if self.general { Fitting::General } else { Fitting::Own }
    }

    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        if !(self.l2 > 0.0 && self.l2.is_finite()) {
            bail!("--l2 {}: must be above 0", self.l2);
        }
        let scorer = global.scorer()?;
        let codebook = scorer.codebook();
        let examples = codebook.examples()?;
        let fitted = score::fit(&scorer, &examples, self.fitting(), self.l2, self.folds.into()).with_context(|| {
            format!(
                "{}: examples.csv needs posts of all three stances, positive, negative and neutral",
                codebook.scheme.id
            )
        })?;
        if !global.quiet {
            let mut err = io::stderr().lock();
            writeln!(err, "{}", report(&fitted, self.folds, &examples))?;
            for guess in fitted
                .guesses
                .iter()
                .filter(|guess| self.errors && guess.guess != guess.stance)
            {
                let text = examples
                    .iter()
                    .find(|one| one.line == guess.line)
                    .map_or("", |one| &one.text);
                let (line, stance) = (guess.line, guess.stance);
                writeln!(
                    err,
                    "examples.csv:{line}: {} ({:.2}), should be {stance}",
                    guess.guess, guess.confidence
                )?;
                writeln!(err, "    {}", text.replace('\n', " "))?;
            }
        }
        let mut output = Output::create(&self.output)?;
        let ids: Vec<&str> = codebook.entries().iter().map(|entry| entry.id.as_str()).collect();
        output.write_all(fitted.weights.to_csv(&ids).as_bytes())?;
        output.commit()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn report(fitted: &Fitted, folds: u16, examples: &[Example]) -> String {
    let mut table: BTreeMap<(Stance, Stance), usize> = BTreeMap::new();
    for guess in &fitted.guesses {
        *table.entry((guess.stance, guess.guess)).or_default() += 1;
    }
    let stances: Vec<Stance> = Stance::BY_HAND
        .into_iter()
        .filter(|&stance| table.keys().any(|(of, guess)| *of == stance || *guess == stance))
        .collect();
    let mut out = format!(
        "{} posts, {folds} folds; rows as coded, columns as predicted\n",
        fitted.guesses.len()
    );
    out += &format!("{:>10}", "");
    for guess in &stances {
        out += &format!(" {:>10}", guess.name());
    }
    for stance in &stances {
        out += &format!("\n{:>10}", stance.name());
        for guess in &stances {
            out += &format!(" {:>10}", table.get(&(*stance, *guess)).copied().unwrap_or(0));
        }
    }
    out += &format!("\naccuracy {:.3}, kappa {:.3}\n", fitted.accuracy(), fitted.kappa());
    if fitted.guesses.iter().any(|guess| !guess.guessed_codes.is_empty()) {
        let [precision, recall, f1] = fitted.codes();
        out += &format!("codes: precision {precision:.3}, recall {recall:.3}, micro-F1 {f1:.3}\n");
    }
    let phenomenon: BTreeMap<usize, &str> = examples.iter().map(|one| (one.line, one.phenomenon.as_str())).collect();
    let mut right: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for guess in &fitted.guesses {
        let (right, all) = right
            .entry(phenomenon.get(&guess.line).copied().unwrap_or_default())
            .or_default();
        *right += usize::from(guess.guess == guess.stance);
        *all += 1;
    }
    let each = right
        .iter()
        .map(|(phenomenon, (right, all))| format!("{phenomenon} {right}/{all}"));
    out + &each.collect::<Vec<_>>().join(", ")
}
