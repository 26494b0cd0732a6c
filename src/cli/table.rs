mod output;
mod survey;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::{
    Global,
    reading::{account_rules, window},
};
use crate::{
    bundled,
    coded::{CodedFile, Periods},
    export::{Labels, Printing, print_crossings},
    model::Day,
    tabulate::{Bootstrap, BreakdownOptions, Level, MonteCarlo, TallyOptions, Unit, Vote, Within, crossing_tests},
};
use survey::Survey;

pub(super) use output::Format;

/// Any variable of coded posts by any other, as a paper prints it
///
/// Reads coded posts (coded.csv, coded.parquet or coded.jsonl of `minyi run` and `minyi code`) and counts one column by
/// another: n, %, 95% interval, chi-square with Cramér's V, residuals, exact or Monte-Carlo p where counts are small.
/// Rows and columns may be any column, kept ones too; `codes` counts a post under each of its codes, `created_at` is
/// counted by --period. Off-topic and unclear posts are left out unless --off-topic is given or --where names the stance.
///
/// The ending of OUT decides the format: .csv (long form), .md, .tex (booktabs), .html (to paste into Word), .xlsx, and .svg
/// or .png for a figure.
/// Tests with every residual and Holm's corrected p go to OUT.tests.csv beside it, and in a workbook to a sheet of its own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Table {
    /// Coded posts: .csv, .jsonl or .parquet
    #[arg(value_name = "CODED")]
    coded: String,
    /// Column in the rows
    #[arg(long, value_name = "COL")]
    rows: String,
    /// Column in the columns; without it the rows alone are counted
    #[arg(long, value_name = "COL")]
    cols: Option<String>,
    /// Column that makes strata: one table for each of its values
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Posts to count: `account_type=media and reposts>=10`; = != < <= > >= ~ (contains), and, or, not, parentheses
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// Count posts, or accounts with one vote each: the category of most of their posts, the type of the first, every code of any
    #[arg(long, value_enum, default_value_t = UnitFlag::Posts, value_name = "UNIT")]
    unit: UnitFlag,
    /// Count each post as often as this column of whole numbers says: reposts, likes, comments
    #[arg(long, value_name = "COL", conflicts_with = "unit")]
    weight: Option<String>,
    /// How `created_at` is cut: day (default), week (ISO), month, or phase:FILE with the columns phase,from,to
    #[arg(long, value_name = "day|week|month|phase:FILE")]
    period: Option<String>,
    /// Days to count, both ends in, those without posts too: `2023-06-14..2023-08-21`, or `study` for the codebook's window
    #[arg(long, value_name = "FROM..TO|study")]
    window: Option<String>,
    /// Count off-topic posts too, and those whose stance `--abstain` left unclear
    #[arg(long)]
    off_topic: bool,
    /// Which percentages to print; the long form has all three. Default: of the row; of the column where rows are codes
    #[arg(long, value_enum, value_name = "BASE")]
    percent: Option<PercentFlag>,
    /// Level of the intervals, in percent
    #[arg(long, value_name = "PERCENT", default_value = "95", value_parser = super::reading::level)]
    level: Level,
    /// Intervals from this many samples of accounts with all their posts (cluster bootstrap)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(99..=100_000))]
    bootstrap: Option<u32>,
    /// Seed of the bootstrap and of Monte-Carlo tests
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Mask counts below K, and those that would give them away
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(2..))]
    suppress: Option<u64>,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    /// Format, where the ending of OUT does not tell; on standard output Markdown
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<output::Format>,
    /// What a figure (.svg, .png) shows. Default: bars where the rows are `created_at`, else shares
    #[arg(long, value_enum, value_name = "KIND")]
    figure: Option<output::FigureKind>,
    /// CSV as printed, one row a category, in place of the long form
    #[arg(long)]
    wide: bool,
    /// Language of labels and notes
    #[arg(long, value_enum, default_value_t = LangFlag::En)]
    lang: LangFlag,
    /// Rules that name the account types, where they are not the bundled ones
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  minyi table results/coded.csv --rows account_type --cols stance
  minyi table results/coded.parquet --rows codes --cols account_type -o codes.xlsx
  minyi table results/coded.csv --rows created_at --period week --cols stance -o weeks.csv
  minyi table results/coded.csv --rows account_type --cols stance --where 'is_repost=false' --bootstrap 1999 -o originals.tex
  minyi table results/coded.csv --rows account_type --cols stance --unit accounts --lang zh -o accounts.html";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum UnitFlag {
    Posts,
    Accounts,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PercentFlag {
    Row,
    Col,
    All,
}

/// Language of printed tables.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum LangFlag {
    /// English
    #[default]
    En,
    /// Chinese
    Zh,
}

impl Table {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let format = output::Format::of(&self.output, self.format, self.wide)?;
        self.check()?;
        let codebook = global.codebook()?;
        let codes = codebook.codes();
        let labels = labels(self.lang, &codes)?;
        let file = CodedFile::open(&self.coded)?;
        let periods = Periods::parse(self.period.as_deref().unwrap_or("day"))?;
        let window = self.window.as_deref().map(|text| window(text, &codebook)).transpose()?;
        let (rules, _) = account_rules(self.accounts.as_deref())?;
        let options = self.options();
        let survey = Survey::new(&self, &file, (&periods, window), options)?;
        let counted = survey.count(rules.types(), &codes)?;

