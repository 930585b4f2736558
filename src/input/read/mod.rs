//! Reads inputs on all cores: recognises each, cuts it into chunks, and gives every chunk's events to one of a pool of sinks.

mod summary;

pub use summary::{InputSummary, ReadStatus};

use crate::input::decode::guess::{FileKind, Guess, Head, guess};
use crate::input::decode::{
    Chunk, DecodeOptions, Decoder, LogFormat, TableDecoder, Tally, TextDecoder, table, text,
};
use crate::input::event::EventSink;
use crate::input::source::{Bytes, Compression, Input, Limits, Origin, PlainFile, ReadProblem, Stream};
use crate::support::memory::Budget;
use crate::support::progress::Progress;
use rayon::prelude::*;
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Bytes of a chunk: an index and the rows of it fit into the fast caches.
const CHUNK: usize = 256 << 10;
/// Bytes left free before a chunk: some processors copy to the start of a page at a third of their speed.
const LEAD: usize = 64;
/// Bytes a file is recognised from at first, and at most.
const HEAD: usize = 64 << 10;
const HEAD_MOST: usize = 4 << 20;
/// Bytes kept of a standard input that is no log.
const KEEP: usize = 256 << 20;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// What the decoders are told.
    pub decode: DecodeOptions,
    /// What one input may cost.
    pub limits: Limits,
    /// Why logs are only recognised, as the end of a sentence with its remedy; `None` reads them.
    pub no_logs: Option<&'static str>,
}

