//! What `run`, `code` and `inspect` share: which files, read how, coded by what.

use std::{fs, path::Path, str::FromStr, sync::Arc};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, ValueEnum};

use super::{Global, explain::ScopeFlag, progress::Bar};
use crate::{
    both::both,
    bundled,
    classify::Rules,
    codebook::{Codebook, LexiconFile},
    ingest::{self, Accounts, FieldMap, Layouts, Options},
    model::{Day, Moment},
    pipeline::{Dedup, Pipeline, Report, Settings, Sink},
    privacy::Pseudonyms,
    score::{EvidenceOf, Relevance, Scorer},
    tabulate::Level,
};

/// Which files, and how they are read.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Exported posts: files, globs, folders, or `-` for standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<String>,
    /// Columns of an export that no layout describes: `text=COLUMN,id=COLUMN,..` (JSON: paths with dots)
    #[arg(long, value_name = "FIELD=COLUMN,..", value_parser = FieldMap::from_str, help_heading = "Input")]
    map: Option<FieldMap>,
    /// Encoding, where the guess is wrong: `gb18030`, `big5`, ..
    #[arg(long, value_name = "LABEL", help_heading = "Input")]
    encoding: Option<String>,
    /// Columns of the input to copy to the output
    #[arg(long, value_name = "COL,..", value_delimiter = ',', help_heading = "Input")]
    keep: Vec<String>,
    /// Tables of accounts (or posts that tell them), joined by user id to posts that lack account fields
    ///
    /// Tables of accounts among FILES, such as the users.csv of weibo-crawler, are used without this.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    users: Vec<String>,
    /// When the posts were collected, Beijing time: what `5分钟前` and dates without a year are read by
    #[arg(long, value_name = "DATE", value_parser = moment, help_heading = "Input")]
    collected_at: Option<Moment>,
}

/// What to do where a table of accounts is not recognised: --map is about posts.
const OWN_TABLE: &str = "--users: of a table that no exporter writes, call the columns user_id, screen_name, verified_type, \
     verified_reason, badge, description, followers_count (user_id and one that tells the verification must be there)";

fn moment(text: &str) -> Result<Moment, String> {
    ingest::parse_moment(text).ok_or_else(|| "write it like 2023-06-14 or '2023-06-14 23:41'".to_owned())
}

impl InputArgs {
    /// Every file of posts or accounts as typed.
    pub(super) fn named(&self) -> Vec<String> {
        self.files.iter().chain(&self.users).cloned().collect()
    }

    pub(super) fn inputs(&self) -> Result<Vec<String>> {
        Ok(ingest::expand(&self.files)?)
    }

    /// How the files are read, tables of accounts included: those named, and those among the inputs.
    ///
    /// # Errors
    /// A table of accounts that cannot be read.
    pub(super) fn options(&self, inputs: &[String], layouts: &Layouts) -> Result<Options> {
        let options = Options {
            map: self.map.clone(),
            keep: self.keep.clone(),
            encoding: self.encoding.clone(),
            accounts: None,
            collected_at: self.collected_at,
        };
        // --map and --keep are about the posts.
        let of_tables = Options {
            encoding: self.encoding.clone(),
            ..Options::default()
        };
        let mut accounts = Accounts::read(&self.users, layouts, &of_tables).context(OWN_TABLE)?;
        if self.map.is_none() {
            accounts.add_from_inputs(inputs, layouts, &of_tables)?;
        }
        Ok(Options {
            accounts: Some(Arc::new(accounts)).filter(|accounts| !accounts.is_empty()),
            ..options
        })
    }
}

