//! Monthly, every two months, quarterly, half-yearly, yearly: each occurrence votes for the days of the month it could stand
//! for, then for the months.

use super::log_span::LogSpan;
use super::rule_fit::{RuleCandidate, Tolerance};
use crate::support::time::{Day, Span};
use crate::timeline::calendar::{CalendarRule, Month, MonthDay};
use crate::timeline::occurrences::Occurrence;

/// How far an occurrence may lie from its day, and how many days of work in a row are one occurrence, by months from one to the next.
const STEPS: [(u16, Tolerance); 5] = [
    (1, Tolerance { before: 3, after: 4, burst: 3, longest: 9 }),
    (2, Tolerance { before: 4, after: 4, burst: 5, longest: 10 }),
    (3, Tolerance { before: 5, after: 5, burst: 7, longest: 14 }),
    (6, Tolerance { before: 7, after: 7, burst: 10, longest: 21 }),
    (12, Tolerance { before: 10, after: 10, burst: 14, longest: 28 }),
];
const YEARLY: u16 = 12;
const YEARLY_NEEDS: Span = Span::days(730);

pub(super) fn propose(
    occurrences: &[Occurrence],
    log: &LogSpan<'_>,
    enter: &mut dyn FnMut(RuleCandidate, &[Occurrence]),
) {
    let (Some(first), Some(last)) = (occurrences.first(), occurrences.last()) else { return };
    // Work on every third day is not a monthly burst.
    if occurrences.len() as i32 * 3 > last.day - first.day + 30 {
        return;
    }
    let mut known = 0;
    let mut days = vec![];
    for (step, reach) in STEPS {
        if step == YEARLY && log.as_of.since(log.from) < YEARLY_NEEDS {
            continue;
        }
        let merged = reach.merge(occurrences);
        if merged.len() < 2 || !is_plausible(&merged, step) {
            continue;
        }
        if merged.len() != known {
            known = merged.len();
            days = month_days(&merged);
        }
        for &(on, prior) in &days {
            if let Some(phase) = phase(&merged, on, step) {
                enter(
                    RuleCandidate { rule: CalendarRule::Months { step, phase, on }, reach, prior },
                    &merged,
                );
            }
        }
    }
}

/// Neither much more nor much less than an occurrence for each period.
fn is_plausible(merged: &[Occurrence], step: u16) -> bool {
    let (Some(first), Some(last)) = (merged.first(), merged.last()) else { return false };
    let periods = f64::from(last.day - first.day) / (30.4 * f64::from(step)) + 1.0;
    let n = merged.len() as f64;
    n <= 1.5 * periods + 1.0 && periods <= 3.0 * n
}

/// The phase most occurrences are in, if most are in one.
fn phase(merged: &[Occurrence], on: MonthDay, step: u16) -> Option<u16> {
    if step == 1 {
        return Some(0);
    }
    let mut votes = [0usize; 12];
    for occurrence in merged {
        votes[nearest_month(occurrence.day, on).0.rem_euclid(i32::from(step)) as usize] += 1;
    }
    let best = (0..usize::from(step)).max_by_key(|&p| (votes[p], std::cmp::Reverse(p)))?;
    (votes[best] * 3 >= merged.len() * 2).then_some(best as u16)
}

fn nearest_month(day: i32, on: MonthDay) -> Month {
    let month = Month::of(Day(day));
    let off = |m: Month| (on.in_month(m).0 - day).abs();
    match off(month) {
        0..=13 => month,
        _ => [Month(month.0 - 1), month, Month(month.0 + 1)]
            .into_iter()
            .min_by_key(|m| off(*m))
            .unwrap_or(month),
    }
}

/// The days of the month that explain most occurrences exactly, each with how unlikely it is by itself.
fn month_days(merged: &[Occurrence]) -> Vec<(MonthDay, f64)> {
    let mut votes: Vec<(MonthDay, f64, u32)> = Vec::with_capacity(16);
    let mut numbers: Vec<u8> = merged.iter().map(|r| Day(r.day).civil().2).collect();
    for occurrence in merged {
        for (on, prior) in meanings(Day(occurrence.day)) {
            match votes.iter_mut().find(|(known, ..)| *known == on) {
                Some((.., n)) => *n += 1,
                None => votes.push((on, prior, 1)),
            }
        }
    }
    votes.sort_by(|a, b| b.2.cmp(&a.2).then(a.1.total_cmp(&b.1)).then(a.0.cmp(&b.0)));
    let most = votes.first().map_or(0, |v| v.2);
    if merged.len() >= 8 && most as usize * 3 < merged.len() {
        return vec![];
    }
    let mut days: Vec<_> =
        votes.iter().filter(|v| v.2 * 2 >= most).take(6).map(|&(on, prior, _)| (on, prior)).collect();
    numbers.sort_unstable();
    let middle = MonthDay::Day(numbers[numbers.len() / 2]);
    if !days.iter().any(|(on, _)| *on == middle) {
        days.push((middle, 0.1));
    }
    days
}

/// Every day of the month that this date may stand for, each with how unlikely it is by itself.
fn meanings(day: Day) -> impl Iterator<Item = (MonthDay, f64)> {
    let month = Month::of(day);
    let (_, _, number) = day.civil();
    let weekday = day.weekday();
    let is_last = day == month.last_day();
    let longer = if is_last { number + 1..32 } else { 32..32 };
    let nth = (number - 1) / 7 + 1;
    [
        Some((MonthDay::Day(number), 0.0)),
        is_last.then_some((MonthDay::LastDay, -0.05)),
        (nth <= 4).then_some((MonthDay::Weekday { nth, weekday }, 0.15)),
        (Month::of(day.plus(7)) != month).then_some((MonthDay::LastWeekday(weekday), 0.2)),
        (MonthDay::FirstBusinessDay.in_month(month) == day).then_some((MonthDay::FirstBusinessDay, 0.1)),
        (MonthDay::LastBusinessDay.in_month(month) == day).then_some((MonthDay::LastBusinessDay, 0.1)),
    ]
    .into_iter()
    .flatten()
    .chain(longer.map(|n| (MonthDay::Day(n), 0.05)))
}
