//! Dates as months on a wall: which days have something, how many, and how bad.

use crate::assess::Severity;
use crate::report::view::View;
use crate::support::format::count;
use crate::support::time::Day;
use crate::timeline::calendar::month_name;
use std::collections::BTreeMap;

/// Months shown, that of as-of first.
const MONTHS: usize = 4;

/// One month.
pub(super) struct MonthTable {
    pub(super) name: String,
    /// Whole weeks, Monday first; days of other months are empty.
    pub(super) cells: Vec<MonthCell>,
}

/// One day of a month.
pub(super) struct MonthCell {
    /// The number, or nothing.
    pub(super) day: String,
    /// The day as a date, where something happens on it.
    pub(super) date: Option<Day>,
    /// How bad the worst of it is.
    pub(super) severity: &'static str,
    pub(super) about: String,
}

/// The months with their dates; nothing where there are no dates at all.
pub(super) fn months(view: &View<'_>, as_of: Day) -> Vec<MonthTable> {
    let mut days: BTreeMap<Day, (u64, Severity)> = BTreeMap::new();
    for deadline in &view.deadlines {
        let day = days.entry(deadline.time.day()).or_insert((0, Severity::Info));
        *day = (day.0 + 1, day.1.max(deadline.severity));
    }
    if days.is_empty() {
        return Vec::new();
    }
    let mut months = Vec::new();
    let (mut year, mut month, _) = as_of.civil();
    for _ in 0..MONTHS {
        let first = Day::from_civil(year, month, 1);
        let name = format!("{} {year}", month_name(month));
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let blank = || MonthCell { day: String::new(), date: None, severity: "", about: String::new() };
        let mut cells: Vec<MonthCell> = (0..first.weekday()).map(|_| blank()).collect();
        cells.extend((first.0..Day::from_civil(year, month, 1).0).map(|n| cell(Day(n), days.get(&Day(n)))));
        cells.resize_with(cells.len().next_multiple_of(7), blank);
        months.push(MonthTable { name, cells });
    }
    months
}

fn cell(day: Day, found: Option<&(u64, Severity)>) -> MonthCell {
    let number = day.civil().2.to_string();
    match found {
        Some((n, severity)) => MonthCell {
            day: number,
            date: Some(day),
            severity: severity.name(),
            about: format!("{}, worst {severity}", count(*n, "date", "dates")),
        },
        None => MonthCell { day: number, date: None, severity: "", about: String::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn days_stand_below_their_weekday() {
        let report = sample::report();
        let months = months(&View::of(&report), report.run.as_of.day());
        assert_eq!(months[0].name, "September 2026");
        // The first of September 2026 is a Tuesday.
        assert_eq!((months[0].cells[0].day.as_str(), months[0].cells[1].day.as_str()), ("", "1"));
        assert!(months.iter().all(|m| m.cells.len() % 7 == 0));
        let enforcement = months[0].cells.iter().find(|c| c.day == "20").unwrap();
        assert_eq!((enforcement.severity, enforcement.about.as_str()), ("high", "1 date, worst high"));
        let names: Vec<_> = months.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names[1..], ["October 2026", "November 2026", "December 2026"]);
    }
}
