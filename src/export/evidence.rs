//! evidence.csv: every term found, where, and what it was taken to mean.

use std::io::Write as _;

use crate::error::{Error, Result};
use crate::model::{CodedPost, Evidence};

use super::{CsvOptions, Output, atomic::failure, rows::Rows};

const COLUMNS: [&str; 11] = [
    "source_file",
    "source_row",
    "post_id",
    "code",
    "term",
    "start",
    "end",
    "text",
    "context",
    "weight",
    "rule",
];

/// Writes evidence.csv: one row a piece of evidence. `start` and `end` are byte offsets in the raw text as collected, `text` is what
/// stands between them, `weight` is printed in its shortest form. The rows are made by [`EvidenceRows::add`], in any thread.
pub struct EvidenceWriter {
    out: Output,
}

/// The evidence of consecutive posts, ready to be written.
#[derive(Default)]
pub struct EvidenceRows(Rows);

impl EvidenceRows {
    /// Adds the evidence of these posts, each in the order of its text.
    ///
    /// # Errors
    /// A span that does not lie in the text.
    pub fn add(&mut self, posts: &[CodedPost]) -> Result<()> {
        let rows = &mut self.0;
        for coded in posts {
            for evidence in &coded.verdict.evidence {
                rows.cell(&*coded.post.source.file);
                rows.shown(coded.post.source.row);
                rows.cell(&coded.post.id);
                rows.cell(&*evidence.code);
                rows.cell(&*evidence.term);
                rows.shown(evidence.start);
                rows.shown(evidence.end);
                rows.cell(slice(coded, evidence)?);
                rows.cell(evidence.context.name());
                rows.shown(evidence.weight);
                rows.cell(&*evidence.rule);
                rows.end_row();
            }
        }
        Ok(())
    }
}

impl EvidenceWriter {
    /// Begins the file.
    pub fn new(mut out: Output, csv: CsvOptions) -> Result<Self> {
        let mut header = Rows::new();
        COLUMNS.iter().for_each(|name| header.cell(name));
        header.end_row();
        csv.begin(&mut out, header)?;
        Ok(EvidenceWriter { out })
    }

    /// Writes the next rows.
    pub fn write(&mut self, rows: EvidenceRows) -> Result<()> {
        self.out
            .write_all(&rows.0.into_bytes())
            .map_err(|source| failure(self.out.path(), "write", source))
    }

    /// Ends the file.
    pub fn finish(self) -> Output {
        self.out
    }
}

fn slice<'a>(coded: &'a CodedPost, evidence: &Evidence) -> Result<&'a str> {
    coded.post.text.get(evidence.start..evidence.end).ok_or_else(|| Error::Input {
        file: coded.post.source.file.to_string(),
        problem: format!(
            "record {}: evidence `{}` for {} at bytes {}..{} is not a part of the text; this is a fault of minyi, please report it",
            coded.post.source.row, evidence.term, evidence.code, evidence.start, evidence.end
        ),
    })
}
