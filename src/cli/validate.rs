use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;

use super::{
    Global,
    hand::{BootstrapArgs, By, StudyArgs, code_ids, coded_by_hand},
    printing::PrintArgs,
    progress::Steps,
    reading::spare,
};
use crate::{
    coded::{CodedFile, Wanted},
    export::{CsvOptions, Output, Scores, print_scores, write_confusion, write_scores, write_term_scores},
    tabulate::Level,
    validate::{Bootstrap, CodeSheet, Found, Group, Study, score_terms},
};

/// How right the machine is: precision, recall, F1, kappa and alpha against hand codes, each with an interval
///
/// Joins both files by post_id and compares stance, codes (each by itself) and account_type, over all posts and in each
/// group of --rows. Where the sample was not drawn with equal probabilities every number is weighted by their inverse.
/// Accuracy, precision and recall have Wilson's intervals, the others the bootstrap's; with --by account all do. Macro-F1
/// is the mean over the classes that occur. What is undefined is NA, with the reason in the column note.
///
/// The ending of OUT decides the format: .csv (every score, one a row), .md, .tex, .html, .xlsx (scores, classes and confusion
/// matrices as printed).
///
/// With --evidence and --terms also: what became of each term of the codebook in these posts (right, wrong, missed), the
/// most errors first, to improve the codebook from; `--rows account_rule` groups by the rule that named the account type.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Validate {
    #[command(flatten)]
    study: StudyArgs,
    /// Variables: stance, codes, account_type or any other column of both files
    #[arg(long, value_name = "VARIABLE,..", value_delimiter = ',')]
    on: Vec<String>,
    /// Also write the confusion matrices
    #[arg(long, value_name = "OUT")]
    confusion: Option<PathBuf>,
    /// The evidence.csv of the run that coded the posts
    #[arg(long, value_name = "FILE", requires = "terms")]
    evidence: Option<String>,
    /// Also write each term with its right and wrong posts
    #[arg(long, value_name = "OUT", requires = "evidence")]
    terms: Option<PathBuf>,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    intervals: BootstrapArgs,
    #[command(flatten)]
    print: PrintArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi validate results/coded.csv gold.csv -o scores.csv --confusion confusion.csv
  minyi validate results/coded.csv gold.csv -o scores.xlsx --lang zh
  minyi validate results/coded.csv hand.csv --sample coding/sample.csv --by account
  minyi validate results/coded.csv hand.csv --evidence results/evidence.csv --terms terms.csv -o scores.csv
  minyi validate bert.csv gold.csv --map-coded post_id=mid,stance=label";

impl Validate {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        self.check_outputs()?;
        let layout = self.print.layout(&self.output)?;
        let codebook = global.codebook()?;
        let ids = code_ids(&codebook);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let fields: Vec<&str> = self.on.iter().map(String::as_str).collect();
        let sheets = self.study.read(&ids, &fields, global.quiet)?;
        let variables = sheets.variables(&self.on, &ids)?;
        let codes = if variables.iter().any(|name| name == "codes") {
            &ids[..]
        } else {
            &[]
        };
        let blank = self.study.hand.blank();
        let study = Study::new(&sheets.coded, &sheets.human, sheets.sample.as_ref(), codes, blank)?;
        let options = self.intervals.options(global);
        let mut parts: Vec<(&String, Group<'_>)> = Vec::new();
        for variable in &variables {
            parts.push((variable, None));
            if *variable != self.study.rows {
                let groups = study.groups(&self.study.rows);
                parts.extend(
                    groups
                        .into_iter()
                        .map(|value| (variable, Some((self.study.rows.as_str(), value)))),
                );
            }
        }
        let steps = Steps::new(parts.len(), global.quiet);
        let score = |(variable, group): (&String, Group<'_>)| {
            let found = self.scores(&study, variable, group, options);
            steps.done();
            found
        };
        let found: Vec<Scores> = parts.into_iter().map(score).collect();
        steps.finish();
        if let Some(path) = &self.confusion {
            write_confusion(&found, Output::create(path)?, CsvOptions::default())?.commit()?;
        }
        if let (Some(evidence), Some(path)) = (&self.evidence, &self.terms) {
            let terms = score_terms(&study, &read_evidence(evidence, &sheets.human)?, Level::default());
            write_term_scores(&terms, Output::create(path)?, CsvOptions::default())?.commit()?;
        }
        match layout {
            None => {
                write_scores(&found, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
            }
            Some(layout) => {
                let labels = self.print.labels(&codebook.codes())?;
                let tables = print_scores(&found, options, study.unequal(), &labels);
                self.print.write(layout, &tables, &self.output)?;
            }
        }
        if !global.quiet {
            let weighted = if study.unequal() {
                ", weighted by inverse probability"
            } else {
                ""
            };
            writeln!(io::stderr(), "{} compared{weighted}", coded_by_hand(&study))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn scores(&self, study: &Study<'_>, variable: &str, group: Group<'_>, options: Bootstrap) -> Scores {
        let (comparison, posts) = match variable {
            "codes" => study.compare_codes(group),
            _ => study.compare_labels(variable, group),
        };
        let by_account = self.intervals.by == By::Account;
        let clusters = study.clusters(&posts, by_account);
        Scores {
            variable: variable.to_owned(),
            group: group.map_or("all", |(_, value)| value).to_owned(),
            scores: comparison.scores(&clusters, !by_account, options),
            confusion: comparison.confusion(variable),
        }
    }

    fn check_outputs(&self) -> Result<()> {
        for output in [&self.confusion, &self.terms].into_iter().flatten() {
            let ending = output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            if !["", "csv"].contains(&ending.as_str()) {
                bail!("{}: written as csv alone; end the name in .csv", output.display());
            }
        }
        let mut inputs = self.study.files();
        inputs.extend(self.evidence.clone());
        for (flag, output) in [("--confusion", &self.confusion), ("--terms", &self.terms)] {
            let Some(output) = output else { continue };
            spare(&inputs, output)?;
            if output == Path::new("-") {
                bail!("{flag} -: standard output has the scores; give a file");
            }
        }
        spare(&inputs, &self.output)
    }
}

/// The evidence of the posts coded by hand.
fn read_evidence(path: &str, human: &CodeSheet) -> Result<Vec<Found>> {
    let file = CodedFile::open(path)?;
    let mut wanted = Wanted::of(&file);
    let mut column = |name| wanted.column(name);
    let (post, code, term, rule) = (column("post_id")?, column("code")?, column("term")?, column("rule")?);
    let mut found = Vec::new();
    file.read(&wanted, |row| {
        if human.row(&row[post]).is_some() {
            found.push(Found {
                post: row[post].clone(),
                code: row[code].clone(),
                term: row[term].clone(),
                rule: row[rule].clone(),
            });
        }
        Ok(())
    })?;
    Ok(found)
}
