//! An Excel workbook: one sheet a table, numbers as numbers.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use unicode_width::UnicodeWidthStr as _;

use super::{PrintCell, PrintTable, RowKind, delimited::INTERVAL};
use crate::error::{Error, Result};
use crate::export::tables::{TESTS, test_cells};
use crate::tabulate::Test;

/// The tables as an Excel workbook, a sheet each: caption, headings, rows with counts and percentages as numbers (an interval is two
/// columns), notes; where there are tests a last sheet `tests` with the columns of tests.csv. Texts are written as texts, so none becomes
/// a formula. The same tables give the same bytes.
///
/// # Errors
/// A table does not fit a sheet (a million rows, 16,384 columns).
pub fn xlsx(tables: &[PrintTable], tests: &[Test]) -> Result<Vec<u8>> {
    let write = || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let mut names: Vec<String> = Vec::new();
        for table in tables {
            let name = sheet_name(&table.name, &names);
            fill(workbook.add_worksheet().set_name(&name)?, table)?;
            names.push(name);
        }
        if !tests.is_empty() {
            fill_tests(workbook.add_worksheet().set_name(sheet_name("tests", &names))?, tests)?;
        }
        workbook.save_to_buffer()
    };
    write().map_err(|error| Error::Input {
        file: "xlsx".to_owned(),
        problem: format!("{error}; write .csv instead"),
    })
}

/// Width of the row labels and of the other columns, in characters, and height of a line, in points.
const LABELS: f64 = 34.0;
const COLUMN: f64 = 8.43;
const LINE: f64 = 15.0;

fn fill(sheet: &mut Worksheet, table: &PrintTable) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border_bottom(FormatBorder::Thin);
    let italic = Format::new().set_italic();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, &table.caption, &bold)?;
    sheet.write_string_with_format(3, 0, &table.stub, &head)?;
    let mut col = 1_u16;
    for group in &table.groups {
        let first = col;
        for (at, column) in group.columns.iter().enumerate() {
            sheet.write_string_with_format(3, col, column, &head)?;
            if at == INTERVAL {
                sheet.merge_range(3, col, 3, col + 1, column, &head)?;
                col += 1;
            }
            col += 1;
        }
        match (group.heading.is_empty(), col - first) {
            (true, _) => {}
            (false, 1) => {
                sheet.write_string_with_format(2, first, &group.heading, &head)?;
            }
            (false, _) => {
                sheet.merge_range(2, first, 2, col - 1, &group.heading, &head)?;
            }
        }
    }
    let mut line = 4;
    for row in &table.rows {
        match row.kind {
            RowKind::Stratum => sheet.write_string_with_format(line, 0, &row.label, &italic)?,
            RowKind::Total => sheet.write_string_with_format(line, 0, &row.label, &bold)?,
            RowKind::Body => sheet.write_string_with_format(line, 0, &row.label, &wrapped)?,
        };
        let mut col = 1;
        let places = table.groups.iter().flat_map(|group| 0..group.columns.len());
        for (cell, place) in row.cells.iter().zip(places) {
            col = write_cell(sheet, (line, col), *cell, place == INTERVAL)?;
        }
        line += 1;
    }
    line += 1;
    let across = LABELS + f64::from(col.max(2) - 1) * COLUMN;
    for note in &table.notes {
        sheet.merge_range(line, 0, line, col.max(2) - 1, note, &wrapped)?;
        // Excel does not find the height of merged cells by itself.
        sheet.set_row_height(line, LINE * (note.width() as f64 * 1.1 / across).ceil().max(1.0))?;
        line += 1;
    }
    sheet.set_column_width(0, LABELS)?;
    sheet.set_freeze_panes(4, 1)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The tests, one a row; what is a number there is one here.
fn fill_tests(sheet: &mut Worksheet, tests: &[Test]) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    for (col, name) in (0..).zip(TESTS) {
        sheet.write_string_with_format(0, col, name, &head)?;
    }
    for (line, test) in (1..).zip(tests) {
        for (col, cell) in (0..).zip(test_cells(test)) {
            match cell.parse::<f64>() {
                Ok(number) if number.is_finite() => sheet.write_number(line, col, number)?,
                _ => sheet.write_string(line, col, &cell)?,
            };
        }
    }
    sheet.set_column_width(0, LABELS)?;
    sheet.set_column_width(1, LABELS)?;
    sheet.set_freeze_panes(1, 2)?;
    Ok(())
}

/// Writes a cell; the column behind it.
fn write_cell(sheet: &mut Worksheet, (line, col): (u32, u16), cell: PrintCell, two: bool) -> Result<u16, XlsxError> {
    let count = Format::new().set_num_format("#,##0");
    let percent = Format::new().set_num_format("0.0%");
    let decimals = Format::new().set_num_format("0.00");
    let right = Format::new().set_align(FormatAlign::Right);
    match cell {
        PrintCell::Count(n) => sheet.write_number_with_format(line, col, n as f64, &count)?,
        PrintCell::Share(share) => sheet.write_number_with_format(line, col, share, &percent)?,
        PrintCell::Interval(low, high) => {
            sheet.write_number_with_format(line, col, low, &percent)?;
            sheet.write_number_with_format(line, col + 1, high, &percent)?
        }
        PrintCell::Number(value) => sheet.write_number_with_format(line, col, value, &decimals)?,
        PrintCell::Range(low, high) => {
            sheet.write_number_with_format(line, col, low, &decimals)?;
            sheet.write_number_with_format(line, col + 1, high, &decimals)?
        }
        PrintCell::Empty => sheet,
        PrintCell::NotAvailable | PrintCell::Masked => {
            sheet.write_string_with_format(line, col, cell.text(""), &right)?
        }
    };
    Ok(col + 1 + u16::from(two))
}

/// Characters a name of a sheet may have.
const LONGEST_NAME: usize = 31;

/// A name Excel takes (at most 31 characters, none of `[]:*?/\`), unlike those before. What is too long ends with a whole word.
pub(super) fn sheet_name(name: &str, taken: &[String]) -> String {
    let clean: String = name
        .chars()
        .map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c })
        .collect();
    let cut = |length: usize| whole_words(&clean, length);
    let mut found = if clean.is_empty() {
        "table".to_owned()
    } else {
        cut(LONGEST_NAME)
    };
    let mut number = 2;
    while taken.iter().any(|other| other.to_lowercase() == found.to_lowercase()) {
        let ending = format!(" {number}");
        found = cut(LONGEST_NAME - ending.len()) + &ending;
        number += 1;
    }
    found
}

/// At most so many characters of a text: its first words, or where the first alone is longer a part of it.
fn whole_words(text: &str, length: usize) -> String {
    let part: String = text.chars().take(length).collect();
    if part.len() == text.len() {
        return part;
    }
    let is_gap = |c: char| c == ' ' || c == '_';
    let ends_here = text[part.len()..].starts_with(is_gap);
    match part.rfind(is_gap) {
        Some(end) if !ends_here && end > 0 => part[..end].to_owned(),
        _ => part,
    }
}
