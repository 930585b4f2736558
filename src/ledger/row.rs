//! The ledger's rows: what is kept of events. Facts only; rows merge by adding counts and taking the earliest and latest.

use super::names::{Id, Names};
use crate::input::event::Outcome;
use crate::ledger::link::Link;
use crate::support::time::{Day, Time};

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

/// Counts for each outcome apart: a refused call must not move a boundary. Few rows hold a refused or failed call, and a ledger
/// holds millions of rows, so what only those need stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcomes {
    succeeded: Count,
    /// `None` where there is neither.
    others: Option<Box<Others>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Others {
    denied: Count,
    failed: Count,
}

impl Others {
    const NONE: Self = Self { denied: Count::NONE, failed: Count::NONE };
}

impl Outcomes {
    /// No event.
    pub const NONE: Self = Self { succeeded: Count::NONE, others: None };

    /// Each outcome.
    pub fn new(succeeded: Count, denied: Count, failed: Count) -> Self {
        let none = denied.is_none() && failed.is_none();
        Self { succeeded, others: (!none).then(|| Box::new(Others { denied, failed })) }
    }

    /// 200 to 299, or no status.
    pub fn succeeded(&self) -> Count {
        self.succeeded
    }

    /// 401 and 403.
    pub fn denied(&self) -> Count {
        self.others.as_ref().map_or(Count::NONE, |o| o.denied)
    }

    /// All else.
    pub fn failed(&self) -> Count {
        self.others.as_ref().map_or(Count::NONE, |o| o.failed)
    }

    /// What did not succeed, denied or failed.
    pub fn refused(&self) -> Count {
        let mut refused = self.denied();
        refused.add(self.failed());
        refused
    }

    /// One more event.
    pub fn add_one(&mut self, outcome: Outcome, time: Time) {
        self.add_all(outcome, Count::one(time));
    }

    /// Events that ended alike.
    pub fn add_all(&mut self, outcome: Outcome, events: Count) {
        let others = || Box::new(Others::NONE);
        let count = match outcome {
            Outcome::Succeeded => &mut self.succeeded,
            Outcome::Denied => &mut self.others.get_or_insert_with(others).denied,
            Outcome::Failed => &mut self.others.get_or_insert_with(others).failed,
        };
        count.add(events);
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.succeeded.add(other.succeeded);
        if let Some(more) = &other.others {
            let others = self.others.get_or_insert_with(|| Box::new(Others::NONE));
            others.denied.add(more.denied);
            others.failed.add(more.failed);
        }
    }

    /// All outcomes as one.
    pub fn all(&self) -> Count {
        let mut all = self.succeeded;
        all.add(self.refused());
        all
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// [`crate::support::hash::fingerprint`] of the request id.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_kept_apart_and_equal_however_they_were_added() {
        let mut one = Outcomes::NONE;
        one.add_one(Outcome::Denied, Time(5));
        one.add_one(Outcome::Succeeded, Time(7));
        let mut other = Outcomes::new(Count::one(Time(7)), Count::NONE, Count::NONE);
        other.add(&Outcomes::new(Count::NONE, Count::one(Time(5)), Count::NONE));
        assert_eq!(one, other);
        assert_eq!((one.succeeded().last, one.denied().last, one.failed()), (Time(7), Time(5), Count::NONE));
        assert_eq!(one.all(), Count { events: 2, first: Time(5), last: Time(7) });
        assert_eq!(size_of::<Row>(), 64);
    }
}
