//! Points in time and days, both UTC, as plain numbers: what every stage counts and compares.

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

    /// `n` hours.
    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600_000_000)
    }

    /// `n` seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }

    /// Whole and broken days.
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

    /// Reads `2026-07-01T09:11:56.509Z`, the same with an offset, with a blank for the `T`, without a zone (UTC), or a bare
    /// date (its start). Any number of fraction digits; what is finer than a microsecond is cut.
    pub fn parse(text: &str) -> Option<Self> {
        parse_iso(text.as_bytes())
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

    /// From a civil date.
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
        (b.len() == 10).then(|| parse_date(b)).flatten().map(|d| Self(d as i32))
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

fn parse_iso(b: &[u8]) -> Option<Time> {
    let days = parse_date(b.get(..10)?)?;
    let start = days * MICROS_PER_DAY;
    let rest = &b[10..];
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return rest.is_empty().then_some(Time(start)).filter(|t| t.is_plausible());
    };
    let (h, m) = (two(rest, 0)?, two(rest, 3)?);
    let mut at = 5;
    let mut s = 0;
    if rest.get(2) != Some(&b':') || h > 23 || m > 59 {
        return None;
    }
    if rest.get(at) == Some(&b':') {
        s = two(rest, at + 1)?;
        at += 3;
        if s > 60 {
            return None;
        }
    }
    let mut micros = 0;
    if matches!(rest.get(at), Some(b'.' | b',')) {
        at += 1;
        let mut unit = 100_000;
        let from = at;
        while let Some(c @ b'0'..=b'9') = rest.get(at) {
            micros += i64::from(c - b'0') * unit;
            unit /= 10;
            at += 1;
        }
        if at == from {
            return None;
        }
    }
    let zone = rest.get(at..)?.trim_ascii();
    let offset = match zone {
        b"" | b"Z" | b"z" | b"UTC" | b"GMT" => 0,
        [sign @ (b'+' | b'-'), hm @ ..] => {
            let hours = two(hm, 0)?;
            let minutes = match hm.len() {
                2 => 0,
                4 => two(hm, 2)?,
                5 if hm[2] == b':' => two(hm, 3)?,
                _ => return None,
            };
            let secs = (hours * 60 + minutes) * 60;
            if *sign == b'-' { -secs } else { secs }
        }
        _ => return None,
    };
    Some(Time(start + ((h * 60 + m) * 60 + s - offset) * 1_000_000 + micros)).filter(|t| t.is_plausible())
}

fn parse_date(b: &[u8]) -> Option<i64> {
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let year = two(b, 0)? * 100 + two(b, 2)?;
    let (month, day) = (two(b, 5)? as u8, two(b, 8)? as u8);
    let in_month = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=in_month).contains(&day).then(|| days_from_civil(year, month, day))
}

fn two(b: &[u8], at: usize) -> Option<i64> {
    match b.get(at..at + 2)? {
        [x @ b'0'..=b'9', y @ b'0'..=b'9'] => Some(i64::from(x - b'0') * 10 + i64::from(y - b'0')),
        _ => None,
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, by counting 400-year eras from 1 March.
const fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let m = (month as i64 + 9) % 12;
    let of_year = (153 * m + 2) / 5 + day as i64 - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

const fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * m + 2) / 5 + 1) as u8;
    let month = if m < 10 { m + 3 } else { m - 9 } as u8;
    (year + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
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
