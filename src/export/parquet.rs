//! Parquet through the column writers of the `parquet` crate, without arrow.
//!
//! Row groups are encoded in memory by any thread, and put into the file one after the other.

use std::{path::Path, path::PathBuf, sync::Arc};

use bytes::Bytes;
use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical, ZstdLevel},
    column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::{ParquetError, Result as ParquetResult},
    file::{
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr},
        writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite},
    },
    schema::types::{ColumnDescPtr, SchemaDescriptor, Type},
};

use crate::error::{Error, Result};

use super::{Column, ColumnKind, Output, atomic::failure, columns::Cell};

/// Rows from which a batch is a row group of its own. Smaller ones are joined.
const ROW_GROUP: usize = 1 << 13;

/// A file being written.
pub(super) struct Parquet {
    writer: SerializedFileWriter<Output>,
    path: PathBuf,
    layout: Layout,
    /// Rows of small batches that make no row group yet.
    held: Buffers,
}

/// What rows are made for.
#[derive(Clone)]
pub(super) struct Layout {
    kinds: Vec<ColumnKind>,
    descriptors: Vec<ColumnDescPtr>,
    properties: WriterPropertiesPtr,
    path: PathBuf,
}

/// Rows of a batch: encoded, or too few for that.
pub(super) enum Columns {
    Encoded(Vec<(Bytes, ColumnCloseResult)>),
    Few(Buffers),
}

/// Rows by column.
pub(super) struct Buffers {
    columns: Vec<Buffer>,
    next: usize,
    rows: usize,
    path: PathBuf,
}

/// Values of one column of some rows.
enum Buffer {
    Text(Texts),
    Number(Optional<i64>),
    Score(Optional<f64>),
    Flag(Vec<bool>),
}

/// Values that are there, and for each row whether one is (1) or not (0).
struct Optional<T> {
    values: Vec<T>,
    levels: Vec<i16>,
}

/// Texts that are there, one behind the other, and where each ends.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Optional<usize>,
}

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Optional {
            values: Vec::new(),
            levels: Vec::new(),
        }
    }
}

