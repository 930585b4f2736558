//! What each token left in the ledger -> the agents, addresses and scopes by which two tokens can be compared.

use crate::attribute::{Attribution, Roster};
use crate::catalog::ScopeId;
use crate::ledger::{Id, Ledger};
use crate::support::time::Span;
use std::collections::BTreeSet;

/// What a token did before it ended says what its successor has to do.
const MONTH: Span = Span::days(30);

/// What a token can be recognised by.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// Its agents without versions: a client that was updated is the same client.
    pub(super) agents: BTreeSet<String>,
    /// Its source addresses.
    pub(super) addresses: BTreeSet<Id>,
    /// The scopes its firm uses need.
    pub(super) scopes: BTreeSet<ScopeId>,
    /// Scopes of its last 30 days of use.
    pub(super) recent: BTreeSet<ScopeId>,
}

/// The traces of all tokens, in the order of the roster.
pub(super) fn traces(ledger: &Ledger, roster: &Roster, attribution: &Attribution) -> Vec<Trace> {
    let mut traces = vec![Trace::default(); roster.tokens.len()];
    for (key, _) in ledger.addresses.iter().filter(|(key, _)| key.token != 0) {
        let Some(trace) = roster.of_ledger(key.token).and_then(|n| traces.get_mut(n)) else { continue };
        let agent = product(ledger.text(key.agent));
        if !agent.is_empty() {
            trace.agents.insert(agent);
        }
        if !ledger.text(key.address).is_empty() {
            trace.addresses.insert(key.address);
        }
    }
    for ((trace, uses), token) in traces.iter_mut().zip(&attribution.uses).zip(&roster.tokens) {
        let since = token.idle_since().map(|t| t.minus(MONTH));
        for u in uses.iter().filter(|u| u.is_firm()) {
            trace.scopes.insert(u.mapping.primary());
            if since.is_some_and(|t| u.count.last >= t) {
                trace.recent.insert(u.mapping.primary());
            }
        }
    }
    traces
}

/// An agent without what stands behind the slashes: versions, commands, run ids.
fn product(agent: &str) -> String {
    let words = agent.split_whitespace().map(|w| w.split('/').next().unwrap_or(w).to_ascii_lowercase());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether both are known and have something in common, or nothing at all; `None` where one says nothing.
pub(super) fn share<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> Option<bool> {
    (!a.is_empty() && !b.is_empty()).then(|| !a.is_disjoint(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_of_a_client_is_the_same_client() {
        let old = "airflow/2.10.4 databricks-sdk-py/0.67.0 python/3.11.9 os/linux auth/pat";
        let new = "airflow/2.11.0 databricks-sdk-py/0.70.1 python/3.12.1 os/linux auth/pat";
        assert_eq!(product(old), product(new));
        assert_ne!(product(old), product("terraform/1.12.2 databricks-sdk-go/0.80.0"));
    }

    #[test]
    fn what_is_not_known_neither_agrees_nor_differs() {
        let set = |items: &[u8]| items.iter().copied().collect::<BTreeSet<u8>>();
        assert_eq!(share(&set(&[1, 2]), &set(&[2])), Some(true));
        assert_eq!(share(&set(&[1]), &set(&[2])), Some(false));
        assert_eq!(share(&set(&[]), &set(&[2])), None);
    }
}
