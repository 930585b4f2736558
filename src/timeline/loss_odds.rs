//! Turns the calls of one scope into odds: the share of all window starts whose window holds no call, from the gaps alone.
//!
//! A window starting at s is [s, s + W): it sees a call u exactly when u - W < s <= u. So the starts that see nothing are
//! what the intervals (u - W, u] leave free between the first and the last possible start: one pass, no sampling.

use super::calendar::Expected;
use crate::support::time::{Day, Span, Time};
use std::borrow::Cow;

/// How many of the possible window starts miss every call: an exact fraction, in microseconds of starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    /// Starts whose window holds no call.
    pub lost: i128,
    /// Starts that could be judged; more than zero.
    pub total: i128,
}

/// A stretch of window starts, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starts {
    pub from: Time,
    pub to: Time,
}

/// What a sweep of the window over a history found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossOdds {
    /// The share of starts that lose the scope.
    pub odds: Odds,
    /// The longest stretch of starts that see a call: the best time to begin a window is its middle.
    pub best: Option<Starts>,
    /// The longest stretch of starts that see none.
    pub worst: Option<Starts>,
    /// Every stretch of starts that lose the scope, in order: together they are what the odds count.
    pub missed: Vec<Starts>,
}

impl Odds {
    /// Between 0 and 1.
    pub fn share(self) -> f64 {
        self.lost as f64 / self.total as f64
    }

    /// The odds that at least one of `k` windows misses every call: a rotated token is observed anew. Each window begins at
    /// a start of its own, as likely as any other and independent of the rest: 1 - (1 - p)^k. Rotations on a fixed schedule
    /// that keeps step with the calls do better or worse.
    pub fn over_rotations(self, k: u32) -> f64 {
        1.0 - (1.0 - self.share()).powf(f64::from(k))
    }
}

/// The odds of a random window of length `window` inside `[from, to)`. Calls may come in any order; of a day with several
/// the first and the last suffice. Starts whose window holds a day of a log gap (first and last day of each, both
/// included) and no call count neither way. `None` when the history is no longer than the window, or nothing of it could
/// be judged.
pub fn odds(uses: &[Time], from: Time, to: Time, window: Span, gaps: &[(Day, Day)]) -> Option<Odds> {
    loss_odds(uses, from, to, window, gaps).map(|s| s.odds)
}

/// A sweep over calls that are still to come, each taken at its likely time, by windows that begin between the first and
/// the last of them: whole intervals, so that no part of one counts more than its share.
pub fn expected_loss_odds(calls: &[Expected], window: Span) -> Option<LossOdds> {
    let calls: Vec<_> = calls.iter().map(|c| c.likely).collect();
    let (&first, &last) = (calls.first()?, calls.last()?);
    loss_odds(&calls, first, last.plus(window), window, &[])
}

/// [`odds`], with the best and the worst stretch of starts.
pub fn loss_odds(uses: &[Time], from: Time, to: Time, window: Span, gaps: &[(Day, Day)]) -> Option<LossOdds> {
    let (first, last) = (i128::from(from.0), i128::from(to.0) - i128::from(window.0));
    if last <= first || window.0 <= 0 {
        return None;
    }
    let mut tally = OddsTally { blind: blind_starts(gaps, window), ..OddsTally::default() };
    let mut seen_from = first;
    let mut free = first;
    for &Time(use_at) in sorted(uses).iter() {
        let use_at = i128::from(use_at);
        let sees_from = (use_at - i128::from(window.0)).min(last);
        if sees_from > free {
            tally.seen(seen_from, free);
            tally.unseen(free, sees_from);
            seen_from = sees_from;
        }
        free = free.max(use_at).min(last);
    }
    tally.seen(seen_from, free);
    tally.unseen(free, last);
    let total = last - first - tally.undecided;
    let odds = (total > 0).then_some(Odds { lost: tally.lost, total })?;
    Some(LossOdds { odds, best: starts(tally.best), worst: starts(tally.worst), missed: tally.missed })
}

#[derive(Default)]
struct OddsTally {
    blind: Vec<(i128, i128)>,
    next_blind: usize,
    lost: i128,
    undecided: i128,
    best: (i128, i128),
    worst: (i128, i128),
    missed: Vec<Starts>,
}

impl OddsTally {
    fn seen(&mut self, from: i128, to: i128) {
        longest(&mut self.best, (from, to));
    }

    /// Starts that see no call, come in rising order: split into lost ones and those a log gap hides.
    fn unseen(&mut self, mut from: i128, to: i128) {
        while from < to {
            match self.blind.get(self.next_blind) {
                Some(&(_, end)) if end <= from => self.next_blind += 1,
                Some(&(start, end)) if start < to => {
                    self.lost_between(from, start.max(from));
                    let hidden_until = end.min(to);
                    self.undecided += hidden_until - start.max(from);
                    from = hidden_until;
                }
                _ => {
                    self.lost_between(from, to);
                    return;
                }
            }
        }
    }

    fn lost_between(&mut self, from: i128, to: i128) {
        self.lost += to - from;
        longest(&mut self.worst, (from, to));
        self.missed.extend(starts((from, to)));
    }
}

fn longest(best: &mut (i128, i128), (from, to): (i128, i128)) {
    if to - from > best.1 - best.0 {
        *best = (from, to);
    }
}

fn starts((from, to): (i128, i128)) -> Option<Starts> {
    (to > from).then_some(Starts { from: Time(from as i64), to: Time(to as i64) })
}

fn sorted(uses: &[Time]) -> Cow<'_, [Time]> {
    if uses.is_sorted() {
        return Cow::Borrowed(uses);
    }
    let mut uses = uses.to_vec();
    uses.sort_unstable();
    Cow::Owned(uses)
}

