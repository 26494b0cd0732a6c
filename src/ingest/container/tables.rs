use std::{fs::File, path::PathBuf, sync::Arc};

use crate::ingest::Container;

use super::{Rows, database, parquet, workbook};

/// A file of one or more tables: sheets of a workbook, tables of a database, the one of a parquet file.
pub(in crate::ingest) struct Tables {
    pub(super) kind: Kind,
    /// In the order of the file; those without a column left out.
    pub(in crate::ingest) candidates: Vec<Candidate>,
}

pub(super) enum Kind {
    Workbook(Arc<[u8]>),
    Database(PathBuf),
    Parquet(File),
    ParquetBytes(bytes::Bytes),
}

/// One table that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) struct Candidate {
    /// Name of the sheet or table; empty for parquet.
    pub(in crate::ingest) name: String,
    /// Its header, as written.
    pub(in crate::ingest) columns: Vec<String>,
    /// It has a row behind the header.
    pub(in crate::ingest) filled: bool,
}

impl Tables {
    /// What the file is.
    pub(in crate::ingest) fn container(&self) -> Container {
        match self.kind {
            Kind::Workbook(_) => Container::Workbook,
            Kind::Database(_) => Container::Sqlite,
            Kind::Parquet(_) | Kind::ParquetBytes(_) => Container::Parquet,
        }
    }

    /// The rows of these tables, one after the other, headers left out. All have the same columns.
    pub(in crate::ingest) fn rows(self, chosen: &[Candidate]) -> Rows {
        let names: Vec<String> = chosen.iter().map(|table| table.name.clone()).collect();
        match self.kind {
            Kind::Workbook(bytes) => workbook::rows(bytes, names),
            Kind::Database(path) => database::rows(path, names),
            Kind::Parquet(file) => parquet::rows(file),
            Kind::ParquetBytes(bytes) => parquet::rows(bytes),
        }
    }
}
