//! The tables of a study: as CSV in long form, and printed.

use std::io::Write as _;

use anyhow::Result;

use crate::{
    cli::table::{LangFlag, labels},
    error::Error,
    export::{
        CsvOptions, Labels, OutputDir, PrintTable, Written, html, latex, markdown, print_study_table, write_table,
        write_tests, xlsx,
    },
    model::Code,
    tabulate::{Table, Test},
};

/// Where the tests stand.
const TESTS: &str = "tables/tests.csv";

/// Rows of a table that a page can hold; longer ones are printed in the workbook alone.
const LONGEST_PRINTED: usize = 60;

/// Writes tables/NAME.csv, tables/tests.csv and tables/print/tables.{md,tex,html,xlsx}.
pub(super) fn write(
    outputs: &mut OutputDir,
    tables: &[Table],
    tests: &[Test],
    lang: LangFlag,
    codes: &[Code],
) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    for table in tables {
        let file = outputs.output(&format!("tables/{}.csv", table.name))?;
        written.push(outputs.keep(write_table(table, file, CsvOptions::default())?)?);
    }
    let file = outputs.output(TESTS)?;
    written.push(outputs.keep(write_tests(tests, file, CsvOptions::default())?)?);
    for (name, content) in printed(tables, tests, &labels(lang, codes)?)? {
        let path = format!("tables/print/tables.{name}");
        let mut file = outputs.output(&path)?;
        file.write_all(&content).map_err(|source| Error::File {
            path: path.into(),
            action: "write",
            source,
        })?;
        written.push(outputs.keep(file)?);
    }
    Ok(written)
}

fn printed(tables: &[Table], tests: &[Test], labels: &Labels) -> Result<[(&'static str, Vec<u8>); 4]> {
    let all: Vec<PrintTable> = tables
        .iter()
        .flat_map(|table| print_study_table(table, tests, TESTS, labels))
        .collect();
    let short: Vec<PrintTable> = all
        .iter()
        .filter(|table| table.rows.len() <= LONGEST_PRINTED)
        .cloned()
        .collect();
    Ok([
        ("md", markdown(&short).into_bytes()),
        ("tex", latex(&short).into_bytes()),
        ("html", html(&short).into_bytes()),
        ("xlsx", xlsx(&all, tests)?),
    ])
}
