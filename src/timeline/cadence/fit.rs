//! Holds a rule against a history: hits, misses, extra runs, shifted days, and since when it holds.

use super::contest::Log;
use super::label::Claim;
use crate::time::Day;
use crate::timeline::calendar::Rule;
use crate::timeline::occurrences::{Origin, Run, bursts};

/// How misses are looked for: how far from its day a run may lie, and what counts as one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) before: i32,
    pub(super) after: i32,
    /// Runs at most so many days apart are one.
    pub(super) burst: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Hit { due: i32, shift: i32, at: i64 },
    Miss,
    Extra(i32),
}

/// What a rule explains of a history.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub(super) rule: Rule,
    pub(super) origin: Origin,
    pub(super) reach: Reach,
    /// How unlikely the rule is by itself, in misses.
    pub(super) prior: f64,
    pub(super) hits: u32,
    /// Hits on the very day.
    pub(super) exact: u32,
    pub(super) misses: u32,
    pub(super) extras: u32,
    /// Misses after the last hit; counted in `misses` too.
    pub(super) trailing: u32,
    /// Misses and extras among the last eight events.
    late_errors: u32,
    late: u32,
    shifts: u32,
    /// The first and the last day of the rule that was met.
    pub(super) since: i32,
    pub(super) last: i32,
    /// Least and greatest shift.
    pub(super) shift: (i32, i32),
    /// When on its day each hit came.
    pub(super) times: Vec<i64>,
}

impl Fit {
    pub(super) fn new(
        rule: Rule,
        origin: Origin,
        reach: Reach,
        prior: f64,
        runs: &[Run],
        log: &Log<'_>,
    ) -> Self {
        let marks = marks(rule, origin, reach, runs, log);
        Self::tally(rule, origin, reach, prior, &marks)
    }

    fn tally(rule: Rule, origin: Origin, reach: Reach, prior: f64, marks: &[Mark]) -> Self {
        let mut fit = Self {
            rule,
            origin,
            reach,
            prior,
            hits: 0,
            exact: 0,
            misses: 0,
            extras: 0,
            trailing: 0,
            late_errors: 0,
            late: 0,
            shifts: 0,
            since: i32::MAX,
            last: i32::MIN,
            shift: (0, 0),
            times: Vec::with_capacity(marks.len()),
        };
        for mark in marks {
            match *mark {
                Mark::Hit { due, shift, at } => {
                    fit.hits += 1;
                    fit.exact += u32::from(shift == 0);
                    fit.shifts += shift.unsigned_abs().min(3);
                    fit.shift = (fit.shift.0.min(shift), fit.shift.1.max(shift));
                    fit.since = fit.since.min(due);
                    fit.last = due;
                    fit.times.push(at);
                    fit.trailing = 0;
                }
                Mark::Miss => {
                    fit.misses += 1;
                    fit.trailing += 1;
                }
                Mark::Extra(_) => fit.extras += 1,
            }
        }
        let late = &marks[marks.len().saturating_sub(8)..];
        fit.late = late.len() as u32;
        fit.late_errors = late.iter().filter(|m| !matches!(m, Mark::Hit { .. })).count() as u32;
        fit
    }

    /// What the rule fails to explain, in misses.
    pub(super) fn cost(&self) -> f64 {
        let misses = self.misses - self.trailing + self.trailing.min(3);
        f64::from(misses) + f64::from(self.extras) + 0.3 * f64::from(self.shifts) + self.prior
    }

    /// Whether the occurrences suffice to claim the rule, or to call it possible.
    pub(super) fn claim(&self) -> Option<Claim> {
        match self.hits {
            0 | 1 => None,
            2 | 3 => Some(Claim::Possible),
            _ => Some(Claim::Claimed),
        }
    }

    /// Misses, but for those of a cadence that has lapsed.
    fn counted_misses(&self, log: &Log<'_>) -> u32 {
        if self.lapsed(log) { self.misses - self.trailing } else { self.misses }
    }

    /// Whether the rule explains the history well enough to be named.
    pub(super) fn holds(&self, log: &Log<'_>) -> bool {
        let misses = self.counted_misses(log);
        match self.hits {
            0 | 1 => false,
            hits @ (2 | 3) => misses + self.extras <= hits - 2 && self.exact + 1 >= hits,
            hits => {
                misses <= 1.max((hits + misses) / 4)
                    && self.extras <= 1.max(hits / 4)
                    && self.exact * 2 >= hits
            }
        }
    }

