//! What is wrong with one record or line of a small input file. The report says so; the run goes on.

use serde::Serialize;
use std::fmt;

/// A defect in an input; the rest of the input was used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The display name of the input.
    pub source: String,
    pub position: Position,
    /// A sentence that says what is wrong and what to do or what was done.
    pub message: String,
}

/// Where in an input a problem is; lines and records count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    Whole,
    Line(u64),
    /// The n-th record of a list that starts on a line.
    Record {
        /// The line on which the list starts.
        line: u64,
        record: u64,
    },
}

impl Problem {
    pub fn new(source: &str, position: Position, message: impl Into<String>) -> Self {
        Self { source: source.to_owned(), position, message: message.into() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Record { line: 1, record } => write!(f, "record {record}"),
            Self::Record { line, record } => write!(f, "record {record} of the list on line {line}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Position::Whole => write!(f, "{}: {}", self.source, self.message),
            at => write!(f, "{}, {at}: {}", self.source, self.message),
        }
    }
}

/// The line, counted from 1, that holds byte `offset` of `text`.
pub(crate) fn line_of(text: &str, offset: usize) -> u64 {
    let end = offset.min(text.len());
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..end]).count() as u64
}
