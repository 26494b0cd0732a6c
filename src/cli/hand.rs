//! What `agree`, `validate`, `sample` and `estimate` share: sheets of codes, and how intervals are made.

use std::{
    io::{self, Write},
    path::Path,
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::Global;
use crate::{
    codebook::Codebook,
    coded::{CodedFile, Wanted},
    hand::{Known, read_sheets},
    model::Stance,
    validate::{self, Bootstrap, CodeSheet, ColumnMap, SheetBuilder, Study, strata_columns},
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

/// What an empty code cell of a row that has been begun means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Blank {
    /// A fault, told cell by cell
    #[default]
    Refuse,
    /// The code is not given
    No,
    /// The post's codes are not known
    Missing,
}

impl From<Blank> for validate::Blank {
    fn from(blank: Blank) -> Self {
        match blank {
            Blank::Refuse => validate::Blank::Refuse,
            Blank::No => validate::Blank::No,
            Blank::Missing => validate::Blank::Missing,
        }
    }
}

/// How hand codes are read.
#[derive(Debug, Args)]
pub(super) struct HandArgs {
    /// Columns of hand codes with other names: `post_id=COLUMN,stance=COLUMN,codes=COLUMN,user_id=COLUMN`
    #[arg(long, value_name = "FIELD=COLUMN,..")]
    map: Option<ColumnMap>,
    /// What an empty cell means where the rest of the row is filled in
    #[arg(long, value_enum, default_value_t)]
    blank: Blank,
}

impl HandArgs {
    pub(super) fn blank(&self) -> validate::Blank {
        self.blank.into()
    }

    pub(super) fn map(&self) -> ColumnMap {
        self.map.clone().unwrap_or_default()
    }

    /// The sheets of a file of hand codes, one a coder, with their labels checked.
    pub(super) fn sheets(&self, path: &str, ids: &[&str]) -> Result<Vec<CodeSheet>> {
        let stances = Stance::BY_HAND.map(Stance::name);
        let known = Known {
            stances: &stances,
            codes: ids,
        };
        let sheets = read_sheets(path, &self.map(), known)?;
        for sheet in &sheets {
            sheet.check_labels("stance", &stances)?;
            if self.blank == Blank::Refuse {
                sheet.check_complete(ids)?;
            }
        }
        Ok(sheets)
    }
}

/// Says how many rows of a sheet have not been coded, and the first of them.
pub(super) fn tell_uncoded(sheet: &CodeSheet, ids: &[&str]) -> io::Result<()> {
    let rows = sheet.uncoded(ids);
    if rows.is_empty() || rows.len() == sheet.len() {
        return Ok(());
    }
    let first: Vec<String> = rows.iter().take(5).map(|&row| sheet.place(row)).collect();
    let more = if rows.len() > first.len() { ", .." } else { "" };
    writeln!(
        io::stderr(),
        "note: {}: not coded: {} of {} ({}{more})",
        sheet.name,
        rows.len(),
        super::counted(sheet.len(), "post"),
        first.join(", ")
    )
}

/// The machine's and the human's sheet.
#[derive(Debug, Args)]
pub(super) struct StudyArgs {
    /// Posts coded by the machine: coded.csv or coded.parquet of `minyi run`, or any table with a column post_id
    pub(super) coded: String,
    /// Posts coded by a person: a sheet of `minyi sample` filled in (csv, xlsx), an export of Label Studio (JSON, JSON-MIN, CSV) or
    /// doccano (JSONL, CSV), or any table with post_id and any of stance, codes, account_type
    pub(super) human: String,
    /// The sample.csv that `minyi sample` drew the posts with: their inclusion probabilities and strata
    ///
    /// Posts of HUMAN that it does not have are left aside. Not needed where HUMAN has the columns inclusion_probability and stratum
    /// itself. Without either, every post counts alike.
    #[arg(long, value_name = "FILE")]
    pub(super) sample: Option<String>,
    #[command(flatten)]
    pub(super) hand: HandArgs,
    /// Columns of CODED with other names, e.g. of another machine's labels: `stance=bert_label`
    #[arg(long, value_name = "FIELD=COLUMN,..")]
    map_coded: Option<ColumnMap>,
    /// Column that makes the groups: of CODED; `validate` also takes one that HUMAN alone has, e.g. a difficulty
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

    /// Reads the sheets; of the coded posts only the columns that are needed: these `fields`, those of the codes, of the groups and of
    /// the strata.
    pub(super) fn read(&self, ids: &[&str], fields: &[&str], quiet: bool) -> Result<Sheets> {
        let mut human = self.hand.sheets(&self.human, ids)?;
        if human.len() > 1 {
            let names: Vec<&str> = human.iter().map(|sheet| sheet.name.as_str()).collect();
            bail!(
                "{}: codes of {} coders ({}); settle them first: `minyi agree {} --reconcile DECISIONS --merged human.csv`",
                self.human,
                human.len(),
                names.join("; "),
                self.human
            );
        }
        let human = human.remove(0);
        if !quiet {
            tell_uncoded(&human, ids)?;
        }
        let sample = match &self.sample {
            Some(path) => Some(read_sample(path)?),
            None => None,
        };
        let strata = strata_columns(sample.as_ref().unwrap_or(&human));
        let mut wanted: Vec<&str> = ["user_id", "stance", "account_type", &self.rows].to_vec();
        wanted.extend(fields);
        wanted.extend(strata.iter().map(String::as_str));
        let map = self.map_coded.clone().unwrap_or_default();
        let coded = read_coded(&self.coded, &map, &wanted, ids)?;
        if !coded.has(&self.rows) && !human.has(&self.rows) && self.rows != "account_type" {
            bail!(
                "--rows {}: no such column in {} or {}",
                self.rows,
                self.coded,
                self.human
            );
        }
        Ok(Sheets { coded, human, sample })
    }
}

/// The key of a sample.
fn read_sample(path: &str) -> Result<CodeSheet> {
    let known = Known {
        stances: &[],
        codes: &[],
    };
    let mut sheets = read_sheets(path, &ColumnMap::default(), known)?;
    Ok(sheets.remove(0))
}

/// `100 hand-coded posts`, and how many were left aside.
pub(super) fn coded_by_hand(study: &Study<'_>) -> String {
    let aside = match study.outside() {
        0 => String::new(),
        outside => format!(" ({outside} more are not in the sample and were left aside)"),
    };
    let open = match study.uncoded() {
        0 => String::new(),
        open => format!(" ({open} of the sample are not coded and taken as missing at random within their stratum)"),
    };
    format!("{}{aside}{open}", super::counted(study.matched(), "hand-coded post"))
}

impl Sheets {
    /// Variables asked for, or those of stance, codes and account_type that both sheets have.
    pub(super) fn variables(&self, asked: &[String], ids: &[&str]) -> Result<Vec<String>> {
        let has = |sheet: &CodeSheet, name: &str| sheet.has(name) || name == "codes" && sheet.has_codes(ids);
        variables(asked, |name| has(&self.coded, name) && has(&self.human, name))
    }
}

/// Reads coded posts, streaming: their ids and, as far as they are there, the fields named and the codes.
pub(super) fn read_coded(path: &str, map: &ColumnMap, fields: &[&str], ids: &[&str]) -> Result<CodeSheet> {
    let ending = Path::new(path)
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let streamed = match ending.as_str() {
        "csv" | "jsonl" | "ndjson" | "parquet" => Some(CodedFile::open(path)?),
        _ => None,
    };
    let has_id = |file: &CodedFile| file.columns().iter().any(|column| column == map.column("post_id"));
    let sheet = match streamed.filter(has_id) {
        Some(file) => stream(&file, map, fields, ids)?,
        // Another delimiter, a workbook: read as a sheet of codes is.
        None => {
            let known = Known {
                stances: &[],
                codes: &[],
            };
            read_sheets(path, map, known)?.remove(0)
        }
    };
    if sheet.is_empty() {
        bail!("{path}: no row below the header");
    }
    sheet.check_labels("stance", &Stance::ALL.map(Stance::name))?;
    Ok(sheet)
}

fn stream(file: &CodedFile, map: &ColumnMap, fields: &[&str], ids: &[&str]) -> Result<CodeSheet> {
    let joined = file.columns().iter().any(|column| column == map.column("codes"));
    let codes: Vec<String> = match joined {
        true => vec!["codes".to_owned()],
        false => ids.iter().map(|id| format!("code.{id}")).collect(),
    };
    let wanted_fields = ["post_id"].into_iter().chain(fields.iter().copied());
    let mut columns: Vec<String> = Vec::new();
    for field in wanted_fields.chain(codes.iter().map(String::as_str)) {
        let column = map.column(field).to_owned();
        if file.columns().contains(&column) && !columns.contains(&column) {
            columns.push(column);
        }
    }
    let mut wanted = Wanted::of(file);
    for column in &columns {
        wanted.column(column)?;
    }
    let mut sheet = SheetBuilder::new(file.path(), "record", &columns, &map.only(&columns, file.columns()))?;
    let mut number = 1;
    file.read(&wanted, |cells| {
        sheet.row(number, cells.iter().map(String::as_str));
        number += 1;
        Ok(())
    })?;
    Ok(sheet.finish()?)
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
