//! Refusals that name scopes become needs of a token, where one can be named.

use super::{AttributedDenial, Attribution, Roster, Tier, Use, UseKind};
use crate::catalog::confidence::Confidence;
use crate::catalog::{Access, Catalog, Mapping, MappingEvidence, Need, ScopeId};
use crate::input::denial::{ClientDenial, Credential};
use crate::ledger::link::Link;
use crate::ledger::{Count, Ledger, Row, WantedRow};
use crate::support::hash::{Map, Set, fingerprint};
use crate::support::time::Time;
use std::sync::Arc;

pub(super) fn of_row(row: &Row, token: Option<usize>, tier: Tier, ledger: &Ledger) -> AttributedDenial {
    AttributedDenial {
        token,
        tier,
        workspace: Some(row.key.workspace),
        principal: Some(row.key.principal),
        scopes: ledger.text(row.key.named).split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        action: Some(row.key.action),
        count: row.outcomes.refused(),
        source: None,
    }
}

/// Client logs name no token, but some name the request: the audit row of that request does the rest.
pub(super) fn of_clients(
    denials: &[ClientDenial],
    ledger: &Ledger,
    roster: &Roster,
) -> Vec<AttributedDenial> {
    let rows: Map<u64, &WantedRow> = ledger.wanted.iter().map(|w| (w.request, w)).collect();
    let pats = denials.iter().filter(|d| d.credential != Credential::OAuth && !d.scopes.is_empty());
    pats.map(|d| {
        let row = d.request_id.as_ref().and_then(|id| rows.get(&fingerprint(id.as_bytes())).copied());
        let by_id =
            d.token_id.as_ref().and_then(|id| ledger.names.find(id)).and_then(|id| roster.of_ledger(id));
        let by_row = row.and_then(|r| roster.of_ledger(r.token).filter(|_| r.token != 0)).zip(row.map(tier));
        let (token, tier) = match (by_id, by_row) {
            (Some(token), _) => (Some(token), Tier::T0),
            (None, Some((token, tier))) => (Some(token), tier),
            (None, None) => (None, Tier::T6),
        };
        let time = row.map(|r| r.time).or(d.time);
        AttributedDenial {
            token,
            tier,
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

fn tier(row: &WantedRow) -> Tier {
    match row.link {
        Link::Row | Link::Unanswered => Tier::T0,
        Link::Run => Tier::T1,
        Link::Sole => Tier::T2,
        Link::Near | Link::Recent => Tier::T3,
        Link::Several | Link::Stale | Link::None => Tier::T5,
    }
}

/// A refusal tied to a token is a need of the scope it names, whatever the catalog says of the call.
pub(super) fn into_uses(out: &mut Attribution, catalog: &Catalog) {
    let mut known: Set<(usize, &[String], Time)> = Set::default();
    for d in &out.denials {
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
        // A client's log tells of a call whose audit row, if any, is counted already.
        if known.insert((token, &d.scopes, d.count.first)) || d.source.is_none() {
            out.uses[token].push(Use {
                mapping: Arc::new(mapping),
                tier: d.tier,
                only_possible: false,
                kind: UseKind::Denied,
                count: d.count,
                action: d.action.unwrap_or(0),
                agent: 0,
                link: None,
            });
        }
    }
}
