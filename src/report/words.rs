//! What the model says in terms -> sentences for a reader who has seen no documentation; the same in every format.

use crate::assess::{Dates, NextCall, OperationUse, Priming};
use crate::attribute::Gone;
use crate::catalog::confidence::Confidence;
use crate::support::time::{Day, Time};
use crate::timeline::verdict::Reason;
use std::fmt::Write;

/// The name of a reason in tables and JSON.
pub const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::NotNarrowed => "not-narrowed",
        Reason::HoldsAll => "holds-all",
        Reason::ApiNotCovered => "api-not-covered",
        Reason::Granted => "granted",
        Reason::PlatformKeeps => "platform-keeps",
        Reason::SeenInWindow => "seen-in-window",
        Reason::AlternativeKept => "alternative-kept",
        Reason::NoWindowMisses => "no-window-misses",
        Reason::NotGranted => "not-granted",
        Reason::NotInPlatformSet => "not-in-platform-set",
        Reason::NotSeenInWindow => "not-seen-in-window",
        Reason::NextCallAfterWindow => "next-call-after-window",
        Reason::WindowOpen => "window-open",
        Reason::WindowUnknown => "window-unknown",
        Reason::BoundaryDay => "boundary-day",
        Reason::SharedPrincipal => "shared-principal",
        Reason::HistoryStartsLate => "history-starts-late",
        Reason::LogGap => "log-gap",
        Reason::Unmapped => "unmapped",
        Reason::NotObservable => "not-observable",
        Reason::NoHistory => "no-history",
        Reason::ShortHistory => "short-history",
        Reason::ScopesNotReported => "scopes-not-reported",
        Reason::ScopeNameUnknown => "scope-name-unknown",
        Reason::NeedsAllApis => "needs-all-apis",
    }
}

/// Why a scope has its verdict, as a sentence.
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotNarrowed => "Auto-scoping does not touch this token.",
        Reason::HoldsAll => "The token holds all APIs and is not narrowed.",
        Reason::ApiNotCovered => {
            "Databricks reports that the token uses an API no scope covers, so it keeps everything."
        }
        Reason::Granted => "The token holds this scope.",
        Reason::PlatformKeeps => "Databricks' own list for this token has this scope.",
        Reason::SeenInWindow => "The token used it inside the 30 days that decide.",
        Reason::AlternativeKept => "Another scope that allows the same calls is kept.",
        Reason::NoWindowMisses => {
            "It is used so often that any 30 days since the logs or the token began have a use."
        }
        Reason::NotGranted => "The token needs it and does not hold it.",
        Reason::NotInPlatformSet => "The token needs it, and Databricks' own list for this token lacks it.",
        Reason::NotSeenInWindow => "The token needs it and did not use it inside the 30 days that decide.",
        Reason::NextCallAfterWindow => {
            "Not used in the 30 days that decide so far, and the next call is expected after they end."
        }
        Reason::WindowOpen => {
            "The 30 days that decide are still running, and nothing says whether the next call falls inside."
        }
        Reason::WindowUnknown => {
            "Nobody has told which 30 days decide for this token: name its enforcement date to get an answer."
        }
        Reason::BoundaryDay => {
            "The only uses fall on the first or last day of the 30 days, and the hour at which those begin is not known."
        }
        Reason::SharedPrincipal => {
            "Several tokens act as this principal, and the logs do not tell which of them made the calls."
        }
        Reason::HistoryStartsLate => {
            "The logs begin after the 30 days that decide did: a use before may have been missed."
        }
        Reason::LogGap => "The logs lack a day of the 30 days that decide: a use on it may have been missed.",
        Reason::Unmapped => {
            "Calls in the 30 days that decide are not in the catalog, and they may have needed this scope."
        }
        Reason::NotObservable => {
            "No call of this scope is known to leave an audit row, so its absence from the logs proves nothing."
        }
        Reason::NoHistory => "No logs were given, so nothing is known about its use.",
        Reason::ShortHistory => "The history is no longer than 30 days: too short for odds.",
        Reason::ScopesNotReported => {
            "The token is narrowed, but the token list does not show to which scopes."
        }
        Reason::ScopeNameUnknown => {
            "The token holds a scope this version does not know, and that may allow these calls."
        }
        Reason::NeedsAllApis => {
            "Known only from calls that no scope but all-apis is known to allow: such calls fail once the token is narrowed."
        }
    }
}