/// The starts whose window touches a log gap, as sorted stretches that do not overlap.
fn blind_starts(gaps: &[(Day, Day)], window: Span) -> Vec<(i128, i128)> {
    let mut all: Vec<_> = gaps
        .iter()
        .filter(|(first, last)| first <= last)
        .map(|(first, last)| (i128::from(first.start().0) - i128::from(window.0), i128::from(last.end().0)))
        .collect();
    all.sort_unstable();
    all.dedup_by(|next, kept| {
        let touches = next.0 <= kept.1;
        if touches {
            kept.1 = kept.1.max(next.1);
        }
        touches
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::calendar::{CalendarRule, Month, MonthDay};
    use proptest::prelude::*;

    const MONTH: Span = Span::days(30);

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn percent(rule: CalendarRule) -> f64 {
        let mut uses = vec![];
        let mut at = rule.on_or_after(day("2022-12-01"));
        while at < day("2033-06-01") {
            uses.push(at.start());
            at = rule.on_or_after(at.plus(1));
        }
        let odds = odds(&uses, day("2024-01-01").start(), day("2032-01-01").start().plus(MONTH), MONTH, &[])
            .unwrap();
        (odds.share() * 1000.0).round() / 10.0
    }

    #[test]
    fn odds_of_every_cadence_over_eight_years() {
        let monthly = |step, on| CalendarRule::Months { step, phase: 0, on };
        for (rule, expected) in [
            (CalendarRule::Weekdays(0b111_1111), 0.0),
            (CalendarRule::Weekdays(1), 0.0),
            (CalendarRule::EveryDays { every: 28, anchor: day("2024-01-03") }, 0.0),
            (monthly(1, MonthDay::Day(1)), 1.9),
            (monthly(1, MonthDay::LastBusinessDay), 2.7),
            (monthly(1, MonthDay::Weekday { nth: 1, weekday: 0 }), 5.8),
            (monthly(2, MonthDay::Day(1)), 50.7),
            (monthly(3, MonthDay::Day(1)), 67.1),
            (monthly(6, MonthDay::Day(1)), 83.6),
            (monthly(12, MonthDay::Day(1)), 91.8),
        ] {
            assert!((percent(rule) - expected).abs() < 0.05, "{rule:?}: {} for {expected}", percent(rule));
        }
        assert_eq!(Month::of(day("2024-02-29")), Month::new(2024, 2));
    }

    #[test]
    fn a_quarterly_call_rarely_survives_two_rotations() {
        let odds = Odds { lost: 671, total: 1000 };
        assert!((1.0 - odds.over_rotations(2) - 0.108).abs() < 0.001);
        assert_eq!(odds.over_rotations(0), 0.0);
    }

    #[test]
    fn a_history_no_longer_than_the_window_has_no_odds() {
        let a = day("2026-01-01").start();
        assert_eq!(odds(&[a], a, a.plus(MONTH), MONTH, &[]), None);
        assert_eq!(odds(&[], a, a.plus(Span(MONTH.0 + 1)), MONTH, &[]), Some(Odds { lost: 1, total: 1 }));
        assert_eq!(
            odds(&[], a, a.plus(Span::days(60)), MONTH, &[(day("2026-01-25"), day("2026-02-05"))]),
            None
        );
    }

    #[test]
    fn best_and_worst_starts_are_the_longest_stretches() {
        let a = day("2026-01-01").start();
        let uses = [day("2026-03-01").start()];
        let s = loss_odds(&uses, a, day("2026-12-27").start(), MONTH, &[]).unwrap();
        assert_eq!(s.best, Some(Starts { from: day("2026-01-30").start(), to: uses[0] }));
        assert_eq!(s.worst, Some(Starts { from: uses[0], to: day("2026-11-27").start() }));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]
        /// Minute by minute, at the middle of each minute, where no boundary can fall.
        #[test]
        fn agrees_with_a_sweep_by_minutes(
            uses in prop::collection::vec(0i64..120 * 1440, 0..14),
            from in 0i64..30 * 1440,
            length in 1i64..90 * 1440,
            window in 1i64..35 * 1440,
            gaps in prop::collection::vec((0i32..120, 0i32..6), 0..4),
        ) {
            const MINUTE: i64 = 60_000_000;
            let times: Vec<_> = uses.iter().map(|m| Time(m * MINUTE)).collect();
            let days: Vec<_> = gaps.iter().map(|&(first, n)| (Day(first), Day(first + n))).collect();
            let (mut lost, mut total) = (0, 0);
            for s in from..from + length - window {
                let seen = uses.iter().any(|&u| s < u && u <= s + window);
                let hidden = gaps.iter().any(|&(first, n)| {
                    i64::from(first) * 1440 <= s + window && s < i64::from(first + n + 1) * 1440
                });
                total += i128::from(seen || !hidden);
                lost += i128::from(!seen && !hidden);
            }
            let odds = odds(&times, Time(from * MINUTE), Time((from + length) * MINUTE), Span(window * MINUTE), &days);
            let unit = i128::from(MINUTE);
            let found = loss_odds(&times, Time(from * MINUTE), Time((from + length) * MINUTE), Span(window * MINUTE), &days);
            let missed: i128 = found.iter().flat_map(|s| &s.missed).map(|m| i128::from(m.to.since(m.from).0)).sum();
            prop_assert_eq!(missed, if total > 0 { lost * unit } else { 0 });
            prop_assert_eq!(odds, (total > 0).then_some(Odds { lost: lost * unit, total: total * unit }));
        }
    }
}
