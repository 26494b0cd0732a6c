//! Coded posts as CSV, JSON lines or Parquet.

use std::path::Path;

use crate::error::{Error, Result};
use crate::model::CodedPost;

use super::{
    CodedSchema, CsvOptions, Output, columns::Cell, jsonl::JsonLines, number::score, parquet::Parquet, sheet::Sheet,
};

/// A format of coded posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// Comma-separated values.
    Csv,
    /// One JSON object a line; a missing value is `null`.
    JsonLines,
    /// Apache Parquet, compressed with zstd. Text is UTF8 and optional, numbers are INT64 and optional, booleans BOOLEAN and required,
    /// `stance_score` is DOUBLE; `created_at` is text as in CSV, because a post may tell its day only.
    Parquet,
}

impl OutputFormat {
    /// The format by the ending of the path: `.csv`, `.jsonl` or `.ndjson`, `.parquet`; `-` (standard output) is CSV.
    pub fn from_path(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(OutputFormat::Csv);
        }
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match ending.as_str() {
            "csv" => Ok(OutputFormat::Csv),
            "jsonl" | "ndjson" => Ok(OutputFormat::JsonLines),
            "parquet" => Ok(OutputFormat::Parquet),
            _ => Err(Error::Input {
                file: path.display().to_string(),
                problem: "cannot tell the format to write; end the name in .csv, .jsonl or .parquet".to_owned(),
            }),
        }
    }
}

/// Writes coded posts, one a row, in any format.
pub struct CodedWriter {
    schema: CodedSchema,
    inner: Inner,
}

enum Inner {
    Csv(Box<Sheet>),
    JsonLines(Box<JsonLines>),
    Parquet(Box<Parquet>),
}

impl CodedWriter {
    /// Begins a file. `csv` matters for CSV alone.
    pub fn new(out: Output, format: OutputFormat, schema: &CodedSchema, csv: CsvOptions) -> Result<Self> {
        let inner = match format {
            OutputFormat::Csv => {
                let names = schema.columns().iter().map(|column| column.name.as_str());
                Inner::Csv(Box::new(Sheet::new(out, csv, names)?))
            }
            OutputFormat::JsonLines => Inner::JsonLines(Box::new(JsonLines::new(out, schema.columns()))),
            OutputFormat::Parquet => Inner::Parquet(Box::new(Parquet::new(out, schema.columns())?)),
        };
        Ok(CodedWriter {
            schema: schema.clone(),
            inner,
        })
    }

    /// Writes one post.
    pub fn write(&mut self, coded: &CodedPost) -> Result<()> {
        match &mut self.inner {
            Inner::Csv(sheet) => {
                self.schema.cells(coded, |cell| write_cell(sheet, &cell))?;
                sheet.end_row()
            }
            Inner::JsonLines(lines) => {
                self.schema.cells(coded, |cell| lines.cell(&cell))?;
                lines.end_row()
            }
            Inner::Parquet(file) => {
                self.schema.cells(coded, |cell| file.cell(cell))?;
                file.end_row()
            }
        }
    }

    /// Writes what is still held back. The caller commits the output, or drops it and nothing was written.
    pub fn finish(self) -> Result<Output> {
        match self.inner {
            Inner::Csv(sheet) => sheet.finish(),
            Inner::JsonLines(lines) => Ok(lines.finish()),
            Inner::Parquet(file) => file.finish(),
        }
    }
}

fn write_cell(sheet: &mut Sheet, cell: &Cell<'_>) -> Result<()> {
    match cell {
        Cell::Missing => sheet.cell(""),
        Cell::Text(text) => sheet.cell(text.as_ref()),
        Cell::Number(n) => sheet.cell(n.to_string()),
        Cell::Flag(flag) => sheet.cell(if *flag { "true" } else { "false" }),
        Cell::Score(value) => sheet.cell(score(*value)),
    }
}
