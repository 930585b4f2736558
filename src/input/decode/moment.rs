//! The moment a row tells, as text or as a number of any unit.

use crate::support::time::Time;
use std::ops::Range;

/// A moment as text, or as a number since 1970: seconds, milliseconds, microseconds or nanoseconds by magnitude, the sign
/// kept. Numbers below 10^8, which would lie before 1973 as seconds and mean "none" or "never", are refused.
pub fn parse_time(text: &str) -> Option<Time> {
    let text = text.trim();
    if text.len() >= 10 && text.as_bytes()[4] == b'-' {
        return Time::parse(text);
    }
    if let Ok(n) = text.parse::<i64>() {
        let micros = match n.unsigned_abs() {
            0..100_000_000 => None,
            100_000_000..100_000_000_000 => n.checked_mul(1_000_000),
            100_000_000_000..100_000_000_000_000 => n.checked_mul(1000),
            100_000_000_000_000..100_000_000_000_000_000 => Some(n),
            _ => Some(n / 1000),
        };
        return micros.map(Time).filter(|t| t.is_plausible());
    }
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() >= 1e8)?;
    let micros = match number.abs() {
        n if n < 1e11 => number * 1e6,
        n if n < 1e14 => number * 1e3,
        n if n < 1e17 => number,
        _ => number / 1e3,
    };
    Some(Time(micros.round() as i64)).filter(|t| t.is_plausible())
}

/// The moments an audit log can hold, 2000-01-01 to 2100-01-01. One row of the year 9999 would otherwise put the end of the
/// whole log there.
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