impl Parquet {
    /// Begins a file; with it what its rows are made for.
    pub(super) fn new(out: Output, columns: &[Column]) -> Result<(Layout, Self)> {
        let path = out.path().to_owned();
        let begin = || -> ParquetResult<(Layout, SerializedFileWriter<Output>)> {
            let properties = WriterProperties::builder()
                .set_created_by(concat!("minyi ", env!("CARGO_PKG_VERSION")).to_owned())
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_statistics_enabled(EnabledStatistics::Chunk)
                .build();
            let properties = Arc::new(properties);
            let schema = Arc::new(schema(columns)?);
            let layout = Layout {
                kinds: columns.iter().map(|column| column.kind).collect(),
                descriptors: SchemaDescriptor::new(Arc::clone(&schema)).columns().to_vec(),
                properties: Arc::clone(&properties),
                path: path.clone(),
            };
            Ok((layout, SerializedFileWriter::new(out, schema, properties)?))
        };
        let (layout, writer) = begin().map_err(|error| broken(&path, error))?;
        let file = Parquet {
            writer,
            path,
            held: layout.columns(),
            layout: layout.clone(),
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
                self.held.append(rows);
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

    fn write_group(&mut self, columns: Vec<(Bytes, ColumnCloseResult)>) -> Result<()> {
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
        Buffers {
            columns: self.kinds.iter().map(|&kind| Buffer::new(kind)).collect(),
            next: 0,
            rows: 0,
            path: self.path.clone(),
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

    fn row_group(&self, rows: Buffers) -> ParquetResult<Vec<(Bytes, ColumnCloseResult)>> {
        let columns = rows.columns.into_iter().zip(&self.descriptors);
        columns
            .map(|(column, descriptor)| self.chunk(column, descriptor))
            .collect()
    }

    fn chunk(&self, column: Buffer, descriptor: &ColumnDescPtr) -> ParquetResult<(Bytes, ColumnCloseResult)> {
        match column {
            Buffer::Text(texts) => {
                let bytes = Bytes::from(texts.bytes);
                let mut start = 0;
                let values: Vec<ByteArray> = texts
                    .ends
                    .values
                    .into_iter()
                    .map(|end| bytes.slice(std::mem::replace(&mut start, end)..end).into())
                    .collect();
                self.write::<ByteArrayType>(descriptor, &values, Some(&texts.ends.levels))
            }
            Buffer::Number(column) => self.write::<Int64Type>(descriptor, &column.values, Some(&column.levels)),
            Buffer::Score(column) => self.write::<DoubleType>(descriptor, &column.values, Some(&column.levels)),
            Buffer::Flag(flags) => self.write::<BoolType>(descriptor, &flags, None),
        }
    }

    fn write<T: DataType>(
        &self,
        descriptor: &ColumnDescPtr,
        values: &[T::T],
        levels: Option<&[i16]>,
    ) -> ParquetResult<(Bytes, ColumnCloseResult)> {
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let writer = get_column_writer(Arc::clone(descriptor), Arc::clone(&self.properties), pages);
        let mut writer = get_typed_column_writer::<T>(writer);
        writer.write_batch(values, levels, None)?;
        let close = writer.close()?;
        Ok((Bytes::from(sink.into_inner()?), close))
    }
}

impl Buffers {
    pub(super) fn cell(&mut self, cell: Cell<'_>) -> Result<()> {
        let taken = self.columns.get_mut(self.next).is_some_and(|column| column.push(cell));
        self.next += 1;
        if taken {
            return Ok(());
        }
        let problem = format!(
            "column {}: the value does not fit the column; write .csv instead",
            self.next
        );
        Err(Error::Input {
            file: self.path.display().to_string(),
            problem,
        })
    }

    pub(super) fn end_row(&mut self) {
        self.next = 0;
        self.rows += 1;
    }

    fn append(&mut self, more: Buffers) {
        for (column, more) in self.columns.iter_mut().zip(more.columns) {
            match (column, more) {
                (Buffer::Text(column), Buffer::Text(more)) => column.append(more),
                (Buffer::Number(column), Buffer::Number(more)) => column.append(more),
                (Buffer::Score(column), Buffer::Score(more)) => column.append(more),
                (Buffer::Flag(column), Buffer::Flag(more)) => column.extend(more),
                // Rows of one layout have columns of the same kinds.
                _ => {}
            }
        }
        self.rows += more.rows;
    }
}

impl Buffer {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Buffer::Text(Texts::default()),
            ColumnKind::Number => Buffer::Number(Optional::default()),
            ColumnKind::Score => Buffer::Score(Optional::default()),
            ColumnKind::Flag => Buffer::Flag(Vec::new()),
        }
    }

    /// Adds a value; `false` where the column cannot hold it.
    fn push(&mut self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Buffer::Text(column), Cell::Text(text)) => {
                column.bytes.extend_from_slice(text.as_bytes());
                column.ends.push(Some(column.bytes.len()));
            }
            (Buffer::Text(column), Cell::Missing) => column.ends.push(None),
            (Buffer::Number(column), Cell::Number(n)) => match i64::try_from(n) {
                Ok(n) => column.push(Some(n)),
                Err(_) => return false,
            },
            (Buffer::Number(column), Cell::Missing) => column.push(None),
            (Buffer::Score(column), Cell::Score(score)) => column.push(Some(score)),
            (Buffer::Score(column), Cell::Missing) => column.push(None),
            (Buffer::Flag(column), Cell::Flag(flag)) => column.push(flag),
            _ => return false,
        }
        true
    }
}

impl<T> Optional<T> {
    fn push(&mut self, value: Option<T>) {
        self.levels.push(i16::from(value.is_some()));
        self.values.extend(value);
    }

    fn append(&mut self, mut more: Optional<T>) {
        self.values.append(&mut more.values);
        self.levels.append(&mut more.levels);
    }
}

impl Texts {
    fn append(&mut self, mut more: Texts) {
        let before = self.bytes.len();
        self.bytes.append(&mut more.bytes);
        self.ends.values.extend(more.ends.values.iter().map(|end| before + end));
        self.ends.levels.append(&mut more.ends.levels);
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
        ColumnKind::Text => field(Physical::BYTE_ARRAY)
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
