//! Decides which login, if any, explains a call.
//!
//! Calls and logins are compared within one key: (workspace, principal, address, agent). The rules use only times and shared ids,
//! not what a call means, so that an SQL engine finds the same links with ordered window functions. Apart from whether a key ever
//! had a login (stale or none), a link depends only on what happened within 24 hours of the call.

mod link_calls;
mod shared_ids;

pub use link_calls::{CallLink, answered, link_calls};
pub use shared_ids::{CarriedId, LoginsById, SAME_REQUEST, SAME_RUN, in_sample};

use crate::support::time::{Span, Time};
use serde::Serialize;

/// A login at most this far from a call explains it.
pub const NEAR: Span = Span::seconds(10);
/// The same for logs whose times are whole seconds.
pub const NEAR_WHOLE_SECONDS: Span = Span::seconds(11);
/// How long a login may explain later calls, and how long an earlier login by another credential makes the link uncertain.
pub const DAY: Span = Span::hours(24);

/// The kind of tie between a row and a token, from surest to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Link {
    /// The row itself names the token.
    Row,
    /// A login without a call on its key within ten seconds: the token called something that is not in the log.
    Unanswered,
    /// The call has the same CLI run id or request id as nearby logins of exactly one token.
    Run,
    /// One token's login within ten seconds, and no other credential on the key for a day before it.
    Sole,
    /// One token's login within ten seconds; another credential was on the key during the day before.
    Near,
    /// Two credentials within ten seconds.
    Several,
    /// One token's login up to a day before, and no other credential on the key for a day before the call.
    Recent,
    /// The key has logins of tokens, but none that fits.
    Stale,
    /// The key has no login of a token.
    None,
}

impl Link {
    pub const ALL: [Self; 9] = [
        Self::Row,
        Self::Unanswered,
        Self::Run,
        Self::Sole,
        Self::Near,
        Self::Several,
        Self::Recent,
        Self::Stale,
        Self::None,
    ];

    /// How an API call is tied to a login, in words that follow a number of calls.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Row => "name their token themselves",
            Self::Unanswered => "are logins no logged call answered",
            Self::Run => "share a command-line run with a token's login",
            Self::Sole => "follow a login of one token, no other credential near",
            Self::Near => "follow a login of one token, another credential the same day",
            Self::Several => "follow logins of several credentials",
            Self::Recent => "follow a login of one token up to a day before",
            Self::Stale => "come from a client that logs in, but not near the call",
            Self::None => "come from a client that never logs in with a token",
        }
    }

    /// The name in ledgers and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Unanswered => "unanswered",
            Self::Run => "run",
            Self::Sole => "sole",
            Self::Near => "near",
            Self::Several => "several",
            Self::Recent => "recent",
            Self::Stale => "stale",
            Self::None => "none",
        }
    }
}

/// A token by its number, or a credential of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginCredential(pub u32);

impl LoginCredential {
    /// Any credential that is not a token from outside: OAuth, a browser, an internal token. All count as the same one.
    pub const OTHER: Self = Self(u32::MAX);

    /// The token's number, if it is one.
    pub fn token(self) -> Option<u32> {
        (self != Self::OTHER).then_some(self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login {
    /// Number of the client key.
    pub key: u32,
    pub time: Time,
    pub credential: LoginCredential,
}

/// A client's call. It takes 24 bytes, because a year of a busy workspace has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Number of the client key.
    pub key: u32,
    pub time: Time,
    /// Number of the action key: what was called, and how the call ended.
    pub action: u32,
    /// Hash of the CLI run id; 0 if there is none.
    pub run: u32,
    /// See [`request_mark`].
    pub mark: u32,
}

/// The upper 31 bits of a hash of the request id (0 if there is none), with the lowest bit set if the time is a whole second.
pub fn request_mark(hash: u32, whole_seconds: bool) -> u32 {
    (hash & !1) | u32::from(whole_seconds)
}

impl Call {
    /// The upper 31 bits of a hash of the request id; 0 if there is none.
    pub fn request(&self) -> u32 {
        self.mark & !1
    }

    /// A login at most this far from the call explains it.
    pub fn near(&self) -> Span {
        if self.mark & 1 == 1 { NEAR_WHOLE_SECONDS } else { NEAR }
    }
}
