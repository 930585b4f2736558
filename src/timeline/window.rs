//! When a token is narrowed: the observation window, where it is known from, and which calls lie inside it.

use super::occurrences::UseDay;
use crate::catalog::confidence::Confidence;
use crate::context::bound::Bound;
use crate::support::time::{Span, Time};
use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};

/// Days of use that Databricks watches.
pub(crate) const WINDOW: Span = Span::days(30);
/// How much earlier than assumed a window may end before a verdict that rests on it is called less sure.
pub(crate) const LAG_DOUBT: Span = Span::days(7);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum WindowSource {
    /// The token's annotation.
    Annotation,
    /// The token is new and its state says it is being observed: 30 days from its creation.
    Creation,
    /// The same, but no state says so.
    CreationAssumed,
    /// `--enforced-on`, or `--window-start` and `--window-end`.
    Option,
}

impl WindowSource {
    /// The confidence a conclusion from such a window has at most.
    pub const fn confidence(self) -> Confidence {
        match self {
            Self::Annotation | Self::Creation | Self::Option => Confidence::High,
            Self::CreationAssumed => Confidence::Medium,
        }
    }
}

/// An observation window: its start is included, its end is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub start: Bound,
    pub end: Bound,
    pub enforced: Bound,
    pub source: WindowSource,
    /// The end was derived from an enforcement date, so it may lie earlier than assumed.
    pub end_assumed: bool,
}

/// Whether calls lie inside a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// At least one, wherever within their days the boundaries lie.
    Yes,
    /// None.
    No,
    /// Only calls on the day of a boundary that is known to the day.
    BoundaryDay,
}

/// Where `as_of` stands in relation to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum Phase {
    /// It has not begun, or has not ended.
    Open,
    Over,
}

impl Window {
    /// The window that ends `lag` before an enforcement date.
    pub fn enforced_on(enforced: Bound, lag: Span, source: WindowSource) -> Self {
        let end = Bound { time: enforced.time.minus(lag), ..enforced };
        Self {
            start: Bound { time: end.time.minus(WINDOW), ..end },
            end,
            enforced,
            source,
            end_assumed: true,
        }
    }

    /// The window between two given boundaries; one implies the other.
    pub fn between(start: Option<Bound>, end: Option<Bound>, source: WindowSource) -> Option<Self> {
        let (start, end) = match (start, end) {
            (Some(start), Some(end)) => (start, end),
            (Some(start), None) => (start, Bound { time: start.time.plus(WINDOW), ..start }),
            (None, Some(end)) => (Bound { time: end.time.minus(WINDOW), ..end }, end),
            (None, None) => return None,
        };
        Some(Self { start, end, enforced: end, source, end_assumed: false })
    }

    /// The 30 days from a token's creation.
    pub fn from_creation(created: Time, source: WindowSource) -> Self {
        let exact = |time| Bound { time, whole_day: false };
        let end = exact(created.plus(WINDOW));
        Self { start: exact(created), end, enforced: end, source, end_assumed: true }
    }

    /// Whether the window is over at a moment.
    pub fn phase(&self, as_of: Time) -> Phase {
        if self.end.time <= as_of { Phase::Over } else { Phase::Open }
    }

    /// Whether calls lie inside. Each day's first and last call decide exactly: before the boundary exists one exactly when
    /// the first is, at or after it exactly when the last is.
    pub fn holds(&self, days: &[UseDay]) -> Inside {
        if any_between(days, latest(self.start), self.end.time) {
            Inside::Yes
        } else if any_between(days, self.start.time, latest(self.end)) {
            Inside::BoundaryDay
        } else {
            Inside::No
        }
    }

    /// Whether an end up to seven days earlier, with the start moved along, would change what [`Window::holds`] says.
    pub fn is_sensitive(&self, days: &[UseDay]) -> bool {
        if !self.end_assumed {
            return false;
        }
        let moves_start = !matches!(self.source, WindowSource::Creation | WindowSource::CreationAssumed);
        let start = |lag: i64| if moves_start { self.start.time.0 - lag } else { self.start.time.0 };
        let holds = |lag: i64| any_between(days, Time(start(lag)), Time(self.end.time.0 - lag));
        let now = holds(0);
        // The result changes only where a boundary passes a call, so only those shifts are tried.
        let mut lags = vec![LAG_DOUBT.0];
        for t in days.iter().flat_map(|d| [d.first.0, d.last.0]) {
            lags.extend([
                self.end.time.0 - t,
                self.end.time.0 - t - 1,
                self.start.time.0 - t,
                self.start.time.0 - t - 1,
            ]);
        }
        lags.into_iter().filter(|lag| (0..=LAG_DOUBT.0).contains(lag)).any(|lag| holds(lag) != now)
    }
}

