//! Daily, Monday to Friday, weekly, some days of each week: from the share of each weekday that has a run.

use super::contest::{Candidate, Log};
use super::fit::Reach;
use crate::time::Day;
use crate::timeline::calendar::{EVERY_DAY, MONDAY_TO_FRIDAY, Rule};
use crate::timeline::occurrences::Run;

pub(super) fn propose(runs: &[Run], log: &Log<'_>, candidates: &mut Vec<Candidate>) {
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return };
    let mut used = [0i32; 7];
    for run in runs {
        used[usize::from(Day(run.day).weekday())] += 1;
    }
    let mut days = weekdays_between(first.day, last.day);
    for (from, to) in log.gaps {
        let lost = weekdays_between(from.0.max(first.day), to.0.min(last.day));
        days.iter_mut().zip(lost).for_each(|(n, lost)| *n -= lost);
    }
    // A weekday that has not come yet says nothing against it.
    let set = (0..7).filter(|&d| used[d] * 2 >= days[d].max(0)).fold(0u8, |set, d| set | 1 << d);
    let enough = |d: u32| runs.len() >= 3 * d as usize;
    match set.count_ones() {
        0 => {}
        1 => candidates.push(Candidate {
            rule: Rule::Weekdays(set),
            reach: Reach { before: 1, after: 2, burst: 1 },
            prior: 0.0,
        }),
        _ if matches!(set, EVERY_DAY | MONDAY_TO_FRIDAY) => {
            candidates.push(Candidate { rule: Rule::Weekdays(set), reach: exactly(), prior: 0.0 });
        }
        n if enough(n) => {
            candidates.push(Candidate {
                rule: Rule::Weekdays(set),
                reach: exactly(),
                prior: 0.5 * f64::from(n),
            });
        }
        _ => {}
    }
    // Two weeks or less may lack a weekday by chance.
    if last.day - first.day < 14 && set != EVERY_DAY && set.count_ones() > 1 {
        for rule in [EVERY_DAY, MONDAY_TO_FRIDAY].map(Rule::Weekdays) {
            candidates.push(Candidate { rule, reach: exactly(), prior: 0.1 });
        }
    }
}

const fn exactly() -> Reach {
    Reach { before: 0, after: 0, burst: 0 }
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
