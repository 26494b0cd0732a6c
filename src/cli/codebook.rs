use std::{collections::BTreeMap, io::Write, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{
    Global,
    fit::Fit,
    import::Import,
    new::New,
    paint::Paint,
    reading::{CodingArgs, InputArgs, Prepared},
    select::Selection,
    terms::{compared, count_words},
};
use crate::{
    bundled,
    codebook::{Codebook, Example, check},
    export::{CsvOptions, Output, write_keyness},
    model::{CodeId, Verdict},
    score::{Scope, Scorer},
};

/// Look at a coding scheme, check it, run its own tests
#[derive(Debug, Subcommand)]
pub(super) enum CodebookCommand {
    /// List the bundled coding schemes
    List,
    /// Show the codes of a scheme, with definition and provenance
    ///
    /// The grade tells who names the code. For weibo-pangenome: A the paper's abstract, B the authors' forum post, C the
    /// opening of the Discussion; X is our own wording or inference and must not be cited as the paper's.
    Show,
    New(New),
    /// Report terms that can never count, count for both sides, stand twice, or fire on the texts of traps.txt
    Check,
    /// Code the scheme's own examples and list those that come out wrong
    #[command(
        after_help = "Exit status 1 if any example comes out wrong that examples.csv does not mark as a known miss."
    )]
    Test,
    Suggest(Box<Suggest>),
    Import(Import),
    Fit(Fit),
}

/// Propose words for a code from a coded corpus, for a person to accept
///
/// Words that are commoner in the posts with the code than in all others, by log-likelihood, and that no term of the code
/// holds yet. Look each up with `minyi kwic` before it goes into terms.csv.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  minyi codebook suggest weibo.csv --code NEG.SELFISH -n 30")]
pub(super) struct Suggest {
    #[command(flatten)]
    input: InputArgs,
    /// Code to find words for
    #[arg(long, value_name = "ID")]
    code: String,
    /// Leave out words that stand in fewer posts
    #[arg(long, value_name = "N", default_value_t = 3)]
    min_posts: u64,
    /// Words to write
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50)]
    limit: usize,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    coding: CodingArgs,
}

impl Suggest {
    fn run(self, global: &Global) -> Result<ExitCode> {
        let prepared = Prepared::new(global, &self.input, &self.coding)?;
        prepared.spare_inputs(&self.output)?;
        let codebook = prepared.scorer.codebook();
        let target = Selection::code(&self.code).resolve(codebook)?;
        let out = Output::create(&self.output)?;
        let (words, report) = count_words(&prepared, Some(target), None, 2, global.quiet)?;
        compared(&words, global.quiet)?;
        let known: Vec<&str> = codebook
            .terms
            .iter()
            .filter(|term| *term.heading_name == *self.code)
            .flat_map(|term| &term.parts)
            .flat_map(|part| part.any_of.iter().map(String::as_str))
            .collect();
        let new = words
            .keyness(self.min_posts)
            .into_iter()
            .filter(|word| word.log_ratio > 0.0 && !known.iter().any(|term| term.contains(word.word.as_str())))
            .take(self.limit);
        write_keyness(&words, new, out, CsvOptions::default())?.commit()?;
        Ok(super::conclude(&report, self.coding.strict, None)?)
    }
}

impl CodebookCommand {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            CodebookCommand::List => list(),
            CodebookCommand::Show => show(&global.codebook()?),
            CodebookCommand::New(new) => new.run(),
            CodebookCommand::Check => report_check(&global.scorer()?),
            CodebookCommand::Test => test(&global.scorer()?),
            CodebookCommand::Suggest(command) => command.run(global),
            CodebookCommand::Import(command) => command.run(global),
            CodebookCommand::Fit(fit) => fit.run(global),
        }
    }
}

