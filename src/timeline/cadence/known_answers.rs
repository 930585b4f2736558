//! Generated schedules with known answers, clean and noisy: what the cadence must find.

#![expect(clippy::use_debug, reason = "failures are read by developers")]

use super::{Cadence, CadenceLabel, Claim, UseHistory, cadence};
use crate::support::time::{Day, Span, Time};
use crate::timeline::calendar::{CalendarRule, EVERY_DAY, MONDAY_TO_FRIDAY, MonthDay};
use crate::timeline::occurrences::UseDay;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use strum::IntoEnumIterator;

const MINUTE: i64 = 60_000_000;

/// SplitMix64.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self, below: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1)) as i64
    }

    fn percent(&mut self, n: i64) -> bool {
        self.next(100) < n
    }
}

/// A schedule in local time.
pub(super) struct LocalSchedule {
    label: CadenceLabel,
    rule: CalendarRule,
    zone: TimeZone,
    /// Minutes after local midnight.
    minute: i64,
}

impl LocalSchedule {
    fn at(&self, day: Day) -> Time {
        let midnight = day.date().at(0, 0, 0, 0);
        let local = midnight.saturating_add(jiff::SignedDuration::from_mins(self.minute));
        self.zone.to_ambiguous_timestamp(local).compatible().unwrap().into()
    }
}

const ZONES: [&str; 7] = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Asia/Kolkata",
    "America/Los_Angeles",
];

pub(super) fn plan(label: CadenceLabel, dice: &mut Dice) -> LocalSchedule {
    let weekday = dice.next(7) as u8;
    let on = match dice.next(4) {
        0 => MonthDay::Day(1),
        1 => MonthDay::LastBusinessDay,
        2 => MonthDay::FirstBusinessDay,
        _ => MonthDay::Day(dice.next(28) as u8 + 1),
    };
    let months = |step: u16, dice: &mut Dice| CalendarRule::Months {
        step,
        phase: dice.next(u64::from(step)) as u16,
        on,
    };
    let monthly = |on| CalendarRule::Months { step: 1, phase: 0, on };
    let rule = match label {
        CadenceLabel::Hourly | CadenceLabel::Daily => CalendarRule::Weekdays(EVERY_DAY),
        CadenceLabel::Weekdays => CalendarRule::Weekdays(MONDAY_TO_FRIDAY),
        CadenceLabel::Weekly if dice.percent(20) => {
            CalendarRule::Weekdays(1 << weekday | 1 << ((weekday + 2) % 7))
        }
        CadenceLabel::Weekly => CalendarRule::Weekdays(1 << weekday),
        CadenceLabel::EveryNDays => {
            let every = [2, 3, 10, 14, 14, 28][dice.next(6) as usize];
            CalendarRule::EveryDays { every, anchor: Day(dice.next(30) as i32) }
        }
        CadenceLabel::MonthlyDay => monthly(MonthDay::Day(dice.next(28) as u8 + 1)),
        CadenceLabel::MonthlyWeekday if dice.percent(30) => monthly(MonthDay::LastWeekday(weekday)),
        CadenceLabel::MonthlyWeekday => monthly(MonthDay::Weekday { nth: dice.next(4) as u8 + 1, weekday }),
        CadenceLabel::MonthlyFirstBusinessDay => monthly(MonthDay::FirstBusinessDay),
        CadenceLabel::MonthlyLastBusinessDay => monthly(MonthDay::LastBusinessDay),
        CadenceLabel::MonthlyLastDay => monthly(MonthDay::LastDay),
        CadenceLabel::EveryTwoMonths => months(2, dice),
        CadenceLabel::Quarterly => months(3, dice),
        CadenceLabel::HalfYearly => months(6, dice),
        _ => months(12, dice),
    };
    let zone = TimeZone::get(ZONES[dice.next(7) as usize]).unwrap();
    LocalSchedule { label, rule, zone, minute: dice.next(1440) }
}

fn history_days(label: CadenceLabel) -> i32 {
    match label {
        CadenceLabel::HalfYearly => 3 * 365,
        CadenceLabel::Yearly => 5 * 366,
        _ => 400,
    }
}

/// The calls of a history, and the first call at or after its end.
struct Generated {
    days: Vec<UseDay>,
    gaps: Vec<(Day, Day)>,
    from: Time,
    as_of: Time,
    next: Option<Time>,
}

