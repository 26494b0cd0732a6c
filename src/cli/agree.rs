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
    hand::{BootstrapArgs, By, HandArgs, code_ids, read_coded, tell_uncoded, variables},
    printing::PrintArgs,
    progress::Steps,
    reading::spare,
};
use crate::{
    export::{CsvOptions, Output, print_agreement, write_agreement, write_disagreements, write_settled},
    hand::{Known, read_table},
    model::{CodeSet, Stance},
    validate::{
        CodeSheet, Coefficient, ColumnMap, Decision, Disagreement, Given, Panel, Reconciled, VariableAgreement,
    },
};

/// How far coders agree: percent, Cohen's and Fleiss' kappa, Krippendorff's alpha, Gwet's AC1, PABAK
///
/// Reads one file a coder (csv, xlsx, doccano), or an export of Label Studio that names its annotators, with post_id and any of
/// stance, codes (ids joined by `;`, or one column code.ID each), account_type. Posts are joined by their id; a post or cell that a coder
/// left out is missing. The first row of a variable is the variable as a whole, the others are one category against all the
/// rest; codes are counted each by itself. What is undefined is NA, with the reason in the column note. With more than two
/// coders Cohen's kappa is NA.
///
/// An output ending in .csv has every coefficient with its interval; .md, .tex, .html and .xlsx print the table of a paper:
/// frequency, percent, agreement and the coefficient of --coefficient.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Agree {
    /// Hand codes, one file a coder, or one that names its coders
    #[arg(required = true, value_name = "FILES")]
    files: Vec<String>,
    /// Variables: stance, codes, account_type or any other column; without it, those of the three that all files have
    #[arg(long, value_name = "VARIABLE,..", value_delimiter = ',')]
    on: Vec<String>,
    #[command(flatten)]
    hand: HandArgs,
    /// Also write the posts on which coders differ, with what each gave and room for the decision of the meeting that settles them
    #[arg(long, value_name = "OUT")]
    disagreements: Option<PathBuf>,
    /// The list of --disagreements with the columns decision and decided_by filled in
    #[arg(long, value_name = "FILE", requires = "merged")]
    reconcile: Option<String>,
    /// Write the hand codes that all agree on or the meeting decided, with who each comes from: HUMAN of `validate` and `estimate`
    #[arg(long, value_name = "OUT")]
    merged: Option<PathBuf>,
    /// Coefficient of a printed table: alpha, cohen_kappa, fleiss_kappa, ac1 or pabak
    #[arg(long, value_name = "NAME", default_value = "alpha")]
    coefficient: Coefficient,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    print: PrintArgs,
    #[command(flatten)]
    intervals: BootstrapArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi agree coder-1.xlsx coder-2.xlsx -o agreement.html --disagreements differ.csv
  minyi agree coder-1.xlsx coder-2.xlsx --reconcile differ.csv --merged human.csv
  minyi agree first.csv second.csv third.csv --on stance --by account
  minyi agree label-studio.json --map post_id=mid,stance=sentiment";

