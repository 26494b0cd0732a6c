//! The sheet a coder fills in, as an Excel workbook.

use std::io::Write;

use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::{Output, atomic::failure};
use crate::error::{Error, Result};
use crate::model::Stance;

/// What a coder must know of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideEntry {
    /// Id of the code.
    pub code: String,
    /// Its labels.
    pub label: String,
    /// What counts and what does not.
    pub definition: String,
    /// A post that gets it, or empty.
    pub example: String,
}

/// Writes a coding sheet: `post_id`, `text`, `stance` with a list of the four stances, one column `code.ID` for each code with a list of yes
/// and no, `comment`; and the codebook on a second sheet. Ids and texts are written as texts, so that no digit of an id is lost and no text
/// becomes a formula.
///
/// # Errors
/// More posts than a sheet holds, a text longer than a cell holds (32,767 characters), or the output cannot be written.
pub fn write_coding_workbook<'a>(
    posts: impl IntoIterator<Item = (&'a str, &'a str)>,
    guide: &[GuideEntry],
    mut out: Output,
) -> Result<Output> {
    let bytes = workbook(posts, guide).map_err(|error| Error::Input {
        file: out.path().display().to_string(),
        problem: format!("{error}; use the csv sheets"),
    })?;
    let path = out.path().to_owned();
    out.write_all(&bytes)
        .map_err(|source| failure(&path, "write", source))?;
    Ok(out)
}

fn workbook<'a>(
    posts: impl IntoIterator<Item = (&'a str, &'a str)>,
    guide: &[GuideEntry],
) -> Result<Vec<u8>, XlsxError> {
    let (bold, wrapped) = (
        Format::new().set_bold(),
        Format::new().set_text_wrap().set_align(FormatAlign::Top),
    );
    let mut workbook = Workbook::new();
    // Without a fixed date the same sample would not give the same bytes.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let sheet = workbook.add_worksheet().set_name("coding")?;
    let codes = guide.iter().map(|entry| format!("code.{}", entry.code));
    let header = ["post_id", "text", "stance"]
        .map(str::to_owned)
        .into_iter()
        .chain(codes)
        .chain(["comment".to_owned()]);
    for (column, name) in (0..).zip(header) {
        sheet.write_string_with_format(0, column, name, &bold)?;
    }
    let mut last = 0;
    for (row, (id, text)) in (1..).zip(posts) {
        sheet.write_string_with_format(row, 0, id, &wrapped)?;
        sheet.write_string_with_format(row, 1, text, &wrapped)?;
        last = row;
    }
    let stances = DataValidation::new().allow_list_strings(&Stance::BY_HAND.map(Stance::name))?;
    let given = DataValidation::new().allow_list_strings(&["yes", "no"])?;
    if last > 0 {
        sheet.add_data_validation(1, 2, last, 2, &stances)?;
        let end = u16::try_from(guide.len()).unwrap_or(u16::MAX).saturating_add(2);
        if end > 2 {
            sheet.add_data_validation(1, 3, last, end, &given)?;
        }
    }
    sheet
        .set_column_width(0, 20)?
        .set_column_width(1, 80)?
        .set_freeze_panes(1, 2)?;
    let sheet = workbook.add_worksheet().set_name("codebook")?;
    for (column, name) in (0..).zip(["code", "label", "definition", "example"]) {
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, if column < 2 { 24 } else { 70 })?;
    }
    for (row, entry) in (1..).zip(guide) {
        for (column, text) in (0..).zip([&entry.code, &entry.label, &entry.definition, &entry.example]) {
            sheet.write_string_with_format(row, column, text, &wrapped)?;
        }
    }
    workbook.save_to_buffer()
}
