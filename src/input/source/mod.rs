//! From command-line arguments to bytes: which files there are, how they are packed, and their text as UTF-8 or as it stands.

mod bytes;
mod compression;
pub mod delta;
mod expand;
mod hash;
mod parquet;
mod problem;

pub use bytes::{Bytes, Limits, PlainFile, Stream};
pub use compression::Compression;
pub use expand::{Expanded, expand};
pub use hash::content_hash;
pub(crate) use parquet::{Batches, directory};
pub use problem::ReadProblem;

use crate::support::time::Day;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What the folder names of log delivery say about the rows below them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `workspaceId=…`.
    pub workspace: Option<String>,
    /// `date=…`.
    pub date: Option<Day>,
}

impl Hints {
    fn of(path: &Path) -> Self {
        let mut hints = Self::default();
        for name in path.iter().filter_map(|n| n.to_str()) {
            if let Some(id) = name.strip_prefix("workspaceId=") {
                hints.workspace = Some(id.to_owned()).filter(|id| !id.is_empty());
            } else if let Some(day) = name.strip_prefix("date=") {
                hints.date = Day::parse(day);
            }
        }
        hints
    }
}

/// Where the bytes of an input are.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file, or anything else that opens like one.
    File(PathBuf),
    /// The folder of a Delta table.
    Delta(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in memory.
    Memory(Vec<u8>),
    /// There is nothing to open.
    Nowhere(ReadProblem),
}

/// One thing to read.
#[derive(Debug)]
pub struct Input {
    /// Its name in reports: control characters escaped, bytes that are not UTF-8 replaced.
    pub path: String,
    /// Where its bytes are.
    pub origin: Origin,
    /// What its folders are called.
    pub hints: Hints,
    /// Bytes on disk, where known.
    pub size: Option<u64>,
    /// The text of a standard input that turned out to be no log: it cannot be read twice.
    kept: OnceLock<Vec<u8>>,
}

impl Input {
    /// A file, or a Delta table's folder.
    pub fn at(origin: Origin) -> Self {
        let (path, hints, size) = match &origin {
            Origin::File(p) => (shown(p), Hints::of(p), std::fs::metadata(p).ok().map(|m| m.len())),
            Origin::Delta(p) => (shown(p), Hints::of(p), None),
            Origin::Stdin => ("-".to_owned(), Hints::default(), None),
            Origin::Memory(bytes) => ("(memory)".to_owned(), Hints::default(), Some(bytes.len() as u64)),
            Origin::Nowhere(_) => (String::new(), Hints::default(), None),
        };
        Self { path, origin, hints, size, kept: OnceLock::new() }
    }

    /// Something that cannot be read, by name.
    pub fn unreadable(path: &Path, problem: ReadProblem) -> Self {
        Self { path: shown(path), ..Self::at(Origin::Nowhere(problem)) }
    }

    /// The file or folder, where there is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(p) | Origin::Delta(p) => Some(p),
            _ => None,
        }
    }

    /// The whole text, decompressed, at most `limit` bytes.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read_all(&self, limit: usize) -> Result<Vec<u8>, ReadProblem> {
        if let Some(kept) = self.kept.get() {
            return Ok(kept.clone());
        }
        let mut stream = self.open(&Limits::default())?.into_stream();
        let mut all = Vec::new();
        while stream.read_into(&mut all, 1 << 18)? > 0 {
            if all.len() > limit {
                return Err(ReadProblem::Unusable(format!(
                    "is larger than {limit} bytes. Split it, or leave it out."
                )));
            }
        }
        Ok(all)
    }

    /// Keeps the text of an input that cannot be read again.
    pub(crate) fn keep(&self, text: Vec<u8>) {
        let _ = self.kept.set(text);
    }
}

/// A path that can be printed: nothing in it reaches a terminal as a command.
fn shown(path: &Path) -> String {
    path.to_string_lossy()
        .chars()
        .flat_map(|c| {
            if c.is_control() { c.escape_default().to_string() } else { c.to_string() }
                .chars()
                .collect::<Vec<_>>()
        })
        .collect()
}
