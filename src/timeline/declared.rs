//! Declared needs -> the calls they foretell, and the schedules that cannot be read.

use super::calendar::Expected;
use super::schedule::Schedule;
use crate::context::annotations::{Annotations, DeclaredNeed};
use crate::context::bound::Bound;
use crate::context::declared_schedule::ScheduleSpec;
use crate::support::problem::{Position, Problem};
use crate::support::time::Time;

/// The next call after a moment. A need without a schedule has none, and is needed all the same.
pub(crate) fn next(need: &DeclaredNeed, after: Time) -> Option<Expected> {
    match &need.schedule.as_ref()?.spec {
        ScheduleSpec::Dates(dates) => dates.iter().map(of_date).find(|e| e.latest > after),
        spec => read(spec)?.ok()?.next_after(after),
    }
}

/// The calls that lie wholly in `[from, to)`.
pub(crate) fn due(need: &DeclaredNeed, from: Time, to: Time) -> Vec<Expected> {
    let inside = |e: &Expected| e.earliest >= from && e.latest < to;
    match need.schedule.as_ref().map(|s| &s.spec) {
        None => Vec::new(),
        Some(ScheduleSpec::Dates(dates)) => dates.iter().map(of_date).filter(inside).collect(),
        Some(spec) => match read(spec) {
            Some(Ok(schedule)) => schedule.between(from, to).filter(inside).collect(),
            _ => Vec::new(),
        },
    }
}

/// The schedules that say nothing: each with its line and what to write instead.
pub(crate) fn unreadable(annotations: &Annotations) -> Vec<Problem> {
    let needs = annotations.tokens.iter().flat_map(|e| &e.needs);
    let wrong = |need: &DeclaredNeed| {
        let why = read(&need.schedule.as_ref()?.spec)?.err()?;
        Some(Problem::new(&annotations.source, Position::Line(need.line), why.to_string()))
    };
    needs.filter_map(wrong).collect()
}

fn read(spec: &ScheduleSpec) -> Option<Result<Schedule, super::schedule::ScheduleError>> {
    match spec {
        ScheduleSpec::Words(words) => Some(Schedule::parse(words, None)),
        ScheduleSpec::Cron { expr, tz } => Some(Schedule::parse(expr, Some(tz))),
        ScheduleSpec::Dates(_) => None,
    }
}

fn of_date(bound: &Bound) -> Expected {
    let latest = if bound.whole_day { bound.time.day().end() } else { bound.time };
    Expected { earliest: bound.time, likely: bound.time, latest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(schedules: &[&str]) -> Annotations {
        let mut text = "[[token]]\nmatch = \"a\"\n".to_owned();
        for schedule in schedules {
            text.push_str(&format!("[[token.need]]\nscope = \"sql\"\nschedule = {schedule}\n"));
        }
        Annotations::parse("annotations.toml", &text).unwrap()
    }

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn words_dates_and_cron_foretell_the_same_call() {
        let read = needs(&["\"quarterly on the first day\"", "[2026-07-01, 2026-10-01]", "\"30 2 1 */3 *\""]);
        for need in &read.tokens[0].needs {
            let next = next(need, at("2026-09-12")).unwrap();
            assert_eq!(next.earliest.day().to_string(), "2026-10-01", "{need:?}");
            let due: Vec<_> = due(need, at("2026-06-01"), at("2026-09-01"));
            assert_eq!(due.len(), 1, "{need:?}");
        }
    }

    #[test]
    fn a_schedule_that_says_nothing_is_told_with_its_line() {
        let read = needs(&["\"quarterly\"", "\"when the moon is full\""]);
        let problems = unreadable(&read);
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].to_string().starts_with("annotations.toml, line 6: cannot read the schedule"),
            "{}",
            problems[0]
        );
    }
}
