//! The manifest of a ledger on disk: one JSON file that lists what belongs to the ledger, and is replaced in one step.

use super::day_ranges::DayRanges;
use super::disk::replace;
use super::spans::Spans;
use crate::error::Error;
use crate::input::source::ReadProblem;
use crate::ledger::table::SCHEMA_VERSION;
use crate::support::hash::{fingerprint, hex};
use crate::support::time::{Day, Time};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Component, Path};

pub(super) const NAME: &str = "manifest.json";
/// The field with the hash of all others.
const CHECKSUM: &str = "sha256";
const FORMAT: &str = "scopecast-ledger";
/// The version of the folder's layout.
const VERSION: u32 = 1;
/// A manifest that counts more commits than this is damaged.
const MOST_GENERATIONS: u64 = 1 << 40;

/// What a file of the ledger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FileRole {
    /// Rows of one workspace and month.
    Rows,
    /// Days, aliases, tallies.
    Days,
    /// Tokens, addresses, keys with logins, refused requests.
    Facts,
    /// Rows of open days, as linked so far.
    Open,
    /// Calls and logins of open days.
    Pending,
    /// Fingerprints of the rows of open days.
    #[serde(rename = "prints")]
    Fingerprints,
    Sources,
}

/// A file of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LedgerFile {
    pub(super) role: FileRole,
    /// Relative to the folder of the ledger, with `/`.
    pub(super) path: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
    /// SHA-256 of the file in hex; `None` in a ledger written before hashes were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
}

impl LedgerFile {
    /// Reads the file and makes sure that it holds what was written.
    ///
    /// # Errors
    /// It cannot be read, or its size or hash is not the one in the manifest.
    pub(super) fn read(&self, dir: &Path) -> Result<Bytes, Error> {
        let path = dir.join(&self.path);
        let bytes = std::fs::read(&path).map_err(|source| Error::Read { path, source })?;
        let is_intact = bytes.len() as u64 == self.bytes
            && self.sha256.as_ref().is_none_or(|hash| *hash == hex(&Sha256::digest(&bytes)));
        if is_intact {
            return Ok(bytes.into());
        }
        Err(damaged(dir, self, &ReadProblem::Damaged("its bytes are not those that were written".into())))
    }

    /// Whether the path stays within the folder of the ledger. A manifest from elsewhere could name any file.
    fn is_inside(&self) -> bool {
        let mut parts = Path::new(&self.path).components();
        !self.path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
    }
}

/// A file that was ingested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerSource {
    /// SHA-256 of the file as stored; `None` for an input that can be read only once.
    pub sha256: Option<String>,
    /// Path of the file when it was ingested.
    pub path: String,
    /// Format it was read as.
    pub taken_as: String,
    /// Size in bytes, as stored.
    pub bytes: u64,
    /// Rows that could be read.
    pub rows: u64,
    /// Rows that could not be read.
    pub bad_rows: u64,
    /// Why the file was not read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What the ledger covers of one workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DaysHeld {
    /// Spans of time that the ledger holds without a gap.
    pub(super) spans: Spans,
    pub(super) closed: DayRanges,
    /// Closed days for which a later export held other rows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) mixed: BTreeSet<Day>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    schema_version: i64,
    /// The fingerprint of a fixed text. If it differs, this build computes other fingerprints than the one that wrote the ledger.
    fingerprints: String,
    /// Number of commits; new files are named after it.
    pub(super) generation: u64,
    /// Time of the last row.
    pub(super) last: Option<Time>,
    pub(super) workspaces: BTreeMap<String, DaysHeld>,
    pub(super) files: Vec<LedgerFile>,
}

/// The manifest as it is written. The name of the second field is [`CHECKSUM`].
#[derive(Serialize)]
struct SealedManifest<'m> {
    #[serde(flatten)]
    manifest: &'m Manifest,
    sha256: String,
}