impl Generated {
    fn cadence(&self) -> Cadence {
        cadence(&UseHistory { days: &self.days, from: self.from, as_of: self.as_of, gaps: &self.gaps })
    }
}

#[derive(Clone, Copy)]
struct Noise {
    jitter: u64,
    missed: i64,
    retries: i64,
    extras: i64,
    shifts: i64,
    gaps: i64,
}

const QUIET: Noise = Noise { jitter: 1, missed: 0, retries: 0, extras: 0, shifts: 0, gaps: 0 };

fn use_days(calls: BTreeSet<Time>) -> Vec<UseDay> {
    let mut days: BTreeMap<Day, UseDay> = BTreeMap::new();
    for t in calls {
        let row = days.entry(t.day()).or_insert(UseDay { day: t.day(), first: t, last: t, count: 0 });
        row.last = t;
        row.count += 1;
    }
    days.into_values().collect()
}

fn generate(plan: &LocalSchedule, from: Day, noise: Noise, dice: &mut Dice) -> Generated {
    let (from, to) = (from, from.plus(history_days(plan.label)));
    let mut gaps = vec![];
    for _ in 0..2 {
        if dice.percent(noise.gaps) {
            let first = from.plus(dice.next((to.0 - from.0) as u64) as i32);
            gaps.push((first, first.plus(dice.next(5) as i32)));
        }
    }
    let mut calls = BTreeSet::new();
    let mut next = None;
    let mut day = plan.rule.on_or_after(from.plus(-2));
    while next.is_none() {
        let shifted = if plan.label != CadenceLabel::Hourly && dice.percent(noise.shifts) {
            day.plus(dice.next(2) as i32 + 1)
        } else {
            day
        };
        for hour in 0..if plan.label == CadenceLabel::Hourly { 24 } else { 1 } {
            let t = plan
                .at(shifted)
                .plus(Span::hours(hour))
                .plus(Span(dice.next(noise.jitter * 60) * MINUTE / 60));
            if t >= to.start() {
                next = next.or(Some(t));
            } else if t >= from.start() && !dice.percent(noise.missed) {
                calls.insert(t);
                if dice.percent(noise.retries) {
                    for _ in 0..=dice.next(4) {
                        calls.insert(t.plus(Span(dice.next(120) * MINUTE)));
                    }
                }
            }
        }
        day = plan.rule.on_or_after(day.plus(1));
    }
    let occurrences = calls.len() as u64;
    for _ in 0..occurrences * noise.extras as u64 / 100 {
        calls.insert(from.start().plus(Span(dice.next((to.0 - from.0) as u64 * 1440) * MINUTE)));
    }
    calls.retain(|t| *t < to.start() && !gaps.iter().any(|(a, b)| (*a..=*b).contains(&t.day())));
    Generated { days: use_days(calls), gaps, from: from.start(), as_of: to.start(), next }
}

fn noisy(dice: &mut Dice) -> Noise {
    let jitter = [5, 30, 120][dice.next(3) as usize];
    Noise { jitter, missed: 10, retries: 10, extras: 3, shifts: 3, gaps: 30 }
}

/// Random work without a rule.
fn irregular(from: Day, dice: &mut Dice) -> Generated {
    let to = from.plus(400);
    let n = [5, 8, 12, 20, 40, 90][dice.next(6) as usize];
    let calls = (0..n).map(|_| from.start().plus(Span(dice.next(400 * 1440) * MINUTE))).collect();
    Generated { days: use_days(calls), gaps: vec![], from: from.start(), as_of: to.start(), next: None }
}

/// One occurrence, perhaps with retries.
fn once(from: Day, dice: &mut Dice) -> Generated {
    let to = from.plus(400);
    let at = from.start().plus(Span(dice.next(380 * 1440) * MINUTE));
    let calls = (0..=dice.next(5)).map(|_| at.plus(Span(dice.next(120) * MINUTE))).collect();
    Generated { days: use_days(calls), gaps: vec![], from: from.start(), as_of: to.start(), next: None }
}

/// A day of another zone may have another name: the 1st in Tokyo is the last day of the month in UTC.
fn same(found: CadenceLabel, truth: CadenceLabel) -> bool {
    use CadenceLabel::{MonthlyDay, MonthlyLastDay};
    found == truth || matches!((found, truth), (MonthlyLastDay, MonthlyDay) | (MonthlyDay, MonthlyLastDay))
}

