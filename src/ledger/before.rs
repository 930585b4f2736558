//! Cuts a ledger at a moment: what came at or after it stays out of judgement.

use super::logins::is_token_evidence;
use super::names::Id;
use super::row::{Count, Ledger, Outcomes, Row};
use crate::support::hash::Map;
use crate::support::time::Time;

impl Ledger {
    /// The ledger as it was at `as_of`, and how many events came later. On the day of `as_of` itself only the first event of a
    /// row is known to lie before it, so only that one is kept.
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

/// What of the count is known to lie before the moment.
fn cut(count: Count, as_of: Time) -> Count {
    if count.last < as_of {
        count
    } else if count.first < as_of {
        Count::one(count.first)
    } else {
        Count::NONE
    }
}

fn logins(rows: &[Row]) -> Map<Id, Count> {
    let mut logins: Map<Id, Count> = Map::default();
    for row in rows.iter().filter(|r| r.key.token != 0 && is_token_evidence(r.key.link)) {
        logins.entry(row.key.token).or_insert(Count::NONE).add(row.outcomes.succeeded());
    }
    logins
}
