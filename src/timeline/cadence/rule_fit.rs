//! Compares a rule with a history: hits, misses, extra occurrences, shifted days, and since when the rule holds.

use super::claim::Claim;
use super::log_span::LogSpan;
use crate::support::time::{Day, Span};
use crate::timeline::calendar::CalendarRule;
use crate::timeline::occurrences::{DayStart, Occurrence, bursts};
use std::borrow::Cow;

/// How misses are looked for: how far from its day an occurrence may lie, and what counts as one occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tolerance {
    pub(super) before: i32,
    pub(super) after: i32,
    /// Occurrences at most so many days apart are one.
    pub(super) burst: i32,
    /// As long as they do not last longer.
    pub(super) longest: i32,
}

/// A rule that may explain a history.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuleCandidate {
    pub(super) rule: CalendarRule,
    pub(super) reach: Tolerance,
    /// How unlikely the rule is by itself, in misses.
    pub(super) prior: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Hit {
        due: i32,
        shift: i32,
        at: i64,
    },
    Miss(i32),
    /// The days of the occurrence, first and last.
    Extra(i32, i32),
}

/// What a rule explains of a history.
#[derive(Clone, Debug)]
pub(super) struct RuleFit {
    pub(super) rule: CalendarRule,
    pub(super) reach: Tolerance,
    pub(super) prior: f64,
    pub(super) origin: DayStart,
    pub(super) hits: u32,
    /// Hits on the very day.
    pub(super) exact: u32,
    pub(super) misses: u32,
    pub(super) extras: u32,
    /// Misses after the last hit; counted in `misses` too.
    pub(super) trailing: u32,
    /// The last eight events, the last one lowest: 1 for misses and extras.
    late: u8,
    shifts: u32,
    /// The first and the last day of the rule that was met.
    pub(super) since: i32,
    pub(super) last: i32,
    /// Least and greatest shift.
    pub(super) shift: (i32, i32),
}

impl RuleFit {
    /// Compares a candidate with occurrences whose bursts are merged already.
    pub(super) fn new(
        candidate: RuleCandidate,
        origin: DayStart,
        merged: &[Occurrence],
        log: &LogSpan<'_>,
    ) -> Self {
        let mut fit = Self::empty(candidate, origin);
        walk(&fit.clone(), merged, log, |mark| fit.add(mark));
        fit
    }

    fn empty(RuleCandidate { rule, reach, prior }: RuleCandidate, origin: DayStart) -> Self {
        Self {
            rule,
            reach,
            prior,
            origin,
            hits: 0,
            exact: 0,
            misses: 0,
            extras: 0,
            trailing: 0,
            late: 0,
            shifts: 0,
            since: i32::MAX,
            last: i32::MIN,
            shift: (0, 0),
        }
    }

    fn add(&mut self, mark: Mark) {
        self.late = self.late << 1 | u8::from(!matches!(mark, Mark::Hit { .. }));
        match mark {
            Mark::Hit { due, shift, .. } => {
                self.hits += 1;
                self.exact += u32::from(shift == 0);
                self.shifts += shift.unsigned_abs().min(3);
                self.shift = (self.shift.0.min(shift), self.shift.1.max(shift));
                self.since = self.since.min(due);
                self.last = due;
                self.trailing = 0;
            }
            Mark::Miss(_) => {
                self.misses += 1;
                self.trailing += 1;
            }
            Mark::Extra(..) => self.extras += 1,
        }
    }

    fn candidate(&self) -> RuleCandidate {
        RuleCandidate { rule: self.rule, reach: self.reach, prior: self.prior }
    }

    /// When on its day each hit came.
    pub(super) fn times(&self, occurrences: &[Occurrence], log: &LogSpan<'_>) -> Vec<i64> {
        let mut times = Vec::with_capacity(self.hits as usize);
        walk(self, &self.reach.merge(occurrences), log, |mark| match mark {
            Mark::Hit { due, at, .. } if due >= self.since => times.push(at),
            _ => {}
        });
        times
    }

    /// What the rule fails to explain, in misses.
    pub(super) fn unexplained(&self) -> f64 {
        let misses = self.misses - self.trailing + self.trailing.min(3);
        f64::from(misses) + f64::from(self.extras) + 0.4 * f64::from(self.shifts)
    }

    /// The same, and how unlikely the rule is by itself: the least wins.
    pub(super) fn cost(&self) -> f64 {
        self.unexplained() + self.prior
    }

    /// Whether the occurrences suffice to claim the rule, or to call it possible.
    pub(super) fn claim(&self) -> Option<Claim> {
        match self.hits {
            0 | 1 => None,
            2 | 3 => Some(Claim::Possible),
            _ => Some(Claim::Claimed),
        }
    }

    /// Misses, without those after a cadence has lapsed.
    fn counted_misses(&self, log: &LogSpan<'_>) -> u32 {
        if self.lapsed(log) { self.misses - self.trailing } else { self.misses }
    }

    /// Whether the rule explains the history well enough to be named.
    pub(super) fn holds(&self, log: &LogSpan<'_>) -> bool {
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
        let events = (self.hits + self.misses + self.extras).min(8);
        let shifted = self.hits >= 6 && self.exact * 3 < self.hits * 2;
        let errors = self.late.count_ones().saturating_sub(self.trailing.min(8));
        self.trailing >= 8 || errors * 2 <= events && self.trailing < 4 && !shifted
    }

    /// So many errors that a change between similar rules may hide in them.
    pub(super) fn is_mixed(&self) -> bool {
        let errors = self.misses + self.extras;
        errors >= 8 && errors * 7 > self.hits
    }