/// Which posts are coded, and how.
#[derive(Debug, Args)]
pub(super) struct CodingArgs {
    /// Whose words to score in a repost chain
    #[arg(long, value_enum, default_value_t, help_heading = "Coding")]
    scope: ScopeFlag,
    /// Days to include, Beijing time, both ends in: `2023-06-14..2023-08-21`, or `study` for the codebook's own window
    #[arg(long, value_name = "FROM..TO|study", help_heading = "Coding")]
    window: Option<String>,
    /// Whether the export is the result of a search for the topic: then a post is off topic only where it is marked so
    ///
    /// With `--searched=no` every post must show that it is about the topic, which short remarks in a debate often do not.
    /// Without the flag the first 1,000 posts of each file decide: where at least a fifth of them (and ten) show the topic, the
    /// file is taken for the result of a search.
    #[arg(long, value_enum, value_name = "yes|no", num_args = 0..=1, require_equals = true,
          default_missing_value = "yes", hide_possible_values = true, help_heading = "Coding")]
    searched: Option<Searched>,
    /// Leave the stance `unclear` where it is less probable than this (0.34 to 1), for coding by hand
    #[arg(long, value_name = "T", value_parser = probability, help_heading = "Coding")]
    abstain: Option<f64>,
    /// Code the originals that weibo-search writes beside their reposts too
    #[arg(long, help_heading = "Coding")]
    keep_originals: bool,
    /// Leave out posts that were read before: those of the same id; also of the same own words; also of nearly the same
    ///
    /// Nearly the same means that at least 0.8 of the three-character sequences of both texts are shared (estimated by
    /// MinHash); texts under 16 characters must be equal, and bare reposts are never compared.
    #[arg(long, value_enum, default_value_t, help_heading = "Coding")]
    dedup: DedupFlag,
    /// Rules from account fields to account types, in place of the bundled ones for Weibo
    #[arg(long, value_name = "FILE", help_heading = "Coding")]
    accounts: Option<std::path::PathBuf>,
    /// End with exit status 1 if any record was rejected
    #[arg(long, help_heading = "Coding")]
    pub(super) strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Searched {
    Yes,
    No,
}

impl From<Searched> for Relevance {
    fn from(searched: Searched) -> Relevance {
        match searched {
            Searched::Yes => Relevance::Assumed,
            Searched::No => Relevance::Shown,
        }
    }
}

/// A value of `--level`: 95, 95% or 0.95. Intervals that would miss as often as not are no intervals.
pub(super) fn level(text: &str) -> Result<Level, String> {
    let number = text.trim_end_matches('%').parse().ok();
    let share = number.map(|number: f64| if number < 1.0 { number } else { number / 100.0 });
    let level = share.filter(|share| *share >= 0.5).and_then(Level::new);
    level.ok_or_else(|| "write a confidence level from 50 to under 100 per cent, e.g. 95".to_owned())
}

/// A value of `--abstain`: the likeliest of three stances is never less probable than a third.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    let below = text.parse().ok().filter(|below| (0.34..=1.0).contains(below));
    below.ok_or_else(|| "write a probability from 0.34 to 1, e.g. 0.5".to_owned())
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum DedupFlag {
    #[default]
    Id,
    Text,
    Near,
    None,
}

impl From<DedupFlag> for Dedup {
    fn from(flag: DedupFlag) -> Dedup {
        match flag {
            DedupFlag::Id => Dedup::Id,
            DedupFlag::Text => Dedup::Text,
            DedupFlag::Near => Dedup::Near,
            DedupFlag::None => Dedup::None,
        }
    }
}

/// Everything a run is done with.
pub(super) struct Prepared {
    pub(super) scorer: Scorer,
    pub(super) rules: Rules,
    pub(super) layouts: Layouts,
    pub(super) options: Options,
    pub(super) settings: Settings,
    pub(super) inputs: Vec<String>,
    /// Every lexicon file in use, for the manifest.
    pub(super) lexicons: Vec<LexiconFile>,
    /// Posts less sure than this have the stance `unclear`.
    pub(super) abstain: Option<f64>,
    /// Gives pseudonyms, where they are asked for.
    pub(super) privacy: Option<Pseudonyms>,
}