        let mut crossings = counted.crossings;
        if let Some(k) = self.suppress {
            crossings.iter_mut().for_each(|crossing| crossing.suppress(k));
        }
        let figure = self.figure()?;
        let mut ties = 0;
        if matches!(format, Format::Svg | Format::Png) && figure == output::FigureKind::Residuals {
            // The residuals drawn are those tested.
            for crossing in &mut crossings {
                let without = crossing.without_ties();
                ties += crossing.total - without.total;
                *crossing = without;
            }
        }
        let name = self.name();
        let monte_carlo = MonteCarlo {
            seed: self.seed,
            ..TallyOptions::default().monte_carlo
        };
        // One variable alone is independent of nothing.
        let tests: Vec<_> = crossings
            .iter()
            .filter(|_| self.cols.is_some())
            .map(|crossing| {
                let stratum = self.by.as_ref().map(|by| format!("{name} [{by}={}]", crossing.by));
                crossing_tests(stratum.as_deref().unwrap_or(&name), crossing, monte_carlo)
            })
            .collect();
        let printing = Printing {
            labels: &labels,
            name,
            rows: self.rows.clone(),
            cols: self.cols.clone(),
            by: self.by.clone(),
            within: self.within(),
            unit: self.unit_name(counted.on_topic),
            condition: self.condition.clone(),
            weight: self.weight.clone(),
            off_topic: counted.off_topic,
            unclear: counted.unclear,
            missing: counted.missing,
            outside: counted.outside,
            anonymous: counted.anonymous,
            unweighted: counted.unweighted,
            odd_weights: counted.odd_weights,
            window: window.map(|(from, to): (Day, Day)| (format!("{from}..{to}"), counted.out_of_window)),
            gaps: counted.gaps,
            ties,
            suppress: self.suppress,
            tests_in: output::tests_in(&self.output, format, &labels),
            tests: &tests,
        };
        let table = print_crossings(&crossings, &printing);
        let written = output::write(
            &self.output,
            (format, figure),
            &table,
            (&crossings, &printing),
            &tests.concat(),
        )?;
        if !global.quiet {
            if self.output != std::path::Path::new("-") {
                output::tell(&written, &table)?;
            }
            if self.suppress.is_some() && (self.condition.is_some() || window.is_some()) {
                writeln!(io::stderr(), "note: {OVERLAP}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses flags that would be without effect.
    fn check(&self) -> Result<()> {
        let time = [Some(self.rows.as_str()), self.cols.as_deref(), self.by.as_deref()].contains(&Some(TIME));
        if self.period.is_some() && !time {
            bail!("--period: cuts {TIME}, which is in none of --rows, --cols and --by");
        }
        if self.percent.is_some() && self.cols.is_none() {
            bail!("--percent: a table without --cols has one base, all that is counted");
        }
        Ok(())
    }

    fn figure(&self) -> Result<output::FigureKind> {
        let several = [Some(self.rows.as_str()), self.cols.as_deref()].contains(&Some(CODES));
        match self.figure {
            Some(output::FigureKind::Residuals) if several || self.cols.is_none() || self.weight.is_some() => bail!(
                "--figure residuals: needs --rows and --cols in each of which a post has one value (not `codes`), and no --weight"
            ),
            Some(kind) => Ok(kind),
            None if self.rows == TIME => Ok(output::FigureKind::Bars),
            None => Ok(output::FigureKind::Shares),
        }
    }

    fn options(&self) -> BreakdownOptions {
        BreakdownOptions {
            unit: match self.unit {
                UnitFlag::Posts => Unit::Posts,
                UnitFlag::Accounts => Unit::Accounts,
            },
            level: self.level,
            rows_multiple: self.rows == CODES,
            cols_multiple: self.cols.as_deref() == Some(CODES),
            rows_vote: vote(Some(&self.rows)),
            cols_vote: vote(self.cols.as_deref()),
            by_vote: vote(self.by.as_deref()),
            weighted: self.weight.is_some(),
            bootstrap: self.bootstrap.map(|replicates| Bootstrap {
                replicates,
                seed: self.seed,
            }),
        }
    }

    fn name(&self) -> String {
        match &self.cols {
            Some(cols) => format!("{}_by_{cols}", self.rows),
            None => self.rows.clone(),
        }
    }

    fn within(&self) -> Within {
        match self.percent {
            Some(PercentFlag::Row) => Within::Row,
            Some(PercentFlag::Col) => Within::Col,
            Some(PercentFlag::All) => Within::All,
            None if self.rows == CODES => Within::Col,
            None => Within::Row,
        }
    }

    /// What is counted: a key of `[units]` in the labels.
    fn unit_name(&self, on_topic: bool) -> &str {
        match (&self.weight, self.unit) {
            (Some(weight), _) => weight,
            (None, UnitFlag::Accounts) => "accounts",
            (None, UnitFlag::Posts) if on_topic => "stance",
            (None, UnitFlag::Posts) => "posts",
        }
    }
}

/// What masking cannot see.
pub(super) const OVERLAP: &str = "a masked count may be told by subtracting tables of overlapping sets of posts; compare them before you pass on more than one";

/// The column whose cells hold several labels.
const CODES: &str = "codes";

/// The column that is cut into periods.
const TIME: &str = "created_at";

/// How an account votes in a column: its type is a matter of the account, all else of its posts; it has a code that any of them has.
fn vote(column: Option<&str>) -> Vote {
    match column {
        Some("account_type" | "account_rule") => Vote::First,
        Some(column) if column.starts_with("code.") => Vote::Any,
        _ => Vote::Most,
    }
}

/// The words of a language, with the labels of these codes.
pub(super) fn labels(lang: LangFlag, codes: &[crate::model::Code]) -> Result<Labels> {
    let path = match lang {
        LangFlag::En => "labels/en.toml",
        LangFlag::Zh => "labels/zh.toml",
    };
    let text =
        bundled::lexicon(path).with_context(|| format!("lexicons/{path} is not in this program; please report it"))?;
    Ok(Labels::parse(path, text, codes)?)
}
