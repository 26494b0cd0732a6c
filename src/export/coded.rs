//! Coded posts as CSV, JSON lines or Parquet.

use std::{io::Write as _, path::Path, sync::Arc};

use crate::error::{Error, Result};
use crate::model::CodedPost;

use super::{
    CodedSchema, CsvOptions, Output,
    atomic::failure,
    columns::Cell,
    jsonl::{self, JsonLines},
    parquet::{Buffers, Columns, Layout, Parquet},
    rows::Rows,
};

/// Posts of which rows are made at once: as many as lie near at hand.
const CHUNK: usize = 64;

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

/// Writes coded posts, one a row, in any format. The rows are made by its [`CodedEncoder`], in as many threads as one likes.
pub struct CodedWriter {
    encoder: CodedEncoder,
    inner: Inner,
}

enum Inner {
    Text(Box<Output>),
    Parquet(Box<Parquet>),
}

/// Makes rows of coded posts.
#[derive(Clone)]
pub struct CodedEncoder {
    schema: CodedSchema,
    format: Format,
}

#[derive(Clone)]
enum Format {
    Csv,
    JsonLines(Arc<[String]>),
    Parquet(Arc<Layout>),
}

/// Rows of consecutive posts, ready to be written.
pub struct EncodedPosts(Encoded);

enum Encoded {
    Text(Vec<u8>),
    Columns(Columns),
}

impl CodedWriter {
    /// Begins a file. `csv` matters for CSV alone.
    pub fn new(mut out: Output, format: OutputFormat, schema: &CodedSchema, csv: CsvOptions) -> Result<Self> {
        let (format, inner) = match format {
            OutputFormat::Csv => {
                let mut header = Rows::new();
                schema.columns().iter().for_each(|column| header.cell(&column.name));
                header.end_row();
                csv.begin(&mut out, header)?;
                (Format::Csv, Inner::Text(Box::new(out)))
            }
            OutputFormat::JsonLines => (
                Format::JsonLines(jsonl::keys(schema.columns()).into()),
                Inner::Text(Box::new(out)),
            ),
            OutputFormat::Parquet => {
                let (layout, file) = Parquet::new(out, schema.columns())?;
                (Format::Parquet(layout), Inner::Parquet(Box::new(file)))
            }
        };
        let schema = schema.clone();
        Ok(CodedWriter {
            encoder: CodedEncoder { schema, format },
            inner,
        })
    }

    /// What makes the rows of this file.
    pub fn encoder(&self) -> CodedEncoder {
        self.encoder.clone()
    }

    /// Writes the next rows, which this file's [`CodedEncoder`] made.
    pub fn write(&mut self, posts: EncodedPosts) -> Result<()> {
        match (&mut self.inner, posts.0) {
            (Inner::Text(out), Encoded::Text(bytes)) => out
                .write_all(&bytes)
                .map_err(|source| failure(out.path(), "write", source)),
            (Inner::Parquet(file), Encoded::Columns(columns)) => file.write(columns),
            (Inner::Text(out), Encoded::Columns(_)) => Err(mixed(out.path())),
            (Inner::Parquet(file), Encoded::Text(_)) => Err(mixed(file.path())),
        }
    }

    /// Writes what is still held back. The caller commits the output, or drops it and nothing was written.
    pub fn finish(self) -> Result<Output> {
        match self.inner {
            Inner::Text(out) => Ok(*out),
            Inner::Parquet(file) => file.finish(),
        }
    }
}

fn mixed(path: &Path) -> Error {
    Error::Input {
        file: path.display().to_string(),
        problem: "the rows were made for a file of another format; this is a fault of minyi, please report it"
            .to_owned(),
    }
}

impl CodedEncoder {
    /// Makes the rows of these posts.
    ///
    /// # Errors
    /// A value that the format cannot hold (a count above 2^63 in parquet).
    pub fn encode(&self, posts: &[CodedPost]) -> Result<EncodedPosts> {
        let mut rows = self.begin();
        for posts in posts.chunks(CHUNK) {
            self.add(&mut rows, posts)?;
        }
        rows.end()
    }

    /// No rows yet.
    pub fn begin(&self) -> CodedRows {
        CodedRows(match &self.format {
            Format::Csv => Making::Csv(Rows::new()),
            Format::JsonLines(keys) => Making::JsonLines(JsonLines::new(Arc::clone(keys))),
            Format::Parquet(layout) => Making::Parquet(layout.columns(), Arc::clone(layout)),
        })
    }

    /// Adds the rows of these posts.
    ///
    /// # Errors
    /// As [`CodedEncoder::encode`].
    pub fn add(&self, rows: &mut CodedRows, posts: &[CodedPost]) -> Result<()> {
        match &mut rows.0 {
            Making::Csv(rows) => {
                for post in posts {
                    self.schema.cells(post, |cell| csv_cell(rows, cell));
                    rows.end_row();
                }
            }
            Making::JsonLines(lines) => {
                for post in posts {
                    self.schema.cells(post, |cell| lines.cell(cell));
                    lines.end_row();
                }
            }
            Making::Parquet(columns, _) => columns.add(posts, &self.schema)?,
        }
        Ok(())
    }
}

/// Rows of consecutive posts, of which more may come.
pub struct CodedRows(Making);

enum Making {
    Csv(Rows),
    JsonLines(JsonLines),
    Parquet(Buffers, Arc<Layout>),
}

/// Takes posts that come one after the other a few at a time, as many as lie near at hand, and lets go of them behind that.
///
/// # Errors
/// Those of `take`; no post behind is asked for.
pub fn each_few<'t>(
    posts: &mut dyn Iterator<Item = CodedPost<'t>>,
    mut take: impl FnMut(&[CodedPost<'t>]) -> Result<()>,
) -> Result<()> {
    let mut few = Vec::with_capacity(CHUNK);
    loop {
        few.clear();
        few.extend(posts.take(CHUNK));
        if few.is_empty() {
            return Ok(());
        }
        take(&few)?;
    }
}

impl CodedRows {
    /// The rows, ready to be written.
    ///
    /// # Errors
    /// The format cannot hold them.
    pub fn end(self) -> Result<EncodedPosts> {
        Ok(EncodedPosts(match self.0 {
            Making::Csv(rows) => Encoded::Text(rows.into_bytes()),
            Making::JsonLines(lines) => Encoded::Text(lines.into_bytes()),
            Making::Parquet(columns, layout) => Encoded::Columns(layout.encoded(columns)?),
        }))
    }
}

fn csv_cell(rows: &mut Rows, cell: Cell<'_>) {
    match cell {
        Cell::Missing => rows.cell(""),
        Cell::Text(text) => rows.cell(text),
        Cell::Number(n) => rows.number(n),
        Cell::Flag(flag) => rows.cell(if flag { "true" } else { "false" }),
        Cell::Score(value) => rows.score(value),
    }
}
