//! Refusals that name scopes -> needs of the tokens they are tied to.

use super::roster::Roster;
use super::tie::{TieRule, Tied, TiedRow};
use super::tier::Tier;
use super::uses::{Use, UseKind};
use crate::catalog::confidence::Confidence;
use crate::catalog::{Access, Catalog, Mapping, MappingEvidence, Need, ScopeId};
use crate::context::client_log::ClientDenial;
use crate::input::denial::DeniedCredential;
use crate::ledger::{Count, Id, Ledger, LedgerRow, WantedRow};
use crate::support::hash::{Map, Set, fingerprint};
use crate::support::time::Time;
use std::sync::Arc;

/// A refusal that names scopes, from an audit row or a client's log.
#[derive(Clone, Debug)]
pub struct AttributedDenial {
    /// Index in the roster, if it is tied to a token.
    pub token: Option<usize>,
    pub tier: Tier,
    /// `None` where only a client's log shows the refusal.
    pub workspace: Option<Id>,
    /// `None` where only a client's log shows the refusal.
    pub principal: Option<Id>,
    /// The scopes as written; any one of them would have been enough.
    pub scopes: Vec<String>,
    /// What was called, where an audit row says so.
    pub action: Option<Id>,
    /// `Count::NONE` where no time is known.
    pub count: Count,
    /// File and line of a client's log; `None` for an audit row.
    pub source: Option<String>,
}

pub(super) fn of_row(row: &LedgerRow, tied: Tied, ledger: &Ledger) -> AttributedDenial {
    AttributedDenial {
        token: tied.token,
        tier: tied.tier,
        workspace: Some(row.key.workspace),
        principal: Some(row.key.principal),
        scopes: ledger.text(row.key.named).split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        action: Some(row.key.action),
        count: row.outcomes.refused(),
        source: None,
    }
}

/// Client logs seldom name a token, but some name the request: then the audit row of that request says whose it is, by the
/// same rule as for every other row.
pub(super) fn of_clients(
    denials: &[ClientDenial],
    ledger: &Ledger,
    roster: &Roster,
    rule: &TieRule<'_>,
) -> Vec<AttributedDenial> {
    let rows: Map<u64, &WantedRow> = ledger.wanted.iter().map(|w| (w.request, w)).collect();
    let pats = denials.iter().filter(|d| d.credential != DeniedCredential::OAuth && !d.scopes.is_empty());
    pats.map(|d| {
        let row = d.request_id.as_ref().and_then(|id| rows.get(&fingerprint(id.as_bytes())).copied());
        let named =
            d.token_id.as_ref().and_then(|id| ledger.names.find(id)).and_then(|id| roster.of_ledger(id));
        let tied = match (named, row) {
            (Some(token), _) => Tied { token: Some(token), tier: Tier::T0 },
            (None, Some(row)) => rule.tie(&TiedRow::of_request(row)),
            (None, None) => Tied::TO_NONE,
        };
        let time = row.map(|r| r.time).or(d.time);
        AttributedDenial {
            token: tied.token,
            tier: tied.tier,
            workspace: row.map(|r| r.workspace),
            principal: row.map(|r| r.principal),
            scopes: d.scopes.clone(),
            action: row.map(|r| r.action),
            count: time.map_or(Count::NONE, Count::one),
            source: Some(format!("{}:{}", d.source, d.line)),
        }
    })
    .collect()
}

/// The uses that refusals prove, each with the index of its token: the token needs the scope named, whatever the catalog
/// says of the call.
pub(super) fn uses(denials: &[AttributedDenial], catalog: &Catalog) -> Vec<(usize, Use)> {
    let mut known: Set<(usize, &[String], Time)> = Set::default();
    let mut uses = Vec::new();
    for d in denials {
        let Some(token) = d.token.filter(|_| d.tier <= Tier::T4 && !d.count.is_none()) else { continue };
        let scopes: Vec<ScopeId> = d.scopes.iter().filter_map(|s| catalog.scope_named(s)).collect();
        if scopes.is_empty() || scopes.len() < d.scopes.len() {
            continue;
        }
        let mapping = Mapping {
            need: Need { scopes, access: Access::Write, query: false },
            confidence: Confidence::Exact,
            evidence: MappingEvidence::RefusalSeen,
            conflict: None,
        };
        // The audit row of a call that a client's log shows, if there is one, is counted already.
        if known.insert((token, &d.scopes, d.count.first)) || d.source.is_none() {
            let one = Use {
                mapping: Arc::new(mapping),
                tier: d.tier,
                only_possible: false,
                kind: UseKind::Denied,
                count: d.count,
                action: d.action.unwrap_or(0),
                agent: 0,
                link: None,
            };
            uses.push((token, one));
        }
    }
    uses
}
