//! Sets of days as sorted stretches: what holds from one change to the next, so that no day is looked at one by one.

/// Stretches of day numbers, first and last day of each, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DayIntervals(pub(super) Vec<(i32, i32)>);

impl DayIntervals {
    /// All days of the stretches, which may come in any order and overlap; empty ones are left out.
    pub(super) fn of(stretches: impl IntoIterator<Item = (i32, i32)>) -> Self {
        let mut all: Vec<_> = stretches.into_iter().filter(|(first, last)| first <= last).collect();
        all.sort_unstable();
        let mut out: Vec<(i32, i32)> = Vec::new();
        for (first, last) in all {
            match out.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => out.push((first, last)),
            }
        }
        Self(out)
    }

    /// The days of this set that are not in the other.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut rest = other.0.as_slice();
        for &(mut first, last) in &self.0 {
            while let [(_, end), later @ ..] = rest
                && *end < first
            {
                rest = later;
            }
            for &(from, to) in rest.iter().take_while(|(from, _)| *from <= last) {
                if first < from {
                    out.push((first, from - 1));
                }
                first = to.saturating_add(1);
            }
            if first <= last {
                out.push((first, last));
            }
        }
        Self(out)
    }

    /// The days of both sets.
    pub(super) fn and(&self, other: &Self) -> Self {
        self.without(&self.without(other))
    }
}

/// A number for each day, stored as its changes.
pub(super) struct Steps {
    from: i32,
    changes: Vec<i64>,
}

impl Steps {
    pub(super) fn new(from: i32, days: usize) -> Self {
        Self { from, changes: vec![0; days + 1] }
    }

    /// Adds a number to each day of a stretch within the range.
    pub(super) fn add(&mut self, (first, last): (i32, i32), n: i64) {
        let at = |day: i32| (day - self.from).clamp(0, self.changes.len() as i32 - 1) as usize;
        let (a, b) = (at(first), at(last.saturating_add(1)));
        if first <= last {
            self.changes[a] += n;
            self.changes[b] -= n;
        }
    }

    /// For each day of a stretch, adds the events that come on a day after it; with `same_day`, those on the day itself too.
    pub(super) fn add_later(&mut self, (first, last): (i32, i32), events: &[(i32, u64)], same_day: bool) {
        let offset = i32::from(!same_day);
        // An event on day d is still to come on every day up to d, or up to the day before.
        let begin = events.partition_point(|(day, _)| day - offset < first);
        for &(day, n) in &events[begin..] {
            self.add((first, last.min(day - offset)), n as i64);
        }
    }

    /// The number of each day.
    pub(super) fn values(self) -> Vec<i64> {
        let days = self.changes.len() - 1;
        let sums = self.changes.into_iter().scan(0, |sum, change| {
            *sum += change;
            Some(*sum)
        });
        sums.take(days).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(days: &DayIntervals) -> BTreeSet<i32> {
        days.0.iter().flat_map(|&(a, b)| a..=b).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]
        #[test]
        fn sets_of_days_agree_with_sets(
            a in prop::collection::vec((0i32..60, -1i32..9), 0..8),
            b in prop::collection::vec((0i32..60, -1i32..9), 0..8),
        ) {
            let plain = |v: &[(i32, i32)]| v.iter().flat_map(|&(f, n)| f..=f + n).collect::<BTreeSet<_>>();
            let days = |v: &[(i32, i32)]| DayIntervals::of(v.iter().map(|&(f, n)| (f, f + n)));
            let (x, y) = (days(&a), days(&b));
            prop_assert_eq!(set(&x), plain(&a));
            prop_assert_eq!(set(&x.without(&y)), &plain(&a) - &plain(&b));
            prop_assert_eq!(set(&x.and(&y)), &plain(&a) & &plain(&b));
            prop_assert!(x.0.windows(2).all(|w| w[0].1 + 1 < w[1].0));
        }

        #[test]
        fn steps_agree_with_counting(
            stretch in (0i32..40, 0i32..40),
            events in prop::collection::btree_map(0i32..50, 1u64..5, 0..12),
            same_day: bool,
        ) {
            let events: Vec<_> = events.into_iter().collect();
            let mut steps = Steps::new(0, 40);
            steps.add_later(stretch, &events, same_day);
            for (day, found) in steps.values().into_iter().enumerate() {
                let day = day as i32;
                let later = |d: i32| d > day || same_day && d == day;
                let inside = (stretch.0..=stretch.1).contains(&day);
                let counted: u64 = events.iter().filter(|(d, _)| inside && later(*d)).map(|(_, n)| n).sum();
                prop_assert_eq!(found, counted as i64);
            }
        }
    }
}
