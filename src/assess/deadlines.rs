//! The dates of a token: window, mail, enforcement, next call, revocation, expiry, and the last safe day to act.

use super::assessment::{Assessment, TokenAssessment};
use super::finding::{Dates, HurtBy, KeepAliveCall};
use crate::attribute::IDLE;
use crate::catalog::ScopeId;
use crate::support::time::{Span, Time};
use crate::timeline::enforcement::Enforcement;
use crate::timeline::outlook::KEEPS;
use crate::timeline::verdict::Verdict;

/// Days before enforcement on which Databricks sends its mail.
const REMINDER: Span = Span::days(7);

/// The dates that follow from a token alone.
pub(crate) fn dates(assessment: &Assessment<'_>, assessed: &TokenAssessment<'_>) -> Dates {
    let window = assessed.enforcement.window();
    let hurt = hurt(assessment, assessed);
    Dates {
        window_start: window.map(|w| w.start.time),
        window_end: window.map(|w| w.end.time),
        reminder: window.map(|w| w.enforced.time.minus(REMINDER)),
        enforced: window.map(|w| w.enforced.time),
        next_call: assessed.next_call().map(Into::into),
        idle_revocation: assessed.token.idle_since().map(|t| t.plus(IDLE)),
        expiry: assessed.token.expires,
        last_safe_day: hurt.map(|(at, _)| at.day().plus(-1)),
        hurt_by: hurt.map(|(_, by)| by),
    }
}

/// The earliest moment ahead from which calls of the token may fail.
fn hurt(assessment: &Assessment<'_>, assessed: &TokenAssessment<'_>) -> Option<(Time, HurtBy)> {
    let as_of = assessment.given.as_of;
    let is_lacking = |verdict| matches!(verdict, Verdict::Lost | Verdict::Unknown);
    let narrows = assessed.scopes.values().any(|(h, j)| h.is_needed() && is_lacking(j.verdict));
    let enforced = assessed.enforcement.window().filter(|_| narrows).map(|w| w.enforced.time);
    let next = assessed.next_call().map(|n| n.earliest);
    // Used before it comes, the token starts its 90 days anew.
    let revoked = assessed.token.idle_since().map(|t| t.plus(IDLE)).filter(|r| next.is_none_or(|n| n >= *r));
    let is_used_after = |expiry: Time| {
        assessed.scopes.values().any(|(history, j)| {
            let cadence = j.cadence.as_ref();
            !history.declared.is_empty() || cadence.is_some_and(|c| !c.expected_after(expiry, 1).is_empty())
        })
    };
    let expiry = assessed.token.expires.filter(|t| is_used_after(*t));
    [(enforced, HurtBy::Enforcement), (revoked, HurtBy::Revocation), (expiry, HurtBy::Expiry)]
        .into_iter()
        .filter_map(|(at, by)| Some((at.filter(|t| *t > as_of)?, by)))
        .min()
}

/// A read that may keep a scope which is about to be lost, or may be: inside the window where that is known and still open,
/// else so often that no window misses it.
pub(crate) fn keep_alive_call(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    scope: ScopeId,
) -> Option<KeepAliveCall> {
    let (before, every_days) = match &assessed.enforcement {
        Enforcement::Dated { window, .. } if window.end.time > assessment.given.as_of => {
            (Some(window.end.time), None)
        }
        Enforcement::Undated { .. } => (None, Some((KEEPS.0 / Span::days(1).0) as u32)),
        _ => return None,
    };
    let read = assessment.reads.get(&scope)?;
    Some(KeepAliveCall {
        scope: assessment.catalog.scope_name(scope).to_owned(),
        operation: format!("{} {}", read.operation.method, read.operation.template),
        command: read.command.clone(),
        not_before: match &assessed.enforcement {
            Enforcement::Dated { window, .. } => {
                Some(window.start.time).filter(|t| *t > assessment.given.as_of)
            }
            _ => None,
        },
        before,
        every_days,
        verified: false,
    })
}
