//! Unknown verdicts -> groups by reason.

use crate::report::model::{Report, ScopeRow, TokenRow};
use crate::timeline::verdict::{Reason, Verdict};
use std::collections::BTreeMap;

/// Scopes whose verdict is unknown for the same reason.
pub(crate) struct Unknown<'a> {
    /// Why the verdict is unknown.
    pub reason: Reason,
    /// How many tokens.
    pub tokens: usize,
    /// Which scopes, in the report's order.
    pub scopes: Vec<(&'a TokenRow, &'a ScopeRow)>,
}

pub(super) fn unknowns(report: &Report) -> Vec<Unknown<'_>> {
    let mut by_reason: BTreeMap<Reason, Unknown<'_>> = BTreeMap::new();
    for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
        let mut counted = Vec::new();
        for scope in token.scopes.iter().filter(|s| s.verdict == Verdict::Unknown) {
            let entry = by_reason.entry(scope.reason).or_insert_with(|| Unknown {
                reason: scope.reason,
                tokens: 0,
                scopes: Vec::new(),
            });
            if !counted.contains(&scope.reason) {
                counted.push(scope.reason);
                entry.tokens += 1;
            }
            entry.scopes.push((token, scope));
        }
    }
    let mut unknowns: Vec<_> = by_reason.into_values().collect();
    unknowns.sort_by_key(|u| std::cmp::Reverse(u.scopes.len()));
    unknowns
}
