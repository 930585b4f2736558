//! What one thread folded, or an earlier run left open, under a numbering of texts of its own; and all of them under one.

use super::fingerprints::DayFingerprints;
use super::interner::{Id, Interner};
use super::parts::LedgerParts;
use super::pending_calls::PendingCalls;
use crate::support::time::Day;

/// One thread's ledger: finished facts, and calls and logins that are not linked yet.
#[derive(Debug, Default)]
pub struct LocalLedger {
    pub(super) names: Interner,
    pub(super) parts: LedgerParts,
    pub(super) pending: PendingCalls,
    /// The rows seen of each (workspace, day); filled only where they go into a ledger on disk.
    pub(super) days_seen: Vec<((Id, Day), DayFingerprints)>,
}

/// Moves local ledgers to one numbering of all texts, in byte order. Their own texts are dropped.
pub(super) fn under_one_numbering(mut locals: Vec<LocalLedger>) -> (Interner, Vec<LocalLedger>) {
    let mut all = Interner::default();
    let ids: Vec<Vec<Id>> = locals.iter().map(|local| all.add_all(&local.names)).collect();
    let (names, rank) = all.sorted();
    for (local, ids) in locals.iter_mut().zip(ids) {
        let ids: Vec<Id> = ids.into_iter().map(|id| rank[id as usize]).collect();
        let new = |id: Id| ids[id as usize];
        local.names = Interner::default();
        local.parts.renumber(new);
        local.pending.renumber(new);
        local.days_seen.iter_mut().for_each(|((workspace, _), _)| *workspace = new(*workspace));
    }
    (names, locals)
}
