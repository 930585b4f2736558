//! From command-line arguments to bytes: which files there are, how they are packed, and their unpacked bytes.

mod bytes;
mod compression;
mod content_hash;
pub mod delta;
mod expand;
mod file_stamp;
mod parquet_file;
mod read_problem;
mod shared_file;

pub use bytes::{Bytes, Limits, PlainFile, Stream};
pub use compression::Compression;
pub use content_hash::content_hash;
pub use expand::{Expanded, expand};
pub use file_stamp::FileStamp;
pub(crate) use parquet_file::{Batches, directory};
pub use read_problem::ReadProblem;
pub use shared_file::SharedFile;

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

#[derive(Clone, Debug)]
pub enum InputOrigin {
    /// A file, or anything else that opens like one.
    File(PathBuf),
    /// The folder of a Delta table.
    Delta(PathBuf),
    Stdin,
    Memory(Vec<u8>),
    /// Nothing can be opened, for this reason.
    Nowhere(ReadProblem),
}

#[derive(Debug)]
pub struct Input {
    /// Its name in reports: control characters escaped, bytes that are not UTF-8 replaced.
    pub path: String,
    pub origin: InputOrigin,
    pub hints: Hints,
    /// Bytes on disk, if known.
    pub size: Option<u64>,
    /// What the file looked like when it was found.
    stamp: Option<FileStamp>,
    /// The text of an input that is no log: of a standard input, which cannot be read twice, or of a small file.
    kept: OnceLock<Vec<u8>>,
}

impl Input {
    /// A file, or a Delta table's folder.
    pub fn at(origin: InputOrigin) -> Self {
        let (path, hints, size) = match &origin {
            InputOrigin::File(p) => (shown(p), Hints::of(p), std::fs::metadata(p).ok().map(|m| m.len())),
            InputOrigin::Delta(p) => (shown(p), Hints::of(p), None),
            InputOrigin::Stdin => ("-".to_owned(), Hints::default(), None),
            InputOrigin::Memory(bytes) => ("(memory)".to_owned(), Hints::default(), Some(bytes.len() as u64)),
            InputOrigin::Nowhere(_) => (String::new(), Hints::default(), None),
        };
        let stamp = match &origin {
            InputOrigin::File(p) => FileStamp::of(p),
            _ => None,
        };
        Self { path, origin, hints, size, stamp, kept: OnceLock::new() }
    }

    /// An input that cannot be read.
    pub fn unreadable(path: &Path, problem: ReadProblem) -> Self {
        Self { path: shown(path), ..Self::at(InputOrigin::Nowhere(problem)) }
    }

    /// The same input as it was found, to be read again.
    pub fn again(&self) -> Self {
        Self { stamp: self.stamp, ..Self::at(self.origin.clone()) }
    }

    /// Whether the file was rewritten or replaced since it was found. Nothing else can be told apart, so it counts as unchanged.
    pub fn has_changed(&self) -> bool {
        self.stamp.is_some() && self.file().is_some_and(|path| FileStamp::of(path) != self.stamp)
    }

    /// The file or folder, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.origin {
            InputOrigin::File(p) | InputOrigin::Delta(p) => Some(p),
            _ => None,
        }
    }

    /// The whole text, decompressed, at most `limit` bytes.
    ///
    /// # Errors
    /// It cannot be read, or is longer.
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

    /// Keeps the text of an input, so that it need not be read again.
    pub(crate) fn keep(&self, text: Vec<u8>) {
        let _ = self.kept.set(text);
    }
}

/// A path that is safe to print: a terminal executes nothing in it.
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
