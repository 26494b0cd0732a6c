use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, anyhow, bail};
use clap::{ArgGroup, Args};

use super::{
    Global,
    hand::{code_ids, read_coded},
    privacy::PrivacyArgs,
};
use crate::{
    codebook::{CodeEntry, Codebook},
    coded::{CodedFile, Wanted},
    export::{CodingPost, CsvOptions, Guide, GuideEntry, OutputDir, write_coding_workbook, write_rows},
    model::Stance,
    privacy::Pseudonyms,
    validate::{
        Allocation, BY_ACCOUNT, CodeSheet, ColumnMap, Drawn, clusters, deal, draw, draw_accounts, expected_deviations,
        stratum_of,
    },
};

/// Draw a probability sample of coded posts for hand coding, one sheet a coder
///
/// Writes OUT/sample.csv, the key: each post drawn with its stratum, inclusion probability and coders; give it to `validate`
/// and `estimate` with --sample. And OUT/coder-1.xlsx, ..: the sheets to fill in, in an order of their own each, with the text
/// and empty columns with lists to choose from, the codebook on a second sheet, and without the machine's codes, stratum or
/// account. coder-1.csv is the same for those who use no spreadsheet; in code columns stands yes or no (1 or 0, 是 or 否).
///
/// Posts are drawn without replacement, in each stratum by itself; every stratum gets two posts at least. With --accounts,
/// accounts are drawn so, and then posts of each. `minyi sample-size` tells how many posts it takes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("size").required(true).args(["n", "accounts"]))]
pub(super) struct Sample {
    /// Posts coded by the machine (csv, jsonl, parquet)
    coded: String,
    /// Posts to draw
    #[arg(short, value_name = "N")]
    n: Option<usize>,
    /// Accounts to draw, in place of posts (column user_id)
    #[arg(long, value_name = "N")]
    accounts: Option<usize>,
    /// Posts to draw of each account; all without it
    #[arg(long, value_name = "N", requires = "accounts", value_parser = clap::value_parser!(u32).range(1..))]
    per_account: Option<u32>,
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
    /// Columns of CODED that coders are to see beside the text, e.g. the date or the post replied to
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    context: Vec<String>,
    /// Seed of the draw
    #[arg(long, value_name = "N")]
    seed: u64,
    /// Folder to write
    #[arg(long, short, value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    privacy: PrivacyArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi code weibo.csv --keep 微博正文 -o coded.csv
  minyi sample coded.csv -n 400 --text 微博正文 --seed 1 -o coding
  minyi sample coded.csv --accounts 150 --per-account 3 --text 微博正文 --context created_at --seed 1 -o coding
  minyi sample coded.csv -n 400 --stratify account_type,stance --allocate equal --coders 2 --text 微博正文 --seed 1 -o coding";

impl Sample {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        self.check()?;
        let pseudonyms = self.privacy.pseudonyms(std::slice::from_ref(&self.coded))?;
        let fields: Vec<&str> = ["user_id", "stance"]
            .into_iter()
            .chain(self.stratify.iter().map(String::as_str))
            .collect();
        let sheet = read_coded(&self.coded, &ColumnMap::default(), &fields, &[])?;
        if let Some(missing) = self.stratify.iter().find(|column| !sheet.has(column)) {
            bail!("--stratify {missing}: no such column in {}", self.coded);
        }
        let strata: Vec<String> = (0..sheet.len())
            .map(|row| stratum_of(&sheet, row, &self.stratify))
            .collect();
        let drawn = self.draw(&sheet, &strata)?;
        let dealt = deal(drawn.len(), usize::from(self.coders), self.overlap, self.seed);
        let posts = self.posts(&sheet, &drawn, pseudonyms.as_ref())?;
        let codebook = global.codebook()?;
        let guide = guide(&codebook)?;
        let mut folder = OutputDir::create(&self.output)?;
        let columns: Vec<String> = ["post_id", "text"]
            .map(str::to_owned)
            .into_iter()
            .chain(self.context.iter().cloned())
            .chain(["stance".to_owned()])
            .chain(code_ids(&codebook).iter().map(|id| format!("code.{id}")))
            .chain(["comment".to_owned()])
            .collect();
        for (number, numbers) in (1..).zip(&dealt) {
            let of_coder: Vec<&CodingPost> = numbers.iter().map(|&at| &posts[at]).collect();
            let rows = of_coder.iter().map(|post| {
                let mut row = vec![post.id.clone(), post.text.clone()];
                row.extend(post.context.iter().cloned());
                row.resize(columns.len(), String::new());
                row
            });
            let out = folder.output(&format!("coder-{number}.csv"))?;
            let header = columns.iter().map(String::as_str);
            // Coders open their sheet in a spreadsheet.
            folder.keep(write_rows(header, rows, out, CsvOptions { bom: true })?)?;
            let out = folder.output(&format!("coder-{number}.xlsx"))?;
            folder.keep(write_coding_workbook(&of_coder, &self.context, &guide, out)?)?;
        }
        let header = [
            "post_id",
            "user_id",
            "stratum",
            "inclusion_probability",
            "drawn_by",
            "coders",
        ];
        let key = drawn.iter().enumerate().map(|(at, one)| {
            let coders = (1..)
                .zip(&dealt)
                .filter(|(_, posts)| posts.contains(&at))
                .map(|(number, _): (u32, _)| number.to_string());
            vec![
                posts[at].id.clone(),
                account(&sheet, one.post, pseudonyms.as_ref()),
                strata[one.post].clone(),
                format!("{:.9}", one.inclusion_probability),
                if self.accounts.is_some() { BY_ACCOUNT } else { "posts" }.to_owned(),
                coders.collect::<Vec<_>>().join(";"),
            ]
        });
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
                sheet.len()
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn check(&self) -> Result<()> {
        for (flag, share) in [("--overlap", self.overlap), ("--accuracy", self.accuracy)] {
            if !(0.0..=1.0).contains(&share) {
                bail!("{flag} {share}: a share between 0 and 1");
            }
        }
        if self.accounts.is_some() && self.allocate == Allocation::Neyman {
            bail!("--allocate neyman: shares out posts, not accounts; use proportional or equal");
        }
        let machine = [
            "stance",
            "stance_score",
            "stance_confidence",
            "codes",
            "sentiment_positive",
            "sentiment_negative",
        ];
        let shows = |column: &&String| machine.contains(&column.as_str()) || column.starts_with("code.");
        if let Some(column) = self.context.iter().chain(&self.text).find(shows) {
            bail!("--context {column}: what the machine said would lead the coders; leave it out");
        }
        Ok(())
    }

