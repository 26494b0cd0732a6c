use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, anyhow, bail};
use clap::Args;

use super::{
    Global,
    hand::{code_ids, read_sheet},
};
use crate::{
    export::{CsvOptions, OutputDir, write_rows},
    validate::{Allocation, CodeSheet, ColumnMap, Drawn, deal, draw, expected_deviations, stratum_of},
};

/// Draw a probability sample of coded posts for hand coding, one sheet a coder
///
/// Writes OUT/sample.csv, the key: each post drawn with its stratum, inclusion probability and coders; give it to `validate`
/// and `estimate` with --sample. And OUT/coder-1.csv, ..: the sheets to fill in, in an order of their own each, with the text
/// and empty columns, and without the machine's codes, stratum or account. In code columns write yes or no (1 or 0, 是 or 否).
/// Posts are drawn without replacement, in each stratum by itself; every stratum gets two posts at least.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Sample {
    /// Posts coded by the machine (csv)
    coded: String,
    /// Posts to draw
    #[arg(short, value_name = "N")]
    n: usize,
    /// Columns of CODED whose combinations are the strata
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    stratify: Vec<String>,
    /// How the posts are shared out among strata: proportional, equal or neyman (by size and expected deviation of the stance)
    #[arg(long, value_name = "RULE", default_value = "proportional")]
    allocate: Allocation,
    /// How often the machine is expected to be right about a stance, for --allocate neyman
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    accuracy: f64,
    /// Coders
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    coders: u8,
    /// Share of the posts that every coder gets, to measure agreement
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    overlap: f64,
    /// Columns of CODED with the text (see `--keep` of `minyi code`); the first that is not empty counts
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',', required = true)]
    text: Vec<String>,
    /// Seed of the draw
    #[arg(long, value_name = "N")]
    seed: u64,
    /// Folder to write
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  minyi code weibo.csv --keep 微博正文 -o coded.csv
  minyi sample coded.csv -n 400 --text 微博正文 --seed 1 -o coding
  minyi sample coded.csv -n 400 --stratify account_type,stance --allocate equal --coders 2 --text 微博正文 --seed 1 -o coding";

impl Sample {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        for (flag, share) in [("--overlap", self.overlap), ("--accuracy", self.accuracy)] {
            if !(0.0..=1.0).contains(&share) {
                bail!("{flag} {share}: a share between 0 and 1");
            }
        }
        let sheet = read_sheet(&self.coded, Some(&ColumnMap::default()))?;
        for (flag, columns) in [("--stratify", &self.stratify), ("--text", &self.text)] {
            if let Some(missing) = columns.iter().find(|column| !sheet.has(column)) {
                bail!(
                    "{flag} {missing}: no such column in {}; it has {}",
                    self.coded,
                    sheet.columns().join(", ")
                );
            }
        }
        let posts: Vec<&str> = sheet.posts().collect();
        let strata: Vec<String> = posts
            .iter()
            .map(|post| stratum_of(&sheet, post, &self.stratify))
            .collect();
        let deviations = self.deviations(&sheet, &posts, &strata)?;
        let drawn = draw(&strata, self.n, self.allocate, &deviations, self.seed)
            .map_err(|why| anyhow!("{}: -n {}: {why}", self.coded, self.n))?;
        let dealt = deal(drawn.len(), usize::from(self.coders), self.overlap, self.seed);
        let ids = code_ids(&global.codebook()?);
        let mut folder = OutputDir::create(&self.output)?;
        let columns: Vec<String> = ["post_id", "text", "stance"]
            .map(str::to_owned)
            .into_iter()
            .chain(ids.iter().map(|id| format!("code.{id}")))
            .chain(["comment".to_owned()])
            .collect();
        for (number, numbers) in (1..).zip(&dealt) {
            let rows = numbers
                .iter()
                .map(|&at| self.row(&sheet, posts[drawn[at].post], columns.len()));
            let out = folder.output(&format!("coder-{number}.csv"))?;
            let header = columns.iter().map(String::as_str);
            // Coders open their sheet in a spreadsheet.
            folder.keep(write_rows(header, rows, out, CsvOptions { bom: true })?)?;
        }
        let header = ["post_id", "user_id", "stratum", "inclusion_probability", "coders"];
        let key = drawn
            .iter()
            .enumerate()
            .map(|(at, one)| key_row(&sheet, &posts, &strata, &dealt, at, one));
        let out = folder.output("sample.csv")?;
        folder.keep(write_rows(header, key, out, CsvOptions::default())?)?;
        folder.commit()?;
        if !global.quiet {
            let sheets: Vec<String> = dealt.iter().map(|posts| posts.len().to_string()).collect();
            let (sheets, out) = (sheets.join(", "), self.output.display());
            writeln!(
                io::stderr(),
                "{} of {} posts drawn; {sheets} for each coder; {out}",
                drawn.len(),
                posts.len()
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn deviations(&self, sheet: &CodeSheet, posts: &[&str], strata: &[String]) -> Result<BTreeMap<String, f64>> {
        if self.allocate != Allocation::Neyman {
            return Ok(BTreeMap::new());
        }
        if !sheet.has("stance") {
            bail!("--allocate neyman: {} has no column stance", self.coded);
        }
        let stances: Vec<String> = posts
            .iter()
            .map(|post| sheet.cell(post, "stance").unwrap_or_default().to_owned())
            .collect();
        Ok(expected_deviations(strata, &stances, self.accuracy))
    }

    /// A post in a coder's sheet: id and text, the rest for the coder to fill in.
    fn row(&self, sheet: &CodeSheet, post: &str, columns: usize) -> Vec<String> {
        let text = self
            .text
            .iter()
            .find_map(|column| sheet.cell(post, column))
            .unwrap_or_default();
        let mut row = vec![post.to_owned(), text.to_owned()];
        row.resize(columns, String::new());
        row
    }
}

fn key_row(
    sheet: &CodeSheet,
    posts: &[&str],
    strata: &[String],
    dealt: &[Vec<usize>],
    at: usize,
    one: &Drawn,
) -> Vec<String> {
    let coders = (1..)
        .zip(dealt)
        .filter(|(_, posts)| posts.contains(&at))
        .map(|(number, _): (u32, _)| number.to_string());
    vec![
        posts[one.post].to_owned(),
        sheet.cell(posts[one.post], "user_id").unwrap_or_default().to_owned(),
        strata[one.post].clone(),
        format!("{:.9}", one.inclusion_probability),
        coders.collect::<Vec<_>>().join(";"),
    ]
}
