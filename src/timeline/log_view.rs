//! What stretch of time the log of a workspace covers, and which days it misses.

use crate::ledger::{DayCount, Id, Ledger};
use crate::support::time::{Day, Time};
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
    /// Rows so far from all others that they say nothing about which days the log covers.
    pub stray: u64,
}

/// Rows that this many empty days separate from all others are stray, if they are also few: a client's clock was wrong.
const APART: i32 = 60;
/// Stray rows are fewer than one in so many.
const STRAY: u64 = 1000;

/// First and last day of a log, stray rows aside. One row of 2001 or 2050 must not decide where the history starts or ends.
pub(crate) fn main_stretch(days: &BTreeMap<Day, u64>) -> Option<(Day, Day)> {
    let all: u64 = days.values().sum();
    // The outermost wide gap behind which only stray rows lie is the end; rows within it count.
    let edge = |days: &mut dyn Iterator<Item = (&Day, &u64)>| {
        let (day, rows) = days.next()?;
        let (mut edge, mut seen, mut last) = (*day, *rows, *day);
        for (day, rows) in days {
            if (day.0 - last.0).abs() > APART && seen.saturating_mul(STRAY) < all {
                edge = *day;
            }
            (seen, last) = (seen + rows, *day);
        }
        Some(edge)
    };
    edge(&mut days.iter()).zip(edge(&mut days.iter().rev()))
}

/// The logs of all workspaces before `as_of`.
pub(crate) fn views(ledger: &Ledger, as_of: Time) -> BTreeMap<Id, LogView> {
    let mut by_workspace: BTreeMap<Id, BTreeMap<Day, u64>> = BTreeMap::new();
    let mut whole: BTreeMap<Day, u64> = BTreeMap::new();
    for ((workspace, day), DayCount { rows, .. }) in
        ledger.days.iter().filter(|((_, day), _)| day.start() < as_of)
    {
        *by_workspace.entry(*workspace).or_default().entry(*day).or_default() += rows;
        *whole.entry(*day).or_default() += rows;
    }
    leave_out_stray(&mut whole);
    let stray: BTreeMap<Id, u64> =
        by_workspace.iter_mut().map(|(workspace, days)| (*workspace, leave_out_stray(days))).collect();
    let mut firsts: BTreeMap<Id, Time> = BTreeMap::new();
    for row in &ledger.rows {
        let (workspace, first) = (row.key.workspace, row.outcomes.all().first);
        let is_first = firsts.get(&workspace).is_none_or(|known| first < *known);
        if is_first && by_workspace.get(&workspace).is_some_and(|days| days.contains_key(&row.key.day)) {
            firsts.insert(workspace, first);
        }
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
            let view = view(firsts.get(workspace).copied(), days, own);
            (*workspace, LogView { stray: stray.get(workspace).copied().unwrap_or(0), ..view })
        })
        .collect()
}

/// Takes the days of stray rows out: they say nothing about which days a log covers. Gives how many rows those are.
fn leave_out_stray(days: &mut BTreeMap<Day, u64>) -> u64 {
    let all: u64 = days.values().sum();
    if let Some((first, last)) = main_stretch(days) {
        days.retain(|day, _| (first..=last).contains(day));
    }
    all - days.values().sum::<u64>()
}

fn view(from: Option<Time>, days: &BTreeMap<Day, u64>, gaps: Vec<Day>) -> LogView {
    LogView {
        from,
        gaps: stretches(&gaps),
        rows: days.values().sum(),
        days: days.len() as u32,
        last_day: days.keys().next_back().copied(),
        stray: 0,
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
    fn a_stray_row_does_not_stretch_the_log() {
        let start = Day::parse("2026-06-01").unwrap();
        let mut all = days(|_| 100, start.0, start.plus(60).0);
        let stretch = Some((start, start.plus(59)));
        assert_eq!(main_stretch(&all), stretch);
        all.extend([(start.plus(-9000), 2), (start.plus(-8990), 2), (start.plus(9000), 1)]);
        assert_eq!(main_stretch(&all), stretch);
        // Near the others, or not so few, they are part of the log.
        let near = BTreeMap::from_iter(all.clone().into_iter().chain([(start.plus(-60), 1)]));
        assert_eq!(main_stretch(&near), Some((start.plus(-60), start.plus(59))));
        all.insert(start.plus(9000), 7);
        assert_eq!(main_stretch(&all), Some((start, start.plus(9000))));
        assert_eq!(main_stretch(&BTreeMap::new()), None);
        let two = BTreeMap::from([(start, 1), (start.plus(400), 1)]);
        assert_eq!(main_stretch(&two), Some((start, start.plus(400))));
    }

    #[test]
    fn days_after_the_last_row_are_a_gap_up_to_as_of() {
        let start = Day::parse("2026-06-01").unwrap();
        let all = days(|_| 100, start.0, start.plus(60).0);
        assert_eq!(stretches(&gaps(&all, start.plus(63).start(), BUSY)), [(start.plus(60), start.plus(62))]);
    }
}
