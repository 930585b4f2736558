//! One big file of lines, read by all threads at once: each takes the lines that start within its range.

use super::CHUNK;
use super::collect::Collector;
use crate::input::decode::TextDecoder;
use crate::input::event::EventSink;
use crate::input::source::{PlainFile, ReadProblem};
use rayon::prelude::*;
use std::cell::RefCell;

/// Bytes left free before a chunk: some processors copy to the start of a page at a third of their speed.
const LEAD: usize = 64;

thread_local! {
    /// The bytes of a chunk; reused for every chunk.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads the whole file; a record may have `limit` bytes.
pub(super) fn read<F: EventSink + Send, M: Fn() -> F + Sync>(
    plain: &PlainFile,
    decoder: &dyn TextDecoder,
    limit: usize,
    collector: &Collector<'_, F, M>,
) {
    let count = usize::try_from(plain.size.div_ceil(CHUNK as u64)).unwrap_or(usize::MAX);
    (0..count).into_par_iter().with_max_len(1).for_each(|i| {
        let from = i as u64 * CHUNK as u64;
        let to = (from + CHUNK as u64).min(plain.size);
        if collector.is_out_of_memory() {
            return;
        }
        // Taken, for a thread that waits may begin another chunk meanwhile.
        let mut buffer = BUFFER.take();
        buffer.clear();
        buffer.resize(LEAD, 0);
        match lines(plain, from, to, limit, &mut buffer) {
            Ok(Lines { start, end, problem }) => {
                if let Some((offset, problem)) = problem {
                    collector.problem(offset, problem);
                }
                let offset = from.saturating_sub(1) + (start - LEAD) as u64;
                collector.decode(decoder, &buffer[start..end], offset);
            }
            Err(problem) => collector.problem(from, problem),
        }
        BUFFER.set(buffer);
        collector.progress.advance(to - from);
    });
}

/// Where the lines of a range are in the buffer, and the problem that made them end early.
struct Lines {
    start: usize,
    end: usize,
    problem: Option<(u64, ReadProblem)>,
}

impl Lines {
    const NONE: Self = Self { start: LEAD, end: LEAD, problem: None };
}

/// Fills the buffer so that it holds the lines that start in `from..to`.
fn lines(
    plain: &PlainFile,
    from: u64,
    to: u64,
    limit: usize,
    buffer: &mut Vec<u8>,
) -> Result<Lines, ReadProblem> {
    let before = from.saturating_sub(1);
    let place = |at: usize| before + (at - LEAD) as u64;
    plain.read_range(before, to, buffer)?;
    let start = if from == 0 {
        LEAD
    } else {
        match memchr::memchr(b'\n', &buffer[LEAD..]).map(|n| LEAD + n + 1) {
            Some(start) if place(start) < to => start,
            _ => return Ok(Lines::NONE),
        }
    };
    let mut step = 64 << 10;
    while buffer.last() != Some(&b'\n') {
        let seen = buffer.len();
        plain.read_range(place(seen), place(seen + step), buffer)?;
        if let Some(at) = memchr::memchr(b'\n', &buffer[seen..]) {
            return Ok(Lines { start, end: seen + at + 1, problem: None });
        }
        if buffer.len() < seen + step {
            break;
        }
        let last = memchr::memrchr(b'\n', &buffer[LEAD..]).map_or(LEAD, |n| LEAD + n + 1);
        if buffer.len() - last > limit {
            let offset = place(last);
            let problem = ReadProblem::RecordTooLong { offset, limit: limit as u64 };
            return Ok(Lines { start, end: last.max(start), problem: Some((offset, problem)) });
        }
        step = buffer.len();
    }
    Ok(Lines { start, end: buffer.len(), problem: None })
}
