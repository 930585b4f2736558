//! What stops a run: each message is a full sentence that ends in what to do about it.

use std::io;
use std::path::PathBuf;

/// An error that stops the run. Bad rows and bad files do not: the report counts and lists them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line, or a file named on it, asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// A file named by an option cannot be read.
    #[error("cannot read {}: {source}. Check the path and its permissions.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An output cannot be written.
    #[error("cannot write {}: {source}. Check that the folder exists, is writable and has room.", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output is gone or full; a closed pipe is no failure.
    #[error("cannot write the report: {0}")]
    Output(#[from] io::Error),
    /// Rows could not be joined or grouped.
    #[error(
        "cannot relate rows to each other: {0}. This is a defect of scopecast: please report it with this message."
    )]
    Relation(String),
    /// There was nothing usable in the inputs.
    #[error("{0}")]
    NothingRead(String),
}

impl Error {
    /// The exit code of this error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Output(e) if e.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
            Self::Usage(_) | Self::Read { .. } | Self::Write { .. } => Exit::Usage,
            Self::Output(_) | Self::Relation(_) => Exit::Incomplete,
            Self::NothingRead(_) => Exit::NothingRead,
        }
    }
}
/// How a run ended; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done; no finding at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`; for `catalog explain` and `catalog check`: nothing matched, or defects.
    Findings = 1,
    /// Wrong usage.
    Usage = 2,
    /// Some input could not be read completely; the report is written and says so.
    Incomplete = 3,
    /// Nothing usable was read.
    NothingRead = 4,
    /// Stopped by Ctrl-C; what was not whole yet is removed.
    Interrupted = 130,
}
