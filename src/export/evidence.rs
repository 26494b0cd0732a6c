//! evidence.csv: every term found, where, and what it was taken to mean.

use crate::error::{Error, Result};
use crate::model::{CodedPost, Evidence};

use super::{CsvOptions, Output, sheet::Sheet};

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
/// stands between them, `weight` is printed in its shortest form.
pub struct EvidenceWriter {
    sheet: Sheet,
}

impl EvidenceWriter {
    /// Begins the file.
    pub fn new(out: Output, csv: CsvOptions) -> Result<Self> {
        Ok(EvidenceWriter {
            sheet: Sheet::new(out, csv, COLUMNS)?,
        })
    }

    /// Writes the evidence of one post, in the order of its text. Fails where a span does not lie in the text.
    pub fn write(&mut self, coded: &CodedPost) -> Result<()> {
        let row = coded.post.source.row.to_string();
        for evidence in &coded.verdict.evidence {
            let text = slice(coded, evidence)?;
            self.sheet.row([
                &*coded.post.source.file,
                &row,
                &coded.post.id,
                &evidence.code,
                &evidence.term,
                &evidence.start.to_string(),
                &evidence.end.to_string(),
                text,
                evidence.context.name(),
                &evidence.weight.to_string(),
                &evidence.rule,
            ])?;
        }
        Ok(())
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Output> {
        self.sheet.finish()
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
