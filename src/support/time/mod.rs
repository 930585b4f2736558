//! Points in time and days, both UTC, as plain numbers.

pub(crate) mod epoch;
mod gregorian;
mod iso;
pub(crate) mod written;

use gregorian::{civil_from_days, days_from_civil};
use jiff::{Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;

const MICROS_PER_DAY: i64 = 86_400_000_000;

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

    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600_000_000)
    }

    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }

    /// As a number of days with a fraction.
    pub fn as_days(self) -> f64 {
        self.0 as f64 / MICROS_PER_DAY as f64
    }
}

impl Time {
    /// From epoch milliseconds; `None` outside the years 1 to 9999.
    pub fn from_millis(ms: i64) -> Option<Self> {
        ms.checked_mul(1000).map(Self).filter(|t| t.is_plausible())
    }

    /// Whether the moment lies in the years 1 to 9999, so that it can be printed.
    pub fn is_plausible(self) -> bool {
        (-62_135_596_800_000_000..253_402_300_800_000_000).contains(&self.0)
    }

    /// The UTC day that holds this moment.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(MICROS_PER_DAY) as i32)
    }

    /// This moment plus a span; saturates at the ends of the number range.
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// This moment minus a span; saturates at the ends of the number range.
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// How long after `earlier` this moment is.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Reads `2026-07-01T09:11:56.509Z`, the same with an offset, with a space for the `T`, without a zone (UTC), or a bare
    /// date (its start). Any number of fraction digits; more than six are cut.
    pub fn parse(text: &str) -> Option<Self> {
        iso::parse(text.as_bytes())
    }
}

impl Day {
    /// The first moment of the day; saturates at the ends of the number range.
    pub const fn start(self) -> Time {
        Time((self.0 as i64).saturating_mul(MICROS_PER_DAY))
    }

    /// The first moment after the day; saturates at the ends of the number range.
    pub const fn end(self) -> Time {
        Time((self.0 as i64 + 1).saturating_mul(MICROS_PER_DAY))
    }

    /// This day plus `n` days; saturates at the ends of the number range.
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    pub fn from_date(date: civil::Date) -> Self {
        Self(days_from_civil(date.year() as i64, date.month() as u8, date.day() as u8) as i32)
    }

    /// The civil date; days outside the years 1 to 9999 give the nearest one inside.
    pub fn date(self) -> civil::Date {
        let (y, m, d) = civil_from_days(self.0 as i64);
        civil::Date::new(y.clamp(1, 9999) as i16, m as i8, d as i8).unwrap_or(civil::Date::MAX)
    }

    /// From a year, a month (January is 1) and a day of the proleptic Gregorian calendar.
    pub(crate) const fn from_civil(year: i32, month: u8, day: u8) -> Self {
        Self(days_from_civil(year as i64, month, day) as i32)
    }

    /// Year, month (January is 1) and day.
    pub(crate) const fn civil(self) -> (i32, u8, u8) {
        let (y, m, d) = civil_from_days(self.0 as i64);
        (y as i32, m, d)
    }

    /// Reads `2026-07-01`.
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.as_bytes();
        (b.len() == 10).then(|| iso::parse_date(b)).flatten().map(|d| Self(d as i32))
    }

    /// Monday is 0, Sunday 6.
    pub const fn weekday(self) -> u8 {
        (self.0 as i64 + 3).rem_euclid(7) as u8
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = civil_from_days(self.0 as i64);
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Display for Time {
    /// `2026-07-01T09:11:56.509Z`; whole seconds without a fraction, microseconds only where they are not zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day();
        let rest = self.0 - day.start().0;
        let (secs, micros) = (rest / 1_000_000, rest % 1_000_000);
        write!(f, "{day}T{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)?;
        match micros {
            0 => write!(f, "Z"),
            m if m % 1000 == 0 => write!(f, ".{:03}Z", m / 1000),
            m => write!(f, ".{m:06}Z"),
        }
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

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format_args!("{text:?} is no time")))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format_args!("{text:?} is no day")))
    }
}

impl From<Time> for Timestamp {
    fn from(t: Time) -> Self {
        Timestamp::from_microsecond(t.0).unwrap_or(if t.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

impl From<Timestamp> for Time {
    fn from(t: Timestamp) -> Self {
        Self(t.as_microsecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_every_spelling_an_export_uses() {
        let t = Time(1_782_897_116_509_000);
        for text in [
            "2026-07-01T09:11:56.509Z",
            "2026-07-01T09:11:56.509+00:00",
            "2026-07-01 09:11:56.509",
            "2026-07-01T11:11:56.509+02:00",
            "2026-07-01T11:11:56.5090+0200",
            "2026-07-01 09:11:56.509 UTC",
        ] {
            assert_eq!(Time::parse(text), Some(t), "{text}");
        }
        assert_eq!(t.to_string(), "2026-07-01T09:11:56.509Z");
        assert_eq!(Time::parse("2026-07-01"), Some(Day::parse("2026-07-01").unwrap().start()));
        assert_eq!(Time::parse("2026-07-01T09:11").unwrap().to_string(), "2026-07-01T09:11:00Z");
        for bad in [
            "",
            "2026-02-30",
            "2026-13-01",
            "2026-07-01T25:00:00",
            "2026-07-01T09",
            "07/01/2026",
            "2026-07-01T09:11:56.Z",
            "0000-01-01",
        ] {
            assert_eq!(Time::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_no_calendar_holds_do_not_overflow() {
        for day in [Day(i32::MIN), Day(i32::MAX)] {
            assert!(!day.start().is_plausible() && !day.end().is_plausible());
            assert!(!day.plus(day.0.signum()).start().is_plausible());
        }
        assert!(!Time(i64::MIN).to_string().is_empty());
    }

    proptest! {
        #[test]
        fn days_agree_with_the_calendar_crate(n in -719_162i32..2_932_896) {
            let date = Day(n).date();
            prop_assert_eq!(Day::from_date(date), Day(n));
            prop_assert_eq!(date.to_string(), Day(n).to_string());
            prop_assert_eq!(Day(n).weekday() as i8, date.weekday().to_monday_zero_offset());
            prop_assert_eq!(Day::parse(&date.to_string()), Some(Day(n)));
        }

        #[test]
        fn printing_and_reading_agree(us in -62_135_596_800_000_000i64..253_402_300_800_000_000) {
            prop_assert_eq!(Time::parse(&Time(us).to_string()), Some(Time(us)));
        }
    }
}