    /// A stricter [`Self::holds`], for a part of the history that was picked out of it.
    pub(super) fn is_convincing(&self, log: &LogSpan<'_>) -> bool {
        let errors = self.counted_misses(log) + self.extras;
        self.holds(log) && errors * 5 <= self.hits + errors && self.exact * 4 >= self.hits * 3
    }

    /// At least three calls in a row did not come, for at least two weeks, after at least four that did.
    pub(super) fn lapsed(&self, log: &LogSpan<'_>) -> bool {
        let silent = self.origin.split(log.as_of).0.saturating_sub(self.last);
        self.hits >= 4 && self.trailing >= 3 && silent >= 14
    }
}

/// Holds the rule of a late part against the whole history, and finds the day since which it explains the history better
/// than the rule before, or than no rule: none when it always did.
pub(super) fn extend_back(
    part: &RuleFit,
    before: Option<&RuleFit>,
    occurrences: &[Occurrence],
    log: &LogSpan<'_>,
) -> (RuleFit, Option<i32>) {
    let mut marks = Vec::with_capacity(occurrences.len());
    walk(part, &part.reach.merge(occurrences), log, |mark| marks.push(mark));
    let errors_before = before.map(|fit| {
        let mut days = vec![];
        let ahead = ((part.origin.0 - fit.origin.0) / Span::days(1).0) as i32;
        let moved: Vec<_> = occurrences.iter().map(|r| r.later(ahead)).collect();
        walk(fit, &fit.reach.merge(&moved), log, |mark| days.extend(mark.errors().map(|day| day - ahead)));
        days
    });
    // Backwards: what the late rule fails to explain, less what the earlier one would have failed to.
    let mut open = errors_before.as_deref().unwrap_or_default();
    let (mut sum, mut best, mut start) = (0.0, f64::INFINITY, 0);
    for (i, mark) in marks.iter().enumerate().rev() {
        let day = mark.day();
        let later = open.iter().rev().take_while(|d| **d >= day).count();
        open = &open[..open.len() - later];
        sum -= later as f64;
        sum += match mark {
            Mark::Miss(_) | Mark::Extra(..) => {
                mark.errors().len() as f64 * if before.is_none() { 1.5 } else { 1.0 }
            }
            Mark::Hit { shift: 0, .. } if before.is_none() => -1.0,
            Mark::Hit { shift, .. } => 0.3 * f64::from(shift.abs().min(3)),
        };
        if sum <= best && matches!(mark, Mark::Hit { .. }) {
            (best, start) = (sum, i);
        }
    }
    let mut fit = RuleFit::empty(part.candidate(), part.origin);
    marks[start..].iter().for_each(|mark| fit.add(*mark));
    let earlier = marks[..start].iter().filter(|m| !matches!(m, Mark::Miss(_))).count();
    let since = (earlier >= 2).then_some(fit.since);
    (fit, since)
}

impl Mark {
    fn day(self) -> i32 {
        match self {
            Self::Hit { due, .. } => due,
            Self::Miss(day) | Self::Extra(day, _) => day,
        }
    }

    /// The days it gets wrong: a burst that does not fit is wrong on each of its days.
    fn errors(self) -> std::ops::Range<i32> {
        match self {
            Self::Hit { due, .. } => due..due,
            Self::Miss(day) => day..day + 1,
            Self::Extra(first, last) => first..last + 1,
        }
    }
}

impl Tolerance {
    /// The occurrences with bursts merged.
    pub(super) fn merge(self, occurrences: &[Occurrence]) -> Cow<'_, [Occurrence]> {
        if self.burst > 0 {
            Cow::Owned(bursts(occurrences, self.burst, self.longest))
        } else {
            Cow::Borrowed(occurrences)
        }
    }
}

/// Walks along the days of the rule and the occurrences side by side.
fn walk(fit: &RuleFit, occurrences: &[Occurrence], log: &LogSpan<'_>, mut see: impl FnMut(Mark)) {
    let (rule, origin, reach) = (fit.rule, fit.origin, fit.reach);
    let (Some(first), Some(last)) = (occurrences.first(), occurrences.last()) else { return };
    let complete = origin.split(log.as_of).0 - 1;
    let mut rest = occurrences;
    let mut begun = false;
    let mut due = rule.on_or_after(Day(first.day - reach.after)).0;
    // Sixty-four calls that did not come say as much as more would.
    let mut silent = 0;
    while due <= complete.max(last.day + reach.before) && silent < 64 {
        while let [occurrence, later @ ..] = rest
            && occurrence.day < due - reach.before
        {
            see(Mark::Extra(occurrence.day, occurrence.last_day));
            rest = later;
        }
        let near = rest.iter().take_while(|r| r.day <= due + reach.after);
        if let Some((i, occurrence)) = near.enumerate().min_by_key(|(_, r)| (r.day - due).abs()) {
            rest[..i].iter().for_each(|r| see(Mark::Extra(r.day, r.last_day)));
            see(Mark::Hit { due, shift: occurrence.day - due, at: occurrence.at });
            rest = &rest[i + 1..];
            begun = true;
        } else if begun && due <= complete && !log.is_gap(origin.join(due, 0), origin.join(due + 1, 0)) {
            see(Mark::Miss(due));
            silent += i32::from(rest.is_empty());
        }
        due = rule.on_or_after(Day(due + 1)).0;
    }
    rest.iter().for_each(|r| see(Mark::Extra(r.day, r.last_day)));
}
