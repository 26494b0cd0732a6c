//! What `agree`, `validate`, `sample` and `estimate` share: sheets of codes, and how intervals are made.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::Global;
use crate::{
    codebook::Codebook,
    ingest::read_text,
    model::Stance,
    validate::{Bootstrap, CodeSheet, ColumnMap},
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
