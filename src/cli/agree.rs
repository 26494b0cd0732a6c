use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;

use super::{
    Global,
    hand::{BootstrapArgs, By, code_ids, read_sheet, variables},
    reading::spare,
};
use crate::{
    export::{CsvOptions, Output, write_agreement, write_disagreements},
    validate::{ColumnMap, Disagreement, Panel},
};

/// How far coders agree: percent, Cohen's and Fleiss' kappa, Krippendorff's alpha, Gwet's AC1, PABAK
///
/// Reads one csv file a coder with the column post_id and any of stance, codes (ids joined by `;`, or one column code.ID
/// each), account_type. Posts are joined by their id; a post or cell that a coder left out is missing. The first row of a
/// variable is the variable as a whole, the others are one category against all the rest; codes are counted each by
/// itself. What is undefined is NA, with the reason in the column note. With more than two coders Cohen's kappa is NA.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Agree {
    /// Hand codes, one csv file a coder
    #[arg(required = true, num_args = 2.., value_name = "FILES")]
    files: Vec<String>,
    /// Variables: stance, codes, account_type or any other column; without it, those of the three that all files have
    #[arg(long, value_name = "VARIABLE,..", value_delimiter = ',')]
    on: Vec<String>,
    /// Columns with other names: `post_id=COLUMN,stance=COLUMN,codes=COLUMN,user_id=COLUMN`
    #[arg(long, value_name = "FIELD=COLUMN,..")]
    map: Option<ColumnMap>,
    /// Also write the posts on which coders differ, with what each gave, for the meeting that reconciles them
    #[arg(long, value_name = "OUT")]
    disagreements: Option<PathBuf>,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    intervals: BootstrapArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi agree first.csv second.csv
  minyi agree first.csv second.csv third.csv --on stance --by account --disagreements differ.csv
  minyi agree first.csv second.csv --map post_id=编号,stance=立场";

impl Agree {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        for output in [Some(&self.output), self.disagreements.as_ref()].into_iter().flatten() {
            spare(&self.files, output)?;
        }
        let read = |file: &String| read_sheet(file, self.map.as_ref());
        let panel = Panel::new(self.files.iter().map(read).collect::<Result<_>>()?)?;
        let clusters = panel.clusters(self.intervals.by == By::Account)?;
        let codebook = global.codebook()?;
        let ids = code_ids(&codebook);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let has = |name: &str| panel.has(name) || name == "codes" && panel.has(&format!("code.{}", ids[0]));
        let options = self.intervals.options(global);
        let (mut table, mut differ) = (Vec::new(), Vec::new());
        for variable in variables(&self.on, has)? {
            if variable == "codes" {
                table.extend(panel.agree_on_codes(&ids, &clusters, options)?);
                differ.extend(panel.disagreements("codes", &joined(&panel.codes(&ids)?)));
            } else {
                table.extend(panel.agree_on_labels(&variable, &clusters, options));
                differ.extend(panel.disagreements(&variable, &panel.labels(&variable)));
            }
        }
        if let Some(path) = &self.disagreements {
            write_differences(path, &self.files, &differ)?;
        }
        write_agreement(&table, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
        if !global.quiet {
            let posts = differ.iter().map(|differ| &differ.post).collect::<BTreeSet<_>>().len();
            writeln!(
                io::stderr(),
                "{} coders, {} posts, of which {posts} differ",
                self.files.len(),
                clusters.len()
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write_differences(path: &Path, files: &[String], differ: &[Disagreement]) -> Result<()> {
    if path == Path::new("-") {
        bail!("--disagreements -: standard output has the table; give a file");
    }
    write_disagreements(files, differ, Output::create(path)?, CsvOptions::default())?.commit()?;
    Ok(())
}

/// Sets of codes as they are written in a cell; a post without a code shows `none`.
fn joined(given: &[Vec<Option<BTreeSet<String>>>]) -> Vec<Vec<Option<String>>> {
    let text = |codes: &BTreeSet<String>| match codes.is_empty() {
        true => "none".to_owned(),
        false => codes.iter().cloned().collect::<Vec<_>>().join(";"),
    };
    let row = |row: &Vec<Option<BTreeSet<String>>>| row.iter().map(|codes| codes.as_ref().map(text)).collect();
    given.iter().map(row).collect()
}
