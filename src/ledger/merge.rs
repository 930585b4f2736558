//! The shares of all threads become one ledger: one numbering in byte order, principals under one name, calls linked.

use super::aliases::Aliases;
use super::fold::{Act, Fold, Meeting};
use super::gather::{merged, one_of_each};
use super::names::{Id, Names};
use super::row::{AddressKey, Count, DayCount, Key, Ledger, Outcomes, Row, TokenFacts, WantedRow};
use super::share::{Share, renumber};
use super::tally::Tally;
use super::waiting::{Emit, Fixed, Waiting};
use crate::hash::Map;
use crate::link::Link;
use crate::time::{Day, Time};

/// Merges the shares of one run, which forgets the rows it has seen. The result does not depend on how events were spread over them.
pub fn merge(folds: Vec<Fold<'_>>) -> Ledger {
    let shared = folds.first().map(Fold::shared);
    let shares = folds.into_iter().map(Fold::into_share).collect();
    // No row comes any more, and merging needs the memory.
    shared.into_iter().for_each(|s| s.duplicates.clear());
    let (names, shares, _) = renumber(shares);
    let aliases = Aliases::of(shares.iter().flat_map(|s| s.aliases.iter().copied()).collect());
    let mut tally = Tally::default();
    let mut tables = Tables::default();
    let mut waiting = Waiting::default();
    for share in shares {
        tally.add(&share.tally);
        tables.add(&share, &aliases);
        waiting.add(share, &aliases);
    }
    let (folded, wanted) = waiting.link(&Fixed::of(&names), Folded::default);
    drop(waiting);
    for f in folded {
        tables.linked.extend(f.rows);
        for (key, count) in f.addresses {
            tables.addresses.entry(key).or_insert(Count::NONE).add(count);
        }
        tally.request_sample.0 += f.sample.0;
        tally.request_sample.1 += f.sample.1;
    }
    let mut wanted: Vec<_> = wanted.into_iter().map(|(w, _)| w).collect();
    wanted.dedup();
    tables.into_ledger(names, aliases, tally, wanted)
}

/// What of the ledger needs no linking, or is done with it.
#[derive(Default)]
struct Tables {
    rows: Map<Key, Outcomes>,
    linked: Vec<(Key, Outcomes)>,
    days: Map<(Id, Day), DayCount>,
    tokens: Map<(Id, Id, Id), TokenFacts>,
    addresses: Map<AddressKey, Count>,
}

impl Tables {
    fn add(&mut self, share: &Share, aliases: &Aliases) {
        for (key, outcomes) in &share.rows {
            let key = Key { principal: aliases.canonical(key.workspace, key.principal), ..*key };
            self.rows.entry(key).or_insert(Outcomes::NONE).add(outcomes);
        }
        for &(day, count) in &share.days {
            let sum = self.days.entry(day).or_default();
            sum.rows += count.rows;
            sum.logins += count.logins;
        }
        for (id, facts) in &share.tokens {
            let principal = aliases.canonical(facts.workspace, facts.principal);
            let facts = TokenFacts { principal, ..facts.clone() };
            self.tokens
                .entry((*id, facts.workspace, principal))
                .and_modify(|known| known.add(&facts))
                .or_insert(facts);
        }
        for &(key, count) in &share.addresses {
            let key = AddressKey { principal: aliases.canonical(key.workspace, key.principal), ..key };
            self.addresses.entry(key).or_insert(Count::NONE).add(count);
        }
    }

    fn into_ledger(self, names: Names, aliases: Aliases, tally: Tally, wanted: Vec<WantedRow>) -> Ledger {
        let rows = self.rows.into_iter().chain(self.linked).map(|(key, outcomes)| Row { key, outcomes });
        Ledger {
            rows: merged(rows.collect()),
            days: sorted_by_key(self.days),
            tokens: one_of_each(sorted_by_key(self.tokens)),
            addresses: sorted_by_key(self.addresses),
            aliases: aliases.into_list(),
            wanted,
            mixed: Vec::new(),
            tally,
            names,
        }
    }
}

fn sorted_by_key<K: Ord + Copy, V>(map: Map<K, V>) -> Vec<(K, V)> {
    let mut list: Vec<_> = map.into_iter().collect();
    list.sort_unstable_by_key(|e| e.0);
    list
}

#[derive(Default)]
struct Folded {
    rows: Map<Key, Outcomes>,
    addresses: Map<AddressKey, Count>,
    sample: (u64, u64),
}

impl Emit for Folded {
    fn add(&mut self, m: &Meeting, act: Act, token: Id, link: Link, time: Time) {
        self.rows
            .entry(m.key(act, time.day(), token, link))
            .or_insert(Outcomes::NONE)
            .add_one(act.outcome, time);
        self.addresses.entry(m.address_key(token)).or_insert(Count::NONE).add(Count::one(time));
    }

    fn tried(&mut self, _: &Meeting, _: Time) {
        self.sample.0 += 1;
    }

    fn joined(&mut self, _: &Meeting, _: Time) {
        self.sample.1 += 1;
    }
}
