//! What stretch of time the log of a workspace covers, and which days it misses.

use crate::ledger::{DayCount, Id, Ledger};
use crate::time::{Day, Time};
use std::collections::BTreeMap;

/// A workspace with at least this many rows on the median day of a weekday is expected to have some.
const BUSY: u64 = 20;

/// The log of one workspace, as far as judgement may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogView {
    /// Its first moment: the start of the first day is not assumed to be covered.
    pub from: Option<Time>,
    /// First and last day of each stretch without rows where rows were to be expected.
    pub gaps: Vec<(Day, Day)>,
    /// Rows before as-of.
    pub rows: u64,
    /// Days with rows.
    pub days: u32,
    /// The last day with rows.
    pub last_day: Option<Day>,
}

/// The logs of all workspaces before `as_of`.
pub fn views(ledger: &Ledger, as_of: Time) -> BTreeMap<Id, LogView> {
    let mut by_workspace: BTreeMap<Id, BTreeMap<Day, u64>> = BTreeMap::new();
    let mut whole: BTreeMap<Day, u64> = BTreeMap::new();
    for ((workspace, day), DayCount { rows, .. }) in
        ledger.days.iter().filter(|((_, day), _)| day.start() < as_of)
    {
        *by_workspace.entry(*workspace).or_default().entry(*day).or_default() += rows;
        *whole.entry(*day).or_default() += rows;
    }
    let mut firsts: BTreeMap<Id, Time> = BTreeMap::new();
    for row in &ledger.rows {
        let first = row.outcomes.all().first;
        firsts.entry(row.key.workspace).and_modify(|t| *t = (*t).min(first)).or_insert(first);
    }
    let export_gaps = gaps(&whole, as_of, 1);
    by_workspace
        .iter()
        .map(|(workspace, days)| {
            let mut own = gaps(days, as_of, BUSY);
            let start = days.keys().next().copied();
            own.extend(export_gaps.iter().filter(|d| Some(**d) > start));
            own.sort_unstable();
            own.dedup();
            (*workspace, view(firsts.get(workspace).copied(), days, own))
        })
        .collect()
}

fn view(from: Option<Time>, days: &BTreeMap<Day, u64>, gaps: Vec<Day>) -> LogView {
    LogView {
        from,
        gaps: stretches(&gaps),
        rows: days.values().sum(),
        days: days.len() as u32,
        last_day: days.keys().next_back().copied(),
    }
}

/// Days from the first to as-of without a row although the median of their weekday is at least `least`.
fn gaps(days: &BTreeMap<Day, u64>, as_of: Time, least: u64) -> Vec<Day> {
    let Some(&first) = days.keys().next() else { return Vec::new() };
    // The day of as-of itself is not over unless as-of is its end.
    let end = as_of.day();
    let all: Vec<(Day, u64)> =
        (first.0..end.0).map(|d| (Day(d), days.get(&Day(d)).copied().unwrap_or(0))).collect();
    let mut by_weekday: [Vec<u64>; 7] = Default::default();
    for (day, rows) in &all {
        by_weekday[day.weekday() as usize].push(*rows);
    }
    let medians = by_weekday.map(|mut rows| {
        rows.sort_unstable();
        rows.get(rows.len() / 2).copied().unwrap_or(0)
    });
    all.into_iter()
        .filter(|(day, rows)| *rows == 0 && medians[day.weekday() as usize] >= least)
        .map(|(day, _)| day)
        .collect()
}

fn stretches(days: &[Day]) -> Vec<(Day, Day)> {
    let mut out: Vec<(Day, Day)> = Vec::new();
    for &day in days {
        match out.last_mut() {
            Some((_, last)) if last.plus(1) == day => *last = day,
            _ => out.push((day, day)),
        }
    }
    out
}

impl LogView {
    /// Whether a gap touches `[from, to)`.
    pub fn has_gap(&self, from: Time, to: Time) -> bool {
        self.gaps.iter().any(|(first, last)| first.start() < to && last.end() > from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(rows: impl Fn(Day) -> u64, from: i32, to: i32) -> BTreeMap<Day, u64> {
        (from..to).map(Day).map(|d| (d, rows(d))).filter(|(_, n)| *n > 0).collect()
    }

    #[test]
    fn quiet_weekends_are_no_gaps_and_a_quiet_tuesday_is_one() {
        let start = Day::parse("2026-06-01").unwrap(); // a Monday
        let end = start.plus(70);
        let weekdays = days(|d| if d.weekday() < 5 { 100 } else { 0 }, start.0, end.0);
        assert!(gaps(&weekdays, end.start(), BUSY).is_empty());
        let mut broken = weekdays.clone();
        broken.remove(&start.plus(15));
        assert_eq!(gaps(&broken, end.start(), BUSY), [start.plus(15)]);
        let quiet = days(|d| u64::from(d != start.plus(15)) * 19, start.0, end.0);
        assert!(gaps(&quiet, end.start(), BUSY).is_empty());
        assert_eq!(gaps(&quiet, end.start(), 1), [start.plus(15)]);
    }

    #[test]
    fn days_after_the_last_row_are_a_gap_up_to_as_of() {
        let start = Day::parse("2026-06-01").unwrap();
        let all = days(|_| 100, start.0, start.plus(60).0);
        assert_eq!(stretches(&gaps(&all, start.plus(63).start(), BUSY)), [(start.plus(60), start.plus(62))]);
    }
}
