//! Typed columns of a batch, whose values are checked as they are read.

use crate::ledger::counts::Count;
use crate::support::time::Time;
use arrow::array::{Array, Int64Array, TimestampMicrosecondArray};

/// A row that counts more events than this is damaged; the sums of as many rows as fit a file stay countable.
const MOST_EVENTS: u64 = 1 << 40;

/// A column of numbers; `None` if the batch has none.
pub(super) struct IntColumn(pub(super) Option<Int64Array>);

impl IntColumn {
    pub(super) fn get(&self, i: usize) -> Option<i64> {
        self.0.as_ref().filter(|a| a.is_valid(i)).map(|a| a.value(i))
    }

    /// A number of events.
    pub(super) fn count(&self, i: usize) -> Result<u64, &'static str> {
        let count = u64::try_from(self.get(i).unwrap_or(0)).map_err(|_| "counts less than nothing")?;
        if count > MOST_EVENTS { Err("counts more than can be") } else { Ok(count) }
    }
}

/// A column of times; `None` if the batch has none.
pub(super) struct TimeColumn(pub(super) Option<TimestampMicrosecondArray>);

impl TimeColumn {
    pub(super) fn get(&self, i: usize) -> Result<Option<Time>, &'static str> {
        let time = self.0.as_ref().filter(|a| a.is_valid(i)).map(|a| Time(a.value(i)));
        if time.is_none_or(Time::is_plausible) { Ok(time) } else { Err("has a time that cannot be") }
    }
}

/// The columns of a count: number of events, first and last.
pub(super) struct CountColumns {
    pub(super) events: IntColumn,
    pub(super) first: TimeColumn,
    pub(super) last: TimeColumn,
}

impl CountColumns {
    pub(super) fn get(&self, i: usize) -> Result<Count, &'static str> {
        Self::make(self.events.count(i)?, self.first.get(i)?, self.last.get(i)?)
    }

    pub(super) fn make(events: u64, first: Option<Time>, last: Option<Time>) -> Result<Count, &'static str> {
        match (events, first, last) {
            (0, ..) => Ok(Count::NONE),
            (_, Some(first), Some(last)) if first <= last => Ok(Count { events, first, last }),
            _ => Err("counts events without saying when the first and the last were"),
        }
    }
}