impl Agree {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        self.check_outputs()?;
        let codebook = global.codebook()?;
        let ids = code_ids(&codebook);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let panel = Panel::new(self.sheets(&ids, global.quiet)?)?;
        let clusters = panel.clusters(self.intervals.by == By::Account)?;
        let has = |name: &str| panel.has(name) || name == "codes" && panel.has_codes(&ids);
        let variables = variables(&self.on, has)?;
        let (mut parts, mut given) = (Vec::new(), Vec::new());
        for variable in &variables {
            let (ratings, values) = if variable == "codes" {
                let codes = panel.codes(&ids, self.hand.blank())?;
                (Panel::code_ratings(&ids, &codes), joined(&ids, &codes))
            } else {
                (panel.label_ratings(variable), panel.labels(variable))
            };
            parts.extend(
                ratings
                    .into_iter()
                    .map(|(category, ratings)| (variable, category, ratings)),
            );
            given.push(Given {
                variable: variable.clone(),
                values,
            });
        }
        let mut differ: Vec<Disagreement> = given
            .iter()
            .flat_map(|given| panel.disagreements(&given.variable, &given.values))
            .collect();
        let steps = Steps::new(parts.len(), global.quiet);
        let options = self.intervals.options(global);
        let table: Vec<VariableAgreement> = parts
            .into_iter()
            .map(|(variable, category, ratings)| {
                let found = VariableAgreement::new(variable, category, &ratings, &clusters, options);
                steps.done();
                found
            })
            .collect();
        steps.finish();
        let posts = differ.iter().map(|differ| &differ.post).collect::<BTreeSet<_>>().len();
        if let Some(path) = &self.merged {
            let settled = self.settle(&panel, &given, &ids)?;
            write_settled(
                &panel,
                &variables,
                &settled,
                Output::create(path)?,
                CsvOptions::default(),
            )?
            .commit()?;
            if !global.quiet {
                tell_settled(&settled)?;
            }
            differ = settled.open;
        }
        if let Some(path) = &self.disagreements {
            write_disagreements(&panel, &differ, Output::create(path)?, CsvOptions { bom: true })?.commit()?;
        }
        match self.print.layout(&self.output)? {
            None => {
                write_agreement(&table, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
            }
            Some(layout) => {
                let labels = self.print.labels(&codebook.codes())?;
                let printed = print_agreement(&table, self.coefficient, options, &labels);
                self.print.write(layout, &[printed], &self.output)?;
            }
        }
        if !global.quiet {
            let (coders, all) = (panel.coders().len(), panel.posts().len());
            writeln!(
                io::stderr(),
                "{}, {}, of which {posts} differ",
                super::counted(coders, "coder"),
                super::counted(all, "post")
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn check_outputs(&self) -> Result<()> {
        let inputs: Vec<String> = self.files.iter().chain(&self.reconcile).cloned().collect();
        for (flag, output) in [("--disagreements", &self.disagreements), ("--merged", &self.merged)] {
            let Some(output) = output else { continue };
            spare(&inputs, output)?;
            if output == Path::new("-") {
                bail!("{flag} -: standard output has the table; give a file");
            }
        }
        spare(&inputs, &self.output)
    }

    /// The sheets of all coders. Coded posts of the machine may be among them.
    fn sheets(&self, ids: &[&str], quiet: bool) -> Result<Vec<CodeSheet>> {
        let mut sheets = Vec::new();
        for file in &self.files {
            if is_coded(file) {
                let mut fields = vec!["user_id", "stance", "account_type"];
                fields.extend(self.on.iter().map(String::as_str));
                sheets.push(read_coded(file, &ColumnMap::default(), &fields, ids)?);
                continue;
            }
            let of_file = self.hand.sheets(file, ids)?;
            for sheet in &of_file {
                if !quiet {
                    tell_uncoded(sheet, ids)?;
                }
            }
            sheets.extend(of_file);
        }
        if sheets.len() < 2 {
            bail!(
                "{}: the codes of one coder; give the files of two or more",
                self.files.join(", ")
            );
        }
        Ok(sheets)
    }

    fn settle(&self, panel: &Panel, given: &[Given], ids: &[&str]) -> Result<Reconciled> {
        let (file, decisions) = match &self.reconcile {
            Some(file) => (file.as_str(), read_decisions(file)?),
            None => ("", Vec::new()),
        };
        let stances = Stance::BY_HAND.map(Stance::name);
        let valid = |variable: &str, value: &str| match variable {
            "stance" => (!stances.contains(&value)).then(|| format!("`{value}` is none of {}", stances.join(", "))),
            "codes" => {
                let wrong = value.split(';').find(|id| *id != NO_CODE && !ids.contains(id));
                wrong.map(|id| format!("`{id}` is no code of the codebook; join codes by `;`, or write {NO_CODE}"))
            }
            _ => None,
        };
        Ok(panel.reconcile(given, (file, &decisions), valid)?)
    }
}

/// What a post without a code shows.
const NO_CODE: &str = "none";

/// Whether the file is what `minyi run` and `minyi code` write: it tells by which rule it decided.
fn is_coded(path: &str) -> bool {
    crate::coded::CodedFile::open(path).is_ok_and(|file| file.columns().iter().any(|column| column == "account_rule"))
}

fn read_decisions(path: &str) -> Result<Vec<Decision>> {
    let known = Known {
        stances: &[],
        codes: &[],
    };
    let table = read_table(path, &ColumnMap::default(), known)?;
    let column = |name: &str| match table.columns.iter().position(|column| column == name) {
        Some(at) => Ok(at),
        None => bail!("{path}: no column {name}; give the list that --disagreements wrote, filled in"),
    };
    let (post, variable, value, by) = (
        column("post_id")?,
        column("variable")?,
        column("decision")?,
        column("decided_by")?,
    );
    let decision = |row: &crate::hand::Row| Decision {
        place: format!("{} {}", table.numbering, row.number),
        post: row.cells[post].clone(),
        variable: row.cells[variable].clone(),
        value: row.cells[value].clone(),
        by: row.cells[by].clone(),
    };
    Ok(table.rows.iter().map(decision).collect())
}

fn tell_settled(settled: &Reconciled) -> io::Result<()> {
    let mut out = io::stderr().lock();
    writeln!(out, "{} settled", super::counted(settled.posts.len(), "post"))?;
    if settled.open.is_empty() {
        return Ok(());
    }
    let open: BTreeSet<&str> = settled.open.iter().map(|open| open.post.as_str()).collect();
    let first: Vec<String> = settled
        .open
        .iter()
        .take(5)
        .map(|open| format!("{} of {}", open.variable, open.post))
        .collect();
    let more = if settled.open.len() > first.len() { ", .." } else { "" };
    writeln!(
        out,
        "note: not settled and left out: {}: {}{more}; settle what is open before you estimate, for posts that are hard to code are not \
         like the others",
        super::counted(open.len(), "post"),
        first.join(", ")
    )
}

/// Sets of codes as they are written in a cell.
fn joined(ids: &[&str], given: &[Vec<Option<CodeSet>>]) -> Vec<Vec<Option<String>>> {
    let text = |codes: CodeSet| match codes.is_empty() {
        true => NO_CODE.to_owned(),
        false => codes
            .iter()
            .map(|code| ids[usize::from(code.0)])
            .collect::<Vec<_>>()
            .join(";"),
    };
    let row = |row: &Vec<Option<CodeSet>>| row.iter().map(|codes| codes.map(text)).collect();
    given.iter().map(row).collect()
}
