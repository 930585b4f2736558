//! A stretch of a client's log -> the time in it.

use crate::support::time::{Time, epoch};

/// The first ISO date with a time of day, and whether it names its zone (without one it is taken as UTC).
pub(super) fn first_time(text: &str) -> Option<(Time, bool)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(dash) = memchr::memchr(b'-', bytes.get(at..)?).map(|i| at + i) {
        at = dash + 1;
        if let Some(found) = dash.checked_sub(4).and_then(|start| time_at(bytes, start)) {
            return Some(found);
        }
    }
    None
}

/// The time that starts at `start`: date, `T` or a blank, clock, perhaps a fraction and a zone.
fn time_at(bytes: &[u8], start: usize) -> Option<(Time, bool)> {
    if start > 0 && bytes[start - 1].is_ascii_digit()
        || !matches!(bytes.get(start + 10), Some(b'T' | b't' | b' '))
    {
        return None;
    }
    let run = |from: usize, is: fn(&u8) -> bool| {
        from + bytes[from.min(bytes.len())..].iter().take_while(|b| is(b)).count()
    };
    let mut end = run(start + 11, |b| b.is_ascii_digit() || *b == b':');
    if matches!(bytes.get(end), Some(b'.' | b',')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = run(end + 1, u8::is_ascii_digit);
    }
    let plain = end;
    let zone = match bytes.get(end) {
        Some(b'Z' | b'z') => end + 1,
        Some(b'+' | b'-') => run(end + 1, |b| b.is_ascii_digit() || *b == b':'),
        Some(b' ') if matches!(bytes.get(end + 1..end + 4), Some(b"UTC" | b"GMT")) => end + 4,
        Some(b' ') if matches!(bytes.get(end + 1), Some(b'+' | b'-')) => run(end + 2, u8::is_ascii_digit),
        _ => end,
    };
    let parse = |end: usize| Time::parse(std::str::from_utf8(bytes.get(start..end)?).ok()?);
    if zone > plain
        && let Some(time) = parse(zone)
    {
        return Some((time, true));
    }
    parse(plain).map(|time| (time, false))
}

/// The number after a JSON key that names a time, in a unit that its size tells ([`epoch`]).
pub(super) fn epoch_time(text: &str) -> Option<Time> {
    ["timestamp", "@timestamp", "ts", "time", "epoch", "event_time"].iter().find_map(|key| {
        let key = format!("\"{key}\"");
        let after = memchr::memmem::find(text.as_bytes(), key.as_bytes())? + key.len();
        let value = text[after..].trim_start().strip_prefix(':')?.trim_start_matches([' ', '"']);
        let end = value.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let number: f64 = value[..end].parse().ok()?;
        // Smaller numbers are durations or counters.
        let is_moment = (1e9..1e20).contains(&number);
        Some(Time(epoch::micros_of(number) as i64)).filter(|t| is_moment && t.is_plausible())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_of_a_line_is_found() {
        for (text, time, zoned) in [
            ("2026-10-01 02:10:03,123 ERROR x", "2026-10-01T02:10:03.123Z", false),
            ("[2026-10-01T02:10:03Z] x", "2026-10-01T02:10:03Z", true),
            ("a-b 2026-10-01T02:10:03.5+02:00 x", "2026-10-01T00:10:03.500Z", true),
            ("id 12026-10-01 00:00:00 at 2026-10-01 02:10:03 +0000", "2026-10-01T02:10:03Z", true),
            ("2026-10-01 02:10:03 - root - ERROR", "2026-10-01T02:10:03Z", false),
            ("2026-10-01 02:10 x", "2026-10-01T02:10:00Z", false),
        ] {
            assert_eq!(first_time(text), Some((Time::parse(time).unwrap(), zoned)), "{text}");
        }
        for text in ["", "2026-10-01", "2026-10-01 late", "2026-13-01 00:00:00", "10-01 02:10:03"] {
            assert_eq!(first_time(text), None, "{text}");
        }
        assert_eq!(epoch_time(r#"{"ts":1765000000.5}"#), Some(Time(1_765_000_000_500_000)));
        assert_eq!(epoch_time(r#"{"timestamp": "1765000000123"}"#), Some(Time(1_765_000_000_123_000)));
        assert_eq!(epoch_time(r#"{"time":12}"#), None);
    }
}
