//! Why an input could not be read, each as the end of a sentence about it with its remedy.

use crate::input::file_kind;
use std::fmt;

/// Why an input, or the rest of it, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadProblem {
    /// The system's message.
    Io(String),
    /// The compressed stream ends early or is damaged; rows before that point are counted.
    Damaged(String),
    /// A single record exceeds the limit.
    RecordTooLong {
        /// Where it starts, in bytes.
        offset: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// It unpacks to absurdly much.
    Bomb {
        /// The limit in bytes that was passed.
        limit: u64,
    },
    /// An archive, not a compressed file.
    Archive(&'static str),
    UnknownFormat,
    Empty,
    /// Reading stopped because the memory limit was reached; the whole run is refused.
    OutOfMemory,
    /// The file was rewritten or replaced since it was found, so what was read is not what is there.
    Changed,
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
            Self::UnknownFormat => f.write_str(file_kind::UNKNOWN),
            Self::Empty => f.write_str("is empty. Export it again, or leave it out."),
            Self::OutOfMemory => {
                f.write_str("was not read to its end: --memory is used up. Raise it, or read less at once.")
            }
            Self::Changed => {
                f.write_str("changed while it was read. Run this again when nothing writes to it.")
            }
            Self::Unusable(why) => f.write_str(why),
        }
    }
}
