use super::*;
use crate::timeline::calendar::{EVERY_DAY, MonthDay};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn rows(days: impl IntoIterator<Item = Day>) -> Vec<UseDay> {
    let at = |d: Day| d.start().plus(Span::hours(2));
    days.into_iter().map(|d| UseDay { day: d, first: at(d), last: at(d), count: 1 }).collect()
}

fn on(rule: CalendarRule, from: &str, to: &str) -> Vec<Day> {
    let (mut at, mut days) = (rule.on_or_after(day(from)), vec![]);
    while at < day(to) {
        days.push(at);
        at = rule.on_or_after(at.plus(1));
    }
    days
}

fn of(days: &[UseDay], from: &str, as_of: &str, gaps: &[(Day, Day)]) -> Cadence {
    cadence(&UseHistory { days, from: day(from).start(), as_of: day(as_of).start(), gaps })
}

const DAILY: CalendarRule = CalendarRule::Weekdays(EVERY_DAY);
const MONDAYS: CalendarRule = CalendarRule::Weekdays(1);
const THURSDAYS: CalendarRule = CalendarRule::Weekdays(1 << 3);

#[test]
fn a_daily_job_that_became_weekly_is_weekly_and_the_change_is_told() {
    let mut days = on(DAILY, "2025-07-01", "2026-04-01");
    days.extend(on(MONDAYS, "2026-04-01", "2026-07-01"));
    let c = of(&rows(days), "2025-07-01", "2026-07-01", &[]);
    assert_eq!((c.misses, c.extras), (0, 0), "{c:?}");
    assert_eq!((c.label, c.claim, c.confidence), (CadenceLabel::Weekly, Claim::Claimed, Confidence::High));
    let changed = c.changed.unwrap();
    assert_eq!(changed.before, CadenceLabel::Daily);
    assert!((day("2026-03-30")..=day("2026-04-06")).contains(&changed.at), "{}", changed.at);
    assert_eq!(c.next.unwrap().likely.day(), day("2026-07-06"));
}

#[test]
fn a_weekly_job_that_moved_to_another_day_is_told() {
    let mut days = on(MONDAYS, "2025-07-01", "2026-01-01");
    days.extend(on(THURSDAYS, "2026-01-01", "2026-07-01"));
    let c = of(&rows(days), "2025-07-01", "2026-07-01", &[]);
    assert_eq!((c.label, c.rule), (CadenceLabel::Weekly, Some(THURSDAYS)));
    assert_eq!(c.changed.unwrap().before, CadenceLabel::Weekly);
    assert_eq!(c.changed.unwrap().at, day("2026-01-01"));
}

#[test]
fn a_monthly_job_that_became_quarterly_keeps_its_date() {
    let first = |step| CalendarRule::Months { step, phase: 0, on: MonthDay::Day(1) };
    let mut days = on(first(1), "2024-01-01", "2025-01-01");
    days.extend(on(first(3), "2025-01-01", "2026-02-01"));
    let c = of(&rows(days), "2024-01-01", "2026-02-01", &[]);
    assert_eq!((c.label, c.changed.unwrap().before), (CadenceLabel::Quarterly, CadenceLabel::MonthlyDay));
    assert_eq!(c.next.unwrap().likely.day(), day("2026-04-01"));
}

#[test]
fn a_job_that_stopped_has_lapsed_and_is_not_expected() {
    let days = on(DAILY, "2025-07-01", "2026-04-01");
    let c = of(&rows(days), "2025-07-01", "2026-07-01", &[]);
    assert_eq!((c.label, c.lapsed, c.next), (CadenceLabel::Daily, true, None));
    assert!(c.expected_after(day("2026-07-01").start(), 3).is_empty());
    let c = of(&rows(on(DAILY, "2025-07-01", "2026-06-28")), "2025-07-01", "2026-07-01", &[]);
    assert_eq!((c.label, c.lapsed), (CadenceLabel::Daily, false), "three days may be a long weekend");
}

#[test]
fn a_log_gap_is_no_interval() {
    let gap = (day("2026-03-01"), day("2026-04-19"));
    let days: Vec<_> =
        on(MONDAYS, "2025-07-01", "2026-07-01").into_iter().filter(|d| *d < gap.0 || *d > gap.1).collect();
    let with = of(&rows(days.clone()), "2025-07-01", "2026-07-01", &[gap]);
    assert_eq!((with.label, with.misses, with.changed), (CadenceLabel::Weekly, 0, None));
    let without = of(&rows(days), "2025-07-01", "2026-07-01", &[]);
    assert_eq!(without.misses, 7);
}

