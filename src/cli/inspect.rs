use std::{
    collections::BTreeMap,
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;
use clap::Args;

use super::{
    Global,
    paint::Paint,
    progress::Bar,
    reading::{InputArgs, account_rules, layouts},
    summary,
};
use crate::{
    classify::Rules,
    ingest::{Field, Layouts, Outcome, Reader, Recognition},
    model::Post,
    pipeline::Progress,
};

/// What was recognised in a file: exporter, encoding, columns, what is missing and what that means
///
/// Reads the whole file without coding it, and shows the first posts as they were read.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  minyi inspect weibo.csv users/*.json")]
pub(super) struct Inspect {
    #[command(flatten)]
    input: InputArgs,
    /// Posts to show of each file
    #[arg(long, value_name = "N", default_value_t = 3)]
    rows: usize,
}

/// Records between two looks at the progress bar.
const SHOW_EVERY: u64 = 10_000;

/// What it means for the results that all of these fields are missing.
const CONSEQUENCES: [(&[Field], &str); 5] = [
    (&[Field::Id, Field::Bid], "posts cannot be recognised as duplicates"),
    (
        &[Field::CreatedAt],
        "no daily table, and --window leaves every post out",
    ),
    (
        &[Field::UserId],
        "no account-level table: posts of one account cannot be told from posts of many",
    ),
    (&[Field::ScreenName], "account types cannot be told by name"),
    (
        &[Field::IsRepost, Field::IsOriginal, Field::RetweetId],
        "reposts are recognised by their text alone",
    ),
];

impl Inspect {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let (rules, _) = account_rules(None)?;
        let layouts = layouts()?;
        let mut failed = false;
        let mut out = io::stdout().lock();
        let inputs = self.input.inputs()?;
        for input in inputs {
            let bar = Bar::new(std::slice::from_ref(&input), global.quiet);
            let report = self.one(&input, &layouts, &rules, &bar);
            bar.finish();
            match report {
                Ok(report) => writeln!(out, "{report}")?,
                Err(error) => {
                    failed = true;
                    writeln!(out, "{}\n  not read: {error:#}\n", Paint::for_stdout().bold(&input))?;
                }
            }
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn one(&self, input: &str, layouts: &Layouts, rules: &Rules, bar: &Bar) -> Result<String> {
        let mut reader = Reader::open(input, layouts, &self.input.options())?;
        let layout = reader.layout();
        let (mut posts, mut originals, mut reposts) = (0u64, 0u64, 0u64);
        let mut rejects: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut repairs: BTreeMap<&str, u64> = BTreeMap::new();
        let mut account_types: BTreeMap<String, u64> = BTreeMap::new();
        let mut first = Vec::new();
        let mut records = 0;
        while let Some(record) = reader.next_record() {
            records += 1;
            if records % SHOW_EVERY == 0 {
                bar.show(Progress {
                    records,
                    bytes: reader.bytes_read(),
                });
            }
            let converted = layout.convert(record);
            for repair in converted.repairs {
                *repairs.entry(repair.name()).or_default() += 1;
            }
            match converted.outcome {
                Outcome::Post(post, pulled_in) => {
                    posts += 1;
                    originals += u64::from(pulled_in);
                    reposts += u64::from(post.is_repost);
                    *account_types
                        .entry(rules.classify(&post.author).kind.name().to_owned())
                        .or_default() += 1;
                    if first.len() < self.rows {
                        first.push(*post);
                    }
                }
                Outcome::Reject(reject) => {
                    rejects
                        .entry(reject.reason.to_string())
                        .or_insert((0, reject.source.row))
                        .0 += 1;
                }
            }
        }
        let recognition = reader.recognition();
        let summary = reader.summary();
        let paint = Paint::for_stdout();
        let mut out = head(recognition, input, paint);
        let rejected: u64 = rejects.values().map(|(n, _)| n).sum();
        out += &format!(
            "  records    {} read: {posts} posts, {rejected} rejected\n",
            summary.records
        );
        for (reason, (n, row)) in &rejects {
            out += &format!("             {n} rejected: {reason} (first: record {row})\n");
        }
        if originals > 0 {
            out += &format!(
                "             {originals} originals pulled in by their reposts: excluded unless --keep-originals\n"
            );
        }
        out += &format!("             {reposts} reposts\n");
        for (repair, n) in repairs {
            out += &format!("  repaired   {n} × {repair}\n");
        }
        if summary.invalid_sequences > 0 {
            out += &format!(
                "  repaired   {} × invalid bytes read as U+FFFD\n",
                summary.invalid_sequences
            );
        }
        if summary.header_changes > 0 {
            out += &format!(
                "  repaired   {} × header changed within the file\n",
                summary.header_changes
            );
        }
        let types: Vec<String> = account_types.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        out += &format!("  accounts   posts by account type: {}\n", types.join(", "));
        if let Some(warning) = summary::account_warning(recognition, rules) {
            out += &format!("             {warning}\n");
        }
        for post in &first {
            out += &show(post);
        }
        Ok(out)
    }
}

fn head(recognition: &Recognition, input: &str, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(input));
    let url = if recognition.url.is_empty() {
        String::new()
    } else {
        format!(" <{}>", recognition.url)
    };
    out += &format!("  exporter   {} ({}){url}\n", recognition.exporter, recognition.title);
    let gzip = if recognition.gzip { ", gzipped" } else { "" };
    out += &format!(
        "  file       {}{gzip}, {} ({})\n",
        recognition.container, recognition.encoding, recognition.encoding_source
    );
    for (i, (field, columns)) in recognition.fields.iter().enumerate() {
        let name = if i == 0 { "fields" } else { "" };
        out += &format!("  {name:<9}  {field} ← {}\n", columns.join(", "));
    }
    let used: Vec<&String> = recognition.fields.iter().flat_map(|(_, columns)| columns).collect();
    let unused: Vec<&str> = recognition
        .columns
        .iter()
        .filter(|column| !used.contains(column))
        .map(String::as_str)
        .collect();
    if !unused.is_empty() {
        out += &format!(
            "  not used   {}  (--keep copies a column to the output)\n",
            unused.join(", ")
        );
    }
    for (fields, consequence) in CONSEQUENCES {
        if fields.iter().all(|field| recognition.missing.contains(field)) {
            out += &format!("  missing    {}: {consequence}\n", fields[0]);
        }
    }
    for column in &recognition.kept_missing {
        out += &format!("  missing    {column}: asked for by --keep, not in this file\n");
    }
    if recognition.user_id_from_file_name {
        out += "             the user id is taken from the file's name\n";
    }
    if recognition.rounded_ids {
        out += "             all ids end in 0: a spreadsheet rounded them, they do not tell posts apart\n";
    }
    out
}

fn show(post: &Post) -> String {
    let text: String = post
        .text
        .chars()
        .take(60)
        .collect::<String>()
        .replace(['\n', '\r'], " ");
    let more = if post.text.chars().count() > 60 { "…" } else { "" };
    let when = post
        .created_at
        .map(|at| at.to_string())
        .unwrap_or_else(|| "no date".to_owned());
    let who = post
        .author
        .screen_name
        .as_deref()
        .or(post.author.user_id.as_deref())
        .unwrap_or("no author");
    format!(
        "  record {:<4} {} · {who} · {when}\n             {text}{more}\n",
        post.source.row, post.id
    )
}
