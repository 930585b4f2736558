//! Files of a ledger: written whole and to the disk itself before anything names them, and swept up when nothing does.

use super::manifest::{Entry, Manifest, Role};
use crate::error::Error;
use crate::ledger::gather::Gather;
use crate::ledger::names::Names;
use crate::ledger::table;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 7] = ["rows", "days", "facts", "open", "pending", "prints", "sources"];

/// Makes the folder of a ledger ready to be written.
///
/// # Errors
/// It holds something else.
pub(super) fn prepare(dir: &Path) -> Result<(), Error> {
    fs::create_dir_all(dir).map_err(|source| Error::Write { path: dir.into(), source })?;
    if Manifest::read(dir)?.is_some() {
        return Ok(());
    }
    let entries = fs::read_dir(dir).map_err(|source| Error::Read { path: dir.into(), source })?;
    let is_ours = |name: &str| FOLDERS.contains(&name) || name == "lock" || name == "manifest.json.new";
    let stranger = entries.flatten().map(|e| e.file_name()).find(|n| !n.to_str().is_some_and(is_ours));
    match stranger {
        Some(_) => Err(Error::Usage(format!(
            "{} holds other files and no ledger. Name a new folder, so that nothing of yours is mixed in.",
            dir.display()
        ))),
        None => Ok(()),
    }
}

/// Deletes what earlier runs left behind: files of ours that the manifest does not name.
pub(super) fn sweep(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let named: BTreeSet<PathBuf> = manifest.files.iter().map(|f| dir.join(&f.path)).collect();
    for folder in FOLDERS {
        for entry in walkdir::WalkDir::new(dir.join(folder)).into_iter().flatten() {
            let path = entry.path();
            if entry.file_type().is_file() && is_numbered(path) && !named.contains(path) {
                fs::remove_file(path).map_err(|source| Error::Write { path: path.into(), source })?;
            }
        }
    }
    Ok(())
}

fn is_numbered(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let is_ours = path.extension().is_some_and(|e| e == "parquet" || e == "jsonl");
    is_ours && !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// Writes files that no manifest names yet.
pub(super) struct NewFiles<'d> {
    dir: &'d Path,
    number: u64,
    entries: Vec<Entry>,
    folders: BTreeSet<PathBuf>,
}

impl<'d> NewFiles<'d> {
    pub(super) fn new(dir: &'d Path, number: u64) -> Self {
        Self { dir, number, entries: Vec::new(), folders: BTreeSet::new() }
    }

    /// A file of parts of the ledger; none where there is nothing in them.
    pub(super) fn parts(
        &mut self,
        role: Role,
        folder: &str,
        names: &Names,
        of: &Gather,
    ) -> Result<(), Error> {
        let batches = table::parts(names, of).map_err(|e| self.refused(e))?;
        let rows = batches.iter().map(|b| b.num_rows() as u64).sum();
        self.write(role, folder, "parquet", rows, |out| table::parquet(&batches, out))
    }

    /// A file of another schema; none where there is no row.
    pub(super) fn other(
        &mut self,
        role: Role,
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

    /// A file of lines.
    pub(super) fn lines(&mut self, role: Role, folder: &str, lines: &[String]) -> Result<(), Error> {
        self.write(role, folder, "jsonl", lines.len() as u64, |out| {
            lines.iter().try_for_each(|line| writeln!(out, "{line}"))
        })
    }

    fn write(
        &mut self,
        role: Role,
        folder: &str,
        extension: &str,
        rows: u64,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
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
        let mut out = BufWriter::with_capacity(1 << 18, File::create(&full).map_err(failed)?);
        write(&mut out).map_err(failed)?;
        let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        self.entries.push(Entry { role, path, rows, bytes });
        Ok(())
    }

    /// Once all are on the disk itself: the files, for a manifest to name.
    pub(super) fn finish(self) -> Result<Vec<Entry>, Error> {
        for folder in &self.folders {
            sync(folder)?;
        }
        Ok(self.entries)
    }
}

fn sync(folder: &Path) -> Result<(), Error> {
    let done = File::open(folder).and_then(|f| f.sync_all());
    done.map_err(|source| Error::Write { path: folder.into(), source })
}

/// Replaces a file of the ledger's folder in one step: whoever reads sees the old one or the new one.
pub(super) fn replace(dir: &Path, name: &str, text: &[u8]) -> Result<(), Error> {
    let (new, old) = (dir.join(format!("{name}.new")), dir.join(name));
    let failed = |source| Error::Write { path: new.clone(), source };
    let mut file = File::create(&new).map_err(failed)?;
    file.write_all(text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&new, &old).map_err(failed)?;
    sync(dir)
}

/// A workspace as the name of a folder: what is not a letter, digit, dot, hyphen or underscore becomes `%` and its byte in hex.
pub(super) fn partition(workspace: &str, month: &str) -> String {
    let mut name = String::new();
    for b in workspace.bytes().take(80) {
        match b {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(b)),
            b'.' if !name.is_empty() => name.push('.'),
            _ => name.push_str(&format!("%{b:02X}")),
        }
    }
    if workspace.len() > 80 {
        name.push_str(&format!("%{:016x}", crate::support::hash::fingerprint(workspace.as_bytes())));
    }
    format!("rows/workspace={name}/month={month}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_cannot_leave_its_folder() {
        assert_eq!(partition("1234", "2026-07"), "rows/workspace=1234/month=2026-07");
        assert_eq!(partition("../../etc", "m"), "rows/workspace=%2E.%2F..%2Fetc/month=m");
        assert_ne!(partition(&"x".repeat(90), "m"), partition(&"x".repeat(91), "m"));
        assert_ne!(partition("A", "m"), partition("a", "m"));
    }
}
