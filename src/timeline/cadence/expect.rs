//! Turns the rule of a cadence and its observed jitter into the ranges in which the next calls are expected.

use super::best_fit::BestFit;
use super::label::CadenceLabel;
use crate::support::time::{Day, Span, Time};
use crate::timeline::calendar::{CalendarRule, Expected};
use crate::timeline::occurrences::DayStart;

/// What the next calls are computed from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Forecast {
    rule: CalendarRule,
    pub(super) tied: Vec<(CalendarRule, i32)>,
    origin: DayStart,
    hourly: bool,
    /// The last day of the rule that was met.
    last: i32,
    shift: (i32, i32),
    /// Earliest and latest time on its day, as seen.
    seen: (i64, i64),
    /// The median of the same.
    middle: i64,
    /// Added on both sides, because the history may not show the whole range.
    margin: i64,
}

impl Forecast {
    pub(super) fn new(winner: &BestFit, label: CadenceLabel, mut times: Vec<i64>) -> Self {
        let fit = &winner.fit;
        times.sort_unstable();
        // One odd occurrence in fifty must not widen the range for good.
        let odd = times.len() / 50;
        let seen = (times.get(odd).copied().unwrap_or(0), times.iter().rev().nth(odd).copied().unwrap_or(0));
        let middle = times.get(times.len() / 2).copied().unwrap_or(0);
        // Few occurrences show little of the range they come from; an hour and a quarter for daylight saving.
        let margin = Span::seconds(4500).0 + (seen.1 - seen.0) * 3 / i64::from(fit.hits.max(2));
        let (low, high) = fit.shift;
        let shift = (low - i32::from(low < 0), high + i32::from(high > 0));
        Self {
            rule: fit.rule,
            tied: winner.tied.clone(),
            origin: fit.origin,
            hourly: label == CadenceLabel::Hourly,
            last: fit.last,
            shift,
            seen,
            middle,
            margin,
        }
    }

    pub(super) fn jitter(&self) -> Span {
        let days = |n: i32| i64::from(n) * Span::days(1).0;
        Span(self.seen.1 - self.seen.0 + days(self.shift.1) - days(self.shift.0))
    }

    pub(super) fn after(&self, after: Time, n: usize) -> Vec<Expected> {
        if self.hourly {
            // Two of three hours may go without a call, and the rule still holds.
            let hour = |i: usize| after.plus(Span::hours(i as i64));
            return (0..n)
                .map(|i| Expected { earliest: hour(i), likely: hour(i), latest: hour(i + 3) })
                .collect();
        }
        let today = self.origin.split(after).0;
        let mut day = today.saturating_sub(self.shift.1 + 12).max(self.last.saturating_add(1));
        let mut found = Vec::with_capacity(n);
        while found.len() < n {
            day = self.rule.on_or_after(Day(day)).0;
            let range = self.range(day);
            if range.latest > after {
                found.push(Expected {
                    earliest: range.earliest.max(after),
                    likely: range.likely.max(after),
                    ..range
                });
            }
            day += 1;
        }
        found
    }

    /// The range around one day of the rule.
    fn range(&self, day: i32) -> Expected {
        let near = self
            .tied
            .iter()
            .map(|(rule, ahead)| rule.on_or_after(Day(day - ahead - 7)).0 + ahead)
            .filter(|d| (d - day).abs() <= 7);
        let (first, last) = near.fold((day, day), |(first, last), d| (first.min(d), last.max(d)));
        Expected {
            earliest: self.origin.join(first + self.shift.0, self.seen.0 - self.margin),
            likely: self.origin.join(day, self.middle),
            latest: self.origin.join(last + self.shift.1, self.seen.1 + self.margin),
        }
    }
}
