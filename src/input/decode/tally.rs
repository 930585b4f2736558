//! The counts of decoding one input. Every part is a sum, a minimum or a maximum, so tallies of chunks merge in any order.

use crate::support::time::Time;
use std::borrow::Cow;

/// Samples kept of the bad rows of one input.
const SAMPLES: usize = 5;
/// Characters kept of a bad row.
const EXCERPT: usize = 120;

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadRow {
    /// Where it starts in the unpacked bytes; in tables, the row number.
    pub offset: u64,
    /// Why, as the end of a sentence.
    pub reason: Cow<'static, str>,
    /// Its start, safe to print.
    pub excerpt: String,
}

/// Counts and samples of the rows of one input, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub rows: u64,
    pub bad: u64,
    /// Good rows whose parameters the log itself had cut.
    pub truncated_rows: u64,
    /// Rows in which bytes that are not UTF-8 were replaced.
    pub lossy_utf8: u64,
    /// Earliest time of a good row.
    pub first: Option<Time>,
    /// Latest time of a good row.
    pub last: Option<Time>,
    samples: Vec<BadRow>,
}

impl Tally {
    pub fn good(&mut self, time: Time) {
        self.rows += 1;
        self.first = Some(self.first.map_or(time, |t| t.min(time)));
        self.last = Some(self.last.map_or(time, |t| t.max(time)));
    }

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

    /// The first refused rows of the input.
    pub fn samples(&self) -> &[BadRow] {
        &self.samples
    }

    fn keep(&mut self, row: BadRow) {
        let at = self.samples.partition_point(|s| *s < row);
        self.samples.insert(at, row);
        self.samples.truncate(SAMPLES);
    }
}

/// The start of a row without secrets, escaped so that a terminal executes nothing in it.
fn excerpt(row: &[u8]) -> String {
    let start = &row[..row.len().min(4 * EXCERPT)];
    let text = without_secrets(String::from_utf8_lossy(start).trim());
    let mut shown: String = text.chars().flat_map(escape).take(EXCERPT).collect();
    if row.len() > start.len() || text.chars().flat_map(escape).nth(EXCERPT).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

fn escape(c: char) -> impl Iterator<Item = char> {
    let plain = matches!(c, '"' | '\'' | '\\');
    plain.then_some(c).into_iter().chain(c.escape_debug().filter(move |_| !plain))
}

/// Blanks what looks like a token's secret: `dapi` and more than a word.
fn without_secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("dapi") {
        let (before, secret) = rest.split_at(at);
        let end =
            secret.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(secret.len());
        out.push_str(before);
        out.push_str(if end > 10 { "dapi…" } else { &secret[..end] });
        rest = &secret[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_harmless() {
        assert_eq!(excerpt(b"  {\"a\":1}\n"), "{\"a\":1}");
        assert_eq!(excerpt(b"\x1b[31m\x00\xff"), "\\u{1b}[31m\\0\u{fffd}");
        assert_eq!(excerpt(b"dapi0123456789abcdef0123456789abcdef-2,dapi"), "dapi…,dapi");
        let long = excerpt(&[b'x'; 1000]);
        assert_eq!((long.chars().count(), long.ends_with('…')), (EXCERPT, true));
    }

    #[test]
    fn merging_keeps_the_first_samples_in_any_order() {
        let part = |offsets: &[u64]| {
            let mut tally = Tally::default();
            offsets.iter().for_each(|o| tally.bad(*o, "is bad", b"x"));
            tally
        };
        let (mut ab, mut ba) = (part(&[9, 1, 7, 30]), part(&[2, 8, 40, 3]));
        let (a, b) = (ab.clone(), ba.clone());
        ab.merge(b);
        ba.merge(a);
        assert_eq!(ab, ba);
        assert_eq!(ab.samples().iter().map(|s| s.offset).collect::<Vec<_>>(), [1, 2, 3, 7, 8]);
    }
}
