//! The result of recognition: the kind of a file, and what its head says about how to decode it. It is handed on to the decoder.

use super::csv::csv_header::CsvHeader;
use super::formats::JSON_KINDS;
use super::head::Head;
use super::json_layout::JsonLayout;
use crate::input::file_kind::{FileKind, LogFormat};
use crate::input::source::ReadProblem;

/// The answer of a recogniser.
#[derive(Debug)]
pub enum Guess {
    No,
    Yes(Recognised),
    /// More bytes are needed; never the answer at the end of the input.
    More,
}

/// What a file is, and how to decode it.
#[derive(Debug)]
pub struct Recognised {
    pub kind: FileKind,
    pub(super) opening: Opening,
}

/// What the decoder of a format needs to know from the head.
#[derive(Debug)]
pub(super) enum Opening {
    Json(JsonLayout),
    Csv(Box<CsvHeader>),
    /// Nothing: a table is opened by its path, and files that are no logs are read elsewhere.
    None,
}

impl Recognised {
    pub(super) fn without_opening(kind: FileKind) -> Self {
        Self { kind, opening: Opening::None }
    }

    /// A head that is known to be a log of this format.
    ///
    /// # Errors
    /// There is no such text format, or the head has no header line of it.
    pub fn assumed(format: LogFormat, head: &Head<'_>) -> Result<Self, ReadProblem> {
        let kind = FileKind::Log(format);
        let opening = if JSON_KINDS.iter().any(|k| k.kind == kind) {
            Opening::Json(JsonLayout::of(head))
        } else {
            Opening::Csv(Box::new(CsvHeader::of(head).ok_or_else(CsvHeader::missing)?))
        };
        Ok(Self { kind, opening })
    }
}
