//! Parquet: columns encoded here, put into a file by the `parquet` crate, without arrow.
//!
//! Row groups are encoded in memory by any thread, and put into the file one after the other. Its own column writers would
//! take ten times as long: they handle each text as a value with an owner, and look it up in a dictionary before they tell
//! whether that pays.

mod buffers;
mod chunk;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical, ZstdLevel},
    errors::{ParquetError, Result as ParquetResult},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::{ColumnDescPtr, SchemaDescriptor, Type},
};

use crate::error::{Error, Result};

use super::{Column, ColumnKind, Output, atomic::failure};
use chunk::{Chunk, ChunkEncoder};

pub(super) use buffers::Buffers;

/// Rows from which a batch is a row group of its own. Smaller ones are joined.
const ROW_GROUP: usize = 1 << 13;

/// A file being written.
pub(super) struct Parquet {
    writer: SerializedFileWriter<Output>,
    path: PathBuf,
    layout: Arc<Layout>,
    /// Rows of small batches that make no row group yet.
    held: Buffers,
}

/// What rows are made for.
pub(super) struct Layout {
    kinds: Vec<ColumnKind>,
    descriptors: Vec<ColumnDescPtr>,
    path: PathBuf,
    /// Used again from batch to batch.
    buffers: Mutex<Vec<Buffers>>,
    encoders: Mutex<Vec<ChunkEncoder>>,
}

/// Rows of a batch: encoded, or too few for that.
pub(super) enum Columns {
    Encoded(Vec<Chunk>),
    Few(Buffers),
}

impl Parquet {
    /// Begins a file; with it what its rows are made for.
    pub(super) fn new(out: Output, columns: &[Column]) -> Result<(Arc<Layout>, Self)> {
        let path = out.path().to_owned();
        let begin = || -> ParquetResult<(Layout, SerializedFileWriter<Output>)> {
            let properties = WriterProperties::builder()
                .set_created_by(concat!("minyi ", env!("CARGO_PKG_VERSION")).to_owned())
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .build();
            let schema = Arc::new(schema(columns)?);
            let layout = Layout {
                kinds: columns.iter().map(|column| column.kind).collect(),
                descriptors: SchemaDescriptor::new(Arc::clone(&schema)).columns().to_vec(),
                path: path.clone(),
                buffers: Mutex::default(),
                encoders: Mutex::default(),
            };
            Ok((layout, SerializedFileWriter::new(out, schema, Arc::new(properties))?))
        };
        let (layout, writer) = begin().map_err(|error| broken(&path, error))?;
        let layout = Arc::new(layout);
        let file = Parquet {
            writer,
            path,
            held: layout.columns(),
            layout: Arc::clone(&layout),
        };
        Ok((layout, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn write(&mut self, columns: Columns) -> Result<()> {
        match columns {
            Columns::Encoded(group) => {
                self.write_held()?;
                self.write_group(group)
            }
            Columns::Few(rows) => {
                self.held.append(&rows);
                self.layout.put_back(rows);
                if self.held.rows >= ROW_GROUP {
                    self.write_held()?;
                }
                Ok(())
            }
        }
    }

    pub(super) fn finish(mut self) -> Result<Output> {
        self.write_held()?;
        self.writer.into_inner().map_err(|error| broken(&self.path, error))
    }

    fn write_held(&mut self) -> Result<()> {
        if self.held.rows == 0 {
            return Ok(());
        }
        let held = std::mem::replace(&mut self.held, self.layout.columns());
        let group = self.layout.row_group(held).map_err(|error| broken(&self.path, error))?;
        self.write_group(group)
    }

    fn write_group(&mut self, columns: Vec<Chunk>) -> Result<()> {
        let write = || -> ParquetResult<()> {
            let mut group = self.writer.next_row_group()?;
            for (bytes, close) in columns {
                group.append_column(&bytes, close)?;
            }
            group.close().map(|_| ())
        };
        write().map_err(|error| broken(&self.path, error))
    }
}

impl Layout {
    /// Room for rows.
    pub(super) fn columns(&self) -> Buffers {
        let used = self.buffers.lock().ok().and_then(|mut buffers| buffers.pop());
        used.unwrap_or_else(|| Buffers::new(self.kinds.iter().copied(), self.path.clone()))
    }

    fn put_back(&self, mut rows: Buffers) {
        rows.clear();
        if let Ok(mut buffers) = self.buffers.lock() {
            buffers.push(rows);
        }
    }

    /// The rows as far as they can be made ready.
    pub(super) fn encoded(&self, rows: Buffers) -> Result<Columns> {
        if rows.rows < ROW_GROUP {
            return Ok(Columns::Few(rows));
        }
        let group = self.row_group(rows).map_err(|error| broken(&self.path, error))?;
        Ok(Columns::Encoded(group))
    }

    fn row_group(&self, rows: Buffers) -> ParquetResult<Vec<Chunk>> {
        let used = self.encoders.lock().ok().and_then(|mut encoders| encoders.pop());
        let mut encoder = used.map_or_else(ChunkEncoder::new, Ok)?;
        let columns = rows.columns.iter().zip(&self.descriptors);
        let chunks = columns.map(|(column, descriptor)| encoder.chunk(column, descriptor));
        let group = chunks.collect();
        self.put_back(rows);
        if let Ok(mut encoders) = self.encoders.lock() {
            encoders.push(encoder);
        }
        group
    }
}

fn schema(columns: &[Column]) -> ParquetResult<Type> {
    let fields = columns
        .iter()
        .map(|column| field(column).map(Arc::new))
        .collect::<ParquetResult<Vec<_>>>()?;
    Type::group_type_builder("coded_posts").with_fields(fields).build()
}

fn field(column: &Column) -> ParquetResult<Type> {
    let field = |physical| Type::primitive_type_builder(&column.name, physical).with_repetition(Repetition::OPTIONAL);
    match column.kind {
        ColumnKind::Text | ColumnKind::OwnText => field(Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
            .with_converted_type(ConvertedType::UTF8)
            .build(),
        ColumnKind::Number => field(Physical::INT64).build(),
        ColumnKind::Score => field(Physical::DOUBLE).build(),
        ColumnKind::Flag => field(Physical::BOOLEAN).with_repetition(Repetition::REQUIRED).build(),
    }
}

fn broken(path: &Path, error: ParquetError) -> Error {
    failure(path, "write", std::io::Error::other(error))
}
