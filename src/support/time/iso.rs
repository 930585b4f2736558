//! `2026-07-01T09:11:56.509Z` and its variants -> a moment. Written by hand, because every row of a log passes here.

use super::gregorian::days_from_civil;
use super::{MICROS_PER_DAY, Time};

/// See [`Time::parse`].
pub(super) fn parse(b: &[u8]) -> Option<Time> {
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

/// Days since 1970-01-01 of `2026-07-01`.
pub(super) fn parse_date(b: &[u8]) -> Option<i64> {
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
