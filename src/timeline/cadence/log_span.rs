//! The stretch of time that the log covers, and the days it misses.

use crate::support::time::{Day, Time};

#[derive(Clone, Copy, Debug)]
pub(super) struct LogSpan<'a> {
    pub(super) from: Time,
    pub(super) as_of: Time,
    pub(super) gaps: &'a [(Day, Day)],
}

impl LogSpan<'_> {
    /// Whether the log misses a day of `[from, to)`.
    pub(super) fn is_gap(&self, from: Time, to: Time) -> bool {
        self.gaps.iter().any(|(first, last)| first.start() < to && from < last.end())
    }
}
