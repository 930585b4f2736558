//! New files of a ledger. Each is complete on the disk itself before a manifest names it.

use super::disk::sync;
use super::manifest::{FileRole, LedgerFile};
use crate::error::Error;
use crate::ledger::interner::Interner;
use crate::ledger::parts::LedgerParts;
use crate::ledger::table;
use crate::support::hashing_writer::HashingWriter;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes files that no manifest names yet.
pub(super) struct NewFiles<'d> {
    dir: &'d Path,
    number: u64,
    entries: Vec<LedgerFile>,
    folders: BTreeSet<PathBuf>,
}

impl<'d> NewFiles<'d> {
    pub(super) fn new(dir: &'d Path, number: u64) -> Self {
        Self { dir, number, entries: Vec::new(), folders: BTreeSet::new() }
    }

    /// Writes parts of the ledger to a file, unless they are empty.
    pub(super) fn parts(
        &mut self,
        role: FileRole,
        folder: &str,
        names: &Interner,
        parts: &LedgerParts,
    ) -> Result<(), Error> {
        let batches = table::parts_batches(names, parts).map_err(|e| self.refused(e))?;
        let rows = batches.iter().map(|b| b.num_rows() as u64).sum();
        self.write(role, folder, "parquet", rows, |out| table::parquet(&batches, out))
    }

    /// Writes a table of another schema to a file, unless it is empty.
    pub(super) fn other(
        &mut self,
        role: FileRole,
        folder: &str,
        batch: Result<RecordBatch, ArrowError>,
    ) -> Result<(), Error> {
        let batch = batch.map_err(|e| self.refused(e))?;
        let rows = batch.num_rows() as u64;
        self.write(role, folder, "parquet", rows, |out| table::parquet_of(&batch, out))
    }

    fn refused(&self, e: ArrowError) -> Error {
        Error::Write { path: self.dir.into(), source: io::Error::other(e) }
    }

    /// Writes lines to a file, unless there are none.
    pub(super) fn lines(&mut self, role: FileRole, folder: &str, lines: &[String]) -> Result<(), Error> {
        self.write(role, folder, "jsonl", lines.len() as u64, |out| {
            lines.iter().try_for_each(|line| writeln!(out, "{line}"))
        })
    }

    fn write(
        &mut self,
        role: FileRole,
        folder: &str,
        extension: &str,
        rows: u64,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), Error> {
        if rows == 0 {
            return Ok(());
        }
        let path = format!("{folder}/{:06}.{extension}", self.number);
        let full = self.dir.join(&path);
        let failed = |source| Error::Write { path: full.clone(), source };
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
            self.folders
                .extend(parent.ancestors().take_while(|p| p.starts_with(self.dir)).map(Path::to_owned));
        }
        let file = File::create(&full).map_err(failed)?;
        let mut out = BufWriter::with_capacity(1 << 18, HashingWriter::new(file));
        write(&mut out).map_err(failed)?;
        let (file, bytes, sha256) = out.into_inner().map_err(|e| failed(e.into_error()))?.finish();
        file.sync_all().map_err(failed)?;
        self.entries.push(LedgerFile { role, path, rows, bytes, sha256: Some(sha256) });
        Ok(())
    }

    /// Makes sure that all files are on the disk itself, and returns them for the manifest.
    pub(super) fn finish(self) -> Result<Vec<LedgerFile>, Error> {
        for folder in &self.folders {
            sync(folder)?;
        }
        Ok(self.entries)
    }
}
