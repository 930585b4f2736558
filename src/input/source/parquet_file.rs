//! The directory of a Parquet file, and its batches. What the library trusts is checked first, and if it panics on damage all the
//! same, the panic becomes an error.

use crate::support::catch_panic::guarded;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

/// More rows than any writer puts into a row group.
const MOST_ROWS: i64 = 1 << 31;

/// Reads the directory.
///
/// # Errors
/// There is none, it is damaged, or it points outside the file.
pub(crate) fn directory<R: ChunkReader>(
    file: &R,
    options: ArrowReaderOptions,
) -> Result<ArrowReaderMetadata> {
    let metadata = guarded(|| ArrowReaderMetadata::load(file, options)).map_err(ParquetError::General)??;
    let size = Length::len(file);
    let is_inside = |column: &ColumnChunkMetaData| {
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let end = start.checked_add(column.compressed_size());
        start >= 0 && end.is_some_and(|end| end >= start && end.unsigned_abs() <= size)
    };
    let is_sound = |group: &RowGroupMetaData| {
        (0..=MOST_ROWS).contains(&group.num_rows()) && group.columns().iter().all(is_inside)
    };
    if metadata.metadata().row_groups().iter().all(is_sound) {
        Ok(metadata)
    } else {
        Err(ParquetError::General("a row group or a column that cannot be".to_owned()))
    }
}

/// The batches of a file.
pub(crate) struct Batches(Option<ParquetRecordBatchReader>);

impl Batches {
    /// # Errors
    /// What the library says.
    pub(crate) fn of<R: ChunkReader + 'static>(builder: ParquetRecordBatchReaderBuilder<R>) -> Result<Self> {
        guarded(|| builder.build()).map_err(ParquetError::General)?.map(|reader| Self(Some(reader)))
    }
}

impl Iterator for Batches {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = self.0.take()?;
        match guarded(|| reader.next()) {
            Ok(batch) => {
                self.0 = Some(reader);
                batch
            }
            Err(why) => Some(Err(ArrowError::ParquetError(why))),
        }
    }
}
