//! Sets of days, kept as ranges.

use crate::support::time::Day;
use serde::{Deserialize, Serialize};

/// Ranges of days in order, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DayRanges(Vec<(Day, Day)>);

impl DayRanges {
    pub(super) fn contains(&self, day: Day) -> bool {
        let at = self.0.partition_point(|(from, _)| *from <= day);
        at > 0 && day <= self.0[at - 1].1
    }

    pub(super) fn add(&mut self, days: impl IntoIterator<Item = Day>) {
        self.0.extend(days.into_iter().map(|d| (d, d)));
        self.0.sort_unstable();
        self.0.dedup_by(|next, kept| {
            let joins = next.0 <= kept.1.plus(1);
            if joins {
                kept.1 = kept.1.max(next.1);
            }
            joins
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_join_into_ranges() {
        let mut days = DayRanges::default();
        days.add([Day(5), Day(1), Day(2), Day(9)]);
        days.add([Day(4), Day(3)]);
        assert_eq!(days.0, [(Day(1), Day(5)), (Day(9), Day(9))]);
        assert!(
            days.contains(Day(3))
                && days.contains(Day(9))
                && !days.contains(Day(6))
                && !days.contains(Day(0))
        );
    }
}
