use std::{io::Write, path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::Args;

use super::Global;
use crate::{
    export::{CsvOptions, Output, write_rows},
    tabulate::Level,
    validate::{deff, half_width, kappa_half_width, posts_for, posts_for_kappa},
};

/// How many posts to code by hand: for intervals of shares, and for the agreement of two coders
///
/// Writes two lists as csv. For each share, how many posts give an interval so wide on either side (Wilson's). For each
/// prevalence of a code, how many posts both coders must code for an interval of kappa so wide (Donner and Eliasziw 1992). And
/// what the numbers of --n give. Corrected shares (`minyi estimate`) need fewer posts, the better the machine; plan without it.
///
/// Posts of one account are alike: with --per-account posts coded of each account whose codes correlate by --correlation, the
/// number is that of independent posts times 1 + (posts - 1) * correlation.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SampleSize {
    /// Shares expected
    #[arg(long, value_name = "SHARE,..", value_delimiter = ',', default_value = "0.1,0.3,0.5")]
    share: Vec<f64>,
    /// Width wanted on either side of a share
    #[arg(long, value_name = "WIDTH,..", value_delimiter = ',', default_value = "0.03,0.05")]
    width: Vec<f64>,
    /// Kappa expected
    #[arg(long, value_name = "KAPPA", default_value_t = 0.7)]
    kappa: f64,
    /// Shares of posts with the code, for kappa
    #[arg(long, value_name = "SHARE,..", value_delimiter = ',', default_value = "0.1,0.3,0.5")]
    prevalence: Vec<f64>,
    /// Width wanted on either side of kappa
    #[arg(long, value_name = "WIDTH,..", value_delimiter = ',', default_value = "0.1,0.15")]
    kappa_width: Vec<f64>,
    /// Numbers of posts whose widths to tell, too
    #[arg(long, value_name = "N,..", value_delimiter = ',')]
    n: Vec<u64>,
    /// Posts of the corpus, where it is small
    #[arg(long, value_name = "N")]
    posts: Option<u64>,
    /// Posts coded of each account, on average
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    per_account: f64,
    /// Correlation of the codes of one account's posts
    #[arg(long, value_name = "R", default_value_t = 0.3)]
    correlation: f64,
    /// Confidence level
    #[arg(long, value_name = "PERCENT", default_value = "95", value_parser = super::reading::level)]
    level: Level,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  minyi sample-size
  minyi sample-size --share 0.25 --width 0.04 --per-account 3 --correlation 0.4
  minyi sample-size --n 200,400 --kappa 0.8 --prevalence 0.05";

impl SampleSize {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let level = self.level;
        for (flag, values, least) in [
            ("--share", &self.share, 0.0),
            ("--prevalence", &self.prevalence, f64::MIN_POSITIVE),
            ("--width", &self.width, f64::MIN_POSITIVE),
            ("--kappa-width", &self.kappa_width, f64::MIN_POSITIVE),
        ] {
            if let Some(wrong) = values.iter().find(|value| !(least..1.0).contains(*value)) {
                bail!("{flag} {wrong}: a number between 0 and 1");
            }
        }
        if !(self.kappa > 0.0 && self.kappa < 1.0) {
            bail!("--kappa {}: a number between 0 and 1", self.kappa);
        }
        if self.per_account < 1.0 || !(0.0..=1.0).contains(&self.correlation) {
            bail!("--per-account is at least 1, --correlation between 0 and 1");
        }
        let effect = deff(self.per_account, self.correlation);
        let mut rows = self.of_shares(effect, level);
        rows.extend(self.of_kappa(level));
        let header = ["what", "expected", "prevalence", "width", "posts"];
        write_rows(header, rows, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
        if !global.quiet && effect > 1.0 {
            writeln!(
                std::io::stderr(),
                "design effect {effect:.2}; kappa is of the posts that two coders both code"
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn of_shares(&self, effect: f64, level: Level) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for &share in &self.share {
            for &width in &self.width {
                let posts = posts_for(share, width, effect, self.posts, level);
                rows.push(row("share", (share, None), Some(width), posts));
            }
            for &n in &self.n {
                let width = half_width(share, n, effect, self.posts, level);
                rows.push(row("share", (share, None), width, Some(n)));
            }
        }
        rows
    }

    fn of_kappa(&self, level: Level) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for &prevalence in &self.prevalence {
            let expected = (self.kappa, Some(prevalence));
            for &width in &self.kappa_width {
                let posts = posts_for_kappa(self.kappa, prevalence, width, level);
                rows.push(row("kappa", expected, Some(width), posts));
            }
            for &n in &self.n {
                let width = kappa_half_width(self.kappa, prevalence, n, level);
                rows.push(row("kappa", expected, width, Some(n)));
            }
        }
        rows
    }
}

fn row(what: &str, (expected, prevalence): (f64, Option<f64>), width: Option<f64>, posts: Option<u64>) -> Vec<String> {
    let or_not = |text: Option<String>| text.unwrap_or_else(|| "NA".to_owned());
    vec![
        what.to_owned(),
        expected.to_string(),
        prevalence.map_or_else(String::new, |prevalence| prevalence.to_string()),
        or_not(width.map(|width| format!("{width:.4}"))),
        or_not(posts.map(|posts| posts.to_string())),
    ]
}
