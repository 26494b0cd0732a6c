//! What `agree`, `validate`, `sample` and `estimate` share: sheets of codes, and how intervals are made.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::Global;
use crate::{
    codebook::Codebook,
    ingest::read_text,
    model::Stance,
    validate::{Bootstrap, CodeSheet, ColumnMap, Study},
};

/// What is drawn again in the bootstrap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    /// Posts, as if they were independent
    #[default]
    Post,
    /// Accounts, each with all its posts (column user_id)
    Account,
}

/// Flags of the bootstrap.
#[derive(Debug, Args)]
pub(super) struct BootstrapArgs {
    /// What to resample for the intervals
    #[arg(long, value_enum, default_value_t, help_heading = "Intervals")]
    pub(super) by: By,
    /// Resamples for each interval
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(100..), help_heading = "Intervals")]
    bootstrap: u32,
    /// Seed of the resamples
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Intervals")]
    seed: u64,
}

impl BootstrapArgs {
    pub(super) fn options(&self, global: &Global) -> Bootstrap {
        Bootstrap {
            replicates: self.bootstrap,
            seed: self.seed,
            threads: global.jobs,
            ..Bootstrap::default()
        }
    }
}

/// The machine's and the human's sheet.
#[derive(Debug, Args)]
pub(super) struct StudyArgs {
    /// Posts coded by the machine: coded.csv of `minyi run`, or any csv with a column post_id
    pub(super) coded: String,
    /// Posts coded by a person: csv with post_id and any of stance, codes, account_type
    pub(super) human: String,
    /// The sample.csv that `minyi sample` drew the posts with: their inclusion probabilities and strata
    ///
    /// Posts of HUMAN that it does not have are left aside. Not needed where HUMAN has the columns inclusion_probability and stratum
    /// itself. Without either, every post counts alike.
    #[arg(long, value_name = "FILE")]
    pub(super) sample: Option<String>,
    /// Columns of HUMAN with other names: `post_id=COLUMN,stance=COLUMN,codes=COLUMN`
    #[arg(long, value_name = "FIELD=COLUMN,..")]
    map: Option<ColumnMap>,
    /// Columns of CODED with other names, e.g. of another machine's labels: `stance=bert_label`
    #[arg(long, value_name = "FIELD=COLUMN,..")]
    map_coded: Option<ColumnMap>,
    /// Column of CODED that makes the groups
    #[arg(long, value_name = "COLUMN", default_value = "account_type")]
    pub(super) rows: String,
}

/// The sheets read.
pub(super) struct Sheets {
    pub(super) coded: CodeSheet,
    pub(super) human: CodeSheet,
    pub(super) sample: Option<CodeSheet>,
}

impl StudyArgs {
    pub(super) fn files(&self) -> Vec<String> {
        [&self.coded, &self.human]
            .into_iter()
            .chain(&self.sample)
            .cloned()
            .collect()
    }

    pub(super) fn read(&self) -> Result<Sheets> {
        let coded = read_sheet(&self.coded, self.map_coded.as_ref())?;
        if !coded.has(&self.rows) && self.rows != "account_type" {
            bail!("--rows {}: no such column in {}", self.rows, self.coded);
        }
        Ok(Sheets {
            coded,
            human: read_sheet(&self.human, self.map.as_ref())?,
            sample: self.sample.as_ref().map(|path| read_sheet(path, None)).transpose()?,
        })
    }
}

/// `100 hand-coded posts`, and how many were left aside.
pub(super) fn coded_by_hand(study: &Study<'_>) -> String {
    let aside = match study.outside() {
        0 => String::new(),
        outside => format!(" ({outside} more are not in the sample and were left aside)"),
    };
    format!("{} hand-coded posts{aside}", study.matched())
}

impl Sheets {
    /// Variables asked for, or those of stance, codes and account_type that both sheets have.
    pub(super) fn variables(&self, asked: &[String], ids: &[&str]) -> Result<Vec<String>> {
        let has = |sheet: &CodeSheet, name: &str| {
            sheet.has(name) || name == "codes" && sheet.has(&format!("code.{}", ids[0]))
        };
        variables(asked, |name| has(&self.coded, name) && has(&self.human, name))
    }
}

/// Reads a sheet of codes and checks the stances in it.
pub(super) fn read_sheet(path: &str, map: Option<&ColumnMap>) -> Result<CodeSheet> {
    let (text, _) = read_text(path)?;
    let sheet = CodeSheet::parse(path, &text, map.unwrap_or(&ColumnMap::default()))?;
    if sheet.is_empty() {
        bail!("{path}: no row below the header");
    }
    sheet.check_labels("stance", &Stance::ALL.map(Stance::name))?;
    Ok(sheet)
}

/// Ids of the codebook's codes.
pub(super) fn code_ids(codebook: &Codebook) -> Vec<String> {
    codebook.codes().iter().map(|code| code.id.to_string()).collect()
}

/// Variables asked for, or all of stance, codes and account_type that `has` holds of.
pub(super) fn variables(asked: &[String], has: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    if !asked.is_empty() {
        return match asked.iter().find(|name| !has(name)) {
            Some(missing) => {
                bail!("--on {missing}: not every file has such a column; name it with --map {missing}=COLUMN")
            }
            None => Ok(asked.to_vec()),
        };
    }
    let usual = ["stance", "codes", "account_type"].into_iter().filter(|name| has(name));
    let found: Vec<String> = usual.map(str::to_owned).collect();
    if found.is_empty() {
        bail!("the files share none of the columns stance, codes, account_type; name one with --on COLUMN");
    }
    Ok(found)
}
