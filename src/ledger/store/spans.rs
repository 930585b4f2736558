//! Which spans of time a ledger holds of a workspace without a gap, and so which of its days can be closed.

use crate::support::time::{Day, Span, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Spans no farther apart than this are joined: a busy workspace writes rows every minute, so nothing is missing in between. A
/// workspace with longer pauses keeps its days open for longer, which costs little because it has few rows.
const ADJOINING: Span = Span::seconds(60);
/// The links of a day depend on rows at most this far before and after it. Late deliveries arrive within this time, too.
const AROUND: Span = Span::hours(24);

/// Spans of time in order, none close enough to another to be joined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spans(Vec<(Time, Time)>);

impl Spans {
    /// Adds a span, both ends included.
    pub(super) fn add(&mut self, from: Time, to: Time) {
        self.0.push((from, to));
        self.0.sort_unstable();
        self.0.dedup_by(|next, kept| {
            let joins = next.0.since(kept.1).0 <= ADJOINING.0;
            if joins {
                kept.1 = kept.1.max(next.1);
            }
            joins
        });
    }

    /// Whether everything that the links of the day depend on is there.
    pub(super) fn can_close(&self, day: Day) -> bool {
        let (from, to) = (day.start().minus(AROUND), day.end().plus(AROUND));
        self.0.iter().any(|(start, end)| *start <= from && to <= *end)
    }
}

/// The spans of a workspace that one run of ingest saw, from the first and last row of each of its days. A day without a row is a
/// gap. `of_all` is what the run saw of all workspaces; a pause of less than a day at either end of it is not a gap.
pub(super) fn spans_seen(days: &BTreeMap<Day, (Time, Time)>, of_all: (Time, Time)) -> Vec<(Time, Time)> {
    let mut runs: Vec<(Day, Time, Time)> = Vec::new();
    for (day, (first, last)) in days {
        match runs.last_mut() {
            Some((last_day, _, end)) if last_day.plus(1) == *day => (*last_day, *end) = (*day, *last),
            _ => runs.push((*day, *first, *last)),
        }
    }
    let mut runs: Vec<_> = runs.into_iter().map(|(_, from, to)| (from, to)).collect();
    if let Some((from, _)) = runs.first_mut()
        && from.day().0 - of_all.0.day().0 <= 1
    {
        *from = of_all.0;
    }
    if let Some((_, to)) = runs.last_mut()
        && of_all.1.day().0 - to.day().0 <= 1
    {
        *to = of_all.1;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i32, hour: i64) -> Time {
        Day(day).start().plus(Span::hours(hour))
    }

    #[test]
    fn spans_that_adjoin_are_joined_in_any_order() {
        let minute = |t: Time, seconds| t.plus(Span::seconds(seconds));
        let mut spans = Spans::default();
        spans.add(at(9, 0), at(12, 0));
        spans.add(at(1, 0), at(5, 0));
        spans.add(minute(at(5, 0), 60), minute(at(9, 0), -61));
        assert_eq!(spans.0, [(at(1, 0), minute(at(9, 0), -61)), (at(9, 0), at(12, 0))]);
    }

    #[test]
    fn a_day_closes_with_a_day_on_either_side() {
        let mut spans = Spans::default();
        spans.add(at(1, 0), at(4, 0));
        assert!(spans.can_close(Day(2)) && !spans.can_close(Day(1)) && !spans.can_close(Day(3)));
    }

    #[test]
    fn a_day_without_rows_is_a_gap_but_the_end_of_the_export_is_none() {
        let days = BTreeMap::from([
            (Day(1), (at(1, 9), at(1, 17))),
            (Day(2), (at(2, 9), at(2, 17))),
            (Day(4), (at(4, 9), at(4, 17))),
        ]);
        let all = (at(1, 0), at(5, 0));
        assert_eq!(spans_seen(&days, all), [(at(1, 0), at(2, 17)), (at(4, 9), at(5, 0))]);
        let far = (at(-9, 0), at(99, 0));
        assert_eq!(spans_seen(&days, far), [(at(1, 9), at(2, 17)), (at(4, 9), at(4, 17))]);
    }
}