impl Manifest {
    /// The manifest of an empty ledger.
    pub(super) fn empty() -> Self {
        Self {
            format: FORMAT.into(),
            version: VERSION,
            schema_version: SCHEMA_VERSION,
            fingerprints: mark(),
            generation: 0,
            last: None,
            workspaces: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    /// Reads the manifest of a folder; `None` if it has none.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, Error> {
        let path = dir.join(NAME);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path, source }),
        };
        let damaged = |why: &dyn std::fmt::Display| {
            Error::Usage(format!(
                "{} is not the manifest of a ledger ({why}). Name the folder that `scopecast ingest --ledger` wrote, or restore a \
                 copy of it.",
                path.display()
            ))
        };
        let mut value: serde_json::Value = serde_json::from_slice(&text).map_err(|e| damaged(&e))?;
        if value.get("format").and_then(|f| f.as_str()) != Some(FORMAT) {
            return Err(damaged(&"it says so nowhere"));
        }
        let versions =
            ["version", "schema_version"].map(|k| value.get(k).and_then(serde_json::Value::as_i64));
        if versions != [Some(i64::from(VERSION)), Some(SCHEMA_VERSION)] {
            return Err(Error::Usage(format!(
                "the ledger {} was written by another version of scopecast. Use that version, or ingest the logs into a new \
                 folder.",
                dir.display()
            )));
        }
        // Ledgers written before hashes were kept have none.
        let written = value.as_object_mut().and_then(|fields| fields.remove(CHECKSUM));
        if written.is_some_and(|hash| hash != checksum(&value)) {
            return Err(damaged(&"its text is not what was written"));
        }
        let manifest: Self = serde_json::from_value(value).map_err(|e| damaged(&e))?;
        if let Some(entry) = manifest.files.iter().find(|f| !f.is_inside()) {
            return Err(damaged(&format_args!("it names {:?}, outside its folder", entry.path)));
        }
        if manifest.generation > MOST_GENERATIONS {
            return Err(damaged(&"it counts more commits than can be"));
        }
        Ok(Some(manifest))
    }

    /// Whether this build computes the same fingerprints as the one that wrote the ledger. Only a writer needs to know.
    pub(super) fn knows_fingerprints(&self) -> bool {
        self.fingerprints == mark()
    }

    /// Records that the ledger holds no fingerprints of another build any more.
    pub(super) fn renew_fingerprints(&mut self) {
        self.fingerprints = mark();
    }

    /// Replaces the manifest in the folder: from then on, the files it lists are the ledger, and no others.
    pub(super) fn commit(&self, dir: &Path) -> Result<(), Error> {
        let failed = |e: serde_json::Error| Error::Write { path: dir.join(NAME), source: e.into() };
        let sha256 = checksum(&serde_json::to_value(self).map_err(failed)?);
        let sealed = SealedManifest { manifest: self, sha256 };
        replace(dir, NAME, &serde_json::to_vec_pretty(&sealed).map_err(failed)?)
    }

    pub(super) fn of_role(&self, role: FileRole) -> impl Iterator<Item = &LedgerFile> {
        self.files.iter().filter(move |f| f.role == role)
    }

    /// Whether a workspace's day accepts no more rows.
    pub(super) fn is_closed(&self, workspace: &str, day: Day) -> bool {
        self.workspaces.get(workspace).is_some_and(|w| w.closed.contains(day))
    }

    /// The files ingested so far.
    pub(super) fn sources(&self, dir: &Path) -> Result<Vec<LedgerSource>, Error> {
        let mut all = Vec::new();
        for entry in self.of_role(FileRole::Sources) {
            let path = dir.join(&entry.path);
            let text = entry.read(dir)?;
            for line in text.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                let source = serde_json::from_slice(line)
                    .map_err(|e| Error::Read { path: path.clone(), source: e.into() })?;
                all.push(source);
            }
        }
        Ok(all)
    }
}

/// The error for a file of the ledger that does not hold what was written.
pub(super) fn damaged(dir: &Path, entry: &LedgerFile, problem: &ReadProblem) -> Error {
    Error::Usage(format!(
        "the ledger {} is damaged: its file {} {problem} Restore a copy of the folder, or ingest the logs into a new one.",
        dir.display(),
        entry.path
    ))
}

/// SHA-256, in hex, of a manifest without its checksum.
fn checksum(manifest: &serde_json::Value) -> String {
    hex(&Sha256::digest(manifest.to_string()))
}

/// The value of [`Manifest::fingerprints`] for this build.
fn mark() -> String {
    format!("{:016x}", fingerprint(b"scopecast"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_something_else_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Manifest::read(dir.path()).unwrap().is_none());
        std::fs::write(dir.path().join(NAME), "{\"name\":\"app\"}").unwrap();
        let why = Manifest::read(dir.path()).unwrap_err().to_string();
        assert!(why.contains("is not the manifest of a ledger"), "{why}");
        std::fs::write(dir.path().join(NAME), "{\"format\":\"scopecast-ledger\",\"version\":9}").unwrap();
        let why = Manifest::read(dir.path()).unwrap_err().to_string();
        assert!(why.contains("another version of scopecast"), "{why}");
    }

    #[test]
    fn no_file_outside_the_folder_belongs_to_a_ledger() {
        let dir = tempfile::tempdir().unwrap();
        let read = |path: &str| {
            let files =
                vec![LedgerFile { role: FileRole::Rows, path: path.into(), rows: 1, bytes: 1, sha256: None }];
            let manifest = Manifest { files, ..Manifest::empty() };
            std::fs::write(dir.path().join(NAME), serde_json::to_vec(&manifest).unwrap()).unwrap();
            Manifest::read(dir.path()).map(|_| ()).map_err(|e| e.to_string())
        };
        assert_eq!(read("rows/workspace=1/month=2026-07/000001.parquet"), Ok(()));
        for path in ["../000001.parquet", "rows/../../000001.parquet", "/000001.parquet", ""] {
            assert!(read(path).is_err_and(|why| why.contains("outside its folder")), "{path:?}");
        }
    }
}