/// How a call was tied to the token.
pub fn tier(tier: &str) -> &'static str {
    match tier {
        "T0" => "the row names the token",
        "T1" => "same command-line run as a login of this token",
        "T2" => "a login of this token within 10 seconds, no other credential near",
        "T3" => "a login of this token shortly before, with some doubt",
        "T4" => "the only token of its principal",
        "T5" => "made by one of several tokens of the principal",
        "T6" => "no token of the principal is known",
        _ => "tied in a way this version cannot name",
    }
}

/// How sure something is, in words that finish "we are ...".
pub const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Exact => "certain",
        Confidence::High => "very sure",
        Confidence::Medium => "fairly sure",
        Confidence::Low => "not sure",
    }
}

/// How an API call is tied to a login, for the coverage ledger.
pub fn link(name: &str) -> &'static str {
    match name {
        "row" => "name their token themselves",
        "unanswered" => "are logins no logged call answered",
        "run" => "share a command-line run with a token's login",
        "sole" => "follow a login of one token, no other credential near",
        "near" => "follow a login of one token, another credential the same day",
        "several" => "follow logins of several credentials",
        "recent" => "follow a login of one token up to a day before",
        "stale" => "come from a client that logs in, but not near the call",
        "none" => "come from a client that never logs in with a token",
        _ => "are tied in a way this version cannot name",
    }
}

/// What decides which scopes remain.
pub fn decided_by(name: &str) -> &'static str {
    match name {
        "not-narrowed" => "not narrowed",
        "holds-all" => "holds all APIs",
        "api-not-covered" => "keeps everything: uses an API no scope covers",
        "granted" => "the scopes it was granted",
        "platform" => "Databricks' own list for it",
        "window-open" => "30 days of observation, still running",
        "window-over" => "30 days of observation, over",
        "window-unknown" => "30 days of observation nobody has dated",
        "not-reported" => "narrowed, but to what is not reported",
        _ => "decided in a way this version cannot name",
    }
}

/// Where as-of comes from.
pub fn as_of_from(name: &str) -> &'static str {
    match name {
        "option" => "as asked",
        "logs" => "the end of the last complete day in the logs",
        "inventory" => "the newest time in the token list",
        _ => "given",
    }
}

/// Where a window is known from.
pub fn window_source(name: &str) -> &'static str {
    match name {
        "annotation" => "from the annotations",
        "creation" => "from the token's creation",
        "creation-assumed" => "assumed from the token's creation",
        "option" => "as asked",
        _ => "from elsewhere",
    }
}

/// Why a token is gone.
pub fn gone(gone: Gone) -> String {
    match gone {
        Gone::NotListed(day) => format!("not in the whole token list of {day}"),
        Gone::Expired(at) => format!("expired on {}", moment(at)),
        Gone::Revoked(at) => format!("revoked on {}", moment(at)),
        Gone::Silent(at) => format!("no login since {}, and no token list has it", moment(at)),
    }
}

/// What a rule finds, for one and for several.
pub fn rule(id: &str) -> [&'static str; 2] {
    match id {
        "scope-lost-at-enforcement" => ["scope lost at enforcement", "scopes lost at enforcement"],
        "scope-at-risk" => ["scope at risk", "scopes at risk"],
        "scope-missing-now" => ["scope missing now", "scopes missing now"],
        "platform-missed-scope" => {
            ["scope missing in Databricks' own list", "scopes missing in Databricks' own list"]
        }
        "scope-denied" => ["scope denied", "scopes denied"],
        "needs-all-apis" => ["API no scope covers", "APIs no scope covers"],
        "inactivity-revocation" => ["revocation for lack of use", "revocations for lack of use"],
        "expiry-before-need" => ["expiry before the next call", "expiries before the next call"],
        "lifetime-over-limit" => ["lifetime over the limit", "lifetimes over the limit"],
        "authentication-scope" => ["token that can make tokens", "tokens that can make tokens"],
        "account-level-use" => ["use of the account API", "uses of the account API"],
        "shared-principal" => ["principal shared by tokens", "principals shared by tokens"],
        "declared-need-unseen" => ["declared need never seen", "declared needs never seen"],
        "annotation-expired" => ["expired annotation", "expired annotations"],
        "annotation-unmatched" => ["annotation that matches nothing", "annotations that match nothing"],
        "annotation-contradicted" => ["contradicted annotation", "contradicted annotations"],
        "unused-scope" => ["unused scope", "unused scopes"],
        "token-sprawl" => ["pile of tokens", "piles of tokens"],
        "stale-token" => ["stale token", "stale tokens"],
        "short-history" => ["short history", "short histories"],
        "log-gap" => ["gap in the logs", "gaps in the logs"],
        _ => ["finding", "findings"],
    }
}

