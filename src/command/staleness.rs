//! The one place that looks at the clock: whether the logs end long before today. No report depends on it.

use crate::support::time::{Span, Time};

/// A warning is due when the logs end more than this many days before today.
const LATE: i64 = 3;

/// This machine's clock; `None` where it stands before 1970.
#[expect(clippy::disallowed_methods, reason = "only a word on standard error depends on it, never a report")]
pub(super) fn now() -> Option<Time> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok().map(Time)
}

/// The warning about an as-of that was taken from the logs. Differences are whole days; a ledger is brought up to date otherwise
/// than a folder of logs.
pub(super) fn warning(as_of: Time, now: Time, of_ledger: bool) -> Option<String> {
    if now > as_of.plus(Span::days(LATE)) {
        let days = now.since(as_of).as_days().floor();
        return Some(format!(
            "the newest complete day read ends at {as_of}, {days} days before this machine's clock: what was called since is not in \
             the report. {}, or say --as-of to choose that moment on purpose.",
            if of_ledger { "Add newer logs with `scopecast ingest`" } else { "Export newer logs" }
        ));
    }
    // Time zones and slow clocks make up less than a day.
    (as_of > now.plus(Span::days(1))).then(|| {
        format!(
            "the logs end at {as_of}, after this machine's clock ({now}): one of the two is wrong. Say --as-of to choose a moment."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_days_are_silence_and_a_moment_more_is_told() {
        let as_of = Time::parse("2026-09-12").unwrap();
        let at = |text: &str| warning(as_of, Time::parse(text).unwrap(), false);
        assert_eq!(at("2026-09-12T00:00:00Z"), None);
        assert_eq!(at("2026-09-15T00:00:00Z"), None);
        let late = at("2026-09-15T00:00:01Z").unwrap();
        assert!(
            late.contains("2026-09-12T00:00:00Z, 3 days before") && late.contains("Export newer logs"),
            "{late}"
        );
        let late = warning(as_of, Time::parse("2026-09-16").unwrap(), true).unwrap();
        assert!(late.contains("`scopecast ingest`"), "{late}");
    }

    #[test]
    fn a_clock_before_the_logs_is_told_from_a_day_on() {
        let as_of = Time::parse("2026-09-12").unwrap();
        assert_eq!(warning(as_of, Time::parse("2026-09-11").unwrap(), false), None);
        assert!(
            warning(as_of, Time::parse("2026-09-10").unwrap(), false)
                .unwrap()
                .contains("one of the two is wrong")
        );
    }
}
