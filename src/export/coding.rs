//! The sheet a coder fills in, as an Excel workbook.

use std::io::Write;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::{Output, atomic::failure};
use crate::error::{Error, Result};

/// What a coder must know: the stances and the codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// Each stance.
    pub stances: Vec<GuideEntry>,
    /// Each code.
    pub codes: Vec<GuideEntry>,
}

/// A post to code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodingPost {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// What else the coder sees, column by column.
    pub context: Vec<String>,
}

/// What a coder must know of a stance or a code.
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

/// Writes a coding sheet: `post_id`, `text`, the columns of the `context`, `stance` with a list of the stances, one column `code.ID` for each code
/// with a list of yes and no, `comment`; on a second sheet the codebook: what each stance and code means, with examples. A list refuses what is
/// not in it. Ids and texts are written as texts, so that no digit of an id is lost and no text becomes a formula.
///
/// # Errors
/// More posts than a sheet holds, a text longer than a cell holds (32,767 characters), or the output cannot be written.
pub fn write_coding_workbook(
    posts: &[&CodingPost],
    context: &[String],
    guide: &Guide,
    mut out: Output,
) -> Result<Output> {
    let bytes = workbook(posts, context, guide).map_err(|error| Error::Input {
        file: out.path().display().to_string(),
        problem: format!("{error}; use the csv sheets"),
    })?;
    let path = out.path().to_owned();
    out.write_all(&bytes)
        .map_err(|source| failure(&path, "write", source))?;
    Ok(out)
}

fn workbook(posts: &[&CodingPost], context: &[String], guide: &Guide) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Without a fixed date the same sample would not give the same bytes.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    coding(workbook.add_worksheet(), posts, context, guide)?;
    codebook(workbook.add_worksheet(), guide)?;
    workbook.save_to_buffer()
}

fn coding(sheet: &mut Worksheet, posts: &[&CodingPost], context: &[String], guide: &Guide) -> Result<(), XlsxError> {
    let (bold, wrapped) = formats();
    sheet.set_name("coding")?;
    let codes = guide.codes.iter().map(|entry| format!("code.{}", entry.code));
    let header = ["post_id", "text"]
        .map(str::to_owned)
        .into_iter()
        .chain(context.iter().cloned())
        .chain(["stance".to_owned()])
        .chain(codes)
        .chain(["comment".to_owned()]);
    for (column, name) in (0..).zip(header) {
        sheet.write_string_with_format(0, column, name, &bold)?;
    }
    let mut last = 0;
    for (row, post) in (1..).zip(posts) {
        let cells = [&post.id, &post.text].into_iter().chain(&post.context);
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string_with_format(row, column, cell, &wrapped)?;
        }
        last = row;
    }
    let stance = 2 + u16::try_from(context.len()).unwrap_or(u16::MAX);
    let names: Vec<&str> = guide.stances.iter().map(|entry| entry.code.as_str()).collect();
    let stances = DataValidation::new()
        .allow_list_strings(&names)?
        .set_input_title("stance")?
        .set_input_message("Choose one; the sheet codebook says what each means.")?
        .set_error_title("stance")?
        .set_error_message(format!("One of {}", names.join(", ")))?;
    if last > 0 {
        sheet.add_data_validation(1, stance, last, stance, &stances)?;
        for (column, entry) in (stance + 1..).zip(&guide.codes) {
            let given = DataValidation::new()
                .allow_list_strings(&["yes", "no"])?
                .set_input_title(title(&entry.code))?
                .set_input_message(shortened(&entry.label, MESSAGE))?
                .set_error_title(title(&entry.code))?
                .set_error_message("yes or no")?;
            sheet.add_data_validation(1, column, last, column, &given)?;
        }
    }
    sheet
        .set_column_width(0, 20)?
        .set_column_width(1, 80)?
        .set_freeze_panes(1, 2)?;
    Ok(())
}

fn codebook(sheet: &mut Worksheet, guide: &Guide) -> Result<(), XlsxError> {
    let (bold, wrapped) = formats();
    sheet.set_name("codebook")?;
    for (column, name) in (0..).zip(["code", "label", "definition", "example"]) {
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, if column < 2 { 24 } else { 70 })?;
    }
    for (row, entry) in (1..).zip(guide.stances.iter().chain(&guide.codes)) {
        for (column, text) in (0..).zip([&entry.code, &entry.label, &entry.definition, &entry.example]) {
            sheet.write_string_with_format(row, column, text, &wrapped)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Of the header, and of texts.
fn formats() -> (Format, Format) {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    (Format::new().set_bold(), wrapped)
}

/// Excel shows titles of 32 characters at most.
fn title(code: &str) -> String {
    shortened(code, 32)
}

/// Excel shows messages of 255 characters at most.
const MESSAGE: usize = 255;

fn shortened(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}
