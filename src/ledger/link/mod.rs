//! Calls and logins of one key, in time order, become links: which login, if any, stands behind a call.
//!
//! A key is (workspace, principal, address, agent). Nothing here knows what a call means: a link is a measured fact, found
//! from times alone, so an SQL engine can find the same one with ordered window functions. Apart from whether a key ever had a
//! login (stale or none), a link depends on nothing that is more than 24 hours from its call.

mod find;
mod runs;

pub use find::{Found, answered, link_calls};
pub use runs::{Carrier, SAME_REQUEST, SAME_RUN, Ties, in_sample};

use crate::support::time::{Span, Time};
use serde::Serialize;

/// How near a login must be to a call to stand for it.
pub const NEAR: Span = Span::seconds(10);
/// The same where times are whole seconds.
pub const NEAR_WHOLE_SECONDS: Span = Span::seconds(11);
/// How long a login may stand for later calls, and how long an older one by another credential casts doubt.
pub const DAY: Span = Span::hours(24);

/// The kind of tie between a row and a token, from surest to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Link {
    /// The row itself names the token.
    Row,
    /// A login row with no call on its key within ten seconds: something was called that left no row.
    Unanswered,
    /// Same CLI run or request id as the logins near it of exactly one token.
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
    /// Every link, in order.
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

/// Who logged in: a token, or a credential of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credential(pub u32);

impl Credential {
    /// A credential that is no token: OAuth, a browser, an internal token. All of them count as one.
    pub const OTHER: Self = Self(u32::MAX);

    /// The token's number, if it is one.
    pub fn token(self) -> Option<u32> {
        (self != Self::OTHER).then_some(self.0)
    }
}

/// A succeeded login, waiting for the calls it may stand behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login {
    /// The key.
    pub key: u32,
    /// When.
    pub time: Time,
    /// By whom.
    pub credential: Credential,
}

/// A client's call, waiting for its login. 24 bytes: a year of a busy workspace holds many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The key.
    pub key: u32,
    /// When.
    pub time: Time,
    /// What was called and how it ended, in the caller's numbering.
    pub action: u32,
    /// Hash of the CLI run id; 0 is none.
    pub run: u32,
    /// Hash of the request id with the lowest bit telling whole-second times; see [`request_mark`].
    pub mark: u32,
}

/// The mark of a call: 31 bits of its request id's hash (0 is none), and whether its time is a whole second.
pub fn request_mark(hash: u32, whole_seconds: bool) -> u32 {
    (hash & !1) | u32::from(whole_seconds)
}

impl Call {
    /// 31 bits of the request id's hash, 0 is none.
    pub fn request(&self) -> u32 {
        self.mark & !1
    }

    /// How near a login must be to this call.
    pub fn near(&self) -> Span {
        if self.mark & 1 == 1 { NEAR_WHOLE_SECONDS } else { NEAR }
    }
}
