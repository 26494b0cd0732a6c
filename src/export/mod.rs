//! Output files: coded posts, evidence, tables, what was rejected and excluded, and how it was all made.
//!
//! Every file is written beside its place under a temporary name and renamed when it is whole ([`Output`]); the files of a study appear
//! together ([`OutputDir`]). Writers take an [`Output`] and give it back from `finish`, so whoever opened it decides what becomes of it.
//!
//! CSV files are UTF-8 without a byte order mark (unless [`CsvOptions::bom`] asks for one), lines end with `\n`, a missing value is an
//! empty cell, booleans are `true` and `false`. Cells are written as collected: a screen name or a text that starts with `=`, `+`, `-`
//! or `@` is other people's writing and is not altered. A spreadsheet takes it for a formula, so import these files with the column type
//! "text" rather than open them with a double click.
//!
//! ```
//! use std::path::Path;
//! use minyi::export::{CodedSchema, CodedWriter, CsvOptions, Output, OutputFormat};
//!
//! # fn main() -> minyi::error::Result<()> {
//! let place = tempfile::tempdir().expect("a temporary directory");
//! let path = place.path().join("coded.csv");
//! let schema = CodedSchema::new(&[], &[]);
//! let writer = CodedWriter::new(Output::create(&path)?, OutputFormat::from_path(&path)?, &schema, CsvOptions::default())?;
//! assert!(!path.exists());
//! writer.finish()?.commit()?;
//! assert!(path.exists());
//! # Ok(())
//! # }
//! ```

mod atomic;
mod coded;
mod coding;
mod columns;
mod estimates;
mod evidence;
mod excluded;
pub mod figures;
mod jsonl;
mod manifest;
mod number;
mod parquet;
mod print;
mod rejects;
mod report;
mod rows;
mod sheet;
mod tables;
mod told;
mod validation;
mod words;

pub use atomic::{Output, OutputDir, Written};
pub use coded::{CodedEncoder, CodedRows, CodedWriter, EncodedPosts, OutputFormat, each_few};
pub use coding::{CodingPost, Guide, GuideEntry, write_coding_workbook};
pub use columns::{CodedSchema, Column, ColumnKind};
pub use estimates::{DifferenceRow, DslLabel, Estimated, ShareRow, write_differences, write_dsl, write_shares};
pub use evidence::{EvidenceRows, EvidenceWriter};
pub use excluded::ExcludedWriter;
pub use manifest::{Digest, Input, Manifest, Named, digest_bytes, digest_file};
pub use print::{
    Group, Labels, PrintCell, PrintRow, PrintTable, Printing, RowKind, html, latex, markdown, print_agreement,
    print_crossings, print_scores, print_shares, print_study_table, wide_csv, write_crossings, xlsx,
};
pub use rejects::RejectsWriter;
pub use report::{
    Drawer, Drawn, DrawnPosts, PostSample, REPORT, ReportHead, SampleSize, ShownCode, ShownEvidence, ShownPost,
    ShownScheme, Study, StudyReport, Validation, methods, report_page, write_shown_posts,
};
pub use sheet::CsvOptions;
pub use tables::{read_test, test_cells, write_examples, write_table, write_tests};
pub use told::Told;
pub use validation::{
    Scores, write_agreement, write_confusion, write_disagreements, write_rows, write_scores, write_settled,
    write_term_scores,
};
pub use words::{ConcordanceWriter, Line, write_frequencies, write_keyness, write_polarity_list};

#[cfg(test)]
mod tests;
