//! A table as Parquet, in batches, so that memory does not follow the number of rows.

use crate::report::model::Report;
use crate::report::tables::{CellType, ReportTable, TableValue};
use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

const BATCH: usize = 65_536;

/// Writes one table.
///
/// # Errors
/// Whatever `out` says.
pub(super) fn write(table: &ReportTable, report: &Report, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let fields: Vec<_> =
        table.all_columns().map(|(name, kind)| Field::new(name, data_type(kind), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("scopecast".into())
        .build();
    let mut writer =
        ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties)).map_err(io::Error::other)?;
    let mut columns: Vec<ColumnBuilder> =
        table.all_columns().map(|(_, kind)| ColumnBuilder::of(kind)).collect();
    let mut flush = |columns: &mut Vec<ColumnBuilder>| -> io::Result<()> {
        let arrays = columns.iter_mut().map(ColumnBuilder::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)
    };
    let mut held = 0;
    table.each(report, &mut |row| {
        for (column, cell) in columns.iter_mut().zip(row) {
            column.append(cell);
        }
        held += 1;
        if held == BATCH {
            held = 0;
            flush(&mut columns)?;
        }
        Ok(())
    })?;
    flush(&mut columns)?;
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn data_type(kind: CellType) -> DataType {
    match kind {
        CellType::Text => DataType::Utf8,
        CellType::Int => DataType::Int64,
        CellType::Float => DataType::Float64,
        CellType::Bool => DataType::Boolean,
        CellType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        CellType::Day => DataType::Date32,
    }
}

enum ColumnBuilder {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    Day(Date32Builder),
}

impl ColumnBuilder {
    fn of(kind: CellType) -> Self {
        match kind {
            CellType::Text => Self::Text(StringBuilder::new()),
            CellType::Int => Self::Int(Int64Builder::new()),
            CellType::Float => Self::Float(Float64Builder::new()),
            CellType::Bool => Self::Bool(BooleanBuilder::new()),
            CellType::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            CellType::Day => Self::Day(Date32Builder::new()),
        }
    }

    /// Appends a cell; one of another kind than the column's counts as not known.
    fn append(&mut self, cell: &TableValue<'_>) {
        match self {
            Self::Text(b) => b.append_option(if let TableValue::Text(t) = cell { Some(t) } else { None }),
            Self::Int(b) => b.append_option(if let TableValue::Int(n) = cell { Some(*n) } else { None }),
            Self::Float(b) => b.append_option(if let TableValue::Float(x) = cell { Some(*x) } else { None }),
            Self::Bool(b) => b.append_option(if let TableValue::Bool(x) = cell { Some(*x) } else { None }),
            Self::Time(b) => b.append_option(if let TableValue::Time(t) = cell { Some(t.0) } else { None }),
            Self::Day(b) => b.append_option(if let TableValue::Day(d) = cell { Some(d.0) } else { None }),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        let builder: &mut dyn ArrayBuilder = match self {
            Self::Text(b) => b,
            Self::Int(b) => b,
            Self::Float(b) => b,
            Self::Bool(b) => b,
            Self::Time(b) => b,
            Self::Day(b) => b,
        };
        builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::tables::ALL;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    #[test]
    fn every_row_is_read_back() {
        let report = sample::report();
        for of in ALL {
            let mut file = tempfile::tempfile().unwrap();
            write(of, &report, &mut file).unwrap();
            let mut rows = 0;
            of.each(&report, &mut |_| {
                rows += 1;
                Ok(())
            })
            .unwrap();
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
            let names: Vec<_> = reader.schema().fields().iter().map(|f| f.name().clone()).collect();
            assert_eq!(names, of.all_columns().map(|(n, _)| n.to_owned()).collect::<Vec<_>>());
            let read: usize = reader.build().unwrap().map(|b| b.unwrap().num_rows()).sum();
            assert_eq!(read, rows, "{}", of.name);
        }
    }
}
