//! What belongs to a ledger on disk: one JSON file, replaced in one step.

use super::files;
use super::spans::Spans;
use crate::error::Error;
use crate::ledger::table::SCHEMA_VERSION;
use crate::support::hash::fingerprint;
use crate::support::time::{Day, Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Component, Path};

pub(super) const NAME: &str = "manifest.json";
const FORMAT: &str = "scopecast-ledger";
/// The version of the folder's layout.
const VERSION: u32 = 1;
/// More commits than any ledger sees.
const MOST_GENERATIONS: u64 = 1 << 40;

/// What a file of the ledger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
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
    Prints,
    /// The files ingested.
    Sources,
}

/// A file of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) role: Role,
    /// Within the ledger's folder, with `/`.
    pub(super) path: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

impl Entry {
    /// Whether the path stays within the ledger's folder: a manifest may come from somewhere else.
    fn is_inside(&self) -> bool {
        let mut parts = Path::new(&self.path).components();
        !self.path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
    }
}

/// A file that was ingested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// SHA-256 of the file as stored; none of what can be read only once.
    pub sha256: Option<String>,
    /// Its name when it was ingested.
    pub path: String,
    /// Its format.
    pub taken_as: String,
    /// Bytes as stored.
    pub bytes: u64,
    /// Good rows.
    pub rows: u64,
    /// Rows refused.
    pub bad_rows: u64,
    /// Why it was not read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What the ledger covers of one workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Covered {
    /// Stretches of time without a gap.
    pub(super) spans: Spans,
    /// Closed days.
    pub(super) closed: DayRanges,
    /// Closed days of which a later export held other rows.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) mixed: BTreeSet<Day>,
}

/// The manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    schema_version: i64,
    /// What [`fingerprint`] gives here: another value would know nothing again.
    fingerprints: String,
    /// Counts commits, and numbers files.
    pub(super) generation: u64,
    /// The first and last moment of any row.
    pub(super) last: Option<Time>,
    pub(super) workspaces: BTreeMap<String, Covered>,
    pub(super) files: Vec<Entry>,
}

impl Manifest {
    /// Of a ledger with nothing in it.
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

    /// Reads it; `None` where there is none.
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
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|e| damaged(&e))?;
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
        let manifest: Self = serde_json::from_value(value).map_err(|e| damaged(&e))?;
        if let Some(entry) = manifest.files.iter().find(|f| !f.is_inside()) {
            return Err(damaged(&format_args!("it names {:?}, outside its folder", entry.path)));
        }
        if manifest.generation > MOST_GENERATIONS {
            return Err(damaged(&"it counts more commits than can be"));
        }
        Ok(Some(manifest))
    }

    /// Whether fingerprints on disk mean the same to this build: only a writer needs that.
    pub(super) fn knows_fingerprints(&self) -> bool {
        self.fingerprints == mark()
    }

    /// Says that no fingerprint of another build is left.
    pub(super) fn renew_fingerprints(&mut self) {
        self.fingerprints = mark();
    }

    /// Makes this the ledger: from here on its files belong to it, and no others.
    pub(super) fn commit(&self, dir: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::Write { path: dir.join(NAME), source: e.into() })?;
        files::replace(dir, NAME, &text)
    }

    pub(super) fn of_role(&self, role: Role) -> impl Iterator<Item = &Entry> {
        self.files.iter().filter(move |f| f.role == role)
    }

    /// Whether a workspace's day takes no more rows.
    pub(super) fn is_closed(&self, workspace: &str, day: Day) -> bool {
        self.workspaces.get(workspace).is_some_and(|w| w.closed.contains(day))
    }

    /// Files ingested before, from the lists that the manifest names.
    pub(super) fn sources(&self, dir: &Path) -> Result<Vec<Source>, Error> {
        let mut all = Vec::new();
        for entry in self.of_role(Role::Sources) {
            let path = dir.join(&entry.path);
            let text = std::fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
            for line in text.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                let source = serde_json::from_slice(line)
                    .map_err(|e| Error::Read { path: path.clone(), source: e.into() })?;
                all.push(source);
            }
        }
        Ok(all)
    }
}

fn mark() -> String {
    format!("{:016x}", fingerprint(b"scopecast"))
}

/// Days as ranges, both ends included, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DayRanges(Vec<(Day, Day)>);

impl DayRanges {
    pub(super) fn contains(&self, day: Day) -> bool {
        let at = self.0.partition_point(|(from, _)| *from <= day);
        at > 0 && day <= self.0[at - 1].1
    }

    pub(super) fn add(&mut self, days: impl IntoIterator<Item = Day>) {
        self.0.extend(days.into_iter().map(|d| (d, d)));
        self.0.sort_unstable();
        self.0.dedup_by(|next, kept| {
            let joins = next.0 <= kept.1.plus(1);
            if joins {
                kept.1 = kept.1.max(next.1);
            }
            joins
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_join_into_ranges() {
        let mut days = DayRanges::default();
        days.add([Day(5), Day(1), Day(2), Day(9)]);
        days.add([Day(4), Day(3)]);
        assert_eq!(days.0, [(Day(1), Day(5)), (Day(9), Day(9))]);
        assert!(
            days.contains(Day(3))
                && days.contains(Day(9))
                && !days.contains(Day(6))
                && !days.contains(Day(0))
        );
    }

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
            let files = vec![Entry { role: Role::Rows, path: path.into(), rows: 1, bytes: 1 }];
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
