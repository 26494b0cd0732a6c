//! SQLite databases, read row by row. Nothing is written to them.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, types::ValueRef};

use crate::error::Result;

use super::{Candidate, Rows, Tables, refused, rows::Out, tables::Kind};

/// How an SQLite database begins.
pub(super) const MAGIC: &[u8] = b"SQLite f";

/// The tables and views of a database.
pub(super) fn open(input: &str, path: &Path) -> Result<Tables> {
    let candidates = candidates(path).map_err(|error| {
        refused(
            input,
            format!("this SQLite database cannot be read: {error}; close the program that writes it, or copy it anew"),
        )
    })?;
    Ok(Tables {
        kind: Kind::Database(path.to_owned()),
        candidates,
    })
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

fn candidates(path: &Path) -> rusqlite::Result<Vec<Candidate>> {
    let connection = connect(path)?;
    let mut names = connection.prepare(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names
        .into_iter()
        .map(|name| {
            let mut statement = connection.prepare(&select(&name))?;
            let columns = statement.column_names().map(str::to_owned).collect();
            let filled = statement.exists([])?;
            Ok(Candidate { name, columns, filled })
        })
        .collect()
}

fn select(table: &str) -> String {
    format!("SELECT * FROM \"{}\"", table.replace('"', "\"\""))
}

/// The rows of these tables, in the order the database keeps them.
pub(super) fn rows(path: PathBuf, names: Vec<String>) -> Rows {
    Rows::made_by(move |out| {
        names
            .iter()
            .try_for_each(|name| table(&path, name, out))
            .map_err(|error| format!("the database cannot be read on: {error}"))
    })
}

fn table(path: &Path, name: &str, out: &mut Out) -> rusqlite::Result<()> {
    let connection = connect(path)?;
    let mut statement = connection.prepare(&select(name))?;
    let width = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut cells = csv::StringRecord::new();
        for column in 0..width {
            match row.get_ref(column)? {
                ValueRef::Null => cells.push_field(""),
                ValueRef::Integer(number) => cells.push_field(&number.to_string()),
                ValueRef::Real(number) => cells.push_field(&number.to_string()),
                ValueRef::Text(text) | ValueRef::Blob(text) => cells.push_field(&String::from_utf8_lossy(text)),
            }
        }
        if !out.row(cells) {
            return Ok(());
        }
    }
    Ok(())
}
