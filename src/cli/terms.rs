use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;

use super::{
    Global, figure,
    privacy::PrivacyArgs,
    reading::{CodingArgs, InputArgs, Prepared},
    select::{Selection, Selector},
    summary,
    table::{LangFlag, labels},
};
use crate::{
    codebook::Codebook,
    error,
    export::{
        CsvOptions, Output,
        figures::{ComparedGroup, Style, keyness_figure},
        write_frequencies, write_keyness,
    },
    model::CodedPost,
    pipeline::{Prepare, Report, Sink},
    score::Scorer,
    tabulate::{Group, Keyness, WordCounts},
};

/// Word frequencies, and the words that set one group of posts apart from another
///
/// Counts the words of the authors' own texts. Without --target all posts are counted. With --target the words of those
/// posts are compared with the posts of --reference, or with all others: log-likelihood (Rayson and Garside 2000), its p
/// with 1 degree of freedom, and the binary log ratio of the relative frequencies (Hardie 2014; above 0 the word is
/// commoner in the target). `--target word=W` gives the words that stand in the same posts as W.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Terms {
    #[command(flatten)]
    input: InputArgs,
    /// Posts to look at: stance=, account_type=, code= or word=
    #[arg(long, value_name = "KEY=VALUE")]
    target: Option<Selection>,
    /// Posts to compare them with; without it, all others
    #[arg(long, value_name = "KEY=VALUE", requires = "target")]
    reference: Option<Selection>,
    /// Leave out words that stand in fewer posts
    #[arg(long, value_name = "N", default_value_t = 3)]
    min_posts: u64,
    /// Leave out words of fewer characters
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_length: usize,
    /// Words to write
    #[arg(long, short = 'n', value_name = "N", default_value_t = 100)]
    limit: usize,
    /// File to write, or `-`; ending in .svg or .png, a figure of the words of two groups
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    /// Language of a figure
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LangFlag,
    #[command(flatten)]
    coding: CodingArgs,
    #[command(flatten)]
    privacy: PrivacyArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi terms weibo.csv -n 50
  minyi terms weibo.csv --target stance=negative --reference stance=positive
  minyi terms weibo.csv --target stance=negative --reference stance=positive -o words.svg
  minyi terms weibo.csv --target word=复旦 -o with-fudan.csv";

impl Terms {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let mut prepared = Prepared::new(global, &self.input, &self.coding)?;
        prepared.privacy = self.privacy.pseudonyms(&prepared.inputs)?;
        prepared.spare_inputs(&self.output)?;
        let codebook = prepared.scorer.codebook();
        let resolve = |selection: &Option<Selection>| selection.as_ref().map(|one| one.resolve(codebook)).transpose();
        let (target, reference) = (resolve(&self.target)?, resolve(&self.reference)?);
        let compare = target.is_some();
        let format = figure::Format::of(&self.output);
        if format.is_some() && !compare {
            bail!(
                "-o {}: a figure compares two groups of posts; give --target",
                self.output.display()
            );
        }
        let out = Output::create(&self.output)?;
        let (words, report) = count_words(&prepared, target, reference, self.min_length, global.quiet)?;
        let options = CsvOptions::default();
        let written = if compare {
            compared(&words, global.quiet)?;
            let keyness = words.keyness(self.min_posts).into_iter().take(self.limit);
            match format {
                Some(format) => self.figure(&words, keyness.collect(), format, codebook, out)?,
                None => write_keyness(&words, keyness, out, options)?,
            }
        } else {
            write_frequencies(&words, self.min_posts, self.limit, out, options)?
        };
        written.commit()?;
        Ok(super::conclude(&report, self.coding.strict, None)?)
    }

    fn figure(
        &self,
        words: &WordCounts,
        keyness: Vec<Keyness>,
        format: figure::Format,
        codebook: &Codebook,
        out: Output,
    ) -> Result<Output> {
        let (typeface, labels) = (figure::typeface()?, labels(self.lang, &codebook.codes())?);
        let style = Style {
            typeface: &typeface,
            labels: &labels,
        };
        let group = |selection: &Option<Selection>, group: Group| ComparedGroup {
            name: match selection {
                Some(selection) => selection.label(&labels),
                None => labels.value("others"),
            },
            posts: words.posts(group),
        };
        let groups = [
            group(&self.target, Group::Target),
            group(&self.reference, Group::Reference),
        ];
        figure::write(&keyness_figure(&keyness, &groups, &style)?, &typeface, format, out)
    }
}

/// Counts the words of the posts of two groups: those of `target` (without it, all) and those of `reference` (without it,
/// all others). A post of both groups counts as target.
pub(super) fn count_words(
    prepared: &Prepared,
    target: Option<Selector>,
    reference: Option<Selector>,
    min_length: usize,
    quiet: bool,
) -> Result<(WordCounts, Report)> {
    let words = WordCounts::default();
    let mut sink = WordSink {
        scorer: &prepared.scorer,
        target,
        reference,
        min_length,
        words,
    };
    let report = prepared.run(&mut sink, quiet)?;
    if !quiet {
        writeln!(io::stderr(), "{}", summary::flow_line(&report))?;
    }
    Ok((sink.words, report))
}

/// Says how large the two groups are; there is nothing to compare where one is empty.
pub(super) fn compared(words: &WordCounts, quiet: bool) -> Result<()> {
    let (target, reference) = (words.posts(Group::Target), words.posts(Group::Reference));
    if target == 0 || reference == 0 {
        bail!(
            "nothing to compare: {} in the target, {reference} in the reference",
            super::counted(target, "post")
        );
    }
    if !quiet {
        writeln!(
            io::stderr(),
            "{} in the target, {reference} in the reference",
            super::counted(target, "post")
        )?;
    }
    Ok(())
}

struct WordSink<'a> {
    scorer: &'a Scorer,
    target: Option<Selector>,
    reference: Option<Selector>,
    min_length: usize,
    words: WordCounts,
}

impl WordSink<'_> {
    fn add(&mut self, coded: &CodedPost) -> error::Result<()> {
        let group = if self.target.as_ref().is_none_or(|target| target.holds(coded)) {
            Group::Target
        } else if self.reference.as_ref().is_none_or(|reference| reference.holds(coded)) {
            Group::Reference
        } else {
            return Ok(());
        };
        let words = self.scorer.words(coded.post.body());
        let long = words
            .iter()
            .map(String::as_str)
            .filter(|word| word.chars().count() >= self.min_length);
        self.words.add(group, long);
        Ok(())
    }
}

impl Sink for WordSink<'_> {
    type Part = Vec<CodedPost<'static>>;

    fn prepare(&self) -> Prepare<Self::Part> {
        Box::new(|posts| Ok(posts.map(CodedPost::into_owned).collect()))
    }

    fn coded(&mut self, posts: Self::Part) -> error::Result<()> {
        posts.iter().try_for_each(|post| self.add(post))
    }
}
