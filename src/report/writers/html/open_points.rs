//! What is unknown and what is accepted -> one line each.

use super::concerned::id;
use super::shown;
use crate::assess::{Finding, Status};
use crate::report::escape::{clip, visible};
use crate::report::view::{Unknown, View};
use crate::support::format::{self, count};

pub(super) fn unknown(unknown: &Unknown<'_>, view: &View<'_>) -> String {
    let names: Vec<_> = unknown
        .scopes
        .iter()
        .take(5)
        .map(|(t, s)| format!("{} {}", id(view, &t.token_id), clip(&visible(&s.scope), 40)))
        .collect();
    let more = unknown.scopes.len() - names.len();
    let more = if more > 0 { format!(" and {} more", format::number(more as u64)) } else { String::new() };
    format!(
        "{} of {}: {} ({}{more})",
        count(unknown.scopes.len() as u64, "scope", "scopes"),
        count(unknown.tokens as u64, "token", "tokens"),
        unknown.reason.sentence(),
        names.join(", ")
    )
}

pub(super) fn accepted(finding: &Finding) -> String {
    match &finding.status {
        Status::Accepted { reason, expires } => {
            format!(
                "{} Accepted until {}: {}",
                shown(&finding.title),
                format::moment(*expires),
                shown(reason)
            )
        }
        Status::Open => shown(&finding.title),
    }
}
