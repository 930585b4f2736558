//! The finished ledger, and the ledger as it was at an earlier moment.

use super::counts::{Count, DayCount, Outcomes};
use super::facts::{LedgerRow, TokenLogins, WantedRow};
use super::interner::{Id, Interner};
use super::keys::AddressKey;
use super::ledger_tally::LedgerTally;
use super::logins::is_token_evidence;
use crate::support::hash::Map;
use crate::support::time::{Day, Time};

/// The ledger: facts of all logs read, in one order that does not depend on threads or files.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Every text, numbered in byte order.
    pub names: Interner,
    /// In order of their keys.
    pub rows: Vec<LedgerRow>,
    /// (workspace, day) in order.
    pub days: Vec<((Id, Day), DayCount)>,
    /// Token id and facts, in order.
    pub tokens: Vec<(Id, TokenLogins)>,
    /// In order of their keys.
    pub addresses: Vec<(AddressKey, Count)>,
    /// (workspace, name, principal it stands for), in order.
    pub aliases: Vec<(Id, Id, Id)>,
    /// Calls that denials in client logs name, in order.
    pub wanted: Vec<WantedRow>,
    /// Closed days of a ledger on disk, as (workspace, day), for which a later export held other rows. Those rows were left out.
    pub mixed: Vec<(Id, Day)>,
    /// What was counted while folding.
    pub tally: LedgerTally,
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

    /// The ledger as it was at `as_of`, and how many events came later. Of a row whose events lie on both sides of `as_of`, only
    /// the first event of each outcome is known to lie before it, so only that one is kept.
    pub fn before(mut self, as_of: Time) -> (Self, u64) {
        let mut later = 0;
        self.rows.retain_mut(|row| {
            let all = row.outcomes.all();
            if all.last < as_of {
                return true;
            }
            let [succeeded, denied, failed] =
                [row.outcomes.succeeded(), row.outcomes.denied(), row.outcomes.failed()]
                    .map(|c| cut(c, as_of));
            row.outcomes = Outcomes::new(succeeded, denied, failed);
            let left = row.outcomes.all();
            later += all.events - left.events;
            !left.is_none()
        });
        self.days.retain(|((_, day), _)| day.start() < as_of);
        self.wanted.retain(|w| w.time < as_of);
        let logins = logins(&self.rows);
        for (id, facts) in &mut self.tokens {
            facts.logins = logins.get(id).copied().unwrap_or(Count::NONE);
            facts.generated = facts.generated.filter(|t| *t < as_of);
            facts.revoked = facts.revoked.filter(|t| *t < as_of);
        }
        self.tokens.retain(|(_, f)| !f.logins.is_none() || f.generated.is_some() || f.revoked.is_some());
        (self, later)
    }
}

/// The events of the count that are known to lie before the moment.
fn cut(count: Count, as_of: Time) -> Count {
    if count.last < as_of {
        count
    } else if count.first < as_of {
        Count::one(count.first)
    } else {
        Count::NONE
    }
}

fn logins(rows: &[LedgerRow]) -> Map<Id, Count> {
    let mut logins: Map<Id, Count> = Map::default();
    for row in rows.iter().filter(|r| r.key.token != 0 && is_token_evidence(r.key.link)) {
        logins.entry(row.key.token).or_insert(Count::NONE).add(row.outcomes.succeeded());
    }
    logins
}