#[test]
fn few_occurrences_are_only_possible() {
    let quarters =
        on(CalendarRule::Months { step: 3, phase: 0, on: MonthDay::Day(1) }, "2025-04-01", "2026-02-01");
    let c = of(&rows(quarters[..3].to_vec()), "2025-01-01", "2025-12-01", &[]);
    assert_eq!((c.label, c.claim, c.hits), (CadenceLabel::Quarterly, Claim::Possible, 3));
    assert_eq!(c.next.unwrap().likely.day(), day("2026-01-01"));
    let c = of(&rows(quarters.clone()), "2025-01-01", "2026-02-01", &[]);
    assert_eq!((c.label, c.claim), (CadenceLabel::Quarterly, Claim::Claimed));
    let c = of(&rows(quarters[..1].to_vec()), "2025-01-01", "2025-12-01", &[]);
    assert_eq!((c.label, c.claim, c.next), (CadenceLabel::Once, Claim::Once, None));
    let c = of(&[], "2025-01-01", "2025-12-01", &[]);
    assert_eq!((c.label, c.occurrences), (CadenceLabel::Irregular, 0));
}

#[test]
fn a_year_of_log_shows_no_yearly_cadence() {
    let days = rows([day("2025-01-02"), day("2026-01-02")]);
    assert_eq!(of(&days, "2025-01-01", "2026-02-01", &[]).label, CadenceLabel::Irregular);
    let c = of(&days, "2023-06-01", "2026-02-01", &[]);
    assert_eq!((c.label, c.claim), (CadenceLabel::Yearly, Claim::Possible));
}

#[test]
fn a_burst_of_days_each_quarter_is_one_occurrence() {
    let days =
        on(CalendarRule::Months { step: 3, phase: 0, on: MonthDay::Day(2) }, "2025-01-01", "2026-05-01");
    let days = days.iter().flat_map(|d| (0..5).map(|n| d.plus(n)));
    let c = of(&rows(days), "2025-01-01", "2026-05-01", &[]);
    assert_eq!((c.label, c.hits, c.extras), (CadenceLabel::Quarterly, 6, 0));
    assert_eq!(c.next.unwrap().likely.day(), day("2026-07-02"));
}

#[test]
fn hourly_shows_in_counts_and_a_daily_batch_of_many_calls_does_not() {
    let spread = |hours: i64, count| {
        let days = on(DAILY, "2026-01-01", "2026-03-01").into_iter();
        let days: Vec<_> = days
            .map(|d| UseDay { day: d, first: d.start(), last: d.start().plus(Span::hours(hours)), count })
            .collect();
        of(&days, "2026-01-01", "2026-03-01", &[])
    };
    assert_eq!(spread(23, 24).label, CadenceLabel::Hourly);
    assert_eq!(spread(23, 24).period, Some(Span::hours(1)));
    assert_eq!(spread(2, 24).label, CadenceLabel::Daily);
    assert_eq!(spread(23, 6).label, CadenceLabel::Daily);
}

#[test]
fn the_next_calls_rise_and_lie_ahead() {
    let c = of(&rows(on(MONDAYS, "2025-07-01", "2026-07-01")), "2025-07-01", "2026-07-01", &[]);
    let after = day("2026-08-10").start().plus(Span::hours(5));
    let next = c.expected_after(after, 5);
    assert_eq!(
        next.iter().map(|e| e.likely.day()).collect::<Vec<_>>(),
        on(MONDAYS, "2026-08-17", "2026-09-20")
    );
    assert_eq!(c.text(), "weekly on Monday");
}

#[test]
fn hostile_histories_end() {
    let far = |micros: i64| UseDay {
        day: Time(micros).day(),
        first: Time(micros),
        last: Time(micros),
        count: u64::MAX,
    };
    for ends in [[-62_135_596_800_000_000, 253_402_300_799_999_999], [i64::MIN + 1, i64::MAX - 1]] {
        let days: Vec<_> = ends.into_iter().map(far).collect();
        let c = cadence(&UseHistory { days: &days, from: days[0].first, as_of: Time(i64::MAX), gaps: &[] });
        assert!(c.next.is_none());
    }
}
