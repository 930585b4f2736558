//! Cadence and odds of 5,000 tokens x 6 scopes over 400 days.

use scopecast::internals::cadence::{UseHistory, cadence};
use scopecast::internals::calendar::{CalendarRule, EVERY_DAY, MonthDay};
use scopecast::internals::loss_odds::loss_odds;
use scopecast::internals::occurrences::{UseDay, use_times};
use scopecast::internals::time::{Day, Span, Time};

const TOKENS: usize = 5_000;
const FROM: Day = Day(20_000);
const DAYS: i32 = 400;

fn main() {
    divan::main();
}

fn uses(rule: CalendarRule, token: usize) -> Vec<UseDay> {
    let (mut day, mut rows) = (rule.on_or_after(FROM), vec![]);
    while day < FROM.plus(DAYS) {
        // Every eleventh call is missed, and starts wander by an hour.
        let dice = (day.0 as usize).wrapping_mul(2_654_435_761).wrapping_add(token * 40_503) >> 4;
        if !dice.is_multiple_of(11) {
            let first = day.start().plus(Span::hours(3)).plus(Span::seconds((dice % 3600) as i64));
            rows.push(UseDay { day, first, last: first.plus(Span::seconds(60)), count: 3 });
        }
        day = rule.on_or_after(day.plus(1));
    }
    rows
}

/// Six scopes of one token: daily, half of the days, weekly, monthly, every two months, quarterly.
fn scopes(token: usize) -> [Vec<UseDay>; 6] {
    let months = |step, on| CalendarRule::Months { step, phase: 0, on };
    let half: Vec<_> = uses(CalendarRule::Weekdays(EVERY_DAY), token)
        .into_iter()
        .filter(|d| (d.day.0 as usize * 7919 + token * 104_729) % 101 < 50)
        .collect();
    [
        uses(CalendarRule::Weekdays(EVERY_DAY), token),
        half,
        uses(CalendarRule::Weekdays(1 << (token % 7)), token),
        uses(months(1, MonthDay::Day(1 + (token % 28) as u8)), token),
        uses(months(2, MonthDay::LastBusinessDay), token),
        uses(months(3, MonthDay::Day(1)), token),
    ]
}

fn all() -> Vec<[Vec<UseDay>; 6]> {
    (0..TOKENS).map(scopes).collect()
}

fn as_of() -> Time {
    FROM.plus(DAYS).start()
}

#[divan::bench(sample_count = 5)]
fn cadences(bencher: divan::Bencher<'_, '_>) {
    let all = all();
    bencher.bench_local(|| {
        let of = |days| cadence(&UseHistory { days, from: FROM.start(), as_of: as_of(), gaps: &[] }).hits;
        all.iter().flatten().map(|days| u64::from(of(days))).sum::<u64>()
    });
}

#[divan::bench(sample_count = 5, args = [0, 1, 2, 3, 4, 5])]
fn cadence_of_scope(bencher: divan::Bencher<'_, '_>, scope: usize) {
    let all = all();
    bencher.bench_local(|| {
        let of = |days| cadence(&UseHistory { days, from: FROM.start(), as_of: as_of(), gaps: &[] }).hits;
        all.iter().map(|scopes| u64::from(of(&scopes[scope]))).sum::<u64>()
    });
}

#[divan::bench(sample_count = 5)]
fn odds(bencher: divan::Bencher<'_, '_>) {
    let all = all();
    bencher.bench_local(|| {
        let of = |days: &Vec<UseDay>| {
            loss_odds(&use_times(days), FROM.start(), as_of(), Span::days(30), &[])
                .map_or(0.0, |s| s.odds.share())
        };
        all.iter().flatten().map(of).sum::<f64>()
    });
}
