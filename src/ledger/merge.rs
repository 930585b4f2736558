//! The local ledgers of all threads become one ledger: one numbering of texts, one name for each principal, calls linked.

use super::aliases::Aliases;
use super::builder::LedgerBuilder;
use super::finished::Ledger;
use super::fold::Fold;
use super::linked_rows::LinkedRows;
use super::local_ledger::under_one_numbering;
use super::parts::LedgerParts;
use super::pending_calls::PendingCalls;

/// Merges the folds of one run, which then forgets the rows it has seen. The result does not depend on how events were spread
/// over the folds.
pub fn merge(folds: Vec<Fold<'_>>) -> Ledger {
    let context = folds.first().map(Fold::context);
    let locals = folds.into_iter().map(Fold::into_local).collect();
    // No more rows come, and merging needs the memory.
    context.into_iter().for_each(|context| context.duplicates.clear());
    let (names, locals) = under_one_numbering(locals);
    let (mut parts, mut pending) = (LedgerParts::default(), Vec::with_capacity(locals.len()));
    for local in locals {
        parts.append(local.parts);
        pending.push(local.pending);
    }
    let pending = PendingCalls::join(pending, &Aliases::of(parts.aliases.clone()));
    let (linked, wanted) = pending.link(&names, LinkedRows::default);
    drop(pending);
    linked.into_iter().for_each(|rows| rows.move_to(&mut parts));
    parts.wanted.extend(wanted.into_iter().map(|(row, _)| (row, None)));
    LedgerBuilder { names, parts }.ledger()
}
