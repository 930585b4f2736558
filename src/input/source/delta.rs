//! The folder of a Delta table: which Parquet files make up its newest version. Reads the log's JSON commits and its Parquet
//! checkpoints, and refuses what it does not know: a file too many or too few would be a silent error.

use super::{Batches, ReadProblem, SharedFile, directory};
use crate::support::percent::percent_decoded;
use arrow::array::{Array, AsArray, RecordBatch, StructArray};
use arrow::datatypes::Int32Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Reader features that do not change how rows are read, or only if an entry says so.
const HARMLESS: &[&str] = &[
    "columnMapping",
    "deletionVectors",
    "timestampNtz",
    "typeWidening",
    "typeWidening-preview",
    "v2Checkpoint",
    "vacuumProtocolCheck",
    "variantType",
    "variantType-preview",
];

/// A file of the newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveFile {
    pub path: PathBuf,
    /// The columns whose values are in the log and not in the file.
    pub partition: Vec<(String, String)>,
}

/// The files that make up the newest version, by name.
///
/// # Errors
/// A log with gaps, or a table feature that is not supported, by name.
pub fn active_files(table: &Path) -> Result<Vec<ActiveFile>, ReadProblem> {
    let log = DeltaLog::list(&table.join("_delta_log"))?;
    let mut state = DeltaSnapshot { table: table.to_owned(), files: BTreeMap::new() };
    let mut next = 0;
    if let Some((version, parts)) = log.checkpoint() {
        parts.iter().try_for_each(|part| state.checkpoint(part))?;
        next = version + 1;
    } else if log.commits.is_empty() {
        return Err(unusable(
            "is a Delta table without a log that can be read. Copy the table with its _delta_log folder.",
        ));
    }
    for (version, commit) in log.commits.range(next..) {
        if *version != next {
            return Err(unusable(format!(
                "is a Delta table whose log lacks version {next}. Copy the whole _delta_log folder, or export the table as Parquet."
            )));
        }
        state.commit(commit)?;
        next += 1;
    }
    Ok(state.files.into_iter().map(|(path, partition)| ActiveFile { path, partition }).collect())
}

/// The files of the log by version.
#[derive(Default)]
struct DeltaLog {
    commits: BTreeMap<u64, PathBuf>,
    /// The parts of each checkpoint, by version and by how many parts it should have.
    checkpoints: BTreeMap<(u64, usize), Vec<PathBuf>>,
}

impl DeltaLog {
    fn list(folder: &Path) -> Result<Self, ReadProblem> {
        let mut log = Self::default();
        for entry in fs::read_dir(folder).map_err(io)? {
            let path = entry.map_err(io)?.path();
            let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
            let parts: Vec<&str> = name.split('.').collect();
            let Some(version) = parts[0].parse::<u64>().ok().filter(|_| parts[0].len() == 20) else {
                continue;
            };
            match parts[1..] {
                ["json"] => {
                    log.commits.insert(version, path);
                }
                ["checkpoint", "parquet"] => log.checkpoints.entry((version, 1)).or_default().push(path),
                ["checkpoint", _, of, "parquet"] if of.len() == 10 => {
                    let of = of.parse().unwrap_or(usize::MAX);
                    log.checkpoints.entry((version, of)).or_default().push(path);
                }
                _ => {}
            }
        }
        Ok(log)
    }

    /// The newest complete checkpoint.
    fn checkpoint(&self) -> Option<(u64, &[PathBuf])> {
        let whole = self.checkpoints.iter().rfind(|((_, of), parts)| parts.len() == *of)?;
        Some((whole.0.0, whole.1))
    }
}

/// The table at a version.
struct DeltaSnapshot {
    table: PathBuf,
    files: BTreeMap<PathBuf, Vec<(String, String)>>,
}

/// One line of a commit; what is not listed changes no file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommitAction<'a> {
    #[serde(borrow)]
    add: Option<Add<'a>>,
    remove: Option<Remove>,
    meta_data: Option<MetaData>,
    protocol: Option<Protocol>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Add<'a> {
    path: String,
    #[serde(default)]
    partition_values: BTreeMap<String, Option<String>>,
    #[serde(borrow)]
    deletion_vector: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Remove {
    path: String,
}

#[derive(Deserialize)]
struct MetaData {
    #[serde(default)]
    configuration: BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Protocol {
    #[serde(default)]
    min_reader_version: i32,
    #[serde(default)]
    reader_features: Vec<String>,
}

impl DeltaSnapshot {
    fn commit(&mut self, path: &Path) -> Result<(), ReadProblem> {
        for line in BufReader::new(File::open(path).map_err(io)?).lines() {
            let line = line.map_err(io)?;
            if line.trim().is_empty() {
                continue;
            }
            let action: CommitAction<'_> = serde_json::from_str(&line).map_err(|e| damaged(path, &e))?;
            if let Some(protocol) = action.protocol {
                supported(&protocol)?;
            }
            if let Some(data) = action.meta_data {
                mapped(data.configuration.get("delta.columnMapping.mode").and_then(|v| v.as_deref()))?;
            }
            if let Some(remove) = action.remove {
                self.files.remove(&self.locate(&remove.path)?);
            }
            if let Some(add) = action.add {
                if add.deletion_vector.is_some_and(|v| v.get() != "null") {
                    return Err(deletion_vectors());
                }
                let partition = add.partition_values.into_iter().filter_map(|(k, v)| Some((k, v?))).collect();
                self.files.insert(self.locate(&add.path)?, partition);
            }
        }
        Ok(())
    }

