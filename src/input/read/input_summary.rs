//! What came of one input.

use crate::input::decode::Tally;
use crate::input::file_kind::FileKind;
use crate::input::source::{Compression, ReadProblem};

/// How far an input could be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadStatus {
    /// Read to its end, every record good; or not a log, and left to another stage.
    Complete,
    /// There is nothing in it.
    Empty,
    /// Some records or the end are missing.
    Incomplete,
    /// Nothing in it could be used.
    Unusable,
}

/// What came of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSummary {
    /// Its name in reports.
    pub path: String,
    /// What it was taken for.
    pub kind: FileKind,
    /// How it is packed.
    pub compression: Compression,
    /// Bytes on disk.
    pub bytes: u64,
    /// Rows, refused rows with samples, times.
    pub tally: Tally,
    /// What stopped it, or part of it.
    pub problem: Option<ReadProblem>,
}

impl InputSummary {
    /// How far the input could be used.
    pub fn status(&self) -> ReadStatus {
        let rows = self.tally.rows > 0;
        match &self.problem {
            Some(ReadProblem::Empty) => ReadStatus::Empty,
            Some(_) if rows => ReadStatus::Incomplete,
            Some(_) => ReadStatus::Unusable,
            None if self.tally.bad == 0 => ReadStatus::Complete,
            None if rows => ReadStatus::Incomplete,
            None => ReadStatus::Unusable,
        }
    }
}
