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
    reading::spare,
};
use crate::{
    export::{CsvOptions, Output, Scores, write_confusion, write_scores},
    validate::{Bootstrap, Group, Study},
};

/// How right the machine is: precision, recall, F1, kappa and alpha against hand codes, each with an interval
///
/// Joins both files by post_id and compares stance, codes (each by itself) and account_type, over all posts and in each
/// group of --rows. Where the sample was not drawn with equal probabilities every number is weighted by their inverse.
/// Accuracy, precision and recall have Wilson's intervals, the others the bootstrap's; with --by account all do. Macro-F1
/// is the mean over the classes that occur. What is undefined is NA, with the reason in the column note.
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
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    intervals: BootstrapArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi validate results/coded.csv gold.csv -o scores.csv --confusion confusion.csv
  minyi validate results/coded.csv hand.csv --sample coding/sample.csv --by account
  minyi validate bert.csv gold.csv --map-coded post_id=mid,stance=label";

impl Validate {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        for output in [Some(&self.output), self.confusion.as_ref()].into_iter().flatten() {
            spare(&self.study.files(), output)?;
        }
        if self.confusion.as_deref() == Some(Path::new("-")) {
            bail!("--confusion -: standard output has the scores; give a file");
        }
        let sheets = self.study.read()?;
        let codebook = global.codebook()?;
        let ids = code_ids(&codebook);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let variables = sheets.variables(&self.on, &ids)?;
        let codes = if variables.iter().any(|name| name == "codes") {
            &ids[..]
        } else {
            &[]
        };
        let study = Study::new(&sheets.coded, &sheets.human, sheets.sample.as_ref(), codes)?;
        let options = self.intervals.options(global);
        let mut found = Vec::new();
        for variable in &variables {
            found.push(self.scores(&study, variable, None, codes, options));
            if *variable != self.study.rows {
                for value in study.groups(&self.study.rows) {
                    let group = Some((self.study.rows.as_str(), value.as_str()));
                    found.push(self.scores(&study, variable, group, codes, options));
                }
            }
        }
        if let Some(path) = &self.confusion {
            write_confusion(&found, Output::create(path)?, CsvOptions::default())?.commit()?;
        }
        write_scores(&found, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
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

    fn scores(
        &self,
        study: &Study<'_>,
        variable: &str,
        group: Group<'_>,
        codes: &[&str],
        options: Bootstrap,
    ) -> Scores {
        let (comparison, posts) = match variable {
            "codes" => study.compare_codes(codes, group),
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
}
