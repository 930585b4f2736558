//! The facts a ledger holds: rows, tokens, and the calls that denials in client logs name.

use super::counts::{Count, Outcomes, earlier};
use super::interner::Id;
use super::keys::{RowKey, renumbered_fields};
use crate::ledger::link::Link;
use crate::support::time::Time;

/// Events with the same key, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// What the events have in common.
    pub key: RowKey,
    /// How many there were, and when.
    pub outcomes: Outcomes,
}

/// What the log says about a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLogins {
    pub workspace: Id,
    /// The principal its logins name.
    pub principal: Id,
    /// Its succeeded logins from outside.
    pub logins: Count,
    pub generated: Option<Time>,
    /// The expiry generateDbToken gave it.
    pub expires: Option<Time>,
    /// When revokeDbToken ended it.
    pub revoked: Option<Time>,
}

impl TokenLogins {
    pub(super) fn new(workspace: Id, principal: Id) -> Self {
        Self { workspace, principal, logins: Count::NONE, generated: None, expires: None, revoked: None }
    }

    /// Adds what another part of the log says about the same token.
    pub(super) fn add(&mut self, other: &Self) {
        self.logins.add(other.logins);
        self.generated = earlier(self.generated, other.generated);
        self.revoked = earlier(self.revoked, other.revoked);
        self.expires = self.expires.max(other.expires);
    }
}

/// A call whose request id a client's denial names, with its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WantedRow {
    /// [`crate::support::hash::fingerprint`] of the request id.
    pub request: u64,
    /// Workspace id, Azure workspace name, or "0".
    pub workspace: Id,
    /// The caller, in lower case.
    pub principal: Id,
    /// User agent without its run id.
    pub agent: Id,
    /// `service/action`, or `METHOD path-template`.
    pub action: Id,
    /// Token id, or empty.
    pub token: Id,
    pub link: Link,
    pub time: Time,
}

renumbered_fields! {
    TokenLogins: workspace, principal;
    WantedRow: workspace, principal, agent, action, token;
}

#[cfg(test)]
mod tests {
    use super::LedgerRow;

    #[test]
    fn a_row_takes_64_bytes() {
        assert_eq!(size_of::<LedgerRow>(), 64);
    }
}
