//! The days on which a scope was used -> occurrences, at most one a day. A day may begin at another hour than 00:00 UTC, so
//! that a nightly job whose start wanders around midnight is not split in two.

use crate::support::time::{Day, Span, Time};

const DAY: i64 = Span::days(1).0;
/// Half hours.
const BINS: usize = 48;

/// All uses of one scope by one token on one UTC day: when within the day, beyond the first and the last, is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseDay {
    pub day: Day,
    pub first: Time,
    pub last: Time,
    pub count: u64,
}

/// The times that decide every window of a day or longer: first and last of each day.
pub fn use_times(days: &[UseDay]) -> Vec<Time> {
    days.iter().flat_map(|d| [d.first, d.last]).collect()
}

/// The uses of one day, or of a few days in a row, taken as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// The day it began on.
    pub(super) day: i32,
    /// When on that day, in microseconds since the day's beginning.
    pub(super) at: i64,
    /// The day it ended on.
    pub(super) last_day: i32,
}

impl Occurrence {
    pub(super) fn later(self, days: i32) -> Self {
        Self { day: self.day + days, last_day: self.last_day + days, ..self }
    }
}

/// When days begin, in microseconds after 00:00 UTC of the day of the same number: negative where local days are ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayStart(pub(super) i64);

impl DayStart {
    pub(super) fn split(self, time: Time) -> (i32, i64) {
        let t = time.0.saturating_sub(self.0);
        (t.div_euclid(DAY) as i32, t.rem_euclid(DAY))
    }

    pub(super) fn join(self, day: i32, at: i64) -> Time {
        Time((i64::from(day) * DAY).saturating_add(self.0).saturating_add(at))
    }
}

/// The hour at which a day is best begun, so that as few uses as can be lie around it: 00:00 unless uses crowd there.
pub(super) fn quiet_hour(days: &[UseDay]) -> i64 {
    let mut bins = [0u32; BINS];
    for d in days {
        for t in [d.first, d.last] {
            bins[(t.0.rem_euclid(DAY) * BINS as i64 / DAY) as usize] += 1;
        }
    }
    let few = days.len() as u32 * 2 / 20;
    // An hour and a half on either side.
    let around = |bin: usize| (0..6).map(|i| bins[(bin + BINS + i - 3) % BINS]).sum::<u32>();
    if around(0) <= few {
        return 0;
    }
    // The middle of the longest quiet stretch.
    let (mut best, mut quiet) = ((0, 0), 0);
    for bin in 0..2 * BINS {
        quiet = if around(bin % BINS) <= few { quiet + 1 } else { 0 };
        best = best.max((quiet, bin));
    }
    match best {
        (0, _) => 0,
        (length, end) => ((end + 2 * BINS - length.min(BINS) / 2) % BINS) as i64 * (DAY / BINS as i64),
    }
}

/// One occurrence for each day with uses; `days` are sorted.
pub(super) fn occurrences(days: &[UseDay], origin: DayStart) -> Vec<Occurrence> {
    let mut occurrences: Vec<Occurrence> = Vec::with_capacity(days.len());
    for use_day in days {
        for time in [use_day.first, use_day.last] {
            let (day, at) = origin.split(time);
            if occurrences.last().is_none_or(|r| r.day < day) {
                occurrences.push(Occurrence { day, at, last_day: day });
            }
        }
    }
    occurrences
}

/// Occurrences at most `apart` days from each other become one, of at most `longest` days: retries, and work that takes days.
pub(super) fn bursts(occurrences: &[Occurrence], apart: i32, longest: i32) -> Vec<Occurrence> {
    let mut merged: Vec<Occurrence> = Vec::with_capacity(occurrences.len().min(64));
    for occurrence in occurrences {
        match merged.last_mut() {
            Some(burst)
                if occurrence.day - burst.last_day <= apart && occurrence.day - burst.day < longest =>
            {
                burst.last_day = occurrence.last_day
            }
            _ => merged.push(*occurrence),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn use_day(first: &str, last: &str) -> UseDay {
        let first = Time::parse(first).unwrap();
        UseDay { day: first.day(), first, last: Time::parse(last).unwrap(), count: 2 }
    }

    #[test]
    fn a_job_that_wanders_around_midnight_runs_once_a_day() {
        let days = [
            use_day("2026-03-01T23:50:00Z", "2026-03-01T23:50:00Z"),
            use_day("2026-03-03T00:05:00Z", "2026-03-03T23:59:00Z"),
            use_day("2026-03-05T00:10:00Z", "2026-03-05T00:11:00Z"),
        ];
        let quiet = quiet_hour(&days);
        assert!((Span::hours(8).0..Span::hours(16).0).contains(&quiet), "{quiet}");
        let found: Vec<_> =
            occurrences(&days, DayStart(quiet)).iter().map(|r| r.day - days[0].day.0).collect();
        assert_eq!(found, [0, 1, 2, 3]);
        assert_eq!(quiet_hour(&[use_day("2026-03-01T09:00:00Z", "2026-03-01T17:00:00Z")]), 0);
    }

    #[test]
    fn a_burst_counts_from_its_first_day() {
        let days: Vec<_> = [1, 2, 4, 9, 11, 13].map(|n| Occurrence { day: n, at: 0, last_day: n }).into();
        let merged = bursts(&days, 2, 4);
        assert_eq!(
            merged.iter().map(|b| (b.day, b.last_day)).collect::<Vec<_>>(),
            [(1, 4), (9, 11), (13, 13)]
        );
    }
}
