//! How a study was made.

use std::{collections::BTreeMap, env, path::PathBuf, time::Instant};

use anyhow::Result;

use super::Run;
use crate::{
    cli::{self, reading::Prepared, summary},
    export::{Digest, Input, Manifest, Named, Told, Written, digest_bytes, digest_file},
    ingest,
    model::Exclusion,
    pipeline::{FileReport, Report},
    privacy::Pseudonyms,
    score::Relevance,
    tabulate::{FileFlow, Flow, MaskedStudy, TallyOptions},
};

/// What became of the records of each input, under the name the input has in the outputs.
pub(super) fn flow(report: &Report, prepared: &Prepared) -> Flow {
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

/// A run from its beginning, as the manifest tells it.
pub(super) struct Making {
    started: Instant,
    started_at: jiff::Timestamp,
}

impl Making {
    pub(super) fn begin() -> Self {
        Making {
            started: Instant::now(),
            started_at: jiff::Timestamp::now(),
        }
    }

    /// Seconds since the run began.
    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// How the study was made, once all but the manifest is written.
    ///
    /// # Errors
    /// An input cannot be hashed.
    pub(super) fn manifest(
        &self,
        run: &Run,
        prepared: &Prepared,
        report: &Report,
        mut digests: Digests,
        (masked, outputs): (Option<&MaskedStudy>, Vec<Written>),
    ) -> Result<Manifest> {
        let scheme = &prepared.scorer.codebook().scheme;
        let lexicons: Vec<Digest> = prepared
            .lexicons
            .iter()
            .map(|file| digest_bytes(&file.name, file.text.as_bytes()))
            .collect();
        let rules = lexicons.last().map(|digest| Named {
            id: digest.path.clone(),
            version: format!("sha256:{}", digest.sha256),
        });
        let total = report.flow.total();
        Ok(Manifest {
            minyi: Manifest::VERSION.to_owned(),
            arguments: arguments(prepared, &run.input.named()),
            started: self.started_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            wall_seconds: (self.seconds() * 1000.0).round() / 1000.0,
            codebook: Named {
                id: scheme.id.clone(),
                version: scheme.version.clone(),
            },
            account_rules: rules.unwrap_or_default(),
            settings: settings(prepared, run.suppress),
            seeds: BTreeMap::from([("monte_carlo".to_owned(), TallyOptions::default().monte_carlo.seed)]),
            inputs: report
                .files
                .iter()
                .map(|file| input(file, report, (prepared.privacy.as_ref(), masked), &mut digests))
                .collect::<Result<_>>()?,
            account_tables: account_tables(prepared, &mut digests),
            lexicons,
            excluded: by_reason(&total, None, masked),
            outputs,
        })
    }
}

/// Sizes and hashes of files by their place on the disk; the members of an archive share one file.
pub(super) type Digests = BTreeMap<PathBuf, Digest>;

/// Everything that was read, by name.
pub(super) fn files_read(prepared: &Prepared, report: &Report) -> Vec<String> {
    let inputs = report.files.iter().map(|file| file.input.to_string());
    let accounts = prepared.options.accounts.iter().flat_map(|accounts| accounts.files());
    inputs.chain(accounts.map(|file| file.to_string())).collect()
}

/// Sizes and hashes of these files, which takes as long as reading them.
pub(super) fn digests(files: &[String]) -> Digests {
    let mut digests = Digests::new();
    for file in files {
        digest(file, &mut digests);
    }
    digests
}

/// Every choice that bears on the results, by name.
fn settings(prepared: &Prepared, suppress: Option<u64>) -> BTreeMap<String, String> {
    let choices = &prepared.settings;
    let originals = if choices.keep_originals { "kept" } else { "excluded" };
    let mut settings = BTreeMap::from([
        ("scope", format!("{:?}", choices.scope).to_lowercase()),
        (
            "relevance",
            match prepared.settings.relevance {
                Some(Relevance::Assumed) => "assumed",
                Some(Relevance::Shown) => "shown",
                None => "by file",
            }
            .to_owned(),
        ),
        ("pulled-in originals", originals.to_owned()),
        ("dedup", choices.dedup.name().to_owned()),
    ]);
    if let Some(collected_at) = prepared.options.collected_at {
        settings.insert("collected at", collected_at.to_string());
    }
    if prepared.privacy.is_some() {
        settings.insert("pseudonyms", "HMAC-SHA256, 64 bits".to_owned());
    }
    if let Some(below) = prepared.abstain {
        settings.insert("stance unclear below", below.to_string());
    }
    if let Some(k) = suppress {
        settings.insert("small counts masked", format!("below {k}"));
    }
    if let Some((from, to)) = choices.window {
        settings.insert("window", format!("{from}..{to}"));
    }
    settings
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn account_tables(prepared: &Prepared, digests: &mut Digests) -> Vec<Digest> {
    let tables = prepared.options.accounts.iter().flat_map(|accounts| accounts.files());
    tables
        .map(|file| {
            let digest = digest(file, digests);
            let path = match &prepared.privacy {
                Some(privacy) => privacy.file(file).to_string(),
                None => digest.path.clone(),
            };
            Digest { path, ..digest }
        })
        .collect()
}

/// Posts left out by reason, of a file or of all.
fn by_reason(flow: &FileFlow, file: Option<&str>, masked: Option<&MaskedStudy>) -> BTreeMap<String, Told> {
    Exclusion::ALL
        .into_iter()
        .map(|why| {
            let hidden = masked.is_some_and(|masked| masked.hides_step(file, why.name()));
            (why.name().to_owned(), Told::new(flow.excluded(why), hidden))
        })
        .collect()
}

/// Size and hash of the file an input lies in. A pipe was read once and cannot be read again.
fn digest(input: &str, digests: &mut Digests) -> Digest {
    let disk = ingest::place(input).disk;
    let unknown = |why: &str| Digest {
        path: input.to_owned(),
        bytes: 0,
        sha256: format!("not known: {why}"),
    };
    if input == "-" {
        return unknown("standard input");
    }
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
    (privacy, masked): (Option<&Pseudonyms>, Option<&MaskedStudy>),
    digests: &mut Digests,
) -> Result<Input> {
    let mut digest = digest(&file.input, digests);
    let flow = report
        .flow
        .files()
        .find(|(name, _)| **name == file.input)
        .map(|(_, flow)| flow.clone())
        .unwrap_or_default();
    let told = |n: u64| Told::new(n, masked.is_some_and(|masked| masked.is_small(n)));
    let mut repairs: BTreeMap<String, Told> = file
        .repairs
        .iter()
        .map(|(name, &n)| ((*name).to_owned(), told(n)))
        .collect();
    if let Ok(recognition) = &file.recognition {
        let of_file = recognition.file_repairs(file.summary);
        repairs.extend(of_file.into_iter().map(|(name, n)| (name.to_owned(), told(n))));
    }
    let (mut exporter, encoding) = match &file.recognition {
        Ok(recognition) => (recognition.exporter.clone(), recognition.encoding.to_owned()),
        Err(error) => (format!("not read: {}", cli::chain(error)), String::new()),
    };
    if let Some(privacy) = privacy {
        digest.path = privacy.file(&file.input).to_string();
        exporter = privacy.message(&exporter);
    }
    let name = privacy.map_or_else(
        || file.input.to_string(),
        |privacy| privacy.file(&file.input).to_string(),
    );
    let hides = |step: &str| masked.is_some_and(|masked| masked.hides_step(Some(&name), step));
    let told = |step: &str, n: u64| Told::new(n, hides(step));
    let excluded = by_reason(&flow, Some(&name), masked);
    // The posts are what the others leave.
    let any_hidden = ["read", "rejected", "accounts", "coded"].into_iter().any(hides)
        || excluded.values().any(|n| n.get().is_none());
    Ok(Input {
        file: digest,
        exporter,
        encoding,
        relevance: file
            .topical
            .map(|topical| summary::relevance(topical, masked))
            .unwrap_or_default(),
        rows_read: told("read", flow.read),
        posts: Told::new(flow.read - flow.rejected - flow.accounts, any_hidden),
        rejected: told("rejected", flow.rejected),
        accounts: told("accounts", flow.accounts),
        repairs,
        excluded,
    })
}
