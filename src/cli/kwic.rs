use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;

use super::{
    Global,
    privacy::PrivacyArgs,
    reading::{CodingArgs, InputArgs, Prepared},
    summary,
};
use crate::{
    clean, error,
    export::{ConcordanceWriter, CsvOptions, Line, Output},
    model::CodedPost,
    pipeline::{Prepare, Sink},
};

/// Concordance: every place of a word or of a code's evidence, with the text around it
///
/// Writes CSV: source_file, source_row, post_id, account_type, stance, left, match, right, term, context. A word is found
/// in any script, width and case, spaces within Chinese text ignored.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Kwic {
    /// A word, or the id of a code (its evidence is then shown)
    #[arg(value_name = "WORD|CODE")]
    what: String,
    #[command(flatten)]
    input: InputArgs,
    /// Characters to show on each side
    #[arg(long, value_name = "N", default_value_t = 20)]
    width: usize,
    /// File to write, or `-`
    #[arg(long, short, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    coding: CodingArgs,
    #[command(flatten)]
    privacy: PrivacyArgs,
}

const EXAMPLES: &str = "\
Examples:
  minyi kwic 共享 data/demo/weibo-search.csv
  minyi kwic NEG.BETRAY data/demo/*.jsonl -o betrayal.csv --width 30";

impl Kwic {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        if self.what.trim().is_empty() {
            bail!("WORD is empty: give a word or the id of a code");
        }
        let mut prepared = Prepared::new(global, &self.input, &self.coding)?;
        prepared.privacy = self.privacy.pseudonyms(&prepared.inputs)?;
        prepared.spare_inputs(&self.output)?;
        let writer = ConcordanceWriter::new(Output::create(&self.output)?, CsvOptions::default())?;
        let codebook = prepared.scorer.codebook();
        let is_code = codebook.terms.iter().any(|term| *term.heading_name == *self.what);
        let like_code = |c: char| c.is_ascii_uppercase() || c == '.' || c == '_';
        if !is_code && self.what.contains('.') && self.what.chars().all(like_code) {
            let codes: Vec<&str> = codebook.entries().iter().map(|entry| entry.id.as_str()).collect();
            bail!(
                "{}: no term of {} stands under this code; codes: {}",
                self.what,
                codebook.scheme.id,
                codes.join(", ")
            );
        }
        let mut sink = KwicSink {
            what: &self.what,
            is_code,
            width: self.width,
            writer,
            lines: 0,
        };
        let report = prepared.run(&mut sink, global.quiet)?;
        sink.writer.finish()?.commit()?;
        if !global.quiet {
            writeln!(
                io::stderr(),
                "{}; {}",
                summary::flow_line(&report),
                super::counted(sink.lines, "place")
            )?;
        }
        Ok(super::conclude(&report, self.coding.strict, None)?)
    }
}

struct KwicSink<'a> {
    what: &'a str,
    is_code: bool,
    width: usize,
    writer: ConcordanceWriter,
    lines: u64,
}

impl KwicSink<'_> {
    fn line(&mut self, coded: &CodedPost, at: std::ops::Range<usize>, term: &str, context: &str) -> error::Result<()> {
        let text = &coded.post.text;
        let left = text[..at.start]
            .char_indices()
            .rev()
            .take(self.width)
            .last()
            .map_or(at.start, |(from, _)| from);
        let right = text[at.end..]
            .char_indices()
            .nth(self.width)
            .map_or(text.len(), |(to, _)| at.end + to);
        let line = Line {
            left: &text[left..at.start],
            found: &text[at.clone()],
            right: &text[at.end..right],
            term,
            context,
        };
        self.lines += 1;
        self.writer.write(coded, &line)
    }
}

impl KwicSink<'_> {
    fn add(&mut self, coded: &CodedPost) -> error::Result<()> {
        if self.is_code {
            for piece in coded.verdict.evidence.iter().filter(|piece| *piece.code == *self.what) {
                self.line(coded, piece.start..piece.end, &piece.term, piece.context.name())?;
            }
        } else {
            let label = coded.post.label;
            for at in clean::find(coded.post.body(), self.what) {
                self.line(coded, label + at.start..label + at.end, self.what, "")?;
            }
        }
        Ok(())
    }
}

impl Sink for KwicSink<'_> {
    type Part = Vec<CodedPost<'static>>;

    fn prepare(&self) -> Prepare<Self::Part> {
        Box::new(|posts| Ok(posts.map(CodedPost::into_owned).collect()))
    }

    fn coded(&mut self, posts: Self::Part) -> error::Result<()> {
        posts.iter().try_for_each(|post| self.add(post))
    }
}
