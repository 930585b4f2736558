//! Parts of a ledger under one numbering of texts, in any order; adding them in any order gives the same ledger.

use super::aliases::Aliases;
use super::counts::{Count, DayCount};
use super::facts::{LedgerRow, TokenLogins, WantedRow};
use super::interner::Id;
use super::keys::{AddressKey, ClientKey, Renumber};
use super::ledger_tally::LedgerTally;
use crate::support::time::Day;
use rayon::prelude::*;

/// The facts of a ledger before they are put in order and those with the same key are added up.
#[derive(Debug, Default)]
pub(super) struct LedgerParts {
    pub(super) rows: Vec<LedgerRow>,
    /// Rows of calls that no login explains, with their address: whether their client key ever had a login decides between
    /// [`Link::Stale`] and [`Link::None`], and is known only when all parts are there.
    ///
    /// [`Link::Stale`]: crate::ledger::link::Link::Stale
    /// [`Link::None`]: crate::ledger::link::Link::None
    pub(super) unlinked: Vec<(LedgerRow, Id)>,
    pub(super) days: Vec<((Id, Day), DayCount)>,
    /// A digest of the rows of each (workspace, day), by which a ledger on disk recognises a day it holds already.
    pub(super) digests: Vec<((Id, Day), u64)>,
    pub(super) tokens: Vec<(Id, TokenLogins)>,
    pub(super) addresses: Vec<(AddressKey, Count)>,
    /// (workspace, name, another name of the same principal).
    pub(super) aliases: Vec<(Id, Id, Id)>,
    /// Client keys on which a token from outside logged in; needed only to resolve `unlinked`.
    pub(super) login_keys: Vec<ClientKey>,
    /// With the address where the link is to be resolved as in `unlinked`.
    pub(super) wanted: Vec<(WantedRow, Option<Id>)>,
    pub(super) tally: LedgerTally,
}

impl LedgerParts {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.unlinked.is_empty()
            && self.days.is_empty()
            && self.tokens.is_empty()
            && self.tally == LedgerTally::default()
    }

    /// Adds other parts under the same numbering.
    pub(super) fn append(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
        self.unlinked.append(&mut other.unlinked);
        self.days.append(&mut other.days);
        self.digests.append(&mut other.digests);
        self.tokens.append(&mut other.tokens);
        self.addresses.append(&mut other.addresses);
        self.aliases.append(&mut other.aliases);
        self.login_keys.append(&mut other.login_keys);
        self.wanted.append(&mut other.wanted);
        self.tally.add(&other.tally);
    }

    /// Moves everything to another numbering of texts.
    pub(super) fn renumber(&mut self, new: impl Fn(Id) -> Id + Copy + Send + Sync) {
        self.rows.par_iter_mut().for_each(|row| row.key.renumber(new));
        for (row, address) in &mut self.unlinked {
            row.key.renumber(new);
            *address = new(*address);
        }
        self.days.iter_mut().for_each(|((workspace, _), _)| *workspace = new(*workspace));
        self.digests.iter_mut().for_each(|((workspace, _), _)| *workspace = new(*workspace));
        for (id, token) in &mut self.tokens {
            *id = new(*id);
            token.renumber(new);
        }
        self.addresses.iter_mut().for_each(|(key, _)| key.renumber(new));
        self.aliases.iter_mut().for_each(|(w, a, b)| (*w, *a, *b) = (new(*w), new(*a), new(*b)));
        self.login_keys.iter_mut().for_each(|key| key.renumber(new));
        for (row, address) in &mut self.wanted {
            row.renumber(new);
            *address = address.map(new);
        }
    }

    /// Replaces every name of a principal by the one that stands for all its names.
    pub(super) fn rename(&mut self, aliases: &Aliases) {
        if aliases.is_empty() {
            return;
        }
        let rename =
            |workspace: Id, principal: &mut Id| *principal = aliases.canonical(workspace, *principal);
        self.rows.par_iter_mut().for_each(|row| rename(row.key.workspace, &mut row.key.principal));
        self.unlinked.iter_mut().for_each(|(row, _)| rename(row.key.workspace, &mut row.key.principal));
        self.tokens.iter_mut().for_each(|(_, token)| rename(token.workspace, &mut token.principal));
        self.addresses.iter_mut().for_each(|(key, _)| rename(key.workspace, &mut key.principal));
        self.login_keys.iter_mut().for_each(|key| rename(key.workspace, &mut key.principal));
        self.wanted.iter_mut().for_each(|(row, _)| rename(row.workspace, &mut row.principal));
    }

    /// Puts everything in order and adds up entries of the same key.
    pub(super) fn add_up(&mut self) {
        self.rows.par_sort_unstable_by_key(|row| row.key);
        dedup_adding(&mut self.rows, |row| row.key, |sum, more| sum.outcomes.add(&more.outcomes));
        self.unlinked.sort_unstable_by_key(|(row, address)| (row.key, *address));
        let key = |(row, address): &(LedgerRow, Id)| (row.key, *address);
        dedup_adding(&mut self.unlinked, key, |sum, more| sum.0.outcomes.add(&more.0.outcomes));
        add_up(&mut self.days, DayCount::add);
        add_up(&mut self.digests, |sum, more| *sum = sum.wrapping_add(*more));
        let key = |(id, token): &(Id, TokenLogins)| (*id, token.workspace, token.principal);
        self.tokens.sort_unstable_by_key(key);
        dedup_adding(&mut self.tokens, key, |sum, more| sum.1.add(&more.1));
        add_up(&mut self.addresses, |sum, more| sum.add(*more));
        self.aliases.sort_unstable();
        self.aliases.dedup();
        self.login_keys.sort_unstable();
        self.login_keys.dedup();
        self.wanted.sort_unstable();
        self.wanted.dedup();
    }
}

/// The entries in order, those of the same key added up.
pub(crate) fn summed<K: Ord + Copy, V>(mut list: Vec<(K, V)>, add: impl Fn(&mut V, &V)) -> Vec<(K, V)> {
    add_up(&mut list, add);
    list
}

fn add_up<K: Ord + Copy, V>(list: &mut Vec<(K, V)>, add: impl Fn(&mut V, &V)) {
    list.sort_unstable_by_key(|entry| entry.0);
    dedup_adding(list, |entry| entry.0, |sum, more| add(&mut sum.1, &more.1));
}

fn dedup_adding<T, K: Eq>(list: &mut Vec<T>, key: impl Fn(&T) -> K, add: impl Fn(&mut T, &T)) {
    list.dedup_by(|next, kept| {
        let same = key(next) == key(kept);
        if same {
            add(kept, next);
        }
        same
    });
}
