//! The keys by which calls meet logins and by which rows are counted. Every text in a key is the number an [`Interner`] gave it.
//!
//! [`Interner`]: super::interner::Interner

use super::interner::Id;
use crate::input::event::Outcome;
use crate::ledger::link::Link;
use crate::support::time::Day;

/// The ledger's name of a login by token.
pub const TOKEN_LOGIN: &str = "accounts/tokenLogin";
/// The workspace of account-level rows that name none.
pub const ACCOUNT: &str = "0";

/// Events with the same key are counted in the same row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// Workspace id, Azure workspace name, or "0".
    pub workspace: Id,
    /// The caller, in lower case.
    pub principal: Id,
    /// User agent without its run id.
    pub agent: Id,
    /// `service/action`, or `METHOD path-template`.
    pub action: Id,
    /// The scopes a denial names, joined by commas; empty otherwise.
    pub named: Id,
    /// UTC day.
    pub day: Day,
    /// Token id, or empty.
    pub token: Id,
    pub link: Link,
}

/// Where a token or, without one, a principal called from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey {
    /// Workspace id, Azure workspace name, or "0".
    pub workspace: Id,
    /// The caller, in lower case.
    pub principal: Id,
    /// Token id, or empty.
    pub token: Id,
    /// User agent without its run id.
    pub agent: Id,
    /// Address without its port.
    pub address: Id,
}

/// The client behind an event. A call can be linked only to logins with the same client key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ClientKey {
    pub(super) workspace: Id,
    pub(super) principal: Id,
    pub(super) address: Id,
    pub(super) agent: Id,
}

/// What was called, which scopes a denial named, and how the call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ActionKey {
    pub(super) action: Id,
    pub(super) named: Id,
    pub(super) outcome: Outcome,
}

impl ClientKey {
    pub(super) fn row_key(self, action: ActionKey, day: Day, token: Id, link: Link) -> RowKey {
        let Self { workspace, principal, agent, .. } = self;
        RowKey { workspace, principal, agent, action: action.action, named: action.named, day, token, link }
    }

    pub(super) fn address_key(self, token: Id) -> AddressKey {
        let Self { workspace, principal, address, agent } = self;
        AddressKey { workspace, principal, token, agent, address }
    }
}

/// A value that holds numbers of texts and can be moved to another numbering.
pub(super) trait Renumber {
    /// Replaces every number by the new one of the same text.
    fn renumber(&mut self, new: impl Fn(Id) -> Id);
}

/// Implements [`Renumber`] from the list of fields that hold numbers of texts.
macro_rules! renumbered_fields {
    ($($of:ty: $($field:ident),+;)+) => {
        $(impl $crate::ledger::keys::Renumber for $of {
            fn renumber(&mut self, new: impl Fn($crate::ledger::interner::Id) -> $crate::ledger::interner::Id) {
                $(self.$field = new(self.$field);)+
            }
        })+
    };
}
pub(super) use renumbered_fields;

renumbered_fields! {
    RowKey: workspace, principal, agent, action, named, token;
    AddressKey: workspace, principal, token, agent, address;
    ClientKey: workspace, principal, address, agent;
    ActionKey: action, named;
}
