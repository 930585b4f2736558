//! The history of other tokens that counts for one, in sentences.

use super::assessment::Assessment;
use super::builder::short_id;
use crate::attribute::Gone;
use crate::timeline::history::ScopeHistory;

/// What the token's predecessors did with a scope. Why they are taken for its predecessors stands with the token.
pub(super) fn notes(assessment: &Assessment<'_>, scope: &str, history: &ScopeHistory<'_>) -> Vec<String> {
    let Some(carried) = history.carried_span() else { return Vec::new() };
    let names: Vec<String> = carried.by.iter().take(3).map(|t| name(assessment, *t)).collect();
    let more = carried.by.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} before") } else { String::new() };
    let times =
        if carried.count.events == 1 { "once".to_owned() } else { format!("{} times", carried.count.events) };
    let (first, last) = (carried.count.first.day(), carried.count.last.day());
    let when = if first == last { format!("on {first}") } else { format!("from {first} to {last}") };
    vec![format!(
        "by lineage ({}): {}{more}, from which it took over, used {scope} {times}, {when}",
        carried.confidence,
        names.join(" and "),
    )]
}

/// `1a2b3c4d5e6f (revoked on 2026-08-25)`.
pub(super) fn name(assessment: &Assessment<'_>, token: usize) -> String {
    let Some(token) = assessment.roster.tokens.get(token) else { return String::new() };
    let gone = match token.gone {
        None => return short_id(&token.id),
        Some(Gone::Revoked(at)) => format!("revoked on {}", at.day()),
        Some(Gone::Expired(at)) => format!("expired on {}", at.day()),
        Some(Gone::NotListed(day)) => format!("no longer listed on {day}"),
        Some(Gone::Silent(at)) => format!("silent since {}", at.day()),
    };
    format!("{} ({gone})", short_id(&token.id))
}
