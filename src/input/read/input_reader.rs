//! One input -> its events: opens it, recognises it unless that was done before, and reads it in ranges, as a stream, or part by
//! part.

use super::collect::Collector;
use super::recognise_input::{RecognisedFile, plain_file, recognise};
use super::{CHUNK, ReadOptions, ranges, stream};
use crate::input::decode::{Decoder, Recognised, TextDecoder, table, text};
use crate::input::event::EventSink;
use crate::input::file_kind::{FileKind, LogFormat};
use crate::input::source::{Bytes, Compression, Input, InputOrigin, PlainFile, ReadProblem, Stream};
use rayon::prelude::*;
use std::path::Path;

/// Bytes kept of a standard input that is no log.
const KEEP: usize = 256 << 20;

/// What an input was taken for, and how reading it ended.
pub(super) struct ReadOutcome {
    pub(super) kind: FileKind,
    pub(super) compression: Compression,
    /// Bytes on disk of a plain file, unpacked bytes of a stream.
    pub(super) bytes: u64,
    pub(super) result: Result<(), ReadProblem>,
}

impl ReadOutcome {
    fn plain(kind: FileKind, bytes: u64, result: Result<(), ReadProblem>) -> Self {
        Self { kind, compression: Compression::None, bytes, result }
    }

    fn unread(problem: ReadProblem) -> Self {
        Self::plain(FileKind::Unknown, 0, Err(problem))
    }
}

pub(super) struct InputReader<'a, F, M> {
    pub(super) input: &'a Input,
    pub(super) options: &'a ReadOptions,
    pub(super) collector: &'a Collector<'a, F, M>,
}

