//! From bytes to events: one member per format, and each gives the same [`Event`](crate::input::event::Event)s.
//!
//! A file is recognised by its content ([`guess`]). What its head says is handed on ([`Recognised`]) to one of two kinds of
//! decoder. Text formats are cut into chunks of complete records that any thread may decode on its own ([`TextDecoder`]); tables
//! on disk consist of parts, such as row groups ([`TableDecoder`]). Neither keeps state between chunks, so the order of decoding
//! does not matter.
//!
//! # To add a format of logs
//! 1. A file in `formats/`: what its JSON keys or its columns mean, how it is recognised, and what it requires.
//! 2. Its line in the registry, `formats/mod.rs`.
//! 3. Its variant of [`LogFormat`](super::file_kind::LogFormat), which names it in reports.

mod cell;
pub mod csv;
mod event_of;
mod field;
mod formats;
mod head;
mod json;
mod json_cutters;
mod json_index;
mod json_layout;
#[cfg(any(test, fuzzing))]
pub mod json_oracle;
mod json_record;
mod json_value;
mod json_walk;
pub mod keys;
pub mod moment;
mod parquet;
mod raw_record;
mod recognise_json;
mod recognised;
mod recognisers;
mod repaired_utf8;
mod table_columns;
mod tally;

pub use super::file_kind::{FileKind, LogFormat};
pub use crate::input::source::{Hints, ReadProblem};
pub use formats::side_files::is_ledger_table;
pub use head::Head;
pub use recognised::{Guess, Recognised};
pub use recognisers::guess;
pub use tally::{BadRow, Tally};

use crate::input::event::EventSink;
use recognised::Opening;

/// A run of complete records of a text format.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// The records; for formats with a header line, without it.
    pub bytes: &'a [u8],
    /// Where `bytes` starts in the decompressed text.
    pub offset: u64,
    /// What the folder names say.
    pub hints: &'a Hints,
}

/// Decodes a text format chunk by chunk.
pub trait TextDecoder: Send + Sync {
    /// A fresh cutter for one stream of bytes.
    fn cutter(&self) -> Box<dyn Cutter>;

    /// Whether a file may be cut at any newline, without reading what comes before it. Then all threads read one big file at
    /// once.
    fn splits_at_newlines(&self) -> bool {
        false
    }

    /// Decodes every record of a chunk; bad rows go to the tally and never end the chunk.
    fn decode(&self, chunk: Chunk<'_>, sink: &mut dyn EventSink, tally: &mut Tally);
}

/// Finds where a stream may be cut into chunks of complete records.
pub trait Cutter: Send {
    /// Says which part of `bytes` to hand to the decoder. They start where the last cut ended: what was not taken is passed
    /// again, with more. `end` says that nothing follows.
    fn cut(&mut self, bytes: &[u8], end: bool) -> Cut;

    /// The record at the start of the last `bytes` is too long and was dropped. The cutter skips the rest of it in what is
    /// passed next, or says that it cannot continue.
    fn abandon(&mut self) -> bool {
        false
    }
}

/// The answer of a [`Cutter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Bytes at the start that belong to no record (a header line, `{"records":[`); they are dropped.
    pub skip: usize,
    /// Bytes after those that are complete records; 0 asks for more.
    pub take: usize,
}

/// Decodes a table whose parts can be read on their own.
pub trait TableDecoder: Send + Sync {
    /// How many parts there are.
    fn parts(&self) -> usize;

    /// The bytes on disk of one part, for progress.
    fn part_bytes(&self, part: usize) -> u64;

    /// Decodes one part; its rows before a problem count.
    ///
    /// # Errors
    /// The problem that ended the part.
    fn decode(&self, part: usize, sink: &mut dyn EventSink, tally: &mut Tally) -> Result<(), ReadProblem>;
}

/// What the user says about the logs.
#[derive(Clone, Debug, Default)]
pub struct DecodeOptions {
    /// `--field NAME=KEY`: the key (dots reach into objects) that holds a field of an HTTP access log.
    pub fields: Vec<(String, String)>,
}

/// A log that is ready to decode.
pub enum Decoder {
    /// Cut into chunks.
    Text(Box<dyn TextDecoder>),
    /// In parts.
    Table(Box<dyn TableDecoder>),
    /// No log after all, but this: a ledger table, for instance.
    Other(FileKind),
}

/// Prepares the decoder of a log that was recognised by its head.
///
/// # Errors
/// What the log lacks, or that its format is not supported.
pub fn text(recognised: Recognised, options: &DecodeOptions) -> Result<Decoder, ReadProblem> {
    match (recognised.kind, recognised.opening) {
        (FileKind::Log(format), Opening::Json(layout)) => {
            Ok(Decoder::Text(Box::new(json::JsonDecoder::new(format, layout, options))))
        }
        (FileKind::Log(_), Opening::Csv(header)) => Ok(Decoder::Text(Box::new(csv::open(*header)?))),
        (FileKind::Log(format), Opening::None) => Err(unsupported(format)),
        _ => Err(ReadProblem::UnknownFormat),
    }
}

/// Opens a table on disk: a Parquet file, or the folder of a Delta table.
///
/// # Errors
/// What the table lacks, or that it is not supported.
pub fn table(
    format: LogFormat,
    path: &std::path::Path,
    hints: &Hints,
) -> Result<(LogFormat, Decoder), ReadProblem> {
    match format {
        LogFormat::Delta => parquet::open_delta(path, hints),
        LogFormat::Parquet | LogFormat::QueryHistoryParquet => parquet::open_file(path, hints),
        _ => Err(unsupported(format)),
    }
}

fn unsupported(format: LogFormat) -> ReadProblem {
    ReadProblem::Unusable(format!(
        "is a {format} log, which this version cannot read. Export it as JSON lines."
    ))
}