impl Prepared {
    pub(super) fn new(global: &Global, input: &InputArgs, coding: &CodingArgs) -> Result<Self> {
        let inputs = input.inputs()?;
        let read = || {
            let layouts = layouts()?;
            let options = input.options(&inputs, &layouts)?;
            let codebook = global.codebook()?;
            let window = coding.window.as_deref();
            let window = window.map(|text| self::window(text, &codebook)).transpose()?;
            let lexicons = codebook.files.clone();
            anyhow::Ok((layouts, options, window, lexicons, Scorer::new(codebook)))
        };
        let (rules, read) = both(|| account_rules(coding.accounts.as_deref()), read);
        let (layouts, options, window, mut lexicons, scorer) = read?;
        let (rules, rules_file) = rules?;
        lexicons.push(rules_file);
        Ok(Prepared {
            scorer: scorer.with_abstention(coding.abstain.unwrap_or_default()),
            rules,
            layouts,
            options,
            settings: Settings {
                scope: coding.scope.into(),
                relevance: coding.searched.map(Relevance::from),
                window,
                keep_originals: coding.keep_originals,
                dedup: coding.dedup.into(),
                evidence: EvidenceOf::Likely,
                jobs: global.jobs,
            },
            inputs,
            lexicons,
            abstain: coding.abstain,
            privacy: None,
        })
    }

    /// Refuses to write over an input.
    pub(super) fn spare_inputs(&self, output: &Path) -> Result<()> {
        spare(&self.inputs, output)
    }

    /// Codes every input into `sink` behind a progress bar.
    ///
    /// # Errors
    /// The sink failed, or not one input could be read.
    pub(super) fn run(&self, sink: &mut impl Sink, quiet: bool) -> Result<Report> {
        let pipeline = Pipeline {
            scorer: &self.scorer,
            rules: &self.rules,
            layouts: &self.layouts,
            options: &self.options,
            settings: &self.settings,
            privacy: self.privacy.as_ref(),
        };
        let bar = Bar::new(&self.inputs, quiet);
        let report = pipeline.run(&self.inputs, sink, &|progress| bar.show(progress))?;
        bar.finish();
        let errors = super::unread(&report);
        if !errors.is_empty() && errors.len() == report.files.len() {
            return Err(anyhow!("{}", errors.join("\nminyi: ")));
        }
        Ok(report)
    }
}

/// The bundled exporter layouts.
pub(super) fn layouts() -> Result<Layouts> {
    Ok(Layouts::parse(bundled::exporters())?)
}

/// The account rules of this file, or the bundled ones for Weibo.
pub(super) fn account_rules(file: Option<&std::path::Path>) -> Result<(Rules, LexiconFile)> {
    let file = match file {
        Some(path) => LexiconFile::on_disk(path)?,
        None => LexiconFile::bundled("accounts/weibo.toml")?,
    };
    Ok((Rules::parse(&file.name, &file.text)?, file))
}

/// The first and the last day of `FROM..TO`, or of the window that `study` asks the codebook for.
pub(super) fn window(text: &str, codebook: &Codebook) -> Result<(Day, Day)> {
    let (from, to) = if text == "study" {
        let window = codebook.scheme.window.as_ref().ok_or_else(|| {
            anyhow!(
                "--window study: the codebook {} names no window; give FROM..TO",
                codebook.scheme.id
            )
        })?;
        (window.start.as_str(), window.end.as_str())
    } else {
        text.split_once("..")
            .ok_or_else(|| anyhow!("--window {text}: write FROM..TO, e.g. 2023-06-14..2023-08-21"))?
    };
    let day = |text: &str| {
        text.trim()
            .parse::<Day>()
            .with_context(|| format!("--window: `{text}` is no day; write YYYY-MM-DD"))
    };
    let (from, to) = (day(from)?, day(to)?);
    if from > to {
        return Err(anyhow!("--window {text}: {from} lies after {to}"));
    }
    Ok((from, to))
}

/// Refuses an output that is one of the inputs.
pub(super) fn spare(inputs: &[String], output: &Path) -> Result<()> {
    let real = |path: &Path| fs::canonicalize(path).ok().filter(|path| path.is_file());
    let Some(output) = real(output) else { return Ok(()) };
    match inputs
        .iter()
        .find(|input| real(Path::new(input)).as_ref() == Some(&output))
    {
        Some(input) => bail!("-o {input}: this is an input too, and would be lost; write to another file"),
        None => Ok(()),
    }
}
