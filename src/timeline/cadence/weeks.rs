//! Daily, Monday to Friday, weekly, some days of each week: from the share of each weekday that has a run.

use super::best_fit::Log;
use super::fit::{Candidate, Reach};
use crate::support::time::Day;
use crate::timeline::calendar::{EVERY_DAY, MONDAY_TO_FRIDAY, Rule};
use crate::timeline::occurrences::Run;

const EXACTLY: Reach = Reach { before: 0, after: 0, burst: 0, longest: 1 };
const ABOUT: Reach = Reach { before: 1, after: 2, burst: 1, longest: 3 };

pub(super) fn propose(runs: &[Run], log: &Log<'_>, enter: &mut dyn FnMut(Candidate, &[Run])) {
    let Some(week) = Week::new(runs, log) else { return };
    let set = week.set();
    let rule = Rule::Weekdays(set);
    match set.count_ones() {
        0 => {}
        1 => enter(Candidate { rule, reach: ABOUT, prior: 0.0 }, &ABOUT.merge(runs)),
        _ if week.misfits(set) * 2 > runs.len() as i32 + 2 => {}
        _ if matches!(set, EVERY_DAY | MONDAY_TO_FRIDAY) => {
            enter(Candidate { rule, reach: EXACTLY, prior: 0.0 }, runs)
        }
        n if runs.len() >= 3 * n as usize => {
            enter(Candidate { rule, reach: EXACTLY, prior: 0.5 * f64::from(n) }, runs)
        }
        _ => {}
    }
    // Two weeks or less may lack a weekday by chance.
    if week.length < 14 && set != EVERY_DAY && set.count_ones() > 1 {
        for rule in [EVERY_DAY, MONDAY_TO_FRIDAY].map(Rule::Weekdays) {
            enter(Candidate { rule, reach: EXACTLY, prior: 0.1 }, runs);
        }
    }
}

/// Monday to Friday only: what other ways to cut days may make of Tuesday to Saturday.
pub(super) fn propose_working_days(runs: &[Run], log: &Log<'_>, enter: &mut dyn FnMut(Candidate, &[Run])) {
    let rule = Rule::Weekdays(MONDAY_TO_FRIDAY);
    if runs.len() >= 10 && Week::new(runs, log).is_some_and(|w| w.set() == MONDAY_TO_FRIDAY) {
        enter(Candidate { rule, reach: EXACTLY, prior: 0.0 }, runs);
    }
}

/// How often each weekday came, and how often it had a run.
struct Week {
    days: [i32; 7],
    used: [i32; 7],
    length: i32,
}

impl Week {
    fn new(runs: &[Run], log: &Log<'_>) -> Option<Self> {
        let (first, last) = (runs.first()?.day, runs.last()?.day);
        let mut used = [0; 7];
        for run in runs {
            used[usize::from(Day(run.day).weekday())] += 1;
        }
        let mut days = weekdays_between(first, last);
        for (from, to) in log.gaps {
            let lost = weekdays_between(from.0.max(first), to.0.min(last));
            days.iter_mut().zip(lost).for_each(|(n, lost)| *n -= lost);
        }
        Some(Self { days, used, length: last - first })
    }

    /// The weekdays with a run at least every other time. One that has not come yet says nothing against it.
    fn set(&self) -> u8 {
        (0..7).filter(|&d| self.used[d] * 2 >= self.days[d].max(0)).fold(0, |set, d| set | 1 << d)
    }

    /// Days of the set without a run, and runs on other days.
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
