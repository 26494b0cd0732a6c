//! Parquet through the column writers of the `parquet` crate, without arrow.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical, ZstdLevel},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    errors::{ParquetError, Result as ParquetResult},
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};

use crate::error::{Error, Result};

use super::{Column, ColumnKind, Output, atomic::failure, columns::Cell};

/// Rows held before they are written: what a reader takes up at once.
const ROW_GROUP: usize = 1 << 16;

pub(super) struct Parquet {
    writer: SerializedFileWriter<Output>,
    path: PathBuf,
    columns: Vec<Buffer>,
    next: usize,
    rows: usize,
}

/// Values of one column of the row group being filled.
enum Buffer {
    Text(Optional<ByteArrayType>),
    Number(Optional<Int64Type>),
    Score(Optional<DoubleType>),
    Flag(Vec<bool>),
}

/// Values that are there, and for each row whether one is (1) or not (0).
struct Optional<T: DataType> {
    values: Vec<T::T>,
    levels: Vec<i16>,
}

impl Parquet {
    pub(super) fn new(out: Output, columns: &[Column]) -> Result<Self> {
        let path = out.path().to_owned();
        let begin = || -> ParquetResult<SerializedFileWriter<Output>> {
            let properties = WriterProperties::builder()
                .set_created_by(concat!("minyi ", env!("CARGO_PKG_VERSION")).to_owned())
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_statistics_enabled(EnabledStatistics::Chunk)
                .build();
            SerializedFileWriter::new(out, Arc::new(schema(columns)?), Arc::new(properties))
        };
        let writer = begin().map_err(|error| broken(&path, error))?;
        let columns = columns.iter().map(|column| Buffer::new(column.kind)).collect();
        Ok(Parquet {
            writer,
            path,
            columns,
            next: 0,
            rows: 0,
        })
    }

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

    pub(super) fn end_row(&mut self) -> Result<()> {
        self.next = 0;
        self.rows += 1;
        if self.rows == ROW_GROUP {
            self.write_group()
        } else {
            Ok(())
        }
    }

    pub(super) fn finish(mut self) -> Result<Output> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.into_inner().map_err(|error| broken(&self.path, error))
    }

    fn write_group(&mut self) -> Result<()> {
        write_columns(&mut self.writer, &mut self.columns).map_err(|error| broken(&self.path, error))?;
        self.rows = 0;
        Ok(())
    }
}

fn write_columns(writer: &mut SerializedFileWriter<Output>, columns: &mut [Buffer]) -> ParquetResult<()> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.write(&mut group)?;
    }
    group.close()?;
    Ok(())
}

impl Buffer {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Buffer::Text(Optional::new()),
            ColumnKind::Number => Buffer::Number(Optional::new()),
            ColumnKind::Score => Buffer::Score(Optional::new()),
            ColumnKind::Flag => Buffer::Flag(Vec::new()),
        }
    }

    /// Adds a value; `false` where the column cannot hold it.
    fn push(&mut self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Buffer::Text(column), Cell::Text(text)) => {
                column.push(Some(ByteArray::from(text.into_owned().into_bytes())))
            }
            (Buffer::Text(column), Cell::Missing) => column.push(None),
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

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, Output>) -> ParquetResult<()> {
        match self {
            Buffer::Text(column) => column.write(group),
            Buffer::Number(column) => column.write(group),
            Buffer::Score(column) => column.write(group),
            Buffer::Flag(flags) => {
                write_column::<BoolType>(group, flags, None)?;
                flags.clear();
                Ok(())
            }
        }
    }
}

impl<T: DataType> Optional<T> {
    fn new() -> Self {
        Optional {
            values: Vec::new(),
            levels: Vec::new(),
        }
    }

    fn push(&mut self, value: Option<T::T>) {
        self.levels.push(i16::from(value.is_some()));
        self.values.extend(value);
    }

    fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, Output>) -> ParquetResult<()> {
        write_column::<T>(group, &self.values, Some(&self.levels))?;
        self.values.clear();
        self.levels.clear();
        Ok(())
    }
}

fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Output>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> ParquetResult<()> {
    let mut column = group
        .next_column()?
        .ok_or_else(|| ParquetError::General("too many columns".to_owned()))?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
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