thread_local! {
    /// The bytes of a chunk, kept from chunk to chunk.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads all inputs on the current thread pool. Gives the sinks that were used, in no order, and a summary for each input, in
/// the order of the inputs and the same for any number of threads. Inputs that are no logs are only recognised; their text is
/// at [`Input::read_all`].
pub fn read_logs<F: EventSink + Send>(
    inputs: &[Input],
    options: &ReadOptions,
    progress: &dyn Progress,
    make: impl Fn() -> F + Sync,
) -> (Vec<F>, Vec<InputSummary>) {
    progress.start(inputs.iter().filter_map(|i| i.size).sum());
    let sinks = Sinks { idle: Mutex::new(Vec::new()), make, budget: Budget::new(options.limits.memory) };
    let read = |input: &Input| {
        let parts = Mutex::new(Parts::default());
        let job = InputReader { input, options, progress, sinks: &sinks, parts: &parts };
        let seen = job.read();
        let Parts { tally, problem } = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let problem = match seen.result {
            Err(problem) => Some(problem),
            Ok(()) => problem.map(|(_, p)| p),
        };
        InputSummary {
            path: input.path.clone(),
            kind: seen.kind,
            compression: seen.compression,
            bytes: input.size.unwrap_or(seen.bytes),
            tally,
            problem,
        }
    };
    let summaries = inputs.par_iter().with_max_len(1).map(read).collect();
    progress.finish();
    (sinks.idle.into_inner().unwrap_or_else(PoisonError::into_inner), summaries)
}

/// What a plain file is taken for, from its first bytes; `None` when it is packed, unreadable or of no known kind.
pub fn kind_of_plain(input: &Input) -> Option<FileKind> {
    /// What tells most logs, and what tells the rest.
    const STEPS: [u64; 2] = [4 << 10, 64 << 10];
    let Bytes::Plain(plain) = input.open(&Limits::default()).ok()? else { return None };
    let path = input.file().unwrap_or(Path::new("-"));
    let mut head = Vec::new();
    for end in STEPS {
        plain.read_range(head.len() as u64, end, &mut head).ok()?;
        if let Guess::Yes(kind) = guess(&Head { bytes: &head, end: end == STEPS[1], path, fields: &[] }) {
            return Some(kind);
        }
    }
    None
}

/// Sinks that no chunk is using.
struct Sinks<F, M> {
    idle: Mutex<Vec<F>>,
    make: M,
    budget: Budget,
}

impl<F: EventSink, M: Fn() -> F> Sinks<F, M> {
    fn with<T>(&self, work: impl FnOnce(&mut F) -> T) -> T {
        let idle = lock(&self.idle).pop();
        let mut sink = idle.unwrap_or_else(&self.make);
        let before = sink.memory();
        let done = work(&mut sink);
        self.budget.account(before, sink.memory());
        lock(&self.idle).push(sink);
        done
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the chunks of one input added up to; of several problems the first in the file counts.
#[derive(Default)]
struct Parts {
    tally: Tally,
    problem: Option<(u64, ReadProblem)>,
}

/// What an input was taken for.
struct ReadOutcome {
    kind: FileKind,
    compression: Compression,
    bytes: u64,
    result: Result<(), ReadProblem>,
}

impl ReadOutcome {
    fn nothing(result: ReadProblem) -> Self {
        Self { kind: FileKind::Unknown, compression: Compression::None, bytes: 0, result: Err(result) }
    }
}

struct InputReader<'a, F, M> {
    input: &'a Input,
    options: &'a ReadOptions,
    progress: &'a dyn Progress,
    sinks: &'a Sinks<F, M>,
    parts: &'a Mutex<Parts>,
}

impl<F: EventSink + Send, M: Fn() -> F + Sync> InputReader<'_, F, M> {
    fn read(&self) -> ReadOutcome {
        let seen = self.read_while_there_is_room();
        if self.sinks.budget.is_spent() {
            return ReadOutcome { result: Err(ReadProblem::OutOfMemory), ..seen };
        }
        seen
    }

    fn read_while_there_is_room(&self) -> ReadOutcome {
        if self.sinks.budget.is_spent() {
            return ReadOutcome::nothing(ReadProblem::OutOfMemory);
        }
        if let Origin::Delta(folder) = &self.input.origin {
            let (kind, result) = self.table(LogFormat::Delta, folder);
            return ReadOutcome { kind, compression: Compression::None, bytes: 0, result };
        }
        let bytes = match self.input.open(&self.options.limits) {
            Ok(bytes) => bytes,
            Err(problem) => return ReadOutcome::nothing(problem),
        };
        let compression = bytes.compression();
        let (kind, bytes, result) = match bytes {
            Bytes::Plain(plain) => self.plain(&plain),
            Bytes::Stream(stream) => self.packed(stream),
        };
        ReadOutcome { kind, compression, bytes, result }
    }

    /// A plain file: in ranges where that can be, else as a stream.
    fn plain(&self, plain: &PlainFile) -> (FileKind, u64, Result<(), ReadProblem>) {
        let mut head = Vec::new();
        let recognised = self.recognise(&mut head, |head, most| {
            let from = head.len() as u64;
            plain.read_range(from, from + most as u64, head)?;
            Ok(head.len() as u64 == plain.size || (head.len() as u64) < from + most as u64)
        });
        let (kind, end) = match recognised {
            Ok(seen) => seen,
            Err(problem) => return (FileKind::Unknown, plain.size, Err(problem)),
        };
        let result = match (kind, self.input.file()) {
            (FileKind::Log(format @ (LogFormat::Parquet | LogFormat::QueryHistoryParquet)), Some(path)) => {
                let (kind, result) = self.table(format, path);
                return (kind, plain.size, result);
            }
            (FileKind::Log(format), _) => self.decoder(format, &head, end).map(|decoder| {
                if end && head.len() <= self.options.limits.record {
                    let cut = decoder.cutter().cut(&head, true);
                    self.decode(&*decoder, &head[cut.skip..cut.skip + cut.take], cut.skip as u64);
                    self.progress.advance(plain.size);
                } else if decoder.splits_at_newlines() {
                    self.ranges(plain, &*decoder);
                } else {
                    self.stream(Bytes::Plain(plain.clone()).into_stream(), Vec::new(), &*decoder);
                }
            }),
            _ => {
                self.progress.advance(plain.size);
                Ok(())
            }
        };
        (kind, plain.size, result)
    }

    /// A stream: packed, or not a file.
    fn packed(&self, mut stream: Stream) -> (FileKind, u64, Result<(), ReadProblem>) {
        let mut head = Vec::new();
        let recognised = self.recognise(&mut head, |head, most| {
            // A stream that breaks says so only when it is asked again.
            let n = stream.read_into(head, most)?;
            Ok(n < most && stream.read_into(head, 1)? == 0)
        });
        let (kind, end) = match recognised {
            Ok(seen) => seen,
            Err(problem) => return (FileKind::Unknown, stream.size(), Err(problem)),
        };
        let mut unpacked = 0;
        let result = match kind {
            FileKind::Log(LogFormat::Parquet | LogFormat::QueryHistoryParquet) => Err(ReadProblem::Unusable(
                "is a Parquet file inside a stream. Unpack it into a file: its index stands at the end."
                    .to_owned(),
            )),
            FileKind::Log(format) => self.decoder(format, &head, end).map(|decoder| {
                unpacked = self.stream(stream, head, &*decoder);
            }),
            _ if matches!(self.input.origin, Origin::Stdin) => self.keep(stream, head),
            _ => {
                self.progress.advance(stream.size());
                Ok(())
            }
        };
        (kind, unpacked, result)
    }

    /// Keeps the text of a standard input for the stage that wants it.
    fn keep(&self, mut stream: Stream, mut text: Vec<u8>) -> Result<(), ReadProblem> {
        while text.len() <= KEEP && stream.read_into(&mut text, CHUNK)? > 0 {}
        self.input.keep(text);
        Ok(())
    }

    /// What the input is, from as few bytes as possible; `more` reads on and says whether that was the end.
    fn recognise(
        &self,
        head: &mut Vec<u8>,
        mut more: impl FnMut(&mut Vec<u8>, usize) -> Result<bool, ReadProblem>,
    ) -> Result<(FileKind, bool), ReadProblem> {
        let mut step = HEAD;
        let mut broken = None;
        loop {
            let end = match more(head, step) {
                Ok(end) => end,
                Err(problem) if head.is_empty() => return Err(problem),
                Err(problem) => {
                    broken = Some(problem);
                    true
                }
            };
            if end && head.trim_ascii().is_empty() {
                return Err(ReadProblem::Empty);
            }
            let last = end || head.len() >= HEAD_MOST;
            match guess(&self.head(head, last)) {
                Guess::Yes(kind) => return Ok((kind, end)),
                Guess::More if !last => step = head.len() * 3,
                // What breaks off too early to be recognised is damaged before it is anything else.
                _ => return Err(broken.unwrap_or(ReadProblem::UnknownFormat)),
            }
        }
    }

    fn head<'h>(&'h self, bytes: &'h [u8], end: bool) -> Head<'h> {
        let path = self.input.file().unwrap_or(Path::new("-"));
        Head { bytes, end, path, fields: &self.options.decode.fields }
    }

    fn wants_logs(&self) -> Result<(), ReadProblem> {
        self.options.no_logs.map_or(Ok(()), |why| Err(ReadProblem::Unusable(why.to_owned())))
    }

    fn decoder(
        &self,
        format: LogFormat,
        head: &[u8],
        end: bool,
    ) -> Result<Box<dyn TextDecoder>, ReadProblem> {
        self.wants_logs()?;
        match text(format, &self.head(head, end), &self.options.decode)? {
            Decoder::Text(decoder) => Ok(decoder),
            _ => Err(ReadProblem::UnknownFormat),
        }
    }

    fn table(&self, format: LogFormat, path: &Path) -> (FileKind, Result<(), ReadProblem>) {
        let decoder = match table(format, path, &self.input.hints) {
            Ok((format, Decoder::Table(decoder))) => (format, decoder),
            Ok((_, Decoder::Other(kind))) => return (kind, Ok(())),
            Ok((format, Decoder::Text(_))) => {
                return (FileKind::Log(format), Err(ReadProblem::UnknownFormat));
            }
            Err(problem) => return (FileKind::Log(format), Err(problem)),
        };
        let (format, decoder) = decoder;
        if let Err(problem) = self.wants_logs() {
            return (FileKind::Log(format), Err(problem));
        }
        (0..decoder.parts())
            .into_par_iter()
            .with_max_len(1)
            .for_each(|part| self.table_part(&*decoder, part));
        (FileKind::Log(format), Ok(()))
    }

    fn table_part(&self, decoder: &dyn TableDecoder, part: usize) {
        if self.sinks.budget.is_spent() {
            return;
        }
        let mut tally = Tally::default();
        let result = self.sinks.with(|sink| decoder.decode(part, sink, &mut tally));
        self.add(tally);
        if let Err(problem) = result {
            self.problem(part as u64, problem);
        }
        self.progress.advance(decoder.part_bytes(part));
    }

    /// All threads read one file, each the lines that start within its range.
    fn ranges(&self, plain: &PlainFile, decoder: &dyn TextDecoder) {
        let count = usize::try_from(plain.size.div_ceil(CHUNK as u64)).unwrap_or(usize::MAX);
        (0..count).into_par_iter().with_max_len(1).for_each(|i| {
            let from = i as u64 * CHUNK as u64;
            let to = (from + CHUNK as u64).min(plain.size);
            if self.sinks.budget.is_spent() {
                return;
            }
            // Taken, for a thread that waits may begin another chunk meanwhile.
            let mut buffer = BUFFER.take();
            buffer.clear();
            buffer.resize(LEAD, 0);
            match self.lines_of(plain, from, to, &mut buffer) {
                Ok(Some((start, end))) => {
                    let offset = from.saturating_sub(1) + (start - LEAD) as u64;
                    self.decode(decoder, &buffer[start..end], offset);
                }
                Ok(None) => {}
                Err(problem) => self.problem(from, problem),
            }
            BUFFER.set(buffer);
            self.progress.advance(to - from);
        });
    }

    /// Fills the buffer so that it holds the lines that start in `from..to`; gives where they stand in it.
    fn lines_of(
        &self,
        plain: &PlainFile,
        from: u64,
        to: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(usize, usize)>, ReadProblem> {
        let before = from.saturating_sub(1);
        let place = |at: usize| before + (at - LEAD) as u64;
        plain.read_range(before, to, buffer)?;
        let start = if from == 0 {
            LEAD
        } else {
            match memchr::memchr(b'\n', &buffer[LEAD..]).map(|n| LEAD + n + 1) {
                Some(start) if place(start) < to => start,
                _ => return Ok(None),
            }
        };
        let limit = self.options.limits.record;
        let mut step = 64 << 10;
        while buffer.last() != Some(&b'\n') {
            let seen = buffer.len();
            plain.read_range(place(seen), place(seen + step), buffer)?;
            if let Some(at) = memchr::memchr(b'\n', &buffer[seen..]) {
                return Ok(Some((start, seen + at + 1)));
            }
            if buffer.len() < seen + step {
                break;
            }
            let last = memchr::memrchr(b'\n', &buffer[LEAD..]).map_or(LEAD, |n| LEAD + n + 1);
            if buffer.len() - last > limit {
                let offset = place(last);
                self.problem(offset, ReadProblem::RecordTooLong { offset, limit: limit as u64 });
                return Ok(Some((start, last.max(start))));
            }
            step = buffer.len();
        }
        Ok(Some((start, buffer.len())))
    }

    /// This thread reads and unpacks, the others decode; when they lag behind, it decodes too. Gives the bytes unpacked.
    fn stream(&self, mut stream: Stream, head: Vec<u8>, decoder: &dyn TextDecoder) -> u64 {
        let waiting = AtomicUsize::new(0);
        let most_waiting = 2 * rayon::current_num_threads();
        let spare = Mutex::new(Vec::new());
        rayon::scope(|scope| {
            let mut cutter = decoder.cutter();
            let (mut pending, mut offset, mut end) = (head, 0_u64, false);
            while !end && !self.sinks.budget.is_spent() {
                match stream.read_into(&mut pending, CHUNK) {
                    Ok(0) => end = true,
                    Ok(_) => {}
                    Err(problem) => {
                        self.problem(u64::MAX, problem);
                        // A record that was cut off is told by the problem, not as a bad row.
                        let cut = cutter.cut(&pending, false);
                        self.decode(
                            decoder,
                            &pending[cut.skip..cut.skip + cut.take],
                            offset + cut.skip as u64,
                        );
                        return;
                    }
                }
                self.progress.advance(stream.progress());
                let cut = cutter.cut(&pending, end);
                let (from, to) = (cut.skip, cut.skip + cut.take);
                if to == 0 && pending.len() > self.options.limits.record {
                    let limit = self.options.limits.record as u64;
                    self.problem(offset, ReadProblem::RecordTooLong { offset, limit });
                    if !cutter.abandon() {
                        return;
                    }
                    offset += pending.len() as u64;
                    pending.clear();
                    continue;
                }
                if cut.take == 0 {
                    pending.drain(..cut.skip);
                    offset += cut.skip as u64;
                    continue;
                }
                let mut next: Vec<u8> = lock(&spare).pop().unwrap_or_default();
                next.clear();
                next.extend_from_slice(&pending[to..]);
                let chunk = std::mem::replace(&mut pending, next);
                let at = offset + from as u64;
                offset += to as u64;
                if waiting.fetch_add(1, Ordering::Relaxed) >= most_waiting || end {
                    self.decode(decoder, &chunk[from..to], at);
                    waiting.fetch_sub(1, Ordering::Relaxed);
                    lock(&spare).push(chunk);
                } else {
                    let (waiting, spare) = (&waiting, &spare);
                    scope.spawn(move |_| {
                        self.decode(decoder, &chunk[from..to], at);
                        waiting.fetch_sub(1, Ordering::Relaxed);
                        lock(spare).push(chunk);
                    });
                }
            }
        });
        stream.unpacked()
    }

    fn decode(&self, decoder: &dyn TextDecoder, bytes: &[u8], offset: u64) {
        if bytes.is_empty() {
            return;
        }
        let mut tally = Tally::default();
        self.sinks
            .with(|sink| decoder.decode(Chunk { bytes, offset, hints: &self.input.hints }, sink, &mut tally));
        self.add(tally);
    }

    fn add(&self, tally: Tally) {
        lock(self.parts).tally.merge(tally);
    }

    fn problem(&self, offset: u64, problem: ReadProblem) {
        let mut parts = lock(self.parts);
        if parts.problem.as_ref().is_none_or(|(at, _)| offset < *at) {
            parts.problem = Some((offset, problem));
        }
    }
}
