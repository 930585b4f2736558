//! The time of a row, as text or as a number in any unit.

use crate::support::time::{Time, epoch};
use std::ops::Range;

/// Smaller numbers would be seconds before 1973; logs write them for "none" and "never".
const LEAST: u64 = 100_000_000;

/// A moment as ISO text, or as a number since 1970 in a unit that its size tells ([`epoch`]). Numbers below 10^8 are refused.
pub fn parse_time(text: &str) -> Option<Time> {
    let text = text.trim();
    if text.len() >= 10 && text.as_bytes()[4] == b'-' {
        return Time::parse(text);
    }
    if let Ok(number) = text.parse::<i64>() {
        return if number.unsigned_abs() < LEAST { None } else { epoch::of_whole(number) };
    }
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() >= LEAST as f64)?;
    Some(Time(epoch::micros_of(number).round() as i64)).filter(|t| t.is_plausible())
}

/// The moments that a log can hold: 2000-01-01 to 2100-01-01. Otherwise one row of the year 9999 would be the end of the log.
pub const OF_A_LOG: Range<Time> = Time(946_684_800_000_000)..Time(4_102_444_800_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seconds_or_finer_by_their_size() {
        let t = Time(1_782_897_116_509_000);
        for text in [
            "1782897116509",
            " 1782897116509 ",
            "1782897116.509",
            "1782897116509000",
            "1782897116509000000",
            "1.782897116509e12",
        ] {
            assert_eq!(parse_time(text), Some(t), "{text}");
        }
        assert_eq!(parse_time("1782897116").unwrap().to_string(), "2026-07-01T09:11:56Z");
        assert_eq!(parse_time("-1782897116509").unwrap().to_string(), "1913-07-03T14:48:03.491Z");
        for none in [
            "",
            "0",
            "-1",
            "99999999",
            "-99999999",
            "never",
            "NaN",
            "inf",
            "1e400",
            "9999999999999999999999",
            "-",
        ] {
            assert_eq!(parse_time(none), None, "{none}");
        }
        assert_eq!(parse_time("9223372036854775807").unwrap().to_string(), "2262-04-11T23:47:16.854775Z");
    }
}
