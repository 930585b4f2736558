//! Daily, Monday to Friday, weekly, some days of each week: from the share of each weekday that has an occurrence.

use super::log_span::LogSpan;
use super::rule_fit::{RuleCandidate, Tolerance};
use crate::support::time::Day;
use crate::timeline::calendar::{CalendarRule, EVERY_DAY, MONDAY_TO_FRIDAY};
use crate::timeline::occurrences::Occurrence;

const EXACTLY: Tolerance = Tolerance { before: 0, after: 0, burst: 0, longest: 1 };
const ABOUT: Tolerance = Tolerance { before: 1, after: 2, burst: 1, longest: 3 };

pub(super) fn propose(
    occurrences: &[Occurrence],
    log: &LogSpan<'_>,
    enter: &mut dyn FnMut(RuleCandidate, &[Occurrence]),
) {
    let Some(week) = WeekCounts::new(occurrences, log) else { return };
    let set = week.set();
    let rule = CalendarRule::Weekdays(set);
    match set.count_ones() {
        0 => {}
        1 => enter(RuleCandidate { rule, reach: ABOUT, prior: 0.0 }, &ABOUT.merge(occurrences)),
        _ if week.misfits(set) * 2 > occurrences.len() as i32 + 2 => {}
        _ if matches!(set, EVERY_DAY | MONDAY_TO_FRIDAY) => {
            enter(RuleCandidate { rule, reach: EXACTLY, prior: 0.0 }, occurrences)
        }
        n if occurrences.len() >= 3 * n as usize => {
            enter(RuleCandidate { rule, reach: EXACTLY, prior: 0.5 * f64::from(n) }, occurrences)
        }
        _ => {}
    }
    // Two weeks or less may lack a weekday by chance.
    if week.length < 14 && set != EVERY_DAY && set.count_ones() > 1 {
        for rule in [EVERY_DAY, MONDAY_TO_FRIDAY].map(CalendarRule::Weekdays) {
            enter(RuleCandidate { rule, reach: EXACTLY, prior: 0.1 }, occurrences);
        }
    }
}

/// Monday to Friday only: with another start of the day, Tuesday to Saturday may become Monday to Friday.
pub(super) fn propose_working_days(
    occurrences: &[Occurrence],
    log: &LogSpan<'_>,
    enter: &mut dyn FnMut(RuleCandidate, &[Occurrence]),
) {
    let rule = CalendarRule::Weekdays(MONDAY_TO_FRIDAY);
    if occurrences.len() >= 10
        && WeekCounts::new(occurrences, log).is_some_and(|w| w.set() == MONDAY_TO_FRIDAY)
    {
        enter(RuleCandidate { rule, reach: EXACTLY, prior: 0.0 }, occurrences);
    }
}

/// How often each weekday came, and how often it had an occurrence.
struct WeekCounts {
    days: [i32; 7],
    used: [i32; 7],
    length: i32,
}

impl WeekCounts {
    fn new(occurrences: &[Occurrence], log: &LogSpan<'_>) -> Option<Self> {
        let (first, last) = (occurrences.first()?.day, occurrences.last()?.day);
        let mut used = [0; 7];
        for occurrence in occurrences {
            used[usize::from(Day(occurrence.day).weekday())] += 1;
        }
        let mut days = weekdays_between(first, last);
        for (from, to) in log.gaps {
            let lost = weekdays_between(from.0.max(first), to.0.min(last));
            days.iter_mut().zip(lost).for_each(|(n, lost)| *n -= lost);
        }
        Some(Self { days, used, length: last - first })
    }

    /// The weekdays with an occurrence at least every other time. One that has not come yet says nothing against it.
    fn set(&self) -> u8 {
        (0..7).filter(|&d| self.used[d] * 2 >= self.days[d].max(0)).fold(0, |set, d| set | 1 << d)
    }

    /// Days of the set without an occurrence, and occurrences on other days.
    fn misfits(&self, set: u8) -> i32 {
        let misfit =
            |d: usize| if set >> d & 1 == 1 { (self.days[d] - self.used[d]).max(0) } else { self.used[d] };
        (0..7).map(misfit).sum()
    }
}

/// How often each weekday comes from one day to another.
fn weekdays_between(first: i32, last: i32) -> [i32; 7] {
    let n = last - first + 1;
    if n <= 0 {
        return [0; 7];
    }
    let mut days = [n / 7; 7];
    for i in 0..n % 7 {
        days[usize::from(Day(first + i).weekday())] += 1;
    }
    days
}
