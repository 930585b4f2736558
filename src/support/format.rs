//! Numbers, shares, moments and days -> the text in which every output prints them.

use super::time::{Day, Time};

/// `1 scope`, `1,234 scopes`.
pub(crate) fn count(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { several })
}

/// A number with commas between thousands.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as `92 in 100`; never rounded to none or all.
pub(crate) fn odds(share: f64) -> String {
    let percent = (share * 100.0).round();
    match percent {
        _ if share <= 0.0 => "none".into(),
        _ if share >= 1.0 => "all".into(),
        p if p < 1.0 => "fewer than 1 in 100".into(),
        p if p > 99.0 => "more than 99 in 100".into(),
        p => format!("{p} in 100"),
    }
}

/// A moment as short as it can be told: a day where it is midnight, minutes otherwise. All times are UTC.
pub(crate) fn moment(time: Time) -> String {
    if time == time.day().start() {
        return time.day().to_string();
    }
    let text = time.to_string();
    match text.split_once('T') {
        Some((day, clock)) => format!("{day} {}", clock.get(..5).unwrap_or(clock)),
        None => text,
    }
}

/// `2026-10-01`, or `2026-10-01 to 2026-10-03`.
pub(crate) fn days(first: Day, last: Day) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_odds_read_as_people_write_them() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(count(1, "call", "calls"), "1 call");
        assert_eq!(
            [0.0, 0.004, 0.918, 0.999, 1.0].map(odds),
            ["none", "fewer than 1 in 100", "92 in 100", "more than 99 in 100", "all"]
        );
    }

    #[test]
    fn a_moment_is_a_day_where_it_is_midnight() {
        assert_eq!(moment(Time::parse("2026-09-20").unwrap()), "2026-09-20");
        assert_eq!(moment(Time::parse("2026-09-20T06:07:08Z").unwrap()), "2026-09-20 06:07");
    }
}
