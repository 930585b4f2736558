//! Principals with calls that cannot be tied to one token.

use crate::assess::Assessment;
use serde::Serialize;
use std::cmp::Reverse;

/// Principals that are listed.
const MOST_PRINCIPALS: usize = 50;

/// A principal with calls no token can be named for.
#[derive(Clone, Debug, Serialize)]
pub struct UnattributedRow {
    /// Workspace.
    pub workspace_id: String,
    /// Principal.
    pub principal: String,
    /// Calls that may be any of its live tokens'.
    pub shared: u64,
    /// Calls while no token of it was known.
    pub without_token: u64,
    /// Calls tied to one token.
    pub tied: u64,
    /// Share of its calls that no token can be named for.
    pub share: f64,
}

pub(super) fn of(assessment: &Assessment<'_>) -> Vec<UnattributedRow> {
    let mut rows: Vec<UnattributedRow> = assessment
        .attribution
        .principals
        .iter()
        .map(|((workspace, principal), p)| UnattributedRow {
            workspace_id: assessment.ledger.text(*workspace).to_owned(),
            principal: assessment.ledger.text(*principal).to_owned(),
            shared: p.shared.iter().map(|u| u.count.events).sum(),
            without_token: p.without_token,
            tied: p.tied,
            share: 0.0,
        })
        .filter(|r| r.shared + r.without_token > 0)
        .map(|r| {
            let not_tied = r.shared + r.without_token;
            UnattributedRow { share: not_tied as f64 / (not_tied + r.tied) as f64, ..r }
        })
        .collect();
    rows.sort_by(|a, b| {
        let key = |r: &UnattributedRow| {
            (Reverse(r.shared + r.without_token), r.workspace_id.clone(), r.principal.clone())
        };
        key(a).cmp(&key(b))
    });
    rows.truncate(MOST_PRINCIPALS);
    rows
}
