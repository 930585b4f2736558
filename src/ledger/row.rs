//! The ledger's rows: what is kept of events. Facts only; rows merge by adding counts and taking the earliest and latest.

use super::names::{Id, Names};
use crate::event::Outcome;
use crate::link::Link;
use crate::time::{Day, Time};

/// What makes two events the same row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Workspace id, Azure workspace name, or "0".
    pub workspace: Id,
    /// Who, lower case.
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
    /// How the row is tied to the token.
    pub link: Link,
}

impl Key {
    /// The same key under other numbers.
    pub(super) fn map(self, new: impl Fn(Id) -> Id) -> Self {
        Self {
            workspace: new(self.workspace),
            principal: new(self.principal),
            agent: new(self.agent),
            action: new(self.action),
            named: new(self.named),
            token: new(self.token),
            ..self
        }
    }
}

/// How many events, and when the first and the last were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub events: u64,
    /// The earliest.
    pub first: Time,
    /// The latest.
    pub last: Time,
}

impl Count {
    /// No event.
    pub const NONE: Self = Self { events: 0, first: Time(i64::MAX), last: Time(i64::MIN) };

    /// One event.
    pub fn one(time: Time) -> Self {
        Self { events: 1, first: time, last: time }
    }

    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.events == 0
    }
}

/// Counts for each outcome apart: a refused call must not move a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// 200 to 299, or no status.
    pub succeeded: Count,
    /// 401 and 403.
    pub denied: Count,
    /// All else.
    pub failed: Count,
}

impl Outcomes {
    /// No event.
    pub const NONE: Self = Self { succeeded: Count::NONE, denied: Count::NONE, failed: Count::NONE };

    /// The counts of one outcome.
    pub fn of(&mut self, outcome: Outcome) -> &mut Count {
        match outcome {
            Outcome::Succeeded => &mut self.succeeded,
            Outcome::Denied => &mut self.denied,
            Outcome::Failed => &mut self.failed,
        }
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.succeeded.add(other.succeeded);
        self.denied.add(other.denied);
        self.failed.add(other.failed);
    }

    /// All outcomes as one.
    pub fn all(&self) -> Count {
        let mut all = self.succeeded;
        all.add(self.denied);
        all.add(self.failed);
        all
    }
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it counts.
    pub key: Key,
    /// How often, and when.
    pub outcomes: Outcomes,
}

/// All rows of one workspace on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCount {
    /// Rows of every kind.
    pub rows: u64,
    /// Succeeded logins of tokens from outside.
    pub logins: u64,
}

/// What the log says about a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFacts {
    /// Its workspace.
    pub workspace: Id,
    /// The principal its logins name.
    pub principal: Id,
    /// Its succeeded logins from outside.
    pub logins: Count,
    /// When generateDbToken made it.
    pub generated: Option<Time>,
    /// The expiry generateDbToken gave it.
    pub expires: Option<Time>,
    /// When revokeDbToken ended it.
    pub revoked: Option<Time>,
}

impl TokenFacts {
    /// What both say of the same token.
    pub(super) fn add(&mut self, other: &Self) {
        let least = |a: Option<Time>, b: Option<Time>| [a, b].into_iter().flatten().min();
        self.logins.add(other.logins);
        self.generated = least(self.generated, other.generated);
        self.revoked = least(self.revoked, other.revoked);
        self.expires = self.expires.max(other.expires);
    }
}

/// Where a token or, without one, a principal called from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey {
    /// Workspace.
    pub workspace: Id,
    /// Principal.
    pub principal: Id,
    /// Token id, or empty.
    pub token: Id,
    /// User agent without its run id.
    pub agent: Id,
    /// Address without its port.
    pub address: Id,
}

impl AddressKey {
    /// The same key under other numbers.
    pub(super) fn map(self, new: impl Fn(Id) -> Id) -> Self {
        let Self { workspace, principal, token, agent, address } = self;
        Self {
            workspace: new(workspace),
            principal: new(principal),
            token: new(token),
            agent: new(agent),
            address: new(address),
        }
    }
}

/// A row whose request id a client's denial names, with its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WantedRow {
    /// [`crate::hash::fingerprint`] of the request id.
    pub request: u64,
    /// Workspace.
    pub workspace: Id,
    /// Principal.
    pub principal: Id,
    /// User agent without its run id.
    pub agent: Id,
    /// What was called.
    pub action: Id,
    /// Token id, or empty.
    pub token: Id,
    /// How it is tied to the token.
    pub link: Link,
    /// When.
    pub time: Time,
}

impl WantedRow {
    /// The same row under other numbers.
    pub(super) fn map(self, new: impl Fn(Id) -> Id) -> Self {
        Self {
            workspace: new(self.workspace),
            principal: new(self.principal),
            agent: new(self.agent),
            action: new(self.action),
            token: new(self.token),
            ..self
        }
    }
}

/// The ledger: facts of all logs read, in one order that no thread or file can change.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Every text, numbered in byte order.
    pub names: Names,
    /// In order of their keys.
    pub rows: Vec<Row>,
    /// (workspace, day) in order.
    pub days: Vec<((Id, Day), DayCount)>,
    /// Token id and facts, in order.
    pub tokens: Vec<(Id, TokenFacts)>,
    /// In order of their keys.
    pub addresses: Vec<(AddressKey, Count)>,
    /// (workspace, name, principal it stands for), in order.
    pub aliases: Vec<(Id, Id, Id)>,
    /// Rows that denials in client logs name, in order.
    pub wanted: Vec<WantedRow>,
    /// (workspace, day) of a ledger on disk of which a later export held other rows, which were left out; in order.
    pub mixed: Vec<(Id, Day)>,
    /// What was seen while folding.
    pub tally: super::tally::Tally,
}

impl Ledger {
    /// The text of a number.
    pub fn text(&self, id: Id) -> &str {
        self.names.text(id)
    }

    /// First and last moment of any row.
    pub fn span(&self) -> Option<(Time, Time)> {
        self.tally.first.zip(self.tally.last)
    }
}
