//! What the rows of a token prove: its uses, and the calls and logins that show no scope.

use super::tier::Tier;
use crate::catalog::Mapping;
use crate::catalog::confidence::Confidence;
use crate::ledger::link::Link;
use crate::ledger::{Count, Id};
use std::sync::Arc;

/// What kind of evidence a use is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    Call,
    /// A succeeded login whose user agent names the call that follows.
    Login {
        /// Another row of the same key lies within ten seconds.
        answered: bool,
    },
    /// A refusal that names the scope.
    Denied,
    /// A refusal in an access log, which names no scope: the endpoint's scope is needed, unless the token holds it.
    Refused,
    /// A call that ended in any other way; it counts only with `--count-failed`.
    Failed,
}

/// Events of one ledger row with one outcome, as evidence for one need.
#[derive(Clone, Debug)]
pub struct Use {
    /// The scopes it needs, and how well that is known.
    pub mapping: Arc<Mapping>,
    /// How surely it belongs to the token.
    pub tier: Tier,
    /// The agent names only families of scopes, so each scope is possible at most.
    pub only_possible: bool,
    pub kind: UseKind,
    pub count: Count,
    /// `service/action` or `METHOD template`, by ledger number.
    pub action: Id,
    /// User agent, by ledger number.
    pub agent: Id,
    /// How the row is linked to the token; `None` where only a client's log shows the call.
    pub link: Option<Link>,
}

impl Use {
    /// Whether a loss may be founded on it: T0 to T4, on a mapping of at least medium confidence.
    pub fn is_firm(&self) -> bool {
        !self.only_possible && self.tier <= Tier::T4 && self.mapping.confidence >= Confidence::Medium
    }

    /// Whether the token certainly needs the scope: T0 to T2, and no other scope would have served.
    pub fn is_sure(&self) -> bool {
        self.is_firm() && self.tier.is_sure() && !self.mapping.is_ambiguous()
    }
}

/// Calls that the catalog cannot map to a scope.
#[derive(Clone, Copy, Debug)]
pub struct Unmapped {
    pub action: Id,
    /// All outcomes together.
    pub count: Count,
}

/// A refused call of the account API, which no workspace token can make.
#[derive(Clone, Copy, Debug)]
pub struct AccountUse {
    /// Index in the roster, if the row is tied to a token.
    pub token: Option<usize>,
    pub workspace: Id,
    pub principal: Id,
    pub action: Id,
    pub count: Count,
    pub tier: Tier,
}

/// Logins that no call follows and whose agent names no scope: the token called something that left no row.
#[derive(Clone, Copy, Debug)]
pub struct UnansweredLogin {
    pub count: Count,
}
