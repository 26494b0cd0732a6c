//! Which column of a file holds which field.

use std::collections::{BTreeMap, BTreeSet};

/// Which column of a sheet holds which field, where the names differ: `post_id=编号,stance=立场`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMap(BTreeMap<String, String>);

impl std::str::FromStr for ColumnMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pair = |pair: &str| match pair.split_once('=') {
            Some((field, column)) if !field.trim().is_empty() && !column.trim().is_empty() => {
                Ok((field.trim().to_owned(), column.trim().to_owned()))
            }
            _ => Err(format!("`{pair}`: write FIELD=COLUMN, e.g. post_id=编号,stance=立场")),
        };
        Ok(ColumnMap(text.split(',').map(pair).collect::<Result<_, String>>()?))
    }
}

impl ColumnMap {
    /// Whether some field is read from this column.
    pub fn names(&self, column: &str) -> bool {
        self.0.values().any(|mapped| mapped == column)
    }

    /// The column that holds a field: the mapped one, or the one of the field's name.
    pub fn column<'a>(&'a self, field: &'a str) -> &'a str {
        self.0.get(field).map_or(field, String::as_str)
    }

    /// What of the map concerns these columns, so that a mapped column that was not read is not missed.
    ///
    /// A mapped column that the file does not have stays in it, and is an error when the sheet is made.
    pub fn only(&self, read: &[String], file: &[String]) -> Self {
        let kept = self
            .0
            .iter()
            .filter(|(_, column)| read.contains(column) || !file.contains(column));
        ColumnMap(kept.map(|(field, column)| (field.clone(), column.clone())).collect())
    }

    /// The header with our names for its columns.
    ///
    /// # Errors
    /// A mapped column is not there, or two columns have one name.
    pub(super) fn rename(&self, header: &[String]) -> Result<Vec<String>, String> {
        let mut columns = header.to_vec();
        for (field, column) in &self.0 {
            let at = header
                .iter()
                .position(|name| name == column)
                .ok_or_else(|| format!("--map {field}={column}: no such column among {}", header.join(", ")))?;
            let taken = columns.iter().position(|name| name == field);
            if let Some(taken) = taken.filter(|taken| *taken != at) {
                columns[taken] = format!("unmapped.{field}");
            }
            columns[at].clone_from(field);
        }
        let mut seen = BTreeSet::new();
        let mut named = columns.iter().filter(|column| !column.is_empty());
        match named.find(|column| !seen.insert(column.as_str())) {
            Some(twice) => Err(format!("the column {twice} is there twice; rename one")),
            None => Ok(columns),
        }
    }
}
