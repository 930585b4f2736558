//! Inputs -> events, on all cores: each input is recognised, cut into chunks, and every chunk's events go to one of a pool of
//! sinks.

mod collect;
mod input_reader;
mod input_summary;
mod ranges;
mod recognise_input;
mod stream;

pub use input_summary::{InputSummary, ReadStatus};
pub use recognise_input::{RecognisedFile, recognise_files};

use crate::input::decode::DecodeOptions;
use crate::input::event::EventSink;
use crate::input::source::{Input, Limits, ReadProblem};
use crate::support::progress::Progress;
use collect::{Collected, Collector, Sinks};
use input_reader::InputReader;
use rayon::prelude::*;

/// Bytes of a chunk: an index and the rows of it fit into the fast caches.
const CHUNK: usize = 256 << 10;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub decode: DecodeOptions,
    /// What one input may cost.
    pub limits: Limits,
    /// Why logs are only recognised, as the end of a sentence with its remedy; `None` reads them.
    pub no_logs: Option<&'static str>,
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
    let none_known = inputs.iter().map(|_| None).collect();
    read_recognised_logs(inputs, none_known, options, progress, make)
}

/// The same, for inputs some of which [`recognise_files`] has recognised before. `known` has an entry for each input.
pub fn read_recognised_logs<F: EventSink + Send>(
    inputs: &[Input],
    known: Vec<Option<Result<RecognisedFile, ReadProblem>>>,
    options: &ReadOptions,
    progress: &dyn Progress,
    make: impl Fn() -> F + Sync,
) -> (Vec<F>, Vec<InputSummary>) {
    progress.start(inputs.iter().filter_map(|i| i.size).sum());
    let sinks = Sinks::new(make, options.limits.memory);
    let read = |(input, known): (&Input, Option<Result<RecognisedFile, ReadProblem>>)| {
        let collector = Collector::new(&sinks, progress, &input.hints);
        let outcome = InputReader { input, options, collector: &collector }.read(known);
        let Collected { tally, problem } = collector.into_collected();
        let problem = match outcome.result {
            Err(problem) => Some(problem),
            Ok(()) => problem.map(|(_, p)| p),
        };
        InputSummary {
            path: input.path.clone(),
            kind: outcome.kind,
            compression: outcome.compression,
            bytes: input.size.unwrap_or(outcome.bytes),
            tally,
            problem,
        }
    };
    let summaries = inputs.par_iter().zip(known).with_max_len(1).map(read).collect();
    progress.finish();
    (sinks.into_used(), summaries)
}
