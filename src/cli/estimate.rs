use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;

use super::{
    Global,
    hand::{StudyArgs, code_ids, coded_by_hand},
    reading::spare,
};
use crate::{
    export::{CsvOptions, Output, ShareRow, write_shares},
    model::Stance,
    tabulate::{Level, wilson},
    validate::{self, Bounds, Group, ShareBase, Strata, Study},
};

/// Shares corrected for the machine's errors by a hand-coded sample, beside the uncorrected ones
///
/// For each stance or code, over all posts and in each group of --rows, three estimates: `naive` counts the machine's codes
/// (Wilson's interval, which knows nothing of their errors), `hand` uses the hand codes alone, `corrected` both: DSL (Egami et
/// al. 2023) with the power tuning of PPI++ (Angelopoulos et al. 2023). Hand codes must be those of a probability sample of
/// CODED (`minyi sample`). Standard errors allow for posts of one account (column user_id) being alike. lambda is the weight
/// given to the machine. The machine may be any: an LLM's or a classifier's labels in a column of CODED will do.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Estimate {
    #[command(flatten)]
    study: StudyArgs,
    /// Variable whose shares are estimated: stance, codes or any column of both files
    #[arg(long, visible_alias = "on", value_name = "VARIABLE", default_value = "stance")]
    cols: String,
    /// Confidence level
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95)]
    level: f64,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  minyi estimate results/coded.csv hand.csv --sample coding/sample.csv
  minyi estimate results/coded.csv hand.csv --sample coding/sample.csv --cols codes -o shares.csv
  minyi estimate llm.csv hand.csv --map-coded stance=llm_label --rows region";

impl Estimate {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        spare(&self.study.files(), &self.output)?;
        let Some(level) = Level::new(self.level) else {
            bail!("--level {}: a number between 0 and 1, e.g. 0.95", self.level);
        };
        let sheets = self.study.read()?;
        let codebook = global.codebook()?;
        let ids = code_ids(&codebook);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        sheets.variables(std::slice::from_ref(&self.cols), &ids)?;
        let codes = if self.cols == "codes" { &ids[..] } else { &[] };
        let study = Study::new(&sheets.coded, &sheets.human, sheets.sample.as_ref(), codes)?;
        let with_stance = sheets.coded.has("stance") && sheets.human.has("stance");
        let shares = self.shares(&study, &ids, with_stance);
        let mut table = Vec::new();
        for group in std::iter::once(None).chain(study.groups(&self.study.rows).into_iter().map(Some)) {
            let group = group.as_deref().map(|value| (self.study.rows.as_str(), value));
            for (label, base) in &shares {
                table.extend(self.rows(&study, label, *base, group, level));
            }
        }
        write_shares(&table, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
        if !global.quiet {
            let mut out = io::stderr().lock();
            writeln!(out, "{} of {}", coded_by_hand(&study), sheets.coded.len())?;
            match study.strata() {
                Strata::None => {}
                Strata::Known(columns) => writeln!(out, "drawn by strata of {}", columns.join(", "))?,
                Strata::Changed => writeln!(
                    out,
                    "note: the strata of the sample are not those of {} any more, or not all of it is coded; \
                     the shares stay right, their intervals are wider than they need be",
                    self.study.coded
                )?,
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Each share to estimate: the category and its base.
    fn shares(&self, study: &Study<'_>, ids: &[&str], with_stance: bool) -> Vec<(String, ShareBase)> {
        let base = if with_stance {
            ShareBase::WithStance
        } else {
            ShareBase::AllPosts
        };
        match self.cols.as_str() {
            "stance" => {
                let all = Stance::BY_HAND.map(|stance| (stance.name().to_owned(), ShareBase::AllPosts));
                let with = Stance::ON_TOPIC.map(|stance| (stance.name().to_owned(), ShareBase::WithStance));
                all.into_iter().chain(with).collect()
            }
            "codes" => ids.iter().map(|id| ((*id).to_owned(), base)).collect(),
            column => study
                .labels(column)
                .into_iter()
                .map(|label| (label, ShareBase::AllPosts))
                .collect(),
        }
    }

    fn rows(&self, study: &Study<'_>, label: &str, base: ShareBase, group: Group<'_>, level: Level) -> [ShareRow; 3] {
        let (frame, coded) = study.share(&self.cols, label, base, group);
        let sum = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() as u64;
        let by_machine = sum(&mut frame.machine.iter().map(|part| part.counted));
        let machine_base = sum(&mut frame.machine.iter().map(|part| part.base));
        let by_hand = sum(&mut coded.iter().map(|one| one.human.counted));
        let hand_base = sum(&mut coded.iter().map(|one| one.human.base));
        let naive = wilson(by_machine, machine_base, level).map(|interval| {
            let share = by_machine as f64 / machine_base as f64;
            validate::Estimate {
                share,
                standard_error: (share * (1.0 - share) / machine_base as f64).sqrt(),
                bounds: Bounds {
                    low: interval.low,
                    high: interval.high,
                },
                lambda: 1.0,
                clipped: false,
            }
        });
        let found = validate::estimate(&frame, &coded, level).map_err(|why| why.to_string());
        let table = match group {
            None => self.cols.clone(),
            Some((column, _)) => format!("{column}_by_{}", self.cols),
        };
        let row = |method, n, base_posts, estimate: Result<validate::Estimate, String>, ci_method| ShareRow {
            table: table.clone(),
            row: group.map_or("all", |(_, value)| value).to_owned(),
            col: label.to_owned(),
            method,
            n,
            base: base_posts,
            base_name: base.name(),
            note: match &estimate {
                Ok(estimate) if estimate.clipped => {
                    "the estimate fell outside 0 to 1 and was set to the nearer end".to_owned()
                }
                _ => String::new(),
            },
            estimate,
            ci_method,
        };
        let naive = naive.ok_or_else(|| "no post in the base by the machine".to_owned());
        let clustered = "wilson on effective n, cluster-robust";
        [
            row("naive", by_machine, machine_base, naive, "wilson"),
            row(
                "hand",
                by_hand,
                hand_base,
                found.clone().map(|found| found.hand),
                clustered,
            ),
            row(
                "corrected",
                hand_base,
                frame.machine.len() as u64,
                found.map(|found| found.corrected),
                clustered,
            ),
        ]
    }
}
