//! Fingerprints of rows by workspace and day: what a ledger on disk must remember of days that are not closed yet.

use super::duplicates::Seen;
use crate::support::time::Time;

/// What tells a row from every other one: fingerprints of its id and of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Print {
    /// Of the event id, or of the whole record.
    pub(super) id: u64,
    /// Of the content.
    pub(super) content: u32,
}

impl Print {
    /// Sums of these over the rows of a day are the same for the same rows in any order.
    fn digest(self) -> u64 {
        (self.id ^ u64::from(self.content).wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_mul(0xff51_afd7_ed55_8ccd)
    }
}

/// The rows that one run of ingest saw of a workspace's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayPrints {
    /// The ledger on disk takes no more rows of it.
    pub(super) closed: bool,
    /// The first row, duplicates included.
    pub(super) first: Time,
    /// The last row, duplicates included.
    pub(super) last: Time,
    /// Rows that are no duplicates.
    pub(super) rows: u64,
    /// The sum of their digests.
    pub(super) digest: u64,
    /// Of rows that are no duplicates, where the day is open.
    pub(super) prints: Vec<Print>,
}

impl DayPrints {
    pub(super) fn new(closed: bool) -> Self {
        Self { closed, first: Time(i64::MAX), last: Time(i64::MIN), rows: 0, digest: 0, prints: Vec::new() }
    }

    pub(super) fn show(&mut self, print: Print, seen: Seen, time: Time) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        if seen != Seen::Duplicate {
            self.rows += 1;
            self.digest = self.digest.wrapping_add(print.digest());
            if !self.closed {
                self.prints.push(print);
            }
        }
    }

    /// What two threads saw of the same day.
    pub(super) fn add(&mut self, mut other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.rows += other.rows;
        self.digest = self.digest.wrapping_add(other.digest);
        self.prints.append(&mut other.prints);
    }
}
