//! Per workspace: how calls are linked, and whether clients log in for each request.

use super::reading::Reading;
use crate::ledger::link::Link;
use crate::ledger::{Id, LedgerRow};
use serde::Serialize;
use std::collections::BTreeMap;

/// Share of linked calls that must have a login within ten seconds for a workspace to count as logging in per request.
const PER_REQUEST: f64 = 0.98;

/// Events by link.
pub(crate) type Links = BTreeMap<Link, u64>;

/// How the API calls of one workspace are linked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LinkDensity {
    /// Events of mapped client calls by link.
    pub links: Links,
}

impl LinkDensity {
    /// The share of calls with a login within ten seconds, among calls whose key has any usable login.
    pub fn share(&self) -> Option<f64> {
        let of = |links: &[Link]| links.iter().filter_map(|l| self.links.get(l)).sum::<u64>();
        let close = of(&[Link::Sole, Link::Near, Link::Several]);
        let all = close + of(&[Link::Recent, Link::Stale]);
        (all > 0).then(|| close as f64 / all as f64)
    }

    /// Whether clients log in for each request, as measured.
    pub fn is_per_request(&self) -> bool {
        self.share().is_some_and(|share| share >= PER_REQUEST)
    }
}

pub(super) fn of(rows: &[LedgerRow], readings: &[Reading]) -> BTreeMap<Id, LinkDensity> {
    let mut all: BTreeMap<Id, LinkDensity> = BTreeMap::new();
    for (row, reading) in rows.iter().zip(readings) {
        if matches!(reading, Reading::Call(_) | Reading::AnyScope) {
            let links = &mut all.entry(row.key.workspace).or_default().links;
            *links.entry(row.key.link).or_default() += row.outcomes.all().events;
        }
    }
    all
}
