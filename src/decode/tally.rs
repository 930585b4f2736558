//! What decoding one input added up to, apart from its events: every part is a sum, a least or a greatest, so tallies of
//! chunks merge in any order.

use crate::time::Time;
use std::borrow::Cow;

/// Samples kept of the bad rows of one input.
const SAMPLES: usize = 5;
/// Characters kept of a bad row.
const EXCERPT: usize = 120;

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadRow {
    /// Where it starts in the decompressed bytes; for tables the row number within the file.
    pub offset: u64,
    /// Why, as the end of a sentence.
    pub reason: Cow<'static, str>,
    /// Its start, safe to print.
    pub excerpt: String,
}

/// Counts and samples of the rows of one input, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Good rows.
    pub rows: u64,
    /// Rows refused.
    pub bad: u64,
    /// Good rows whose parameters the log itself had cut.
    pub truncated_rows: u64,
    /// Rows with bytes that are not UTF-8, replaced.
    pub lossy_utf8: u64,
    /// Earliest time of a good row.
    pub first: Option<Time>,
    /// Latest time of a good row.
    pub last: Option<Time>,
    samples: Vec<BadRow>,
}

impl Tally {
    /// One good row.
    pub fn good(&mut self, time: Time) {
        self.rows += 1;
        self.first = Some(self.first.map_or(time, |t| t.min(time)));
        self.last = Some(self.last.map_or(time, |t| t.max(time)));
    }

    /// One refused row.
    pub fn bad(&mut self, offset: u64, reason: impl Into<Cow<'static, str>>, row: &[u8]) {
        self.bad += 1;
        if self.samples.len() == SAMPLES && self.samples.last().is_some_and(|s| s.offset < offset) {
            return;
        }
        self.keep(BadRow { offset, reason: reason.into(), excerpt: excerpt(row) });
    }

    /// Adds another part of the same input.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.bad += other.bad;
        self.truncated_rows += other.truncated_rows;
        self.lossy_utf8 += other.lossy_utf8;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        other.samples.into_iter().for_each(|s| self.keep(s));
    }

    /// The refused rows with the least offsets.
    pub fn samples(&self) -> &[BadRow] {
        &self.samples
    }

    fn keep(&mut self, row: BadRow) {
        let at = self.samples.partition_point(|s| *s < row);
        self.samples.insert(at, row);
        self.samples.truncate(SAMPLES);
    }
}

/// The start of a row with everything a terminal could act on escaped.
pub(crate) fn excerpt(row: &[u8]) -> String {
    let start = &row[..row.len().min(4 * EXCERPT)];
    let mut text = String::new();
    let mut chars = String::from_utf8_lossy(start)
        .trim()
        .chars()
        .map(|c| c.escape_debug())
        .collect::<Vec<_>>()
        .into_iter();
    let mut shown = 0;
    for c in chars.by_ref() {
        let escaped =
            if c.len() == 2 && c.clone().last() == Some('"') { "\"".to_owned() } else { c.to_string() };
        shown += escaped.chars().count();
        if shown > EXCERPT - 1 {
            text.push('…');
            return text;
        }
        text.push_str(&escaped);
    }
    if row.len() > start.len() {
        text.push('…');
    }
    text
}
