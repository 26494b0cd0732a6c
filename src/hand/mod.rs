//! Hand codes, in: the sheets of `minyi sample` filled in, exports of Label Studio and doccano, any table with a column of post ids.
//!
//! | file | what is read |
//! |---|---|
//! | csv, tsv | comma, semicolon or tab, any encoding; one row a post |
//! | xlsx, xls, ods | the sheet `coding`, else the one sheet that has the post ids |
//! | Label Studio JSON, JSON-MIN, CSV | each control (`from_name`) is a column, several choices are joined by `;`; one coder an annotator |
//! | doccano JSONL, JSON, CSV | labels that are stances go to `stance`, codes to `codes`, each file is one coder's |
//!
//! Nothing is guessed: a label that is none, an id that stands twice, a row without an id are errors that name the file, the row and the
//! column. What empty cells mean is for [`CodeSheet::check_complete`].
//!
//! Label Studio: <https://labelstud.io/guide/export>, <https://labelstud.io/guide/task_format>; doccano: backend/data_export/pipeline of its
//! repository (`factories.py` names the columns).

mod delimited;
mod doccano;
mod json;
mod label_studio;
mod workbook;

use std::{collections::BTreeSet, path::Path};

use crate::{
    error::{Error, Result},
    validate::{CodeSheet, ColumnMap, SheetBuilder},
};

/// The labels there are.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Values of the stance.
    pub stances: &'a [&'a str],
    /// Ids of the codes.
    pub codes: &'a [&'a str],
}

/// A file as a table of texts.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file, with its sheet where it has several.
    pub name: String,
    /// What a row is called in messages: `line`, `row`, `task`.
    pub numbering: &'static str,
    /// Header.
    pub columns: Vec<String>,
    /// Rows, in the order of the file.
    pub rows: Vec<Row>,
}

/// A row of a [`Table`].
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number in the file.
    pub number: u64,
    /// Who coded it, where the file tells.
    pub coder: Option<String>,
    /// Cells, as many as there are columns.
    pub cells: Vec<String>,
}

/// Reads a file as a table. `map` says which column holds the post ids, and which hold variables as they are.
///
/// # Errors
/// The file cannot be read or is of another kind; a label of doccano's is neither a stance nor a code.
pub fn read_table(path: &str, map: &ColumnMap, known: Known<'_>) -> Result<Table> {
    let ending = Path::new(path)
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    match ending.as_str() {
        "xlsx" | "xlsm" | "xls" | "xlsb" | "ods" => workbook::read(path, map),
        "json" | "jsonl" | "ndjson" => json::read(path, map, known),
        "zip" => Err(wrong(
            path,
            "unpack it first; each file in an export of doccano is one coder's".to_owned(),
        )),
        _ => delimited::read(path, map, known),
    }
}

/// Reads the sheets of a file: one, or one for each coder that the file names.
///
/// # Errors
/// Those of [`read_table`] and [`SheetBuilder`]; no row.
pub fn read_sheets(path: &str, map: &ColumnMap, known: Known<'_>) -> Result<Vec<CodeSheet>> {
    let table = read_table(path, map, known)?;
    if table.rows.is_empty() {
        return Err(wrong(path, "no row below the header".to_owned()));
    }
    let coders: BTreeSet<Option<&str>> = table.rows.iter().map(|row| row.coder.as_deref()).collect();
    let sheet = |coder: &Option<&str>| {
        let name = match coder.filter(|_| coders.len() > 1) {
            Some(coder) => format!("{}, annotator {coder}", table.name),
            None => table.name.clone(),
        };
        let mut sheet = SheetBuilder::new(&name, table.numbering, &table.columns, map)?;
        for row in table.rows.iter().filter(|row| row.coder.as_deref() == *coder) {
            sheet.row(row.number, row.cells.iter().map(String::as_str));
        }
        sheet.finish()
    };
    coders.iter().map(sheet).collect()
}

fn wrong(file: &str, problem: String) -> Error {
    Error::Input {
        file: file.to_owned(),
        problem,
    }
}

/// Whether the labels of a column are to be told apart: nobody mapped it, and no column has them apart already.
fn mixed(columns: &[String], map: &ColumnMap, label: &str) -> bool {
    let has = |name: &str| columns.iter().any(|column| column == name);
    let coded = ["stance", "codes"].into_iter().any(|field| has(map.column(field)));
    has(label) && !map.names(label) && !coded
}
