//! Counts of what was seen while folding.

use super::counts::earlier;
use crate::support::time::Time;

/// Counts of what was seen while folding. They may be added in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerTally {
    /// Rows that went into the ledger.
    pub rows: u64,
    /// Rows delivered again.
    pub duplicates: u64,
    /// Rows with the id of another row but other content; they are counted in `rows`, too.
    pub id_reused: u64,
    /// Rows whose parameters the log had cut.
    pub truncated: u64,
    /// tokenLogin rows of tokens minted inside Databricks.
    pub internal_logins: u64,
    /// tokenLogin rows that do not say how the token came in, so they are counted as internal.
    pub logins_without_method: u64,
    /// Of the request ids of a sample: (logins that carry one, calls that share it with a login).
    pub request_sample: (u64, u64),
    /// (logins, calls) that carry the run id of a command line.
    pub runs: (u64, u64),
    /// The first moment of any row.
    pub first: Option<Time>,
    /// The last moment of any row.
    pub last: Option<Time>,
}

/// Names of the figures of a [`LedgerTally`]; a pair has two.
pub const TALLIES: [&str; 10] = [
    "rows",
    "duplicates",
    "id_reused",
    "truncated",
    "internal_logins",
    "logins_without_method",
    "request_logins",
    "request_calls",
    "run_logins",
    "run_calls",
];

impl LedgerTally {
    /// Counts one row of the log.
    pub(super) fn add_row(&mut self, time: Time, truncated: bool) {
        self.rows += 1;
        self.truncated += u64::from(truncated);
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = self.last.max(Some(time));
    }

    /// The figures in the order of [`TALLIES`].
    pub(super) fn figures(&self) -> [u64; TALLIES.len()] {
        self.clone().figures_mut().map(|figure| *figure)
    }

    /// The figures in the order of [`TALLIES`], to be changed.
    pub(super) fn figures_mut(&mut self) -> [&mut u64; TALLIES.len()] {
        [
            &mut self.rows,
            &mut self.duplicates,
            &mut self.id_reused,
            &mut self.truncated,
            &mut self.internal_logins,
            &mut self.logins_without_method,
            &mut self.request_sample.0,
            &mut self.request_sample.1,
            &mut self.runs.0,
            &mut self.runs.1,
        ]
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.figures_mut().into_iter().zip(other.figures()).for_each(|(sum, more)| *sum += more);
        self.first = earlier(self.first, other.first);
        self.last = self.last.max(other.last);
    }
}