#[test]
fn noisy_schedules_are_named_and_foretold() {
    const EACH: usize = 40;
    let mut table = String::from("cadence                     named  in range  claimed\n");
    let (mut named, mut all, mut in_range, mut dated) = (0, 0, 0, 0);
    let mut wrong = String::new();
    for label in CadenceLabel::iter() {
        let mut dice = Dice(label as u64 + 1);
        let (mut n, mut hit, mut with_date, mut claimed) = (0, 0, 0, 0);
        for i in 0..EACH {
            let from = Day::from_date(jiff::civil::date(2023, 1, 1)).plus(dice.next(700) as i32);
            let (g, about) = match label {
                CadenceLabel::Irregular => (irregular(from, &mut dice), String::new()),
                CadenceLabel::Once => (once(from, &mut dice), String::new()),
                _ => {
                    let plan = plan(label, &mut dice);
                    let noise = noisy(&mut dice);
                    let about = format!(
                        "{} in {:?} at {} jitter {}",
                        plan.rule,
                        plan.zone.iana_name(),
                        plan.minute,
                        noise.jitter
                    );
                    (generate(&plan, from, noise, &mut dice), about)
                }
            };
            let c = g.cadence();
            let right = same(c.label, label);
            n += usize::from(right);
            claimed += usize::from(c.claim == Claim::Claimed);
            if !right {
                let _ = writeln!(
                    wrong,
                    "{} {i}: {about}: {:?} {} h{} m{} x{} {:?}",
                    label.as_str(),
                    c.label,
                    c.text(),
                    c.hits,
                    c.misses,
                    c.extras,
                    c.changed
                );
            }
            if let Some(next) = g.next {
                with_date += 1;
                let met = c.next.is_some_and(|e| e.earliest <= next && next <= e.latest);
                hit += usize::from(met);
                if !met {
                    let _ = writeln!(
                        wrong,
                        "{} {i}: {about}: {next} not in {:?} {:?} h{} m{} x{}",
                        label.as_str(),
                        c.text(),
                        c.next.map(|e| (e.earliest.to_string(), e.latest.to_string())),
                        c.hits,
                        c.misses,
                        c.extras
                    );
                }
            }
        }
        let _ = writeln!(table, "{:27} {n:2}/{EACH}  {hit:4}/{with_date:2}  {claimed:4}", label.as_str());
        named += n;
        all += EACH;
        in_range += hit;
        dated += with_date;
    }
    println!("{wrong}\n{table}");
    println!("named {named}/{all}, next call in range {in_range}/{dated}");
    assert!(named * 100 >= all * 95, "{named} of {all} named");
    assert!(in_range * 100 >= dated * 95, "{in_range} of {dated} in range");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]
    #[test]
    fn the_next_call_of_a_clean_schedule_is_the_generators(seed: u64, kind in 0usize..14, start in 0i32..6000) {
        let mut dice = Dice(seed);
        let plan = plan(CadenceLabel::iter().nth(kind).unwrap(), &mut dice);
        let g = generate(&plan, Day(12_000 + start), QUIET, &mut dice);
        let c = g.cadence();
        prop_assert!(same(c.label, plan.label), "{:?} at {} in {:?}: {:?}", plan.rule, plan.minute, plan.zone.iana_name(), c);
        let next = g.next.unwrap();
        let expected = c.next.unwrap();
        prop_assert!(expected.earliest <= next && next <= expected.latest, "{:?} at {} in {:?}: {next} not in {} {}: {:?}", plan.rule, plan.minute, plan.zone.iana_name(), expected.earliest, expected.latest, c);
        // Rules the history cannot tell apart: the first Monday was the first business day five times in a row.
        let told_apart = c.hits >= 12 && c.forecast.as_ref().unwrap().tied.is_empty() && c.jitter < Span::days(1);
        let width = if told_apart { 36 } else { 9 * 24 };
        prop_assert!(expected.latest.since(expected.earliest) <= Span::hours(width), "{:?} at {} in {:?}: {} {}: {:?}", plan.rule, plan.minute, plan.zone.iana_name(), expected.earliest, expected.latest, c);
        if told_apart {
            prop_assert!(expected.likely.since(next).0.abs() < Span::hours(2).0);
        }
        prop_assert_eq!(c.changed, None);
    }
}

