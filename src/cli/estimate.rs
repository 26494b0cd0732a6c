mod shares;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;

use super::{
    Global,
    hand::{StudyArgs, code_ids, coded_by_hand},
    printing::{Layout, PrintArgs},
    reading::{account_rules, spare},
};
use crate::{
    export::{CsvOptions, DslLabel, Output, print_shares, write_differences, write_dsl, write_shares},
    tabulate::Level,
    validate::{ShareBase, Strata, Study},
};
use shares::{Estimation, Plan};

/// Shares corrected for the machine's errors by a hand-coded sample, beside the uncorrected ones
///
/// For each stance or code, over all posts and in each group of --rows, three estimates: `naive` counts the machine's codes
/// (Wilson's interval, which knows nothing of their errors), `hand` uses the hand codes alone, `corrected` both: DSL (Egami et
/// al. 2023) with the power tuning of PPI++ (Angelopoulos et al. 2023). Hand codes must be those of a probability sample of
/// CODED (`minyi sample`). Standard errors allow for posts of one account (column user_id) being alike. lambda is the weight
/// given to the machine. The machine may be any: an LLM's or a classifier's labels in a column of CODED will do.
///
/// The ending of OUT decides the format: .csv (every share, one a row), .md, .tex, .html, .xlsx (the three side by side, as
/// printed). Differences between the groups, with tests, go to OUT.tests.csv beside it; p_holm is corrected for the number of
/// tests of one way of estimating on one base.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Estimate {
    #[command(flatten)]
    study: StudyArgs,
    /// Variable whose shares are estimated: stance, codes or any column of both files
    #[arg(long, visible_alias = "on", value_name = "VARIABLE", default_value = "stance")]
    cols: String,
    /// Confidence level
    #[arg(long, value_name = "PERCENT", default_value = "95", value_parser = super::reading::level)]
    level: Level,
    /// Also write every post with hand code (NA where there is none), machine code and sampling probability, for dsl() of R
    #[arg(long, value_name = "OUT")]
    dsl: Option<PathBuf>,
    /// Columns of CODED to write as covariates with --dsl, beside --rows
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',', requires = "dsl")]
    covariates: Vec<String>,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    print: PrintArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi estimate results/coded.csv hand.csv --sample coding/sample.csv -o shares.csv
  minyi estimate results/coded.csv hand.csv --sample coding/sample.csv --cols codes -o shares.xlsx
  minyi estimate results/coded.csv hand.csv --sample coding/sample.csv -o shares.csv --dsl for-r.csv
  minyi estimate llm.csv hand.csv --map-coded stance=llm_label --rows region";

impl Estimate {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let inputs = self.study.files();
        spare(&inputs, &self.output)?;
        if let Some(dsl) = &self.dsl {
            spare(&inputs, dsl)?;
            if dsl == Path::new("-") {
                bail!("--dsl -: standard output has the shares; give a file");
            }
        }
        let layout = self.print.layout(&self.output)?;
        let codebook = global.codebook()?;
        let ids = code_ids(&codebook);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut fields: Vec<&str> = self.covariates.iter().map(String::as_str).collect();
        fields.push(&self.cols);
        let sheets = self.study.read(&ids, &fields, global.quiet)?;
        if !sheets.coded.has(&self.study.rows) && sheets.human.has(&self.study.rows) {
            bail!(
                "--rows {}: {} alone has this column; the groups of posts that nobody coded are not known",
                self.study.rows,
                self.study.human
            );
        }
        sheets.variables(std::slice::from_ref(&self.cols), &ids)?;
        let codes = if self.cols == "codes" { &ids[..] } else { &[] };
        let blank = self.study.hand.blank();
        let study = Study::new(&sheets.coded, &sheets.human, sheets.sample.as_ref(), codes, blank)?;
        let (rules, _) = account_rules(None)?;
        let plan = Plan {
            rows: &self.study.rows,
            order: rules.types(),
            cols: &self.cols,
            with_stance: sheets.coded.has("stance") && sheets.human.has("stance"),
            ids: &ids,
            level: self.level,
        };
        let found = plan.run(&study, global);
        self.write(&plan, &found, layout, &codebook.codes())?;
        if let Some(path) = &self.dsl {
            self.write_dsl(&study, &plan, path)?;
        }
        if !global.quiet {
            self.tell(&study, sheets.coded.len())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn write(
        &self,
        plan: &Plan<'_>,
        found: &Estimation,
        layout: Option<Layout>,
        codes: &[crate::model::Code],
    ) -> Result<()> {
        let csv = CsvOptions::default();
        match layout {
            None => {
                write_shares(&found.shares, Output::create(&self.output)?, csv)?.commit()?;
            }
            Some(layout) => {
                let labels = self.print.labels(codes)?;
                // Of the shares of all posts and those of posts with a stance a paper prints the second.
                let base = if plan.with_stance {
                    ShareBase::WithStance
                } else {
                    ShareBase::AllPosts
                };
                let base = found
                    .shares
                    .iter()
                    .map(|share| share.base_name)
                    .find(|name| *name == base.name());
                let base = base.unwrap_or(ShareBase::AllPosts.name());
                let table = print_shares(&found.shares, (plan.rows, plan.cols), base, plan.level, &labels);
                self.print.write(layout, &[table], &self.output)?;
            }
        }
        if self.output != Path::new("-") {
            let mut tests = self.output.as_os_str().to_owned();
            tests.push(".tests.csv");
            write_differences(&found.differences, Output::create(Path::new(&tests))?, csv)?.commit()?;
        }
        Ok(())
    }

    fn write_dsl(&self, study: &Study<'_>, plan: &Plan<'_>, path: &Path) -> Result<()> {
        let labels = plan.labels_of_base(study);
        let columns: Vec<DslLabel<'_>> = labels
            .iter()
            .map(|share| {
                Ok(DslLabel {
                    label: share.label.to_owned(),
                    posts: study.every_post(*share)?,
                })
            })
            .collect::<Result<_>>()?;
        let mut covariates = vec![self.study.rows.clone()];
        covariates.extend(self.covariates.iter().filter(|name| **name != self.study.rows).cloned());
        let cell = |row: usize, name: &str| study.coded_cell(row, name).map(str::to_owned);
        write_dsl(
            &columns,
            &covariates,
            cell,
            Output::create(path)?,
            CsvOptions::default(),
        )?
        .commit()?;
        Ok(())
    }

    fn tell(&self, study: &Study<'_>, posts: usize) -> io::Result<()> {
        let mut out = io::stderr().lock();
        writeln!(out, "{} of {posts}", coded_by_hand(study))?;
        match study.strata() {
            Strata::None => Ok(()),
            Strata::Known(columns) => writeln!(out, "drawn by strata of {}", columns.join(", ")),
            Strata::Changed => writeln!(
                out,
                "note: the strata of the sample are not those of {} any more; the shares stay right, their intervals are wider than they \
                 need be",
                self.study.coded
            ),
        }
    }
}