impl<F: EventSink + Send, M: Fn() -> F + Sync> InputReader<'_, F, M> {
    pub(super) fn read(&self, known: Option<Result<RecognisedFile, ReadProblem>>) -> ReadOutcome {
        if self.collector.is_out_of_memory() {
            return ReadOutcome::unread(ReadProblem::OutOfMemory);
        }
        let outcome = self.read_input(known);
        if self.collector.is_out_of_memory() {
            return ReadOutcome { result: Err(ReadProblem::OutOfMemory), ..outcome };
        }
        outcome
    }

    fn read_input(&self, known: Option<Result<RecognisedFile, ReadProblem>>) -> ReadOutcome {
        match known {
            Some(Ok(file)) => return self.plain(file, None),
            Some(Err(problem)) => return ReadOutcome::unread(problem),
            None => {}
        }
        if let InputOrigin::Delta(folder) = &self.input.origin {
            let (kind, result) = self.table(LogFormat::Delta, folder);
            return ReadOutcome::plain(kind, 0, result);
        }
        match self.input.open(&self.options.limits) {
            Err(problem) => ReadOutcome::unread(problem),
            Ok(Bytes::Stream(stream)) => {
                let compression = stream.compression;
                let (kind, bytes, result) = self.stream(stream);
                ReadOutcome { kind, compression, bytes, result }
            }
            Ok(Bytes::Plain(plain)) => match plain_file(self.input, &plain, self.options) {
                Ok(file) => self.plain(file, Some(plain)),
                Err(problem) => ReadOutcome::plain(FileKind::Unknown, plain.size, Err(problem)),
            },
        }
    }

    /// A plain file: from its head if that is all of it, in ranges if its format allows that, else as a stream.
    fn plain(&self, file: RecognisedFile, open: Option<PlainFile>) -> ReadOutcome {
        let RecognisedFile { recognised, head, end, size } = file;
        let kind = recognised.kind;
        let result = match (kind, self.input.file()) {
            (FileKind::Log(format @ (LogFormat::Parquet | LogFormat::QueryHistoryParquet)), Some(path)) => {
                let (kind, result) = self.table(format, path);
                return ReadOutcome::plain(kind, size, result);
            }
            (FileKind::Log(_), _) => self.decoder(recognised).and_then(|decoder| {
                if end && head.len() <= self.options.limits.record {
                    let cut = decoder.cutter().cut(&head, true);
                    let complete = &head[cut.skip..cut.skip + cut.take];
                    self.collector.decode(&*decoder, complete, cut.skip as u64);
                    self.collector.progress.advance(size);
                    return Ok(());
                }
                let bytes = open
                    .map_or_else(|| self.input.open(&self.options.limits), |plain| Ok(Bytes::Plain(plain)));
                match bytes? {
                    Bytes::Plain(plain) if decoder.splits_at_newlines() => {
                        ranges::read(&plain, &*decoder, self.options.limits.record, self.collector);
                    }
                    bytes => {
                        self.decode_stream(bytes.into_stream(), Vec::new(), &*decoder);
                    }
                }
                Ok(())
            }),
            _ => {
                self.collector.progress.advance(size);
                Ok(())
            }
        };
        ReadOutcome::plain(kind, size, result)
    }

    /// A stream: packed, or not a file. Gives what it is and the bytes unpacked.
    fn stream(&self, mut stream: Stream) -> (FileKind, u64, Result<(), ReadProblem>) {
        let mut head = Vec::new();
        let recognised = recognise(self.input, self.options, &mut head, |head, most| {
            // A stream that breaks says so only when it is asked again.
            let n = stream.read_into(head, most)?;
            Ok(n < most && stream.read_into(head, 1)? == 0)
        });
        let recognised = match recognised {
            Ok((recognised, _)) => recognised,
            Err(problem) => return (FileKind::Unknown, stream.size(), Err(problem)),
        };
        let kind = recognised.kind;
        let mut unpacked = 0;
        let result = match kind {
            FileKind::Log(LogFormat::Parquet | LogFormat::QueryHistoryParquet) => Err(ReadProblem::Unusable(
                "is a Parquet file inside a stream. Unpack it into a file: its index stands at the end."
                    .to_owned(),
            )),
            FileKind::Log(_) => self.decoder(recognised).map(|decoder| {
                unpacked = self.decode_stream(stream, head, &*decoder);
            }),
            _ if matches!(self.input.origin, InputOrigin::Stdin) => self.keep(stream, head),
            _ => {
                self.collector.progress.advance(stream.size());
                Ok(())
            }
        };
        (kind, unpacked, result)
    }

    fn decode_stream(&self, stream: Stream, head: Vec<u8>, decoder: &dyn TextDecoder) -> u64 {
        stream::read(stream, head, decoder, self.options.limits.record, self.collector)
    }

    /// Keeps the text of a standard input that is no log: it cannot be read again.
    fn keep(&self, mut stream: Stream, mut text: Vec<u8>) -> Result<(), ReadProblem> {
        while text.len() <= KEEP && stream.read_into(&mut text, CHUNK)? > 0 {}
        self.input.keep(text);
        Ok(())
    }

    fn wants_logs(&self) -> Result<(), ReadProblem> {
        self.options.no_logs.map_or(Ok(()), |why| Err(ReadProblem::Unusable(why.to_owned())))
    }

    fn decoder(&self, recognised: Recognised) -> Result<Box<dyn TextDecoder>, ReadProblem> {
        self.wants_logs()?;
        match text(recognised, &self.options.decode)? {
            Decoder::Text(decoder) => Ok(decoder),
            _ => Err(ReadProblem::UnknownFormat),
        }
    }

    fn table(&self, format: LogFormat, path: &Path) -> (FileKind, Result<(), ReadProblem>) {
        let (format, decoder) = match table(format, path, &self.input.hints) {
            Ok((format, Decoder::Table(decoder))) => (format, decoder),
            Ok((_, Decoder::Other(kind))) => return (kind, Ok(())),
            Ok((format, Decoder::Text(_))) => {
                return (FileKind::Log(format), Err(ReadProblem::UnknownFormat));
            }
            Err(problem) => return (FileKind::Log(format), Err(problem)),
        };
        if let Err(problem) = self.wants_logs() {
            return (FileKind::Log(format), Err(problem));
        }
        (0..decoder.parts())
            .into_par_iter()
            .with_max_len(1)
            .for_each(|part| self.collector.decode_part(&*decoder, part));
        (FileKind::Log(format), Ok(()))
    }
}
