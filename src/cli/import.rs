use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};

use super::{Global, reading::spare};
use crate::{
    codebook::{Imported, ListForm, categories, read_list},
    export::{CsvOptions, Output, write_polarity_list},
    ingest::read_text,
};

/// Read a word list of your own (DUTIR, HowNet, NTUSD, BosonNLP, LIWC, ..), lint it, write it as a polarity list
///
/// Published lists may not be redistributed, so minyi bundles none; it reads your copy. Says how many entries can fire and
/// what is wrong with the others: a space at an end, doubles, words on both sides. Use the result with `--sentiment`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Import {
    /// The list: text in any encoding
    file: String,
    /// Form of the list
    #[arg(long, value_enum)]
    form: Form,
    /// Categories that are positive; for a list without categories, `--positive all`
    #[arg(long, value_name = "CATEGORY,..", value_delimiter = ',')]
    positive: Vec<String>,
    /// Categories that are negative; for a list without categories, `--negative all`
    #[arg(long, value_name = "CATEGORY,..", value_delimiter = ',')]
    negative: Vec<String>,
    /// Table: column of the words
    #[arg(long, value_name = "COLUMN", required_if_eq("form", "table"))]
    term: Option<String>,
    /// Table: column of the categories
    #[arg(long, value_name = "COLUMN", required_if_eq("form", "table"))]
    category: Option<String>,
    /// Table: column of the strength
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// File to write (term,polarity,weight,note), or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  minyi codebook import ntusd-positive.txt --form words --positive all -o pos.csv
  minyi codebook import BosonNLP_sentiment_score.txt --form scores -o boson.csv
  minyi codebook import dutir.csv --form table --term 词语 --category 极性 --weight 强度 --positive 1 --negative 2 -o dutir.csv
  minyi codebook import liwc.dic --form liwc --positive posemo --negative negemo -o liwc.csv
  minyi codebook import lsd.yml --form yaml --positive positive --negative negative -o lsd.csv";

/// `--form`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One word a line
    Words,
    /// A word and a score a line
    Scores,
    /// CSV or TSV with a header
    Table,
    /// LIWC .dic
    Liwc,
    /// YAML with categories (quanteda, cntext)
    Yaml,
}

impl Import {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        spare(std::slice::from_ref(&self.file), &self.output)?;
        if self.form == Form::Scores && !(self.positive.is_empty() && self.negative.is_empty()) {
            bail!("--form scores: the sign of a score tells its side; leave out --positive and --negative");
        }
        let (text, encoding) = read_text(&self.file)?;
        let form = match self.form {
            Form::Words => ListForm::Words,
            Form::Scores => ListForm::Scores,
            Form::Table => ListForm::Table {
                term: self.term.clone().unwrap_or_default(),
                category: self.category.clone().unwrap_or_default(),
                weight: self.weight.clone(),
            },
            Form::Liwc => ListForm::Liwc,
            Form::Yaml => ListForm::Yaml,
        };
        let entries = read_list(&text, &form).map_err(|problem| anyhow!("{}: {problem}", self.file))?;
        let sides = [
            self.side(&self.positive, "positive"),
            self.side(&self.negative, "negative"),
        ];
        if sides.iter().all(Vec::is_empty) {
            bail!(
                "{}: say which categories are --positive and which --negative (`all` in a list without); found: {}",
                self.file,
                categories(&entries).join(", ")
            );
        }
        let [positive, negative] = sides;
        let imported = Imported::new(&entries, &positive, &negative);
        if imported.words.is_empty() {
            bail!(
                "{}: no entry of these categories can fire; found: {}",
                self.file,
                categories(&entries).join(", ")
            );
        }
        let words = imported
            .words
            .iter()
            .map(|word| (word.term.as_str(), word.positive, word.weight));
        write_polarity_list(words, Output::create(&self.output)?, CsvOptions::default())?.commit()?;
        if !global.quiet {
            let mut out = io::stderr().lock();
            writeln!(out, "{}: {} entries read ({encoding})", self.file, imported.read)?;
            writeln!(out, "{} can fire", imported.words.len())?;
            if imported.other_categories > 0 {
                writeln!(out, "{} of other categories, left out", imported.other_categories)?;
            }
            for (kind, (number, examples)) in &imported.findings {
                writeln!(out, "{number}: {kind}, e.g. {}", examples.join(", "))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Categories of one side. Lists of words have none, so that `all` stands for it; scores have their sign.
    fn side(&self, named: &[String], side: &str) -> Vec<String> {
        match self.form {
            Form::Words => named
                .iter()
                .filter(|name| *name == "all")
                .map(|_| String::new())
                .collect(),
            Form::Scores => vec![side.to_owned()],
            Form::Table | Form::Liwc | Form::Yaml => named.to_vec(),
        }
    }
}
