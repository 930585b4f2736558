//! The shares of all threads become one ledger: one numbering in byte order, principals under one name, calls linked.

use super::aliases::Aliases;
use super::fold::{Act, Fold, Meeting};
use super::gather::Gather;
use super::names::Id;
use super::row::{AddressKey, Count, Key, Ledger, Outcomes, Row};
use super::share::renumber;
use super::waiting::{Emit, Fixed, Waiting};
use crate::ledger::link::Link;
use crate::support::hash::Map;
use crate::support::time::Time;

/// Merges the shares of one run, which forgets the rows it has seen. The result does not depend on how events were spread over them.
pub fn merge(folds: Vec<Fold<'_>>) -> Ledger {
    let shared = folds.first().map(Fold::shared);
    let shares = folds.into_iter().map(Fold::into_share).collect();
    // No row comes any more, and merging needs the memory.
    shared.into_iter().for_each(|s| s.duplicates.clear());
    let (names, mut shares, _) = renumber(shares);
    let mut all = Gather::default();
    for share in &mut shares {
        all.take(share);
        all.aliases.append(&mut share.aliases);
    }
    let waiting = Waiting::of(shares, &Aliases::of(all.aliases.clone()));
    let (folded, wanted) = waiting.link(&Fixed::of(&names), Folded::default);
    drop(waiting);
    for f in folded {
        all.rows.extend(f.rows.into_iter().map(|(key, outcomes)| Row { key, outcomes }));
        all.addresses.extend(f.addresses);
        all.tally.request_sample.0 += f.sample.0;
        all.tally.request_sample.1 += f.sample.1;
    }
    all.wanted.extend(wanted.into_iter().map(|(row, _)| (row, None)));
    all.names = names;
    all.ledger()
}

#[derive(Default)]
struct Folded {
    rows: Map<Key, Outcomes>,
    addresses: Map<AddressKey, Count>,
    sample: (u64, u64),
}

impl Emit for Folded {
    fn add(&mut self, m: &Meeting, act: Act, token: Id, link: Link, count: Count) {
        let key = m.key(act, count.first.day(), token, link);
        self.rows.entry(key).or_insert(Outcomes::NONE).add_all(act.outcome, count);
        self.addresses.entry(m.address_key(token)).or_insert(Count::NONE).add(count);
    }

    fn tried(&mut self, _: &Meeting, _: Time) {
        self.sample.0 += 1;
    }

    fn joined(&mut self, _: &Meeting, _: Time) {
        self.sample.1 += 1;
    }
}
