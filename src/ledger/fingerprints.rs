//! Fingerprints by which a row that is delivered twice is recognised. A ledger on disk keeps those of its open days.

use crate::support::time::Time;

/// Fingerprints of a row's id and of its content. Two rows with the same id and content are one row, delivered twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RowFingerprint {
    /// Of the event id, or of the whole record.
    pub(super) id: u64,
    /// Of the content.
    pub(super) content: u32,
}

impl RowFingerprint {
    /// Mixes both parts. The sum over the rows of a day does not depend on their order.
    fn digest(self) -> u64 {
        (self.id ^ u64::from(self.content).wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_mul(0xff51_afd7_ed55_8ccd)
    }
}

/// Whether a row was delivered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// No row had this id before.
    New,
    /// A row with the same id and content came before.
    Duplicate,
    /// Rows with this id came before, but none with this content: all are kept.
    IdReused,
}

/// The rows of one workspace on one day that a run of ingest saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayFingerprints {
    /// The ledger on disk accepts no more rows of this day.
    pub(super) closed: bool,
    /// Time of the first row, duplicates included.
    pub(super) first: Time,
    /// Time of the last row, duplicates included.
    pub(super) last: Time,
    /// Number of rows that are not duplicates.
    pub(super) rows: u64,
    /// Sum of the digests of those rows.
    pub(super) digest: u64,
    /// Fingerprints of those rows; empty for a closed day.
    pub(super) fingerprints: Vec<RowFingerprint>,
}

impl DayFingerprints {
    pub(super) fn new(closed: bool) -> Self {
        Self {
            closed,
            first: Time(i64::MAX),
            last: Time(i64::MIN),
            rows: 0,
            digest: 0,
            fingerprints: Vec::new(),
        }
    }

    /// An open day whose fingerprints earlier runs kept; this run has seen no row of it.
    pub(super) fn of_earlier_runs(fingerprints: Vec<RowFingerprint>) -> Self {
        Self { fingerprints, ..Self::new(false) }
    }

    pub(super) fn add_row(&mut self, fingerprint: RowFingerprint, delivery: Delivery, time: Time) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        if delivery != Delivery::Duplicate {
            self.rows += 1;
            self.digest = self.digest.wrapping_add(fingerprint.digest());
            if !self.closed {
                self.fingerprints.push(fingerprint);
            }
        }
    }

    /// Adds the rows that another thread saw on the same day.
    pub(super) fn add(&mut self, mut other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.rows += other.rows;
        self.digest = self.digest.wrapping_add(other.digest);
        self.fingerprints.append(&mut other.fingerprints);
    }
}