/// The last moment a boundary may stand for.
fn latest(bound: Bound) -> Time {
    if bound.whole_day { bound.time.plus(Span::days(1)) } else { bound.time }
}

/// Whether a call lies in `[from, to)`. Within a day only the first and the last call are known.
fn any_between(days: &[UseDay], from: Time, to: Time) -> bool {
    days.iter().any(|d| {
        let inside = |t: Time| from <= t && t < to;
        inside(d.first) || inside(d.last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn instant(text: &str) -> Bound {
        Bound::parse(text).unwrap()
    }

    fn day(text: &str) -> UseDay {
        let t = Time::parse(text).unwrap();
        UseDay { day: t.day(), first: t, last: t, count: 1 }
    }

    #[test]
    fn a_call_one_millisecond_before_the_end_is_inside_and_one_at_the_end_is_not() {
        let w = Window::enforced_on(instant("2026-09-20T12:00:00Z"), Span(0), WindowSource::Option);
        assert_eq!(w.holds(&[day("2026-09-20T11:59:59.999Z")]), Inside::Yes);
        assert_eq!(w.holds(&[day("2026-09-20T12:00:00Z")]), Inside::No);
        assert_eq!(w.holds(&[day("2026-08-21T12:00:00Z")]), Inside::Yes);
        assert_eq!(w.holds(&[day("2026-08-21T11:59:59.999Z")]), Inside::No);
    }

    #[test]
    fn a_boundary_known_to_the_day_does_not_decide_on_that_day() {
        let w = Window::enforced_on(instant("2026-09-20"), Span(0), WindowSource::Annotation);
        for (call, want) in [
            ("2026-09-19T23:59:59.999Z", Inside::Yes),
            ("2026-09-20T00:00:00Z", Inside::BoundaryDay),
            ("2026-09-20T23:59:59Z", Inside::BoundaryDay),
            ("2026-09-21T00:00:00Z", Inside::No),
            ("2026-08-20T23:59:59Z", Inside::No),
            ("2026-08-21T08:00:00Z", Inside::BoundaryDay),
            ("2026-08-22T00:00:00Z", Inside::Yes),
        ] {
            assert_eq!(w.holds(&[day(call)]), want, "{call}");
        }
        assert_eq!(w.phase(Time::parse("2026-09-19T23:59:59Z").unwrap()), Phase::Open);
        assert_eq!(w.phase(Time::parse("2026-09-20").unwrap()), Phase::Over);
    }

    #[test]
    fn one_boundary_implies_the_other() {
        let start = Window::between(Some(instant("2026-08-21")), None, WindowSource::Option).unwrap();
        let end = Window::between(None, Some(instant("2026-09-20")), WindowSource::Option).unwrap();
        assert_eq!(start, end);
        assert_eq!(Window::between(None, None, WindowSource::Option), None);
    }

    #[test]
    fn an_earlier_end_matters_when_the_only_call_is_in_the_last_week_or_the_week_before() {
        let w = Window::enforced_on(instant("2026-09-20T00:00:00Z"), Span(0), WindowSource::Option);
        for (call, want) in [
            ("2026-09-14T00:00:00Z", true),
            ("2026-09-12T00:00:00Z", false),
            ("2026-08-15T00:00:00Z", true),
            ("2026-08-13T00:00:00Z", false),
        ] {
            assert_eq!(w.is_sensitive(&[day(call)]), want, "{call}");
        }
        let stated = Window { end_assumed: false, ..w };
        assert!(!stated.is_sensitive(&[day("2026-09-14T00:00:00Z")]));
    }

    proptest! {
        #[test]
        fn sensitivity_agrees_with_trying_every_hour(hours in prop::collection::vec(0i64..1200, 0..5)) {
            let w = Window::enforced_on(instant("2026-09-20T00:00:00Z"), Span(0), WindowSource::Option);
            let days: Vec<UseDay> = hours
                .iter()
                .map(|h| w.end.time.minus(Span::hours(*h)).minus(Span::seconds(1800)))
                .map(|t| UseDay { day: t.day(), first: t, last: t, count: 1 })
                .collect();
            let holds = |lag: i64| {
                let shift = |b: Bound| Bound { time: b.time.minus(Span::hours(lag)), ..b };
                Window { start: shift(w.start), end: shift(w.end), ..w }.holds(&days)
            };
            let brute = (0..=7 * 24).any(|lag| holds(lag) != holds(0));
            prop_assert_eq!(w.is_sensitive(&days), brute);
        }
    }
}
