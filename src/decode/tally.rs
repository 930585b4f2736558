//! What decoding one input added up to, apart from its events: every part is a sum, a least or a greatest, so tallies of
//! chunks merge in any order.

use crate::time::{Day, Time};
use std::borrow::Cow;
use std::fmt;

/// Samples kept of the bad rows of one input.
const SAMPLES: usize = 5;
/// Characters kept of a bad row.
const EXCERPT: usize = 120;

/// What the folder names of log delivery say about the rows below them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `workspaceId=…`.
    pub workspace: Option<String>,
    /// `date=…`.
    pub date: Option<Day>,
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadRow {
    /// Where it starts in the decompressed bytes; for tables the row number within the file.
    pub offset: u64,
    /// Why, as the end of a sentence.
    pub reason: Cow<'static, str>,
    /// Its start, safe to print.
    pub excerpt: String,
}

/// Counts and samples of the rows of one input, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Good rows.
    pub rows: u64,
    /// Rows refused.
    pub bad: u64,
    /// Good rows whose parameters the log itself had cut.
    pub truncated_rows: u64,
    /// Rows with bytes that are not UTF-8, replaced.
    pub lossy_utf8: u64,
    /// Earliest time of a good row.
    pub first: Option<Time>,
    /// Latest time of a good row.
    pub last: Option<Time>,
    samples: Vec<BadRow>,
}

impl Tally {
    /// One good row.
    pub fn good(&mut self, time: Time) {
        self.rows += 1;
        self.first = Some(self.first.map_or(time, |t| t.min(time)));
        self.last = Some(self.last.map_or(time, |t| t.max(time)));
    }

    /// One refused row.
    pub fn bad(&mut self, offset: u64, reason: impl Into<Cow<'static, str>>, row: &[u8]) {
        self.bad += 1;
        if self.samples.len() == SAMPLES && self.samples.last().is_some_and(|s| s.offset < offset) {
            return;
        }
        self.keep(BadRow { offset, reason: reason.into(), excerpt: excerpt(row) });
    }

    /// Adds another part of the same input.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.bad += other.bad;
        self.truncated_rows += other.truncated_rows;
        self.lossy_utf8 += other.lossy_utf8;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        other.samples.into_iter().for_each(|s| self.keep(s));
    }

    /// The refused rows with the least offsets.
    pub fn samples(&self) -> &[BadRow] {
        &self.samples
    }

    fn keep(&mut self, row: BadRow) {
        let at = self.samples.partition_point(|s| *s < row);
        self.samples.insert(at, row);
        self.samples.truncate(SAMPLES);
    }
}

/// The start of a row with everything a terminal could act on escaped.
pub(crate) fn excerpt(row: &[u8]) -> String {
    let start = &row[..row.len().min(4 * EXCERPT)];
    let mut text = String::new();
    let mut chars = String::from_utf8_lossy(start)
        .trim()
        .chars()
        .map(|c| c.escape_debug())
        .collect::<Vec<_>>()
        .into_iter();
    let mut shown = 0;
    for c in chars.by_ref() {
        let escaped =
            if c.len() == 2 && c.clone().last() == Some('"') { "\"".to_owned() } else { c.to_string() };
        shown += escaped.chars().count();
        if shown > EXCERPT - 1 {
            text.push('…');
            return text;
        }
        text.push_str(&escaped);
    }
    if row.len() > start.len() {
        text.push('…');
    }
    text
}

/// Why an input, or the rest of it, could not be read. Each prints as a sentence with its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadProblem {
    /// The system refused.
    Io(String),
    /// The compressed stream ends early or is damaged; rows before that point are counted.
    Damaged(String),
    /// A single record exceeds the limit.
    RecordTooLong {
        /// Where it starts.
        offset: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Decompression yields absurdly much.
    Bomb {
        /// The limit in bytes that was passed.
        limit: u64,
    },
    /// An archive, not a compressed file.
    Archive(&'static str),
    /// No known format.
    UnknownFormat,
    /// Nothing in it.
    Empty,
    /// A known format that lacks something, or uses a feature that is not supported; a sentence that names it.
    Unusable(String),
}

impl ReadProblem {
    /// Whether rows may have been read before the problem: then the input is incomplete, else it is unusable.
    pub const fn may_follow_rows(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Damaged(_) | Self::RecordTooLong { .. } | Self::Bomb { .. })
    }
}

impl fmt::Display for ReadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(why) => {
                write!(f, "cannot be read: {why}. Check its permissions and that it is complete.")
            }
            Self::Damaged(why) => {
                write!(
                    f,
                    "the compressed data is damaged or cut off ({why}); what stands before was read. Fetch the file again."
                )
            }
            Self::RecordTooLong { offset, limit } => write!(
                f,
                "the record at byte {offset} is longer than {limit} bytes. Raise --max-record, or export with one record per line."
            ),
            Self::Bomb { limit } => write!(
                f,
                "decompresses to more than {limit} bytes from very little, as a bomb would. Raise --max-decompressed if it is genuine."
            ),
            Self::Archive(kind) => write!(f, "is a {kind} archive. Unpack it and pass the folder."),
            Self::UnknownFormat => {
                f.write_str("is in no known format; known are ")?;
                for (i, format) in super::Format::ALL.iter().enumerate() {
                    write!(f, "{}{format}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(". Leave it out, or export the audit log as JSON lines.")
            }
            Self::Empty => f.write_str("is empty. Export it again, or leave it out."),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}
