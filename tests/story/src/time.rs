//! Moments and days in UTC as plain numbers, read and printed by jiff.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Serialize, Serializer};
use std::fmt;

const MICROS_PER_DAY: i64 = 86_400_000_000;
const EPOCH: Date = date(1970, 1, 1);

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A UTC calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

impl Span {
    /// `n` days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self(n * MICROS_PER_DAY)
    }

    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }
}

impl Time {
    /// Reads `2026-07-01T09:11:56.509Z`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|t| Self(t.as_microsecond()))
    }

    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(MICROS_PER_DAY) as i32)
    }

    pub const fn plus(self, span: Span) -> Self {
        Self(self.0 + span.0)
    }

    pub const fn minus(self, span: Span) -> Self {
        Self(self.0 - span.0)
    }

    /// How long after `earlier` this moment is.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl Day {
    /// Reads `2026-07-01`.
    pub fn parse(text: &str) -> Option<Self> {
        let days = text.parse::<Date>().ok()?.since((jiff::Unit::Day, EPOCH)).ok()?.get_days();
        Some(Self(days))
    }

    /// The first moment of the day.
    pub const fn start(self) -> Time {
        Time(self.0 as i64 * MICROS_PER_DAY)
    }

    /// This day plus `n` days.
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0 + n)
    }

    /// The civil date; [`Date::MAX`] for a day that jiff cannot hold.
    pub fn date(self) -> Date {
        EPOCH.checked_add(jiff::Span::new().days(self.0)).unwrap_or(Date::MAX)
    }

    /// Monday is 0, Sunday 6.
    pub fn weekday(self) -> i8 {
        self.date().weekday().to_monday_zero_offset()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl fmt::Display for Time {
    /// `2026-07-01T09:11:56.509Z`; whole seconds without a fraction. A story knows nothing finer than milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX);
        let digits = if self.0 % 1_000_000 == 0 { 0 } else { 3 };
        write!(f, "{time:.digits$}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_print_as_an_export_spells_them() {
        let day = Day::parse("2026-09-12").unwrap();
        assert_eq!((day.0, day.weekday(), day.to_string()), (20_708, 5, "2026-09-12".to_owned()));
        assert_eq!(day.start().to_string(), "2026-09-12T00:00:00Z");
        assert_eq!(day.start().plus(Span(500_000)).to_string(), "2026-09-12T00:00:00.500Z");
        assert_eq!(Time::parse("2026-09-12T00:00:00.500Z"), Some(day.start().plus(Span(500_000))));
    }
}
