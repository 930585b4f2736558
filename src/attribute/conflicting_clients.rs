//! Clients that more than one credential uses: a login near in time proves less about their calls.

use super::reading::{LeftOut, Reading};
use crate::ledger::link::Link;
use crate::ledger::{Id, LedgerRow};
use crate::support::hash::Set;

/// A client, as (workspace, principal, agent).
pub(super) type ClientOfPrincipal = (Id, Id, Id);

/// The clients with a succeeded call that no token can make, although its time ties it to a token's login. Another
/// credential uses the same client, so a login near in time proves less.
pub(super) fn conflicting_clients(rows: &[LedgerRow], readings: &[Reading]) -> Set<ClientOfPrincipal> {
    let proves_it = |(row, reading): &(&LedgerRow, &Reading)| {
        matches!(reading, Reading::LeftOut(LeftOut::AccountApi | LeftOut::UiOnly))
            && !row.outcomes.succeeded().is_none()
            && matches!(row.key.link, Link::Run | Link::Sole | Link::Near | Link::Recent)
    };
    let proofs = rows.iter().zip(readings).filter(proves_it);
    proofs.map(|(row, _)| (row.key.workspace, row.key.principal, row.key.agent)).collect()
}
