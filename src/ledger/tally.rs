//! What was seen while folding, as counts that add up.

use crate::support::time::Time;

/// Counts of what was seen while folding; adding them in any order gives the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that went into the ledger.
    pub rows: u64,
    /// Rows delivered again.
    pub duplicates: u64,
    /// Rows with the id of another row but other content; they count.
    pub id_reused: u64,
    /// Rows whose parameters the log had cut.
    pub truncated: u64,
    /// tokenLogin rows of tokens minted inside Databricks.
    pub internal_logins: u64,
    /// tokenLogin rows that do not say how the token came in, so they cannot be told from internal ones.
    pub logins_without_method: u64,
    /// (logins tried, calls joined) by request id.
    pub request_sample: (u64, u64),
    /// Logins and calls that carry a command line's run id.
    pub runs: (u64, u64),
    /// The first moment of any row.
    pub first: Option<Time>,
    /// The last moment of any row.
    pub last: Option<Time>,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.duplicates += other.duplicates;
        self.id_reused += other.id_reused;
        self.truncated += other.truncated;
        self.internal_logins += other.internal_logins;
        self.logins_without_method += other.logins_without_method;
        self.request_sample.0 += other.request_sample.0;
        self.request_sample.1 += other.request_sample.1;
        self.runs.0 += other.runs.0;
        self.runs.1 += other.runs.1;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }
}