fn list() -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    for id in bundled::codebooks() {
        let codebook = Codebook::load(id, None)?;
        let (codes, terms) = (codebook.entries().len(), codebook.terms.len());
        writeln!(out, "{id}\t{codes} codes, {terms} terms\t{}", codebook.scheme.title_en)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(codebook: &Codebook) -> Result<ExitCode> {
    let paint = Paint::for_stdout();
    let mut out = std::io::stdout().lock();
    let scheme = &codebook.scheme;
    writeln!(
        out,
        "{} {}\n{} / {}",
        paint.bold(&scheme.id),
        scheme.version,
        scheme.title_en,
        scheme.title_zh
    )?;
    writeln!(out, "from: {} {}", scheme.citation, scheme.doi)?;
    writeln!(out, "attitude to: {} / {}", scheme.target_en, scheme.target_zh)?;
    if let Some(window) = &scheme.window {
        writeln!(
            out,
            "window: {} to {} (grade {})",
            window.start, window.end, window.grade
        )?;
    }
    writeln!(out, "\nstance")?;
    for attitude in &codebook.attitudes {
        writeln!(
            out,
            "  {}  {} / {}  (grade {})",
            attitude.stance, attitude.label_en, attitude.label_zh, attitude.grade
        )?;
        writeln!(out, "      {}", attitude.definition)?;
        if !attitude.grade_note.is_empty() {
            writeln!(out, "      ours: {}", attitude.grade_note)?;
        }
    }
    writeln!(out, "\ncodes")?;
    for entry in codebook.entries() {
        let terms = codebook
            .terms
            .iter()
            .filter(|term| *term.heading_name == *entry.id)
            .count();
        let name = paint.by_polarity(entry.polarity, &entry.id);
        writeln!(out, "  {name}  {} / {}", entry.label_en, entry.label_zh)?;
        writeln!(out, "      {}", entry.definition)?;
        let parent = entry
            .parent
            .as_ref()
            .map(|parent| format!(", kind of {parent}"))
            .unwrap_or_default();
        writeln!(
            out,
            "      polarity {}, grade {}, {terms} terms{parent}",
            entry.polarity.name(),
            entry.grade
        )?;
        if !entry.grade_note.is_empty() {
            writeln!(out, "      ours: {}", entry.grade_note)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn report_check(scorer: &Scorer) -> Result<ExitCode> {
    let codebook = scorer.codebook();
    let mut findings = check(codebook);
    findings.extend(scorer.check());
    findings.sort_by_key(|finding| finding.line);
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        match finding.line {
            0 => writeln!(out, "{}: {}", codebook.scheme.id, finding.problem)?,
            line => writeln!(out, "{}/terms.csv:{line}: {}", codebook.scheme.id, finding.problem)?,
        }
    }
    writeln!(
        out,
        "{}: {}, {}, {}, {}",
        codebook.scheme.id,
        super::counted(codebook.entries().len(), "code"),
        super::counted(codebook.terms.len(), "term"),
        super::counted(codebook.examples()?.len(), "example"),
        super::counted(findings.len(), "finding")
    )?;
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[derive(Default)]
struct Outcome {
    right: usize,
    known: usize,
    wrong: usize,
}

fn test(scorer: &Scorer) -> Result<ExitCode> {
    let codebook = scorer.codebook();
    let mut out = std::io::stdout().lock();
    let examples = codebook.examples()?;
    let mut by_phenomenon: BTreeMap<&str, Outcome> = BTreeMap::new();
    for example in &examples {
        let verdict = scorer.score(&example.text, Scope::Own);
        let faults = faults(codebook, example, &verdict);
        let outcome = by_phenomenon.entry(&example.phenomenon).or_default();
        match (faults.is_empty(), example.known_miss) {
            (true, false) => outcome.right += 1,
            (false, true) => outcome.known += 1,
            (true, true) => {
                outcome.wrong += 1;
                let line = example.line;
                writeln!(
                    out,
                    "examples.csv:{line}: comes out right now; take the mark off its `known` cell"
                )?;
            }
            (false, false) => {
                outcome.wrong += 1;
                writeln!(
                    out,
                    "examples.csv:{}: {}\n    {}",
                    example.line,
                    faults.join("; "),
                    example.text
                )?;
            }
        }
    }
    writeln!(out, "{:<18} {:>6} {:>6} {:>6}", "phenomenon", "right", "known", "wrong")?;
    let mut wrong = 0;
    for (phenomenon, outcome) in &by_phenomenon {
        writeln!(
            out,
            "{phenomenon:<18} {:>6} {:>6} {:>6}",
            outcome.right, outcome.known, outcome.wrong
        )?;
        wrong += outcome.wrong;
    }
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn faults(codebook: &Codebook, example: &Example, verdict: &Verdict) -> Vec<String> {
    let id = |code: &CodeId| codebook.entry(*code).id.as_str();
    let mut faults = Vec::new();
    if verdict.stance != example.stance {
        faults.push(format!(
            "stance {} ({:+.2}), should be {}",
            verdict.stance, verdict.score, example.stance
        ));
    }
    let missing = example
        .codes
        .iter()
        .filter(|code| !verdict.codes.contains(**code))
        .map(|code| format!("lacks {}", id(code)));
    let false_ones = example
        .not_codes
        .iter()
        .filter(|code| verdict.codes.contains(**code))
        .map(|code| format!("must not get {}", id(code)));
    faults.extend(missing.chain(false_ones));
    faults
}
