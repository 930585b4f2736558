//! The directory of a Parquet file, and whether what the library takes on trust can be.

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use std::fs::File;

/// Rows of a row group that no writer makes.
const MOST_ROWS: i64 = 1 << 31;

/// Reads the directory.
///
/// # Errors
/// There is none, it is damaged, or it names places outside of the file.
pub(crate) fn directory(file: &File, options: ArrowReaderOptions) -> Result<ArrowReaderMetadata> {
    let metadata = ArrowReaderMetadata::load(file, options)?;
    let size = file.metadata()?.len();
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
