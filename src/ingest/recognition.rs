use std::fmt;

#[cfg(doc)]
use super::Repair;
use super::{EncodingSource, Field, Unit};

/// How the records lie in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Container {
    /// Cells between this delimiter.
    Csv {
        /// `,`, a tab, `;` or `|`.
        delimiter: char,
    },
    /// One JSON object a line.
    JsonLines,
    /// One JSON document.
    Json,
    /// A sheet of a workbook.
    Workbook,
    /// A table of an SQLite database.
    Sqlite,
    /// A parquet file.
    Parquet,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Container::Csv { delimiter: ',' } => "CSV",
            Container::Csv { delimiter: '\t' } => "TSV",
            Container::Csv { .. } => "CSV with another delimiter",
            Container::JsonLines => "JSON lines",
            Container::Json => "JSON",
            Container::Workbook => "workbook",
            Container::Sqlite => "SQLite",
            Container::Parquet => "parquet",
        })
    }
}

/// What a file was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// Name of the layout; `map` where the user named the columns.
    pub exporter: String,
    /// The exporter and what it exports, for people.
    pub title: String,
    /// Where the exporter lives; empty for `map`.
    pub url: String,
    /// What one record is.
    pub unit: Unit,
    /// Why the file holds nothing to code, and what to do; all its records are rejected.
    pub without_text: Option<String>,
    /// How the records lie in the file.
    pub container: Container,
    /// What the file was packed with (`gzip`, `zstd`, `zip`), the outermost first.
    pub packing: Vec<&'static str>,
    /// Sheets or tables that were read, in this order; empty for files that have none.
    pub tables: Vec<String>,
    /// Sheets or tables that were not read, each with what it was taken for.
    pub tables_not_read: Vec<String>,
    /// Tables of accounts in the same file, by their names as inputs.
    pub account_tables: Vec<String>,
    /// WHATWG name of the encoding: `UTF-8`, `gb18030`, ...
    pub encoding: &'static str,
    /// How the encoding is known.
    pub encoding_source: EncodingSource,
    /// Columns of the file (JSON: paths met in the first records), each once.
    pub columns: Vec<String>,
    /// Fields the file can tell, each with its columns, first choice first.
    pub fields: Vec<(Field, Vec<String>)>,
    /// Fields the file cannot tell.
    pub missing: Vec<Field>,
    /// Columns to keep that the file does not have; their values are empty.
    pub kept_missing: Vec<String>,
    /// The author's id is taken from the file's name.
    pub user_id_from_file_name: bool,
    /// The exporter also writes posts that need not match the search, beside their reposts.
    pub pulled_in_originals: bool,
    /// All ids of the first records end in 0: a spreadsheet rounded them to 15 digits.
    pub rounded_ids: bool,
}

impl Recognition {
    /// What was put right in the file as a whole, each with how often: under these names in the manifest, beside [`Repair::name`].
    pub fn file_repairs(&self, summary: Summary) -> Vec<(&'static str, u64)> {
        let all = [
            ("invalid bytes replaced", summary.invalid_sequences),
            ("header changed within the file", summary.header_changes),
            ("index column left aside", u64::from(self.index_column().is_some())),
        ];
        all.into_iter().filter(|(_, n)| *n > 0).collect()
    }

    /// The column that numbers the rows, as pandas writes it when it saves a table: the first, without a name.
    fn index_column(&self) -> Option<&str> {
        let first = self.columns.first()?;
        (first == "column.1" || first.starts_with("Unnamed: ")).then_some(first)
    }
}

/// What there is to say of a file once it is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records read, posts and rejects together.
    pub records: u64,
    /// Invalid byte sequences replaced by U+FFFD.
    pub invalid_sequences: u64,
    /// Times the header came again with other columns; the rows behind were read under the new one.
    pub header_changes: u64,
    /// The file could not be read to its end; the last record is a reject that says why.
    pub broken_off: bool,
}