    /// Whether the end of the history fits as well as the rest, so that nothing changed meanwhile.
    pub(super) fn is_steady(&self) -> bool {
        let trailing = self.trailing.min(self.late);
        let shifted = self.hits >= 6 && self.exact * 3 < self.hits * 2;
        (self.late_errors - trailing.min(self.late_errors)) * 2 <= self.late && self.trailing < 4 && !shifted
            || self.trailing >= 8
    }

    /// A stricter [`Self::holds`], for a part of the history that was picked out of it.
    pub(super) fn is_convincing(&self, log: &Log<'_>) -> bool {
        let errors = self.counted_misses(log) + self.extras;
        self.holds(log) && errors * 5 <= self.hits + errors && self.exact * 4 >= self.hits * 3
    }

    /// At least three calls in a row did not come, for at least two weeks, after at least four that did.
    pub(super) fn lapsed(&self, log: &Log<'_>) -> bool {
        let silent = self.origin.split(log.as_of).0.saturating_sub(self.last);
        self.hits >= 4 && self.trailing >= 3 && silent >= 14
    }
}

/// Holds the rule of a late part against the whole history, from the day on since which it explains more than it fails to:
/// that day, unless all of the history follows the rule.
pub(super) fn extend_back(part: &Fit, runs: &[Run], log: &Log<'_>) -> (Fit, Option<i32>) {
    let marks = marks(part.rule, part.origin, part.reach, runs, log);
    let (mut sum, mut best, mut start) = (0.0, 0.0, marks.len());
    for (i, mark) in marks.iter().enumerate().rev() {
        match mark {
            Mark::Hit { shift: 0, .. } => sum += 1.0,
            Mark::Hit { .. } => sum -= 0.2,
            Mark::Miss => sum -= 1.5,
            Mark::Extra(_) => sum -= 1.0,
        }
        if sum > best && matches!(mark, Mark::Hit { .. }) {
            (best, start) = (sum, i);
        }
    }
    let fit = Fit::tally(part.rule, part.origin, part.reach, part.prior, &marks[start.min(marks.len())..]);
    if fit.hits < part.hits {
        return (part.clone(), runs.first().filter(|r| r.day < part.since).map(|_| part.since));
    }
    let earlier = marks[..start].iter().filter(|m| !matches!(m, Mark::Miss)).count();
    let since = fit.since;
    (fit, (earlier >= 2).then_some(since))
}

/// Walks along the days of the rule and the runs side by side.
fn marks(rule: Rule, origin: Origin, reach: Reach, runs: &[Run], log: &Log<'_>) -> Vec<Mark> {
    let merged;
    let runs = if reach.burst > 0 {
        merged = bursts(runs, reach.burst);
        &merged
    } else {
        runs
    };
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return vec![] };
    let complete = origin.split(log.as_of).0 - 1;
    let mut marks = Vec::with_capacity(runs.len() + runs.len() / 4);
    let mut rest = runs;
    let mut begun = false;
    let mut due = rule.on_or_after(Day(first.day - reach.after)).0;
    // Sixty-four calls that did not come say as much as more would.
    let mut silent = 0;
    while due <= complete.max(last.day + reach.before) && silent < 64 {
        let early = rest.iter().take_while(|r| r.day < due - reach.before).count();
        marks.extend(rest[..early].iter().map(|r| Mark::Extra(r.day)));
        rest = &rest[early..];
        let near = rest.iter().take_while(|r| r.day <= due + reach.after).count();
        let nearest = rest[..near].iter().enumerate().min_by_key(|(_, r)| (r.day - due).abs());
        if let Some((i, run)) = nearest {
            marks.extend(rest[..i].iter().map(|r| Mark::Extra(r.day)));
            marks.push(Mark::Hit { due, shift: run.day - due, at: run.at });
            rest = &rest[i + 1..];
            begun = true;
        } else if begun && due <= complete && !log.is_gap(origin.join(due, 0), origin.join(due + 1, 0)) {
            marks.push(Mark::Miss);
            silent += i32::from(rest.is_empty());
        }
        due = rule.on_or_after(Day(due + 1)).0;
    }
    marks.extend(rest.iter().map(|r| Mark::Extra(r.day)));
    marks
}
