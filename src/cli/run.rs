mod sensitivity;
mod tables;

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::{
    Global,
    privacy::PrivacyArgs,
    reading::{CodingArgs, InputArgs, Prepared},
    summary,
    table::LangFlag,
};
use crate::{
    codebook::Codebook,
    error,
    export::{
        CodedSchema, CodedWriter, CsvOptions, Digest, EvidenceWriter, ExcludedWriter, Input, Manifest, Named, Output,
        OutputDir, OutputFormat, RejectsWriter, Written, digest_bytes, digest_file, write_examples,
    },
    ingest,
    model::{CodedPost, Excluded, Exclusion, Reject},
    pipeline::{FileReport, Report, Sink},
    privacy::Pseudonyms,
    tabulate::{Flow, Tally, TallyOptions},
};

/// The whole study: coded posts, evidence, tables, manifest
///
/// Reads exported posts, codes every one and writes into DIR:
///
///   coded.csv, coded.parquet   one row a post: account type, stance, codes
///   evidence.csv               every term found: where, in what context, what it weighs
///   tables/*.csv               counts with base, share and interval; tests.csv
///   tables/print/              the same as a paper prints them: .md, .tex, .html, .xlsx
///   rejects.csv, excluded.csv  records that are no posts, posts left out, each with its reason
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
    /// Mask counts below K in every table, and those that would give them away
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(2..), help_heading = "Privacy")]
    suppress: Option<u64>,
    /// Count again under other choices into tables/sensitivity.csv: originals only, accounts, who is an individual, relevance
    #[arg(long)]
    sensitivity: bool,
    /// Language of the printed tables in tables/print
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
        let started = Instant::now();
        let started_at = jiff::Timestamp::now();
        let mut prepared = Prepared::new(global, &self.input, &self.coding)?;
        prepared.privacy = self.privacy.pseudonyms(&prepared.inputs)?;
        if self.sensitivity {
            sensitivity::check(&prepared.inputs)?;
        }
        let earlier = earlier_results(&self.output)?;
        let mut outputs = OutputDir::create(&self.output)?;
        let mut sink = RunSink::open(&mut outputs, &prepared)?;
        let report = prepared.run(&mut sink, global.quiet)?;

        let (tally, mut written) = sink.finish(&mut outputs)?;
        let mut tables = tally.tables(&flow(&report, &prepared));
        let mut tests = tally.tests();
        if let Some(k) = self.suppress {
            tests = tally.suppress(&mut tables, tests, k);
        }
        if self.sensitivity {
            let mut table = sensitivity::table(&self, global)?;
            if let Some(k) = self.suppress {
                table.suppress_rows(k);
            }
            tables.push(table);
        }
        let codes = prepared.scorer.codebook().codes();
        written.extend(tables::write(&mut outputs, &tables, &tests, self.lang, &codes)?);
        let file = outputs.output("tables/examples.csv")?;
        written.push(outputs.keep(write_examples(&tally.examples(), file, CsvOptions::default())?)?);

        let manifest = manifest(
            &self.input.named(),
            self.suppress,
            &prepared,
            &report,
            written,
            started_at,
            started,
        )?;
        let file = outputs.output("manifest.json")?;
        outputs.keep(manifest.write(file)?)?;
        let new = outputs.commit()?;
        remove_stale(&self.output, &earlier, &new)?;

        if !global.quiet {
            let by_stance = tables.iter().find(|table| table.name == "account_type_by_stance");
            let types: Vec<String> = prepared
                .rules
                .types()
                .iter()
                .map(|kind| kind.name().to_owned())
                .collect();
            let mut out = io::stderr().lock();
            write!(out, "{}", summary::flow(&report))?;
            if let Some(table) = by_stance {
                writeln!(
                    out,
                    "\nposts with a stance\n{}",
                    summary::account_type_by_stance(table, &types).trim_end()
                )?;
            }
            for warning in summary::warnings(&report, &prepared.rules, prepared.options.accounts.as_deref()) {
                writeln!(out, "\nnote: {warning}")?;
            }
            let seconds = started.elapsed().as_secs_f64();
            writeln!(
                out,
                "\n{} files in {} ({seconds:.1} s)",
                new.len(),
                self.output.display()
            )?;
        }
        Ok(super::conclude(&report, self.coding.strict)?)
    }
}

/// Files of an earlier run in the folder, from its manifest. Of a run that was killed half-written files lie there, which
/// go. Any other folder that holds something is not ours to fill.
fn earlier_results(dir: &Path) -> Result<Vec<String>> {
    let others =
        remove_left_overs(dir).with_context(|| format!("-o {}: not a folder that can be written to", dir.display()))?;
    let manifest = dir.join("manifest.json");
    if let Ok(text) = fs::read_to_string(&manifest) {
        let manifest: Manifest = serde_json::from_str(&text)
            .with_context(|| format!("{}: not a manifest of minyi; choose another -o", manifest.display()))?;
        return Ok(manifest.outputs.into_iter().map(|output| output.path).collect());
    }
    if others {
        bail!(
            "-o {}: the folder holds other files and no manifest.json of minyi; choose an empty one",
            dir.display()
        );
    }
    Ok(Vec::new())
}

