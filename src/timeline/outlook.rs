//! A cadence -> what a future window would see of it: the odds over its expected calls, and where such a window should begin.
//! This is about windows without a date, such as that of the next rotation; windows with a date are judged by their dates.

use super::cadence::Cadence;
use super::loss_odds::{Odds, Starts, expected_loss_odds};
use super::window::WINDOW;
use crate::support::time::{Span, Time};

/// The years of expected calls that odds are taken over, in days: even a yearly cadence has two intervals in them.
const AHEAD: f64 = 730.0;
/// Cadences with shorter intervals leave no window of 30 days empty, whatever happens to one call.
const ALWAYS_SEEN: f64 = 15.0;

/// What windows ahead would see of one scope, if its cadence holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Share of window starts between the next expected call and the last one looked at whose window holds no call.
    pub odds: Odds,
    /// The last expected call that was looked at.
    pub until: Option<Time>,
    /// A window that begins in here sees the next expected call, wherever in its range that falls.
    pub safe: Option<Starts>,
    /// The longest stretch of starts whose window holds no expected call.
    pub worst: Option<Starts>,
}

/// Looks ahead from as-of; `None` without a cadence that foretells calls.
pub(crate) fn outlook(cadence: &Cadence, as_of: Time) -> Option<Outlook> {
    let next = cadence.next?;
    let begin = Time(next.latest.minus(WINDOW).0.saturating_add(1));
    let safe = (begin < next.earliest).then_some(Starts { from: begin, to: next.earliest });
    let days = cadence.period?.as_days();
    if days <= ALWAYS_SEEN {
        return Some(Outlook { odds: Odds { lost: 0, total: 1 }, until: None, safe, worst: None });
    }
    let calls = cadence.expected_after(as_of, (AHEAD / days).ceil() as usize + 1);
    let found = expected_loss_odds(&calls, WINDOW)?;
    Some(Outlook { odds: found.odds, until: calls.last().map(|c| c.likely), safe, worst: found.worst })
}

/// Numbers of rotations that the report shows: twice, four times, monthly for a year.
pub(crate) const ROTATIONS: [u32; 3] = [2, 4, 12];

/// The longest time between two windows' starts that leaves no call unseen: a read at least this often keeps a scope.
pub(crate) const KEEPS: Span = Span::days(29);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::time::Day;
    use crate::timeline::cadence::{UseHistory, cadence};
    use crate::timeline::calendar::{CalendarRule, EVERY_DAY, MonthDay};
    use crate::timeline::occurrences::UseDay;

    fn of(rule: CalendarRule, days: i32) -> Outlook {
        let from = Day::parse("2022-01-01").unwrap();
        let (mut at, mut rows) = (rule.on_or_after(from), vec![]);
        while at < from.plus(days) {
            let time = at.start().plus(Span::hours(2));
            rows.push(UseDay { day: at, first: time, last: time, count: 1 });
            at = rule.on_or_after(at.plus(1));
        }
        let as_of = from.plus(days).start();
        let found = cadence(&UseHistory { days: &rows, from: from.start(), as_of, gaps: &[] });
        outlook(&found, as_of).unwrap()
    }

    #[test]
    fn odds_ahead_are_those_of_the_calendar() {
        let monthly = |step, on| CalendarRule::Months { step, phase: 0, on };
        for (rule, days, percent) in [
            (CalendarRule::Weekdays(EVERY_DAY), 400, 0.0),
            (CalendarRule::Weekdays(1), 400, 0.0),
            (monthly(1, MonthDay::Day(1)), 400, 1.9),
            (monthly(2, MonthDay::Day(1)), 400, 50.7),
            (monthly(3, MonthDay::Day(1)), 400, 67.1),
            (monthly(6, MonthDay::Day(1)), 1200, 83.6),
            (monthly(12, MonthDay::Day(1)), 1900, 91.8),
        ] {
            let share = of(rule, days).odds.share() * 100.0;
            assert!((share - percent).abs() < 0.2, "{rule}: {share} for {percent}");
        }
    }

    #[test]
    fn a_window_begun_in_the_safe_stretch_sees_the_next_call() {
        let quarterly = of(CalendarRule::Months { step: 3, phase: 0, on: MonthDay::Day(1) }, 400);
        let (safe, worst) = (quarterly.safe.unwrap(), quarterly.worst.unwrap());
        let next = Day::parse("2023-04-01").unwrap().start().plus(Span::hours(2));
        assert!(safe.from.plus(WINDOW) > next && safe.to <= next, "{safe:?}");
        assert!(next.since(safe.from) < WINDOW);
        assert!(worst.to.since(worst.from) >= Span::days(60), "{worst:?}");
    }
}