    fn draw(&self, sheet: &CodeSheet, strata: &[String]) -> Result<Vec<Drawn>> {
        let drawn = match (self.accounts, self.n) {
            (Some(accounts), _) => {
                if !sheet.has("user_id") {
                    bail!("--accounts: {} has no column user_id", self.coded);
                }
                let of_post = clusters(sheet.cells("user_id"));
                let per_account = self.per_account.map(|number| number as usize);
                draw_accounts(&of_post, strata, accounts, per_account, self.allocate, self.seed)
            }
            (None, n) => {
                let n = n.unwrap_or_default();
                draw(strata, n, self.allocate, &self.deviations(sheet, strata)?, self.seed)
            }
        };
        drawn.map_err(|why| anyhow!("{}: {why}", self.coded))
    }

    fn deviations(&self, sheet: &CodeSheet, strata: &[String]) -> Result<BTreeMap<String, f64>> {
        if self.allocate != Allocation::Neyman {
            return Ok(BTreeMap::new());
        }
        if !sheet.has("stance") {
            bail!("--allocate neyman: {} has no column stance", self.coded);
        }
        let stances: Vec<String> = sheet
            .cells("stance")
            .map(|cell| cell.unwrap_or_default().to_owned())
            .collect();
        Ok(expected_deviations(strata, &stances, self.accuracy))
    }

    /// Texts and context of the posts drawn, in their order: a second way through the file, so that no other text is held.
    fn posts(&self, sheet: &CodeSheet, drawn: &[Drawn], pseudonyms: Option<&Pseudonyms>) -> Result<Vec<CodingPost>> {
        let file = CodedFile::open(&self.coded)?;
        let mut wanted = Wanted::of(&file);
        let id = wanted.column("post_id")?;
        let mut columns = |flag: &str, names: &[String]| -> Result<Vec<usize>> {
            let place = |name: &String| wanted.column(name).map_err(|why| anyhow!("{flag} {name}: {why}"));
            names.iter().map(place).collect()
        };
        let (texts, context) = (columns("--text", &self.text)?, columns("--context", &self.context)?);
        let ids: BTreeSet<&str> = drawn.iter().map(|one| sheet.post(one.post)).collect();
        let mut found: HashMap<String, CodingPost> = HashMap::new();
        file.read(&wanted, |row| {
            let post = row[id].trim();
            if ids.contains(post) {
                let shown =
                    |text: &String| pseudonyms.map_or_else(|| text.clone(), |names| names.text(text).into_owned());
                let text = texts.iter().map(|&at| &row[at]).find(|text| !text.trim().is_empty());
                let coding = CodingPost {
                    id: pseudonyms.map_or_else(|| post.to_owned(), |names| names.post_id(post)),
                    text: text.map(shown).unwrap_or_default(),
                    context: context.iter().map(|&at| shown(&row[at])).collect(),
                };
                found.insert(post.to_owned(), coding);
            }
            Ok(())
        })?;
        let posts = drawn.iter().filter_map(|one| found.remove(sheet.post(one.post)));
        Ok(posts.collect())
    }
}

fn account(sheet: &CodeSheet, row: usize, pseudonyms: Option<&Pseudonyms>) -> String {
    match (sheet.at(row, "user_id"), pseudonyms) {
        (None, _) => String::new(),
        (Some(user), None) => user.to_owned(),
        (Some(user), Some(names)) => names.user_id(user),
    }
}

/// The codebook as coders need it.
fn guide(codebook: &Codebook) -> Result<Guide> {
    let examples = codebook.examples()?;
    let example = |entry: &CodeEntry| {
        let code = codebook.code(&entry.id)?;
        examples
            .iter()
            .find(|example| example.codes.contains(&code))
            .map(|example| example.text.clone())
    };
    let entry = |entry: &CodeEntry| GuideEntry {
        code: entry.id.clone(),
        label: format!("{} / {}", entry.label_zh, entry.label_en),
        definition: entry.definition.clone(),
        example: example(entry).unwrap_or_default(),
    };
    let attitude = |stance: Stance| {
        let attitude = codebook
            .attitudes
            .iter()
            .find(|attitude| attitude.stance == stance.name());
        GuideEntry {
            code: stance.name().to_owned(),
            label: attitude.map_or_else(String::new, |entry| format!("{} / {}", entry.label_zh, entry.label_en)),
            definition: attitude.map_or_else(
                || {
                    "Not about the target of the scheme at all; posts about it without an attitude are neutral."
                        .to_owned()
                },
                |entry| entry.definition.clone(),
            ),
            example: String::new(),
        }
    };
    Ok(Guide {
        stances: Stance::BY_HAND.map(attitude).to_vec(),
        codes: codebook.entries().iter().map(entry).collect(),
    })
}
