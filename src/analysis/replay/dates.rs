//! What every enforcement date would have refused, at once: from the days on which something changes, not date by date.
//!
//! For one need, the dates whose window sees it, and the dates for which that is unknown, are stretches that follow from the days
//! of use; all other dates refuse what comes after them. Agrees with [`ReplayPlan::on`] on every date (a test).

use super::calls::Calls;
use super::days::{DayIntervals, Steps};
use super::plan::{ReplayPlan, ReplayedToken, is_call};
use crate::attribute::Use;
use crate::catalog::ScopeId;
use crate::support::time::{Day, Span, Time};
use crate::timeline::occurrences::UseDay;
use crate::timeline::window::WINDOW;

/// What one date would have refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DateTally {
    /// Calls refused from that day to as-of.
    pub refused: u64,
    /// Calls that cannot be decided.
    pub cannot_say: u64,
    /// Tokens with a refused call.
    pub tokens: u64,
}

/// Every date whose window the log can show, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByDate {
    /// The first date: a window before the first day of the log.
    pub from: Day,
    /// One for each day up to as-of.
    pub dates: Vec<DateTally>,
}

/// Days of log after a date, so that what recurs has come: a quarter.
const FOLLOWED: i32 = 92;

impl ByDate {
    /// The dates with their tallies.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Day, DateTally)> + '_ {
        self.dates.iter().enumerate().map(|(n, tally)| (self.from.plus(n as i32), *tally))
    }

    pub(crate) fn last(&self) -> Day {
        self.from.plus(self.dates.len() as i32 - 1)
    }

    /// Dates that would have refused anything.
    pub(crate) fn refusing(&self) -> usize {
        self.dates.iter().filter(|d| d.refused > 0).count()
    }

    /// The date that would have refused most calls; of several the first. None where no date refuses any.
    pub(crate) fn worst(&self) -> Option<Day> {
        let (day, tally) =
            self.iter().max_by_key(|(day, t)| (t.refused, t.tokens, std::cmp::Reverse(*day)))?;
        (tally.refused > 0).then_some(day)
    }

    /// The dates among which the typical one is the middle: those with at least a quarter of log after them, or all if there are none.
    pub(crate) fn followed(&self) -> (Day, Day) {
        let last = self.last().plus(1 - FOLLOWED);
        (self.from, if last >= self.from { last } else { self.last() })
    }

    /// Half of the dates with a quarter of log behind them would have refused as many calls or fewer.
    pub(crate) fn typical(&self) -> Option<Day> {
        let last = self.followed().1;
        let mut dates: Vec<_> = self
            .iter()
            .take_while(|(day, _)| *day <= last)
            .map(|(day, t)| (t.refused, t.tokens, day))
            .collect();
        dates.sort_unstable();
        dates.get((dates.len().max(1) - 1) / 2).map(|(.., day)| *day)
    }
}

/// Stretches of enforcement dates: those a window sees a use from, and so on.
struct WindowReach {
    lag: i32,
    window: i32,
}

impl WindowReach {
    /// Dates whose window surely holds a day.
    fn surely(&self, day: i32) -> (i32, i32) {
        (day + self.lag + 1, day + self.lag + self.window - 1)
    }

    /// Dates whose window may hold some of the days from first to last.
    fn perhaps(&self, first: i32, last: i32) -> (i32, i32) {
        (first + self.lag, last + self.lag + self.window)
    }

    /// Dates whose window has a part in the days from first to last.
    fn touching(&self, first: i32, last: i32) -> (i32, i32) {
        (first + self.lag + 1, last + self.lag + self.window)
    }
}

