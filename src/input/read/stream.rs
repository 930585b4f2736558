//! A stream: one thread reads and unpacks it, the others decode. When they lag behind, the reading thread decodes too.

use super::CHUNK;
use super::collect::{Collector, lock};
use crate::input::decode::TextDecoder;
use crate::input::event::EventSink;
use crate::input::source::{ReadProblem, Stream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reads the stream after `head` to its end; a record may have `limit` bytes. Gives the bytes unpacked.
pub(super) fn read<F: EventSink + Send, M: Fn() -> F + Sync>(
    mut stream: Stream,
    head: Vec<u8>,
    decoder: &dyn TextDecoder,
    limit: usize,
    collector: &Collector<'_, F, M>,
) -> u64 {
    let waiting = AtomicUsize::new(0);
    let most_waiting = 2 * rayon::current_num_threads();
    let spare = Mutex::new(Vec::new());
    rayon::scope(|scope| {
        let mut cutter = decoder.cutter();
        let (mut pending, mut offset, mut end) = (head, 0_u64, false);
        while !end && !collector.is_out_of_memory() {
            match stream.read_into(&mut pending, CHUNK) {
                Ok(0) => end = true,
                Ok(_) => {}
                Err(problem) => {
                    collector.problem(u64::MAX, problem);
                    // A record that was cut off is part of that problem, not a bad row.
                    let cut = cutter.cut(&pending, false);
                    let complete = &pending[cut.skip..cut.skip + cut.take];
                    collector.decode(decoder, complete, offset + cut.skip as u64);
                    return;
                }
            }
            collector.progress.advance(stream.progress());
            let cut = cutter.cut(&pending, end);
            let (from, to) = (cut.skip, cut.skip + cut.take);
            if to == 0 && pending.len() > limit {
                collector.problem(offset, ReadProblem::RecordTooLong { offset, limit: limit as u64 });
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
                collector.decode(decoder, &chunk[from..to], at);
                waiting.fetch_sub(1, Ordering::Relaxed);
                lock(&spare).push(chunk);
            } else {
                let (waiting, spare) = (&waiting, &spare);
                scope.spawn(move |_| {
                    collector.decode(decoder, &chunk[from..to], at);
                    waiting.fetch_sub(1, Ordering::Relaxed);
                    lock(spare).push(chunk);
                });
            }
        }
    });
    stream.unpacked()
}
