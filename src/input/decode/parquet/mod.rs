//! The audit table as Parquet, from any engine, alone or as the files of a Delta table: every row group is a part.

mod leaves;
mod row_group;

use super::field::EventField;
use super::formats::side_files::is_ledger_table;
use super::{Decoder, FileKind, Hints, LogFormat, ReadProblem, TableDecoder, Tally};
use crate::input::event::EventSink;
use crate::input::source::{SharedFile, delta, directory};
use crate::support::percent::percent_decoded;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use leaves::{Leaves, views};
use row_group::RowGroup;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens a single file.
///
/// # Errors
/// It lacks required columns, or is cut off.
pub(super) fn open_file(path: &Path, hints: &Hints) -> Result<(LogFormat, Decoder), ReadProblem> {
    open(vec![(path.to_owned(), folder_columns(path))], hints, LogFormat::Parquet)
}

/// Opens the newest version of a Delta table.
///
/// # Errors
/// It lacks required columns, or uses a table feature that is not supported.
pub(super) fn open_delta(folder: &Path, hints: &Hints) -> Result<(LogFormat, Decoder), ReadProblem> {
    let files = delta::active_files(folder)?;
    if files.is_empty() {
        return Err(ReadProblem::Empty);
    }
    open(files.into_iter().map(|f| (f.path, f.partition)).collect(), hints, LogFormat::Delta)
}

fn open(
    files: Vec<(PathBuf, Named)>,
    hints: &Hints,
    format: LogFormat,
) -> Result<(LogFormat, Decoder), ReadProblem> {
    let mut table = ParquetTable { files: Vec::new(), parts: Vec::new(), hints: hints.clone() };
    let mut first_row = 0;
    for (path, named) in files {
        let file = match ParquetFile::open(path, named, first_row)? {
            Opened::Audit(file) => *file,
            Opened::Other(kind) => return Ok((format, Decoder::Other(kind))),
        };
        let groups = file.metadata.metadata().row_groups();
        table.parts.extend((0..groups.len()).map(|group| (table.files.len(), group)));
        first_row += groups.iter().map(|g| g.num_rows().max(0).unsigned_abs()).sum::<u64>();
        table.files.push(file);
    }
    let format = match table.files.first() {
        Some(file) if format == LogFormat::Parquet => file.leaves.columns.table.as_parquet,
        _ => format,
    };
    Ok((format, Decoder::Table(Box::new(table))))
}

/// Columns whose values are in folder names (`event_date=2026-07-01/`) or in a Delta log and not in the file.
type Named = Vec<(String, String)>;

fn folder_columns(path: &Path) -> Named {
    let folders =
        path.parent().into_iter().flat_map(|p| p.iter()).filter_map(|name| name.to_str()?.split_once('='));
    folders
        .filter(|(_, value)| *value != "__HIVE_DEFAULT_PARTITION__")
        .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(&percent_decoded(value)).into_owned()))
        .collect()
}

/// The files of a table, and their row groups.
struct ParquetTable {
    files: Vec<ParquetFile>,
    parts: Vec<(usize, usize)>,
    hints: Hints,
}

enum Opened {
    Audit(Box<ParquetFile>),
    /// A ledger table, or unknown.
    Other(FileKind),
}

/// One file of a table.
struct ParquetFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    leaves: Leaves,
    constants: Vec<(EventField, String)>,
    /// Where its rows start in the table.
    first_row: u64,
}

impl ParquetFile {
    fn open(path: PathBuf, named: Named, first_row: u64) -> Result<Opened, ReadProblem> {
        let input =
            File::open(&path).and_then(SharedFile::new).map_err(|e| ReadProblem::Io(e.to_string()))?;
        // The writer's own types are ignored: the types in the file decide, and dictionaries are kept either way.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let broken = |e: ::parquet::errors::ParquetError| {
            ReadProblem::Unusable(format!(
                "is a Parquet file that is cut off or damaged, for its directory at the end cannot be read ({e}). Fetch the file again."
            ))
        };
        let metadata = directory(&input, options.clone()).map_err(broken)?;
        let schema = Arc::new(views(metadata.schema(), metadata.parquet_schema()));
        let metadata =
            ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options.with_schema(schema))
                .map_err(broken)?;
        let in_file = metadata.schema().fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>();
        let named: Named = named.into_iter().filter(|(name, _)| !in_file.contains(&name.as_str())).collect();
        if is_ledger_table(in_file.iter().copied()) {
            return Ok(Opened::Other(FileKind::LedgerTable));
        }
        let Some(leaves) = Leaves::of(metadata.parquet_schema(), &named) else {
            return Ok(Opened::Other(FileKind::Unknown));
        };
        leaves.columns.check(leaves.names.iter().map(String::as_str))?;
        let leaf_count = metadata.parquet_schema().num_columns();
        let fields = &leaves.columns.fields[leaf_count..];
        let constants =
            fields.iter().zip(named).filter_map(|(field, (_, value))| Some(((*field)?, value))).collect();
        Ok(Opened::Audit(Box::new(Self { path, metadata, leaves, constants, first_row })))
    }
}

impl TableDecoder for ParquetTable {
    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn part_bytes(&self, part: usize) -> u64 {
        let bytes = |(file, group): &(usize, usize)| {
            self.files[*file].metadata.metadata().row_group(*group).compressed_size().max(0).unsigned_abs()
        };
        self.parts.get(part).map_or(0, bytes)
    }

    fn decode(&self, part: usize, sink: &mut dyn EventSink, tally: &mut Tally) -> Result<(), ReadProblem> {
        let Some((file, group)) = self.parts.get(part) else { return Ok(()) };
        RowGroup::of(&self.files[*file], *group)?.decode(&self.hints, sink, tally)
    }
}
