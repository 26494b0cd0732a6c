mod figures;
mod folder;
mod manifest;
mod report;
mod sensitivity;
mod sink;
mod tables;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Result;
use clap::Args;

use self::{manifest::Making, report::Counted, sink::RunSink};
use super::{
    Global,
    privacy::PrivacyArgs,
    reading::{CodingArgs, InputArgs, Prepared},
    summary,
    table::{LangFlag, OVERLAP},
};
use crate::{
    both::both,
    export::{CsvOptions, OutputDir, write_examples},
    pipeline::Report,
    score::EvidenceOf,
    tabulate::{MaskedStudy, Table},
};

/// The whole study: coded posts, evidence, tables, manifest
///
/// Reads exported posts, codes every one and writes into DIR:
///
///   coded.csv, coded.parquet   one row a post: account type, stance, codes
///   evidence.csv               the terms found: where, in what context, what they weigh
///   tables/*.csv               counts with base, share and interval; tests.csv
///   tables/print/              the same as a paper prints them: .md, .tex, .html, .xlsx
///   figures/                   shares, codes, residuals and days as .svg and .png
///   rejects.csv, excluded.csv  records that are no posts, posts left out, each with its reason
///   report.html                all of this on one page to look through or mail; report.jsonl the posts it shows
///   manifest.json              how all this was made: version, arguments, hashes, rows
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(super) struct Run {
    #[command(flatten)]
    input: InputArgs,
    /// Folder to write to; made if it is not there. Results of an earlier run in it are replaced
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    coding: CodingArgs,
    #[command(flatten)]
    privacy: PrivacyArgs,
    /// Mask counts below K in every table and figure, and those that would give them away; no examples
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(2..), help_heading = "Privacy")]
    suppress: Option<u64>,
    /// Count again under other choices into tables/sensitivity.csv: originals only, accounts, who is an individual, relevance
    #[arg(long)]
    sensitivity: bool,
    /// List the terms of every post in evidence.csv
    ///
    /// Without this, posts of a file on many subjects that hold too little to be on topic, whatever stands around it, are not read further, and
    /// none of their terms is listed. They are most of such a file, and take several times as long.
    #[arg(long)]
    all_evidence: bool,
    /// Write no report.html
    #[arg(long)]
    no_report: bool,
    /// Language of the printed tables in tables/print and of the figures, and the one that report.html shows first
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LangFlag,
}

const EXAMPLES: &str = "\
Examples:
  minyi run data/demo/weibo-search.csv data/demo/weibospider.jsonl -o results
  minyi run 'exports/*.csv' -o results --window study --searched
  minyi run posts.csv -o results --map 'text=博文,id=编号,created_at=时间' --keep 城市";

impl Run {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let making = Making::begin();
        let mut prepared = Prepared::new(global, &self.input, &self.coding)?;
        prepared.privacy = self.privacy.pseudonyms(&prepared.inputs)?;
        if self.all_evidence {
            prepared.settings.evidence = EvidenceOf::All;
        }
        if self.sensitivity {
            sensitivity::check(&prepared.inputs)?;
        }
        let earlier = folder::earlier_results(&self.output)?;
        let mut outputs = OutputDir::create(&self.output)?;
        let mut sink = RunSink::open(&mut outputs, &prepared, report::sample(&self))?;
        let read = prepared.run(&mut sink, global.quiet)?;

        let (tally, sample, mut written) = sink.finish(&mut outputs)?;
        let flow = manifest::flow(&read, &prepared);
        let mut tables = tally.tables(&flow);
        let masked = self.suppress.map(|k| tally.suppress(&flow, k));
        if let Some(masked) = &masked {
            masked.hide(&mut tables);
        }
        if self.sensitivity {
            let mut table = sensitivity::table(&self, global)?;
            if let Some(masked) = &masked {
                masked.hide_rows(&mut table);
            }
            tables.push(table);
        }
        let codes = prepared.scorer.codebook().codes();
        let files = manifest::files_read(&prepared, &read);
        // Hashing takes as long as all of this.
        let (digests, drawn) = both(
            || manifest::digests(&files),
            || {
                let (mut tests, figures) = both(|| tally.tests(), || figures::draw(&tables, self.lang, &codes));
                if let Some(masked) = &masked {
                    tests = masked.hide_tests(&tables, tests);
                }
                let figures = figures?;
                written.extend(tables::write(&mut outputs, &tables, &tests, self.lang, &codes)?);
                written.extend(figures.write(&mut outputs)?);
                anyhow::Ok((tests, figures.problems))
            },
        );
        let (tests, problems) = drawn?;
        let file = outputs.output("tables/examples.csv")?;
        // An example is a single post.
        let examples = if self.suppress.is_some() {
            Vec::new()
        } else {
            tally.examples()
        };
        written.push(outputs.keep(write_examples(&examples, file, CsvOptions::default())?)?);

        let by_stance = tables
            .iter()
            .find(|table| table.name == "account_type_by_stance")
            .cloned();
        let mut manifest = making.manifest(&self, &prepared, &read, digests, (masked.as_ref(), written))?;
        if let Some(sample) = sample {
            let counted = Counted {
                tables,
                tests,
                examples: tally.examples(),
            };
            report::write(&mut outputs, &self, &prepared, &mut manifest, sample, counted)?;
        }
        let file = outputs.output("manifest.json")?;
        outputs.keep(manifest.write(file)?)?;
        let new = outputs.commit()?;
        folder::remove_stale(&self.output, &earlier, &new)?;

        if !global.quiet {
            Self::summarise(&prepared, &read, by_stance.as_ref(), masked.as_ref())?;
            if self.sensitivity && masked.is_some() {
                writeln!(io::stderr(), "\nnote: tables/sensitivity.csv: {OVERLAP}")?;
            }
            for problem in problems {
                writeln!(io::stderr(), "\nnote: {problem}")?;
            }
            let seconds = making.seconds();
            let dir = self.output.display();
            let files = super::counted(new.len(), "file");
            writeln!(io::stderr().lock(), "\n{files} in {dir} ({seconds:.1} s)")?;
        }
        Ok(super::conclude(&read, self.coding.strict, masked.as_ref())?)
    }

    /// What became of the records, and account type by stance, on standard error.
    fn summarise(
        prepared: &Prepared,
        report: &Report,
        by_stance: Option<&Table>,
        masked: Option<&MaskedStudy>,
    ) -> io::Result<()> {
        let types: Vec<String> = prepared
            .rules
            .types()
            .iter()
            .map(|kind| kind.name().to_owned())
            .collect();
        let mut out = io::stderr().lock();
        write!(out, "{}", summary::flow(report, masked))?;
        if let Some(table) = by_stance {
            let counts = summary::account_type_by_stance(table, &types);
            writeln!(out, "\nposts with a stance\n{}", counts.trim_end())?;
        }
        let accounts = prepared.options.accounts.as_deref();
        for warning in summary::warnings(report, &prepared.rules, accounts, masked) {
            writeln!(out, "\nnote: {warning}")?;
        }
        Ok(())
    }
}