    fn checkpoint(&mut self, path: &Path) -> Result<(), ReadProblem> {
        let file = File::open(path).and_then(SharedFile::new).map_err(io)?;
        let metadata = directory(&file, ArrowReaderOptions::default()).map_err(|e| damaged(path, &e))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
        let wanted = ["add", "metaData", "protocol", "sidecar"];
        let roots = builder.parquet_schema().root_schema().get_fields().iter().enumerate();
        let roots: Vec<usize> = roots.filter(|(_, f)| wanted.contains(&f.name())).map(|(i, _)| i).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        for batch in Batches::of(builder.with_projection(mask)).map_err(|e| damaged(path, &e))? {
            self.checkpoint_rows(&batch.map_err(|e| damaged(path, &e))?)?;
        }
        Ok(())
    }

    fn checkpoint_rows(&mut self, batch: &RecordBatch) -> Result<(), ReadProblem> {
        let root = |name: &str| batch.column_by_name(name).and_then(|a| a.as_struct_opt());
        for row in 0..batch.num_rows() {
            if root("sidecar").is_some_and(|s| s.is_valid(row)) {
                return Err(unusable(
                    "is a Delta table with checkpoints in sidecar files (v2Checkpoint), which are not supported. Export the table as Parquet.",
                ));
            }
            if let Some(protocol) = root("protocol").filter(|s| s.is_valid(row)) {
                let version = protocol
                    .column_by_name("minReaderVersion")
                    .and_then(|a| a.as_primitive_opt::<Int32Type>());
                let features = protocol.column_by_name("readerFeatures").and_then(|a| a.as_list_opt::<i32>());
                let features =
                    features.filter(|f| f.is_valid(row)).map(|f| texts(&f.value(row))).unwrap_or_default();
                supported(&Protocol {
                    min_reader_version: version.map_or(0, |v| v.value(row)),
                    reader_features: features.into_iter().flatten().collect(),
                })?;
            }
            if let Some(data) = root("metaData").filter(|s| s.is_valid(row)) {
                let pairs = map(data, "configuration", row);
                mapped(pairs.iter().find(|(k, _)| k == "delta.columnMapping.mode").map(|(_, v)| v.as_str()))?;
            }
            let Some(add) = root("add").filter(|s| s.is_valid(row)) else { continue };
            let vector = add.column_by_name("deletionVector").and_then(|a| a.as_struct_opt());
            if vector.is_some_and(|v| v.is_valid(row) && v.columns().iter().any(|c| c.is_valid(row))) {
                return Err(deletion_vectors());
            }
            let path = add.column_by_name("path").and_then(|a| texts(a).into_iter().nth(row).flatten());
            let Some(path) = path else { continue };
            self.files.insert(self.locate(&path)?, map(add, "partitionValues", row));
        }
        Ok(())
    }

    /// Paths are relative and percent-encoded. An absolute path belongs to another table (a shallow clone).
    fn locate(&self, path: &str) -> Result<PathBuf, ReadProblem> {
        let path = String::from_utf8_lossy(&percent_decoded(path)).into_owned();
        if path.contains("://") || path.starts_with('/') || Path::new(&path).iter().any(|part| part == "..") {
            return Err(unusable(format!(
                "is a Delta table that points outside its folder ({}), as a shallow clone does. Export the table as Parquet.",
                path.escape_debug()
            )));
        }
        Ok(self.table.join(path))
    }
}

fn texts(array: &dyn Array) -> Vec<Option<String>> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        return texts.iter().map(|t| t.map(str::to_owned)).collect();
    }
    array.as_string_view_opt().map(|a| a.iter().map(|t| t.map(str::to_owned)).collect()).unwrap_or_default()
}

fn map(parent: &StructArray, name: &str, row: usize) -> Vec<(String, String)> {
    let Some(map) = parent.column_by_name(name).and_then(|a| a.as_map_opt()).filter(|m| m.is_valid(row))
    else {
        return Vec::new();
    };
    let entries = map.value(row);
    let [keys, values, ..] = entries.columns() else { return Vec::new() };
    texts(keys).into_iter().zip(texts(values)).filter_map(|(k, v)| Some((k?, v?))).collect()
}

fn supported(protocol: &Protocol) -> Result<(), ReadProblem> {
    if let Some(feature) = protocol.reader_features.iter().find(|f| !HARMLESS.contains(&f.as_str())) {
        return Err(unusable(format!(
            "is a Delta table with the feature {}, which is not supported. Export the table as Parquet.",
            feature.escape_debug()
        )));
    }
    if protocol.min_reader_version > 3 {
        return Err(unusable(format!(
            "is a Delta table for readers of version {}, which is not supported. Export the table as Parquet.",
            protocol.min_reader_version
        )));
    }
    Ok(())
}

fn mapped(mode: Option<&str>) -> Result<(), ReadProblem> {
    match mode {
        None | Some("none") => Ok(()),
        Some(_) => Err(unusable(
            "is a Delta table with column mapping, which is not supported. Export the table as Parquet.",
        )),
    }
}

fn deletion_vectors() -> ReadProblem {
    unusable(
        "is a Delta table with deletion vectors, which are not supported. Run REORG TABLE ... APPLY (PURGE), or export the table as Parquet.",
    )
}

fn unusable(why: impl Into<String>) -> ReadProblem {
    ReadProblem::Unusable(why.into())
}

fn damaged(path: &Path, why: &dyn std::fmt::Display) -> ReadProblem {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    unusable(format!(
        "is a Delta table whose log file {} is damaged ({why}). Copy the table again.",
        name.escape_debug()
    ))
}

fn io(e: std::io::Error) -> ReadProblem {
    ReadProblem::Io(e.to_string())
}
