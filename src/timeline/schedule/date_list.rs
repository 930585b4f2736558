//! Reads a list of dates, or of moments: `2026-03-31, 2026-06-30T02:00`.

use super::When;
use crate::support::time::{Day, Time};

pub(super) const REMEDY: &str =
    "Write dates as 2026-03-31, separated by commas, each perhaps with a time as in 2026-03-31T02:10";

/// Whether the text begins with a year, a month and a day.
pub(super) fn looks_like(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 8 && b[..4].iter().all(u8::is_ascii_digit) && b[4] == b'-'
}

pub(super) fn parse(text: &str) -> Result<Vec<When>, String> {
    let mut dates = vec![];
    for part in text.split([',', ';', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
        match one(part) {
            Some(when) => dates.push(when),
            None => {
                let days: Option<Vec<_>> =
                    part.split_whitespace().map(|p| Day::parse(p).map(When::Day)).collect();
                dates.extend(days.ok_or_else(|| format!("\"{}\" is no date", super::shown(part)))?);
            }
        }
    }
    Ok(dates)
}

fn one(part: &str) -> Option<When> {
    if let Some(day) = Day::parse(part) {
        return Some(When::Day(day));
    }
    let time = Time::parse(part)?;
    // Without a zone `parse` takes UTC, which gives the local clock reading.
    let has_zone = part.get(10..)?.contains(['Z', 'z', '+', '-', 'U', 'G']);
    let local = || jiff::tz::TimeZone::UTC.to_datetime(time.into());
    Some(if has_zone { When::At(time) } else { When::Local(local()) })
}
