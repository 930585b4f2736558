//! Counts of events that add up in any order: how many, the first and the last, each outcome apart.

use crate::input::event::Outcome;
use crate::support::time::Time;

/// How many events, and when the first and the last were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Number of events; 0 leaves the times without meaning.
    pub events: u64,
    /// Time of the earliest event.
    pub first: Time,
    /// Time of the latest event.
    pub last: Time,
}

impl Count {
    pub const NONE: Self = Self { events: 0, first: Time(i64::MAX), last: Time(i64::MIN) };

    pub fn one(time: Time) -> Self {
        Self { events: 1, first: time, last: time }
    }

    /// Adds the events of another count.
    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// Whether there is no event.
    pub fn is_none(&self) -> bool {
        self.events == 0
    }
}

/// Counts for each outcome apart: a refused call must not move a boundary. Few rows hold a refused or failed call, and a ledger
/// holds millions of rows, so the counts that only those few need are boxed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    succeeded: Count,
    /// `None` where no call was refused or failed.
    others: Option<Box<OtherOutcomes>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct OtherOutcomes {
    denied: Count,
    failed: Count,
}

impl OtherOutcomes {
    const NONE: Self = Self { denied: Count::NONE, failed: Count::NONE };
}

impl Outcomes {
    pub const NONE: Self = Self { succeeded: Count::NONE, others: None };

    /// Takes one count for each outcome.
    pub fn new(succeeded: Count, denied: Count, failed: Count) -> Self {
        let none = denied.is_none() && failed.is_none();
        Self { succeeded, others: (!none).then(|| Box::new(OtherOutcomes { denied, failed })) }
    }

    /// Events with status 200 to 299, or without a status.
    pub fn succeeded(&self) -> Count {
        self.succeeded
    }

    /// Events with status 401 or 403.
    pub fn denied(&self) -> Count {
        self.others.as_ref().map_or(Count::NONE, |o| o.denied)
    }

    /// Events with any other status.
    pub fn failed(&self) -> Count {
        self.others.as_ref().map_or(Count::NONE, |o| o.failed)
    }

    /// Events that did not succeed: denied or failed.
    pub fn refused(&self) -> Count {
        let mut refused = self.denied();
        refused.add(self.failed());
        refused
    }

    pub fn add_one(&mut self, outcome: Outcome, time: Time) {
        self.add_all(outcome, Count::one(time));
    }

    /// Adds events that all had this outcome.
    pub fn add_all(&mut self, outcome: Outcome, events: Count) {
        let others = || Box::new(OtherOutcomes::NONE);
        let count = match outcome {
            Outcome::Succeeded => &mut self.succeeded,
            Outcome::Denied => &mut self.others.get_or_insert_with(others).denied,
            Outcome::Failed => &mut self.others.get_or_insert_with(others).failed,
        };
        count.add(events);
    }

    /// Adds the events of other counts.
    pub fn add(&mut self, other: &Self) {
        self.succeeded.add(other.succeeded);
        if let Some(more) = &other.others {
            let others = self.others.get_or_insert_with(|| Box::new(OtherOutcomes::NONE));
            others.denied.add(more.denied);
            others.failed.add(more.failed);
        }
    }

    /// Events of every outcome.
    pub fn all(&self) -> Count {
        let mut all = self.succeeded;
        all.add(self.refused());
        all
    }
}

/// Counts of one workspace on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCount {
    /// Rows of every kind.
    pub rows: u64,
    /// Succeeded logins of tokens from outside.
    pub logins: u64,
}

impl DayCount {
    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.logins += other.logins;
    }
}

/// The earlier of two times; `None` stands for no time.
pub(super) fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    [one, other].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_kept_apart_and_equal_however_they_were_added() {
        let mut one = Outcomes::NONE;
        one.add_one(Outcome::Denied, Time(5));
        one.add_one(Outcome::Succeeded, Time(7));
        let mut other = Outcomes::new(Count::one(Time(7)), Count::NONE, Count::NONE);
        other.add(&Outcomes::new(Count::NONE, Count::one(Time(5)), Count::NONE));
        assert_eq!(one, other);
        assert_eq!((one.succeeded().last, one.denied().last, one.failed()), (Time(7), Time(5), Count::NONE));
        assert_eq!(one.all(), Count { events: 2, first: Time(5), last: Time(7) });
    }
}