/// Removes what a killed run left half-written; whether the folder holds anything else.
fn remove_left_overs(dir: &Path) -> io::Result<bool> {
    let tables = dir.join("tables");
    let print = tables.join("print");
    let mut others = false;
    for folder in [dir, &tables, &print] {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            if Output::is_left_over(&path) {
                fs::remove_file(&path)?;
            } else if path != tables && path != print {
                others = true;
            }
        }
    }
    Ok(others)
}

/// Removes files of the earlier run that this one did not write, so that no old table stands beside new ones.
fn remove_stale(dir: &Path, earlier: &[String], new: &[Written]) -> Result<()> {
    for name in earlier
        .iter()
        .filter(|name| !new.iter().any(|file| file.path == **name))
    {
        // A manifest can be edited; nothing outside the folder is touched.
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        let path = dir.join(name);
        if inside && path.is_file() {
            fs::remove_file(&path).with_context(|| format!("{}: cannot remove the earlier result", path.display()))?;
        }
    }
    Ok(())
}

struct RunSink {
    csv: CodedWriter,
    parquet: CodedWriter,
    evidence: EvidenceWriter,
    rejects: RejectsWriter,
    excluded: ExcludedWriter,
    tally: Tally,
}

impl RunSink {
    fn open(outputs: &mut OutputDir, prepared: &Prepared) -> Result<Self> {
        let codes = prepared.scorer.codebook().codes();
        let schema = CodedSchema::new(&codes, &prepared.options.keep);
        let options = CsvOptions::default();
        let tally_options = TallyOptions {
            window: prepared.settings.window,
            ..TallyOptions::default()
        };
        Ok(RunSink {
            csv: CodedWriter::new(outputs.output("coded.csv")?, OutputFormat::Csv, &schema, options)?,
            parquet: CodedWriter::new(
                outputs.output("coded.parquet")?,
                OutputFormat::Parquet,
                &schema,
                options,
            )?,
            evidence: EvidenceWriter::new(outputs.output("evidence.csv")?, options)?,
            rejects: RejectsWriter::new(outputs.output("rejects.csv")?, options)?,
            excluded: ExcludedWriter::new(outputs.output("excluded.csv")?, options)?,
            tally: Tally::new(&codes, prepared.rules.types(), tally_options),
        })
    }

    fn finish(self, outputs: &mut OutputDir) -> Result<(Tally, Vec<Written>)> {
        let files = [
            self.csv.finish()?,
            self.parquet.finish()?,
            self.evidence.finish()?,
            self.rejects.finish()?,
            self.excluded.finish()?,
        ];
        let written = files
            .into_iter()
            .map(|file| outputs.keep(file))
            .collect::<error::Result<Vec<_>>>()?;
        Ok((self.tally, written))
    }
}

