//! A date or an instant as people write it -> a boundary in time, and how exact it is.

use crate::support::time::{Day, Time};
use serde::Serialize;

/// A boundary. A date stands for the start of its UTC day and is uncertain by that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Bound {
    /// The moment; for a date the start of its day in UTC.
    pub time: Time,
    /// Only the day is known.
    pub whole_day: bool,
}

impl Bound {
    /// The start of a day, known to the day.
    pub const fn of_day(day: Day) -> Self {
        Self { time: day.start(), whole_day: true }
    }

    /// Reads `2026-09-12` (a day) or `2026-09-12T10:00:00Z` (an instant; without a zone it is UTC).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Day::parse(text)
            .map(Self::of_day)
            .or_else(|| Some(Self { time: Time::parse(text)?, whole_day: false }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_and_a_time_is_an_instant() {
        let day = Bound::parse(" 2026-09-12 ").unwrap();
        assert_eq!((day.time.to_string().as_str(), day.whole_day), ("2026-09-12T00:00:00Z", true));
        let instant = Bound::parse("2026-09-12T02:00:00+02:00").unwrap();
        assert_eq!((instant.time, instant.whole_day), (day.time, false));
        assert_eq!(Bound::parse("12 Sep 2026"), None);
    }
}
