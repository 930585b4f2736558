//! Reads a ledger from disk.

use super::folder::has_data_files;
use super::manifest::{FileRole, LedgerFile, LedgerSource, Manifest, damaged};
use crate::error::Error;
use crate::input::source::{Batches, ReadProblem, directory};
use crate::ledger::builder::LedgerBuilder;
use crate::ledger::finished::Ledger;
use crate::ledger::table::read_parquet;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use std::io::ErrorKind;
use std::path::Path;

/// How often to start again when another run replaces files during the reading.
const TRIES: usize = 5;

/// What a ledger on disk holds.
#[derive(Debug)]
pub struct StoredLedger {
    pub ledger: Ledger,
    /// The files it was made from, in the order they were ingested.
    pub sources: Vec<LedgerSource>,
}

/// Whether a folder holds a ledger that `scopecast ingest` wrote.
pub fn is_ledger(dir: &Path) -> bool {
    dir.join(super::manifest::NAME).is_file()
}

/// Whether a folder holds the data files of a ledger, but no manifest that proves them.
pub fn has_lost_manifest(dir: &Path) -> bool {
    !is_ledger(dir) && has_data_files(dir)
}

/// Reads the ledger in a folder.
///
/// # Errors
/// There is no ledger, or it is damaged.
pub fn load(dir: &Path) -> Result<StoredLedger, Error> {
    let mut generation = None;
    for _ in 0..TRIES {
        let manifest = Manifest::read(dir)?.ok_or_else(|| {
            Error::Usage(format!(
                "there is no ledger in {}. Make one with `scopecast ingest LOGS --ledger {}`.",
                dir.display(),
                dir.display()
            ))
        })?;
        match read(dir, &manifest) {
            // Another run replaced the file after the manifest was read.
            Err(Error::Read { source, .. })
                if source.kind() == ErrorKind::NotFound && generation != Some(manifest.generation) =>
            {
                generation = Some(manifest.generation);
            }
            done => return done,
        }
    }
    Err(Error::Usage(format!(
        "the ledger {} changes faster than it can be read. Wait for the other run to end, then run this again.",
        dir.display()
    )))
}

fn read(dir: &Path, manifest: &Manifest) -> Result<StoredLedger, Error> {
    let roles = [FileRole::Rows, FileRole::Days, FileRole::Facts, FileRole::Open];
    let entries: Vec<&LedgerFile> = manifest.files.iter().filter(|f| roles.contains(&f.role)).collect();
    let mut ledger = read_parts(dir, &entries)?.ledger();
    let mixed = manifest.workspaces.iter().flat_map(|(w, c)| c.mixed.iter().map(move |day| (w, *day)));
    ledger.mixed = mixed.filter_map(|(w, day)| Some((ledger.names.find(w)?, day))).collect();
    ledger.mixed.sort_unstable();
    Ok(StoredLedger { ledger, sources: manifest.sources(dir)? })
}

/// Reads parts of the ledger from files with the schema of the ledger table.
pub(super) fn read_parts(dir: &Path, entries: &[&LedgerFile]) -> Result<LedgerBuilder, Error> {
    let parts = entries
        .par_iter()
        .with_max_len(1)
        .map(|entry| read_parquet(&entry.read(dir)?).map_err(|problem| damaged(dir, entry, &problem)));
    Ok(LedgerBuilder::all(parts.collect::<Result<_, Error>>()?))
}

/// Reads the files of a role with another schema.
pub(super) fn read_batches(
    dir: &Path,
    manifest: &Manifest,
    role: FileRole,
) -> Result<Vec<RecordBatch>, Error> {
    let mut all = Vec::new();
    for entry in manifest.of_role(role) {
        let file = entry.read(dir)?;
        let problem = |e: &dyn std::fmt::Display| damaged(dir, entry, &ReadProblem::Damaged(e.to_string()));
        let reader = directory(&file, ArrowReaderOptions::default())
            .map(|metadata| ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata))
            .and_then(|builder| Batches::of(builder.with_batch_size(1 << 16)))
            .map_err(|e| problem(&e))?;
        for batch in reader {
            all.push(batch.map_err(|e| problem(&e))?);
        }
    }
    Ok(all)
}