/// Histories that end where the calendar is uneven: before and on a leap day, in the February of a common year, around the
/// turn of a year.
#[test]
fn the_next_call_is_the_generators_at_the_edges_of_the_calendar() {
    let ends =
        ["2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28", "2023-12-31", "2025-01-01", "2000-02-29"];
    for label in CadenceLabel::iter().take(14) {
        for (n, end) in ends.into_iter().enumerate() {
            for seed in 0..6 {
                let mut dice = Dice(seed * 97 + n as u64 * 7 + label as u64);
                let plan = LocalSchedule { zone: TimeZone::UTC, ..plan(label, &mut dice) };
                let from = Day::parse(end).unwrap().plus(-history_days(label));
                let g = generate(&plan, from, QUIET, &mut dice);
                let (c, next) = (g.cadence(), g.next.unwrap());
                let about = format!("{} before {end}: {next}, {:?}", plan.rule, c.next);
                let expected = c.next.unwrap();
                assert!(expected.earliest <= next && next <= expected.latest, "{about}");
                // One rule only that explains the history: then the day is the generator's.
                if c.forecast.as_ref().unwrap().tied.is_empty() && c.hits >= 12 {
                    assert_eq!(expected.likely.day(), next.day(), "{about}");
                }
            }
        }
    }
}

/// Work on about every other working day, at any hour of the day.
fn by_hand(from: Day, dice: &mut Dice) -> Generated {
    let to = from.plus(400);
    let share = [10, 20, 35, 50][dice.next(4) as usize];
    let mut calls = BTreeSet::new();
    for day in (from.0..to.0).map(Day).filter(|d| d.weekday() < 5) {
        if dice.percent(share) {
            for _ in 0..=dice.next(20) {
                calls.insert(day.start().plus(Span((480 + dice.next(540)) * MINUTE)));
            }
        }
    }
    Generated { days: use_days(calls), gaps: vec![], from: from.start(), as_of: to.start(), next: None }
}

#[test]
fn work_by_hand_has_no_cadence() {
    let mut dice = Dice(7);
    let found = (0..200)
        .filter(|_| by_hand(Day(20_000), &mut dice).cadence().label == CadenceLabel::Irregular)
        .count();
    println!("irregular: {found}/200");
    assert!(found >= 190, "{found} of 200");
}

#[test]
fn a_schedule_that_changed_is_known_by_what_it_is_now() {
    let (mut named, mut told, mut all, mut text) = (0, 0, 0, String::new());
    let kinds = [
        CadenceLabel::Daily,
        CadenceLabel::Weekdays,
        CadenceLabel::Weekly,
        CadenceLabel::MonthlyDay,
        CadenceLabel::MonthlyLastBusinessDay,
    ];
    for (i, before) in kinds.into_iter().enumerate() {
        for now in kinds {
            for seed in 0..8 {
                let mut dice = Dice(seed * 31 + i as u64);
                let (a, b) = (plan(before, &mut dice), plan(now, &mut dice));
                if a.rule == b.rule {
                    continue;
                }
                let (from, turn) = (Day(20_000), Day(20_000 + 200 + dice.next(40) as i32));
                let noise = Noise { gaps: 0, shifts: 0, ..noisy(&mut dice) };
                let (old, new) = (generate(&a, from, noise, &mut dice), generate(&b, from, noise, &mut dice));
                let days = old.days.into_iter().filter(|d| d.day < turn);
                let days: Vec<_> = days.chain(new.days.into_iter().filter(|d| d.day >= turn)).collect();
                let c = Generated { days, ..generate(&b, from, QUIET, &mut dice) }.cadence();
                all += 1;
                let right = same(c.label, now);
                named += usize::from(right);
                told += usize::from(right && c.changed.is_some_and(|c| (c.at.0 - turn.0).abs() <= 45));
                if !right || c.changed.is_none_or(|c| (c.at.0 - turn.0).abs() > 45) {
                    let _ = writeln!(
                        text,
                        "{} -> {} {seed}: {} {:?} h{} m{} x{}",
                        a.rule,
                        b.rule,
                        c.text(),
                        c.changed.map(|c| (c.at.0 - turn.0, c.before)),
                        c.hits,
                        c.misses,
                        c.extras
                    );
                }
            }
        }
    }
    println!("{text}\nnamed {named}/{all}, change told {told}/{all}");
    assert!(named * 100 >= all * 93, "{named} of {all} named");
    assert!(told * 100 >= all * 90, "{told} of {all} told");
}
