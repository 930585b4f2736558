//! Where the events, counts and problems of inputs are collected: a pool of sinks for all of them, and one collector for each.

use crate::input::decode::{Chunk, Hints, TableDecoder, Tally, TextDecoder};
use crate::input::event::EventSink;
use crate::input::source::ReadProblem;
use crate::support::memory::Budget;
use crate::support::progress::Progress;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sinks that no chunk is using, and how much memory all may hold.
pub(super) struct Sinks<F, M> {
    idle: Mutex<Vec<F>>,
    make: M,
    budget: Budget,
}

impl<F: EventSink, M: Fn() -> F> Sinks<F, M> {
    pub(super) fn new(make: M, memory: u64) -> Self {
        Self { idle: Mutex::new(Vec::new()), make, budget: Budget::new(memory) }
    }

    /// The sinks that were used, in no order.
    pub(super) fn into_used(self) -> Vec<F> {
        self.idle.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the chunks of one input added up to. Of several problems, the first in the file counts.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) tally: Tally,
    pub(super) problem: Option<(u64, ReadProblem)>,
}

/// Decodes the chunks of one input, on any thread.
pub(super) struct Collector<'a, F, M> {
    sinks: &'a Sinks<F, M>,
    pub(super) progress: &'a dyn Progress,
    hints: &'a Hints,
    collected: Mutex<Collected>,
}

impl<'a, F: EventSink + Send, M: Fn() -> F + Sync> Collector<'a, F, M> {
    pub(super) fn new(sinks: &'a Sinks<F, M>, progress: &'a dyn Progress, hints: &'a Hints) -> Self {
        Self { sinks, progress, hints, collected: Mutex::default() }
    }

    pub(super) fn into_collected(self) -> Collected {
        self.collected.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the memory of the whole run is used up.
    pub(super) fn is_out_of_memory(&self) -> bool {
        self.sinks.budget.is_spent()
    }

    /// Decodes complete records that start at `offset`.
    pub(super) fn decode(&self, decoder: &dyn TextDecoder, bytes: &[u8], offset: u64) {
        if bytes.is_empty() {
            return;
        }
        let mut tally = Tally::default();
        self.sinks.with(|sink| decoder.decode(Chunk { bytes, offset, hints: self.hints }, sink, &mut tally));
        self.add(tally);
    }

    /// Decodes a part of a table.
    pub(super) fn decode_part(&self, decoder: &dyn TableDecoder, part: usize) {
        if self.is_out_of_memory() {
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

    /// A problem at an offset of the input.
    pub(super) fn problem(&self, offset: u64, problem: ReadProblem) {
        let mut collected = lock(&self.collected);
        if collected.problem.as_ref().is_none_or(|(at, _)| offset < *at) {
            collected.problem = Some((offset, problem));
        }
    }

    fn add(&self, tally: Tally) {
        lock(&self.collected).tally.merge(tally);
    }
}
