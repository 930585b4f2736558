//! Dates and times as people, portals and spreadsheets write them -> a moment: `7/1/2026, 9:11:56.000 AM`, `01.07.2026 09:11:56`,
//! `Jul 1, 2026`. Which number is the month is never assumed: a whole file can tell it ([`DateOrder`]); a single date can only if
//! there is no other reading ([`date`]).

use super::{Day, Span, Time};
use jiff::civil::{Date, DateTime};

/// The order of the numbers of a date with slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateOrder {
    MonthFirst,
    DayFirst,
}

impl DateOrder {
    /// From the times of the first rows: a number above 12 is a day. If there is none, `AM` and `PM` tell the American order.
    pub(crate) fn of<'t>(times: impl Iterator<Item = &'t str>) -> Option<Self> {
        let mut american = false;
        for text in times {
            let Some((first, second, _, b'/' | b'-')) = numbers(text).map(|(a, b, c, sep, _)| (a, b, c, sep))
            else {
                continue;
            };
            match (first, second) {
                (13..=31, _) => return Some(Self::DayFirst),
                (_, 13..=31) => return Some(Self::MonthFirst),
                _ => american |= text.ends_with("AM") || text.ends_with("PM"),
            }
        }
        american.then_some(Self::MonthFirst)
    }
}

/// Why a text is not read as a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NoTime,
    /// Day and month cannot be told apart.
    Ambiguous,
}

/// Reads a date of three numbers, perhaps with a time of day.
///
/// # Errors
/// It is none, or the order of its numbers matters and is not known.
pub(crate) fn numeric(text: &str, order: Option<DateOrder>) -> Result<Time, Unreadable> {
    let (a, b, c, separator, rest) = numbers(text.trim()).ok_or(Unreadable::NoTime)?;
    let (year, month, day) = match (separator, order) {
        _ if a > 31 => (a, b, c),
        (b'.', _) | (_, Some(DateOrder::DayFirst)) => (c, b, a),
        (_, Some(DateOrder::MonthFirst)) => (c, a, b),
        (_, None) => return Err(Unreadable::Ambiguous),
    };
    let narrow = |n: u32| i8::try_from(n).ok();
    let date = i16::try_from(year).ok().filter(|y| *y > 99).zip(narrow(month).zip(narrow(day)));
    let date = date.and_then(|(y, (m, d))| Date::new(y, m, d).ok()).ok_or(Unreadable::NoTime)?;
    let clock = clock(rest).ok_or(Unreadable::NoTime)?;
    Ok(Day::from_date(date).start().plus(clock))
}

/// `Jul 1, 2026`, `1 July 2026`, with or without a time of day; and `7/31/2026` or `31/7/2026` if only one reading is a
/// date.
pub(crate) fn date(text: &str) -> Option<Time> {
    for format in ["%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y"] {
        if let Ok(date) = Date::strptime(format, text) {
            return Some(Day::from_date(date).start());
        }
        for clock in [
            ", %I:%M %p",
            " %I:%M %p",
            ", %I:%M:%S %p",
            " %I:%M:%S %p",
            ", %H:%M",
            " %H:%M",
            ", %H:%M:%S",
            " %H:%M:%S",
        ] {
            if let Ok(at) = DateTime::strptime(format!("{format}{clock}"), text) {
                return Some(jiff::tz::TimeZone::UTC.to_timestamp(at).ok()?.into());
            }
        }
    }
    let american = Date::strptime("%m/%d/%Y", text);
    let european = Date::strptime("%d/%m/%Y", text);
    match (american, european) {
        (Ok(a), Ok(b)) if a == b => Some(Day::from_date(a).start()),
        (Ok(date), Err(_)) | (Err(_), Ok(date)) => Some(Day::from_date(date).start()),
        _ => None,
    }
}

/// The three numbers of a date, what separates them, and the text after them.
fn numbers(text: &str) -> Option<(u32, u32, u32, u8, &str)> {
    let (a, rest) = number(text)?;
    let separator = *rest.as_bytes().first()?;
    let part = |rest: &str| rest.strip_prefix(['/', '.', '-']).is_some() && rest.as_bytes()[0] == separator;
    let (b, rest) = part(rest).then(|| number(&rest[1..]))??;
    let (c, rest) = part(rest).then(|| number(&rest[1..]))??;
    Some((a, b, c, separator, rest))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits.min(9));
    Some((number.parse().ok()?, rest))
}

fn clock(text: &str) -> Option<Span> {
    let text = text.trim_start_matches([',', 'T']).trim();
    if text.is_empty() {
        return Some(Span(0));
    }
    let (hour, rest) = number(text)?;
    let (minute, mut rest) = number(rest.strip_prefix(':')?)?;
    let (mut second, mut micros) = (0, 0);
    if let Some(seconds) = rest.strip_prefix(':') {
        (second, rest) = number(seconds)?;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let text = format!("{:0<6.6}", &fraction[..digits]);
            micros = text.parse::<i64>().ok()?;
            rest = &fraction[digits..];
        }
    }
    let half: String =
        rest.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    let hour = match (half.as_str(), hour) {
        ("" | "z" | "utc" | "gmt", 0..24)
            if rest.chars().all(|c| c.is_ascii_alphabetic() || c.is_whitespace()) =>
        {
            hour
        }
        ("am", 1..=12) => hour % 12,
        ("pm", 1..=12) => hour % 12 + 12,
        _ => return None,
    };
    (minute < 60 && second <= 60).then(|| {
        Span((i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1_000_000 + micros)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reads(text: &str, order: Option<DateOrder>, wanted: &str) {
        assert_eq!(numeric(text, order).map(|t| t.to_string()).as_deref(), Ok(wanted), "{text}");
    }

    #[test]
    fn every_order_and_clock_is_read() {
        let us = Some(DateOrder::MonthFirst);
        reads("7/1/2026, 9:11:56.000 AM", us, "2026-07-01T09:11:56Z");
        reads("7/1/2026, 12:01:02.509\u{202f}PM", us, "2026-07-01T12:01:02.509Z");
        reads("7/1/2026 12:01 am", us, "2026-07-01T00:01:00Z");
        reads("01/07/2026, 21:11:56", Some(DateOrder::DayFirst), "2026-07-01T21:11:56Z");
        reads("01.07.2026 21:11:56", None, "2026-07-01T21:11:56Z");
        reads("2026/07/01 21:11:56", None, "2026-07-01T21:11:56Z");
        for bad in
            ["7/1/2026 25:00", "13/13/2026", "7/1/26", "x", "", "7/1/2026 9:11 +02:00", "7/1/2026 13:00 PM"]
        {
            assert!(numeric(bad, us).is_err(), "{bad}");
        }
        assert!(numeric("7/1/2026 9:11", None) == Err(Unreadable::Ambiguous));
    }

    #[test]
    fn the_order_is_read_off_the_rows() {
        let order = |rows: &[&str]| DateOrder::of(rows.iter().copied());
        assert_eq!(order(&["1/7/2026 9:00", "13/7/2026 9:00"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["7/1/2026 9:00", "7/13/2026 9:00"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["7/1/2026, 9:00:00.000 AM"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["7/1/2026 9:00", "2026-07-13", "13.07.2026"]), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,30}|[0-9/.:, APM-]{0,30}") {
            let _ = (numeric(&text, Some(DateOrder::DayFirst)), date(&text));
            let _ = DateOrder::of([text.as_str()].into_iter());
        }
    }
}
