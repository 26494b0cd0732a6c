use std::{
    io::{self, Read, Write},
    mem::ManuallyDrop,
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::{Global, paint::Paint};
use crate::{
    model::{Evidence, Polarity},
    score::{Explained, Scope},
};

/// Show why a text gets its codes, with the evidence marked in the text
///
/// Evidence is marked as 〔term〕 with its number; below, each piece with its code, context and what it adds to the
/// stance score. `-` reads the text from standard input.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  minyi explain '复旦把中国人的基因图谱拱手送给老外，不是卖国是什么？'")]
pub(super) struct Explain {
    /// The text of a post, or `-`
    text: String,
    /// Whose words to score in a repost chain
    #[arg(long, value_enum, default_value_t)]
    scope: ScopeFlag,
    /// Leave the stance `unclear` where it is less probable than this (0.34 to 1)
    #[arg(long, value_name = "T", value_parser = super::reading::probability)]
    abstain: Option<f64>,
}

/// `--scope`.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum ScopeFlag {
    /// The author's own words (of a bare repost: the words it passes on)
    #[default]
    Own,
    /// The words of the posts passed on
    Quoted,
    /// Everything
    All,
}

impl From<ScopeFlag> for Scope {
    fn from(flag: ScopeFlag) -> Scope {
        match flag {
            ScopeFlag::Own => Scope::Own,
            ScopeFlag::Quoted => Scope::Quoted,
            ScopeFlag::All => Scope::All,
        }
    }
}

/// Features shown, the heaviest first; the rest hardly moves the decision.
const FEATURES_SHOWN: usize = 12;

impl Explain {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let text = match self.text.as_str() {
            "-" => {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).context("standard input")?;
                text
            }
            _ => self.text,
        };
        if text.trim().is_empty() {
            bail!("TEXT is empty: give the words of a post, in quotation marks");
        }
        // The memory goes with the process, sooner than piece by piece.
        let scorer = ManuallyDrop::new(global.scorer()?.with_abstention(self.abstain.unwrap_or_default()));
        let explained = scorer.explain(&text, self.scope.into());
        let polarity_of = |heading: &str| match heading {
            "STANCE.POS" => Polarity::Positive,
            "STANCE.NEG" => Polarity::Negative,
            _ => scorer
                .codebook()
                .code(heading)
                .map_or(Polarity::None, |code| scorer.codebook().entry(code).polarity),
        };
        let codes: Vec<String> = explained
            .verdict
            .codes
            .iter()
            .map(|code| {
                let entry = scorer.codebook().entry(code);
                let chances = explained.chances.iter().flatten();
                let chance = chances
                    .filter(|(of, _)| *of == code)
                    .map(|(_, chance)| format!(" {chance:.2}"));
                let chance: String = chance.collect();
                format!("{} ({}, {}){chance}", entry.id, entry.label_en, entry.label_zh)
            })
            .collect();
        let report = render(&text, &explained, &codes, polarity_of, Paint::for_stdout());
        io::stdout().write_all(report.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn render(
    text: &str,
    explained: &Explained,
    codes: &[String],
    polarity_of: impl Fn(&str) -> Polarity,
    paint: Paint,
) -> String {
    let verdict = &explained.verdict;
    let sums = explained.sums;
    let confidence = verdict
        .confidence
        .map_or(String::new(), |confidence| format!(", confidence {confidence:.2}"));
    let mut out = format!("{}\n\n", mark(text, &verdict.evidence, &polarity_of, paint));
    out += &format!(
        "stance      {} (score {:+.2}{confidence})\n",
        paint.bold(verdict.stance),
        verdict.score
    );
    out += &format!(
        "topic       {:.2} on topic, {:.2} off topic\n",
        sums.topic, sums.off_topic
    );
    out += &format!(
        "codes       {}\n",
        if codes.is_empty() {
            "none".to_owned()
        } else {
            codes.join("\n            ")
        }
    );
    out += &format!(
        "sentiment   {} positive, {} negative words\n",
        verdict.sentiment.positive, verdict.sentiment.negative
    );
    for blame in &explained.blames {
        let by = blame.named.clone().map(|at| format!(" (“{}”)", &text[at]));
        let word = &text[blame.word.clone()];
        out += &format!("blame       “{word}” at {}{}\n", blame.whom, by.unwrap_or_default());
    }
    if explained.scored != (0..text.len()) {
        out += &format!("scored      {}\n", &text[explained.scored.clone()].replace('\n', " "));
    }
    if !verdict.evidence.is_empty() {
        out += "\n";
    }
    for (number, piece) in (1..).zip(&verdict.evidence) {
        let found = text[piece.start..piece.end].replace('\n', " ");
        let name = paint.by_polarity(polarity_of(&piece.code), &piece.code);
        let rule = if &*piece.rule == "term" {
            String::new()
        } else {
            format!("  [{}]", piece.rule)
        };
        out += &format!("{number:>3}  {name}  “{found}”  {:+.2}{rule}\n", piece.weight);
        if *piece.term != *found {
            out += &format!("     matched by {}\n", piece.term);
        }
    }
    if !explained.contributions.is_empty() {
        out += "\nwhat decided the stance (log-odds)      positive  negative   neutral irrelevant\n";
    }
    for one in explained.contributions.iter().take(FEATURES_SHOWN) {
        let [positive, negative, neutral, irrelevant] = one.adds;
        let name = format!("{} = {:.2}", one.feature, one.value);
        out += &format!("  {name:<36}  {positive:>+8.2}  {negative:>+8.2}  {neutral:>+8.2}  {irrelevant:>+8.2}\n");
    }
    out
}

/// The text with each piece of evidence in 〔brackets〕 and its number; of overlapping pieces the brackets go round all.
fn mark(text: &str, evidence: &[Evidence], polarity_of: &impl Fn(&str) -> Polarity, paint: Paint) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut rest = evidence.iter().zip(1..).peekable();
    while let Some((piece, number)) = rest.next() {
        let (start, mut end) = (piece.start, piece.end);
        let mut numbers = vec![number.to_string()];
        let mut polarity = polarity_of(&piece.code);
        while let Some((next, number)) = rest.next_if(|(next, _)| next.start < end) {
            end = end.max(next.end);
            numbers.push(number.to_string());
            if polarity == Polarity::None {
                polarity = polarity_of(&next.code);
            }
        }
        out += &text[at..start];
        out += &paint.by_polarity(polarity, format!("〔{}〕{}", &text[start..end], numbers.join(",")));
        at = end;
    }
    out + &text[at..]
}
