mod counts;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Result;
use clap::Args;

use counts::Counts;

use super::{
    Global,
    paint::Paint,
    progress::Bar,
    reading::{InputArgs, account_rules, layouts},
    summary,
};
use crate::{
    classify::Rules,
    ingest::{self, EncodingSource, Field, Layouts, Options, Reader, Recognition, Unit},
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

/// Columns that no field is read from: so many are named.
const COLUMNS_SHOWN: usize = 100;

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
        let options = self.input.options(&inputs, &layouts)?;
        let read = Reading {
            layouts: &layouts,
            rules: &rules,
            options: &options,
        };
        for input in inputs {
            let bar = Bar::new(std::slice::from_ref(&input), global.quiet);
            let report = self.one(&input, &read, &bar);
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

    fn one(&self, input: &str, read: &Reading<'_>, bar: &Bar) -> Result<String> {
        let options = Options {
            accounts: None,
            ..read.options.clone()
        };
        let mut reader = Reader::open(input, read.layouts, &options)?;
        let layout = reader.layout();
        let mut counts = Counts::default();
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
            if let Some(post) = counts.add(layout.convert(record), read.rules, read.options.accounts.as_deref())
                && first.len() < self.rows
            {
                first.push(*post);
            }
        }
        let recognition = reader.recognition();
        let mut out = head(recognition, input, Paint::for_stdout());
        out += &counts.show(
            recognition,
            reader.summary(),
            read.rules,
            read.options.accounts.as_deref(),
        );
        if let Some(warning) = summary::account_warning(recognition, read.rules, read.options.accounts.as_deref())
            && recognition.unit != Unit::Account
            && recognition.without_text.is_none()
        {
            out += &format!("             {warning}\n");
        }
        for post in &first {
            out += &show(post);
        }
        Ok(out)
    }
}

/// What every file is read with.
struct Reading<'a> {
    layouts: &'a Layouts,
    rules: &'a Rules,
    options: &'a Options,
}

fn head(recognition: &Recognition, input: &str, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(input));
    let url = if recognition.url.is_empty() {
        String::new()
    } else {
        format!(" <{}>", recognition.url)
    };
    out += &format!("  exporter   {} ({}){url}\n", recognition.exporter, recognition.title);
    let packing: String = recognition
        .packing
        .iter()
        .map(|packing| format!(", {packing}"))
        .collect();
    out += &format!(
        "  file       {}{packing}, {} ({})\n",
        recognition.container, recognition.encoding, recognition.encoding_source
    );
    if let Some(why) = &recognition.without_text {
        out += &format!("  no text    {why}\n");
    }
    if recognition.encoding_source == EncodingSource::Guessed {
        out += "             (if the texts below are garbled, name the encoding: --encoding LABEL)\n";
    }
    if !recognition.tables.is_empty() {
        out += &format!("  read       {}\n", recognition.tables.join(", "));
    }
    if !recognition.tables_not_read.is_empty() {
        out += &format!(
            "  not read   {}  (to read one: {}/NAME)\n",
            recognition.tables_not_read.join(", "),
            ingest::place(input).disk.display()
        );
    }
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
        let more = unused.len().saturating_sub(COLUMNS_SHOWN);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        out += &format!(
            "  not used   {}{more}  (--keep copies a column to the output)\n",
            unused[..unused.len().min(COLUMNS_SHOWN)].join(", ")
        );
    }
    let missing = CONSEQUENCES
        .iter()
        .filter(|_| recognition.unit != Unit::Account && recognition.without_text.is_none());
    for (fields, consequence) in missing {
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
        .replace(char::is_control, " ");
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