impl ReplayPlan<'_> {
    /// Every date; `None` where the log is no longer than a window.
    pub(crate) fn by_date(&self) -> Option<ByDate> {
        let days = |span: Span| (span.0 / Span::days(1).0) as i32;
        let reach = WindowReach { lag: days(self.given.lag), window: days(WINDOW) };
        let begin = self.actors.iter().filter_map(|a| a.log?.from).min()?.day();
        let from = begin.plus(reach.window + reach.lag);
        let to = Time(self.given.as_of.0 - 1).day();
        if to < from {
            return None;
        }
        let n = (to.0 - from.0) as usize + 1;
        let mut sums = Sums {
            refused: Steps::new(from.0, n),
            cannot_say: Steps::new(from.0, n),
            tokens: Steps::new(from.0, n),
        };
        let replayed: Vec<Option<(i32, i32)>> = self
            .actors
            .iter()
            .map(|a| {
                let first =
                    first_whole_day(a.lived_since()).saturating_add(reach.lag + reach.window).max(from.0);
                (!a.is_untouched() && first <= to.0).then_some((first, to.0))
            })
            .collect();
        for (actor, range) in self.actors.iter().zip(&replayed) {
            if let Some(range) = range {
                self.add_actor(actor, *range, &reach, &mut sums);
            }
        }
        for shared in &self.shared {
            let range = shared.actors.iter().filter_map(|&n| replayed[n]).min();
            let uses = shared.uses.iter().filter(|u| is_call(u.kind)).map(|u| u.count);
            let unmapped = shared.unmapped.iter().map(|u| u.count);
            if let Some(range) = range {
                sums.cannot_say.add_later(range, &by_day(uses.chain(unmapped)), true);
            }
        }
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        let dates =
            sums.refused.values().into_iter().zip(sums.cannot_say.values()).zip(sums.tokens.values()).map(
                |((refused, cannot_say), tokens)| DateTally {
                    refused: number(refused),
                    cannot_say: number(cannot_say),
                    tokens: number(tokens),
                },
            );
        Some(ByDate { from, dates: dates.collect() })
    }

    fn add_actor(&self, actor: &ReplayedToken<'_>, range: (i32, i32), reach: &WindowReach, sums: &mut Sums) {
        let dates = DayIntervals(vec![range]);
        let mut refusing = Vec::new();
        for calls in actor.calls() {
            let events = by_day(calls.uses.iter().map(|u: &&Use| u.count));
            let (allowed, doubted) = self.fates(actor, &calls, reach, range);
            let refused = dates.without(&allowed).without(&doubted);
            for &stretch in &dates.and(&doubted).without(&allowed).0 {
                sums.cannot_say.add_later(stretch, &events, true);
            }
            let last = events.last().map_or(i32::MIN, |(day, _)| *day);
            for &stretch in &refused.0 {
                sums.refused.add_later(stretch, &events, false);
                // On the date itself the hour decides, and it is not known.
                for (day, n) in events.iter().filter(|(day, _)| (stretch.0..=stretch.1).contains(day)) {
                    sums.cannot_say.add((*day, *day), *n as i64);
                }
                refusing.push((stretch.0, stretch.1.min(last.saturating_sub(1))));
            }
        }
        for stretch in DayIntervals::of(refusing).0 {
            sums.tokens.add(stretch, 1);
        }
        let weak = actor.uses.iter().filter(|u| !u.is_firm() && is_call(u.kind)).map(|u| u.count);
        let unmapped = actor.unmapped.iter().map(|u| u.count);
        sums.cannot_say.add_later(range, &by_day(weak.chain(unmapped)), true);
    }

    /// Dates that keep what these calls need, and dates that cannot be decided; the former take precedence.
    fn fates(
        &self,
        actor: &ReplayedToken<'_>,
        calls: &Calls<'_>,
        reach: &WindowReach,
        range: (i32, i32),
    ) -> (DayIntervals, DayIntervals) {
        let all = || DayIntervals(vec![range]);
        if calls.scope == ScopeId::ALL_APIS {
            return (DayIntervals::default(), all());
        }
        let number = |d: &UseDay| d.first.day().0;
        let allowed = DayIntervals::of(calls.seen.iter().map(|d| reach.surely(number(d))));
        let is_blind = self.catalog.scope(calls.scope).is_some_and(|s| !s.observability.is_observable());
        let log = actor.log.filter(|log| log.rows > 0);
        let Some((log, first)) = log.and_then(|l| Some((l, l.from?))).filter(|_| !is_blind) else {
            return (allowed, all());
        };
        let mut doubted: Vec<(i32, i32)> = calls
            .seen
            .iter()
            .chain(calls.weakly_seen.iter())
            .map(|d| reach.perhaps(number(d), number(d)))
            .collect();
        doubted.push((i32::MIN, first.day().0 + reach.lag + reach.window - 1));
        doubted.extend(log.gaps.iter().map(|(first, last)| reach.touching(first.0, last.0)));
        let may = actor.may_have_needed.iter().filter(|(scopes, _)| scopes.contains(&calls.scope));
        doubted.extend(may.map(|(_, c)| reach.touching(c.first.day().0, c.last.day().0)));
        (allowed, DayIntervals::of(doubted))
    }
}

/// The first day that begins at or after a moment.
fn first_whole_day(time: Time) -> i32 {
    let day = time.day();
    if day.start() >= time { day.0 } else { day.0.saturating_add(1) }
}

struct Sums {
    refused: Steps,
    cannot_say: Steps,
    tokens: Steps,
}

/// Events by day, in order.
fn by_day(counts: impl Iterator<Item = crate::ledger::Count>) -> Vec<(i32, u64)> {
    let mut days: Vec<(i32, u64)> =
        counts.filter(|c| !c.is_none()).map(|c| (c.first.day().0, c.events)).collect();
    days.sort_by_key(|(day, _)| *day);
    days.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    days
}
