//! Reads a ledger on disk.

use super::manifest::{Entry, Manifest, Role, Source};
use crate::error::Error;
use crate::input::source::{Batches, ReadProblem, directory};
use crate::ledger::gather::Gather;
use crate::ledger::row::Ledger;
use crate::ledger::table::read_parquet;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// How often to begin again when a writer replaced files meanwhile.
const TRIES: usize = 5;

/// What a ledger on disk holds.
#[derive(Debug)]
pub struct Stored {
    /// The facts.
    pub ledger: Ledger,
    /// The files they come from, in order of their ingest.
    pub sources: Vec<Source>,
}

/// Whether a folder holds a ledger that `scopecast ingest` wrote.
pub fn is_ledger(dir: &Path) -> bool {
    dir.join(super::manifest::NAME).is_file()
}

/// Reads a ledger.
///
/// # Errors
/// There is none, or it is damaged.
pub fn load(dir: &Path) -> Result<Stored, Error> {
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
            // Another run replaced the file between the manifest and here.
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

fn read(dir: &Path, manifest: &Manifest) -> Result<Stored, Error> {
    let roles = [Role::Rows, Role::Days, Role::Facts, Role::Open];
    let entries: Vec<&Entry> = manifest.files.iter().filter(|f| roles.contains(&f.role)).collect();
    let mut ledger = gather(dir, &entries)?.ledger();
    let mixed = manifest.workspaces.iter().flat_map(|(w, c)| c.mixed.iter().map(move |day| (w, *day)));
    ledger.mixed = mixed.filter_map(|(w, day)| Some((ledger.names.find(w)?, day))).collect();
    ledger.mixed.sort_unstable();
    Ok(Stored { ledger, sources: manifest.sources(dir)? })
}

/// The parts that files of the ledger's table hold.
pub(super) fn gather(dir: &Path, entries: &[&Entry]) -> Result<Gather, Error> {
    let parts = entries.par_iter().with_max_len(1).map(|entry| {
        let path = dir.join(&entry.path);
        let file = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        read_parquet(&file).map_err(|problem| damaged(dir, entry, &problem))
    });
    Ok(Gather::all(parts.collect::<Result<_, Error>>()?))
}

/// The batches of files with another schema.
pub(super) fn batches(dir: &Path, manifest: &Manifest, role: Role) -> Result<Vec<RecordBatch>, Error> {
    let mut all = Vec::new();
    for entry in manifest.of_role(role) {
        let path = dir.join(&entry.path);
        let file = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
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

/// A file of the ledger is not what was written.
pub(super) fn damaged(dir: &Path, entry: &Entry, problem: &ReadProblem) -> Error {
    Error::Usage(format!(
        "the ledger {} is damaged: its file {} {problem} Restore a copy of the folder, or ingest the logs into a new one.",
        dir.display(),
        entry.path
    ))
}