impl Sink for RunSink {
    fn coded(&mut self, post: &CodedPost) -> error::Result<()> {
        self.csv.write(post)?;
        self.parquet.write(post)?;
        self.evidence.write(post)?;
        self.tally.add(post);
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> error::Result<()> {
        self.rejects.write(reject)
    }

    fn excluded(&mut self, excluded: &Excluded) -> error::Result<()> {
        self.excluded.write(excluded)
    }
}

/// What became of the records of each input, under the name the input has in the outputs.
fn flow(report: &Report, prepared: &Prepared) -> Flow {
    let Some(privacy) = &prepared.privacy else {
        return report.flow.clone();
    };
    let mut flow = Flow::default();
    for (input, counts) in report.flow.files() {
        *flow.file(&privacy.file(input)) = counts.clone();
    }
    flow
}

/// The command line; of a run with pseudonyms without the files that were read.
fn arguments(prepared: &Prepared, named: &[String]) -> Vec<String> {
    let names_one = |argument: &str| named.iter().any(|file| argument.contains(file.as_str()));
    let shown = |argument: String| match prepared.privacy {
        Some(_) if names_one(&argument) => "[input]".to_owned(),
        _ => argument,
    };
    env::args().map(shown).collect()
}

fn manifest(
    named: &[String],
    suppress: Option<u64>,
    prepared: &Prepared,
    report: &Report,
    outputs: Vec<Written>,
    started_at: jiff::Timestamp,
    started: Instant,
) -> Result<Manifest> {
    let codebook: &Codebook = prepared.scorer.codebook();
    let total = report.flow.total();
    let lexicons: Vec<Digest> = prepared
        .lexicons
        .iter()
        .map(|file| digest_bytes(&file.name, file.text.as_bytes()))
        .collect();
    let rules_file = lexicons.last().map(|digest| digest.path.clone()).unwrap_or_default();
    let rules_version = lexicons
        .last()
        .map(|digest| format!("sha256:{}", digest.sha256))
        .unwrap_or_default();
    let options = TallyOptions::default();
    // The members of an archive share one file.
    let mut digests = BTreeMap::new();
    let mut settings = BTreeMap::from([
        (
            "scope".to_owned(),
            format!("{:?}", prepared.settings.scope).to_lowercase(),
        ),
        (
            "relevance".to_owned(),
            if prepared.searched { "assumed" } else { "shown" }.to_owned(),
        ),
        (
            "pulled-in originals".to_owned(),
            if prepared.settings.keep_originals {
                "kept"
            } else {
                "excluded"
            }
            .to_owned(),
        ),
        ("dedup".to_owned(), prepared.settings.dedup.name().to_owned()),
    ]);
    if let Some(collected_at) = prepared.options.collected_at {
        settings.insert("collected at".to_owned(), collected_at.to_string());
    }
    if prepared.privacy.is_some() {
        settings.insert("pseudonyms".to_owned(), "HMAC-SHA256, 64 bits".to_owned());
    }
    if let Some(k) = suppress {
        settings.insert("small counts masked".to_owned(), format!("below {k}"));
    }
    if let Some((from, to)) = prepared.settings.window {
        settings.insert("window".to_owned(), format!("{from}..{to}"));
    }
    Ok(Manifest {
        minyi: Manifest::VERSION.to_owned(),
        arguments: arguments(prepared, named),
        started: started_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        wall_seconds: (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        codebook: Named {
            id: codebook.scheme.id.clone(),
            version: codebook.scheme.version.clone(),
        },
        account_rules: Named {
            id: rules_file,
            version: rules_version,
        },
        settings,
        seeds: BTreeMap::from([("monte_carlo".to_owned(), options.monte_carlo.seed)]),
        inputs: report
            .files
            .iter()
            .map(|file| input(file, report, prepared.privacy.as_ref(), &mut digests))
            .collect::<Result<_>>()?,
        account_tables: prepared
            .options
            .accounts
            .iter()
            .flat_map(|accounts| accounts.files())
            .map(|file| {
                let digest = digest(file, &mut digests);
                let path = prepared
                    .privacy
                    .as_ref()
                    .map_or_else(|| digest.path.clone(), |privacy| privacy.file(file).to_string());
                Digest { path, ..digest }
            })
            .collect(),
        lexicons,
        excluded: Exclusion::ALL
            .into_iter()
            .map(|why| (why.name().to_owned(), total.excluded(why)))
            .collect(),
        outputs,
    })
}

/// Size and hash of the file an input lies in. A pipe was read once and cannot be read again.
fn digest(input: &str, digests: &mut BTreeMap<PathBuf, Digest>) -> Digest {
    let disk = ingest::place(input).disk;
    let unknown = |why: &str| Digest {
        path: input.to_owned(),
        bytes: 0,
        sha256: format!("not known: {why}"),
    };
    if disk.exists() && !disk.is_file() {
        return unknown("not a regular file");
    }
    let digest = match digests.get(&disk) {
        Some(known) => known.clone(),
        None => match digest_file(&disk) {
            Ok(new) => digests.entry(disk).or_insert(new).clone(),
            Err(_) => return unknown("could not be read"),
        },
    };
    Digest {
        path: input.to_owned(),
        ..digest
    }
}

fn input(
    file: &FileReport,
    report: &Report,
    privacy: Option<&Pseudonyms>,
    digests: &mut BTreeMap<PathBuf, Digest>,
) -> Result<Input> {
    let mut digest = match &*file.input {
        "-" => Digest {
            path: "-".to_owned(),
            bytes: 0,
            sha256: "not known: standard input".to_owned(),
        },
        path => digest(path, digests),
    };
    let flow = report
        .flow
        .files()
        .find(|(name, _)| **name == file.input)
        .map(|(_, flow)| flow.clone())
        .unwrap_or_default();
    let mut repairs: BTreeMap<String, u64> = file.repairs.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
    if file.summary.invalid_sequences > 0 {
        repairs.insert("invalid bytes replaced".to_owned(), file.summary.invalid_sequences);
    }
    if file.summary.header_changes > 0 {
        repairs.insert("header changed within the file".to_owned(), file.summary.header_changes);
    }
    let (mut exporter, encoding) = match &file.recognition {
        Ok(recognition) => (recognition.exporter.clone(), recognition.encoding.to_owned()),
        Err(error) => (format!("not read: {}", super::chain(error)), String::new()),
    };
    if let Some(privacy) = privacy {
        digest.path = privacy.file(&file.input).to_string();
        exporter = privacy.message(&exporter);
    }
    Ok(Input {
        file: digest,
        exporter,
        encoding,
        rows_read: flow.read,
        posts: flow.read - flow.rejected - flow.accounts,
        rejected: flow.rejected,
        accounts: flow.accounts,
        repairs,
        excluded: Exclusion::ALL
            .into_iter()
            .map(|why| (why.name().to_owned(), flow.excluded(why)))
            .collect(),
    })
}