/// `1 scope`, `1,234 scopes`.
pub fn count(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { several })
}

/// A number with commas between thousands.
pub fn number(n: u64) -> String {
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
pub fn odds(share: f64) -> String {
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
pub fn moment(time: Time) -> String {
    if time == time.day().start() {
        return time.day().to_string();
    }
    let text = time.to_string();
    match text.split_once('T') {
        Some((day, clock)) => format!("{day} {}", clock.get(..5).unwrap_or(clock)),
        None => text,
    }
}

/// The day or days of an expected call.
pub fn next_call(next: NextCall) -> String {
    days(next.earliest.day(), next.latest.day())
}

/// `2026-10-01`, or `2026-10-01 to 2026-10-03`.
pub fn days(first: Day, last: Day) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// The dates that matter, each with its name, in order of time.
pub fn dates(dates: &Dates) -> Vec<(&'static str, String)> {
    let mut named: Vec<(Time, &'static str, String)> = Vec::new();
    let mut add = |time: Option<Time>, name| named.extend(time.map(|t| (t, name, moment(t))));
    add(dates.reminder, "reminder mail");
    add(dates.enforced, "enforcement");
    add(dates.idle_revocation, "revoked if unused");
    add(dates.expiry, "expires");
    named.extend(dates.last_safe_day.map(|day| (day.start(), "last safe day to act", day.to_string())));
    match (dates.window_start, dates.window_end) {
        (Some(start), Some(end)) => {
            named.push((start, "observed", format!("{} to {}", moment(start), moment(end))));
        }
        (Some(start), None) => named.push((start, "observed from", moment(start))),
        (None, Some(end)) => named.push((end, "observed until", moment(end))),
        (None, None) => {}
    }
    if let Some(next) = dates.next_call {
        named.push((next.earliest, "next call", next_call(next)));
    }
    named.sort();
    named.into_iter().map(|(_, name, text)| (name, text)).collect()
}

/// A read that may keep a scope, in a sentence that says what nobody knows about it.
pub fn priming(read: &Priming) -> String {
    let call = match &read.command {
        Some(command) => format!("`{command}` ({})", read.operation),
        None => format!("`{}`", read.operation),
    };
    let when = match (read.not_before, read.before, read.every_days) {
        (Some(from), Some(before), _) => format!("between {} and {}", moment(from), moment(before)),
        (None, Some(before), _) => format!("before {}", moment(before)),
        (_, None, Some(days)) => format!("at least every {days} days"),
        (_, None, None) => "inside the window".to_owned(),
    };
    format!(
        "A harmless read with this token {when}, such as {call}, may be enough to keep {}. Nobody has verified that Databricks \
         counts it, nor that it keeps more than {}:read.",
        read.scope, read.scope
    )
}

/// An operation of the evidence: what, how often, when, and how it is tied to the token.
pub fn operation(used: &OperationUse) -> String {
    let mut text = format!("{}: {}, ", used.operation, count(used.count, "time", "times"));
    let when = match used.first.day() == used.last.day() {
        true => format!("on {}", used.last.day()),
        false => format!("{} to {}", used.first.day(), used.last.day()),
    };
    // Writing to a string cannot fail.
    let _ = write!(text, "{when}; {} ({})", tier(used.tier), used.tier);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_reasons_are_those_of_the_json() {
        for r in super::super::sample::REASONS {
            assert_eq!(serde_json::to_value(r).unwrap(), reason_name(r));
            assert!(reason(r).ends_with('.'));
        }
    }

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

    #[test]
    fn dates_stand_in_order_of_time() {
        let time = |text| Time::parse(text);
        let dates = dates(&Dates {
            window_start: time("2026-08-21"),
            window_end: time("2026-09-20"),
            reminder: time("2026-09-13"),
            enforced: time("2026-09-20"),
            ..Dates::default()
        });
        let names: Vec<_> = dates.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["observed", "reminder mail", "enforcement"]);
    }
}
