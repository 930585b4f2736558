//! Parts of a ledger, from files or an engine, become one ledger: one numbering in byte order, principals under one name, rows
//! of the same key as one.

use super::aliases::Aliases;
use super::fold::Meeting;
use super::names::{Id, Names};
use super::row::{AddressKey, Count, DayCount, Key, Ledger, Row, TokenFacts, WantedRow};
use super::share::Share;
use super::tally::Tally;
use crate::ledger::link::Link;
use crate::support::hash::Set;
use crate::support::time::Day;
use rayon::prelude::*;

/// Parts of a ledger in any order and number; adding them up in any order gives the same ledger.
#[derive(Debug, Default)]
pub struct Gather {
    pub(super) names: Names,
    pub(super) rows: Vec<Row>,
    /// Rows of calls that no login explains, with their address: whether their key had any login is asked at the end.
    pub(super) unlinked: Vec<(Row, Id)>,
    pub(super) days: Vec<((Id, Day), DayCount)>,
    /// By which a workspace's day is known again: only of a ledger on disk.
    pub(super) digests: Vec<((Id, Day), u64)>,
    pub(super) tokens: Vec<(Id, TokenFacts)>,
    pub(super) addresses: Vec<(AddressKey, Count)>,
    pub(super) aliases: Vec<(Id, Id, Id)>,
    pub(super) login_keys: Vec<Meeting>,
    /// With the address, where the link is to be asked as well.
    pub(super) wanted: Vec<(WantedRow, Option<Id>)>,
    pub(super) tally: Tally,
}

impl Gather {
    /// Parts as one: their rows, of which there may be millions, are put together on all threads.
    pub fn all(mut parts: Vec<Self>) -> Self {
        if parts.len() < 2 {
            return parts.pop().unwrap_or_default();
        }
        let mut rows = Vec::with_capacity(parts.len());
        let mut all = Self::default();
        for mut part in parts {
            let own = std::mem::take(&mut part.rows);
            rows.push((own, all.absorb(part)));
        }
        let begins: Vec<usize> =
            rows.iter().scan(0, |at, (own, _)| Some(std::mem::replace(at, *at + own.len()))).collect();
        let count = rows.iter().map(|(own, _)| own.len()).sum::<usize>();
        let row = |place: &mut usize, i: usize| {
            if !(begins[*place]..begins[*place] + rows[*place].0.len()).contains(&i) {
                *place = begins.partition_point(|begin| *begin <= i) - 1;
            }
            let (own, ids) = &rows[*place];
            let Row { key, outcomes } = &own[i - begins[*place]];
            Row { key: key.map(|id| ids[id as usize]), outcomes: outcomes.clone() }
        };
        all.rows = (0..count).into_par_iter().map_init(|| 0, row).collect();
        all
    }

    /// Adds other parts; gives the number of each of their names.
    pub fn absorb(&mut self, mut other: Self) -> Vec<Id> {
        if self.names.len() == 1 && self.is_empty() {
            *self = other;
            return (0..self.names.len() as Id).collect();
        }
        let ids: Vec<Id> =
            (0..other.names.len() as Id).map(|id| self.names.id(other.names.text(id))).collect();
        other.renumber(&ids);
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
        ids
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.unlinked.is_empty()
            && self.days.is_empty()
            && self.tokens.is_empty()
            && self.tally == Tally::default()
    }

    /// Takes the facts of a share that are done with; its aliases, and what waits, stay.
    pub(super) fn take(&mut self, share: &mut Share) {
        let rows = std::mem::take(&mut share.rows).into_iter();
        self.rows.extend(rows.map(|(key, outcomes)| Row { key, outcomes }));
        self.days.append(&mut share.days);
        self.tokens.append(&mut share.tokens);
        self.addresses.append(&mut share.addresses);
        self.tally.add(&share.tally);
    }

    /// How many events of logs the parts speak of.
    pub fn rows_counted(&self) -> u64 {
        self.days.iter().map(|(_, count)| count.rows).sum()
    }

    /// A whole ledger as parts of another.
    pub fn of(ledger: Ledger) -> Self {
        Self {
            names: ledger.names,
            rows: ledger.rows,
            unlinked: Vec::new(),
            days: ledger.days,
            digests: Vec::new(),
            tokens: ledger.tokens,
            addresses: ledger.addresses,
            aliases: ledger.aliases,
            login_keys: Vec::new(),
            wanted: ledger.wanted.into_iter().map(|w| (w, None)).collect(),
            tally: ledger.tally,
        }
    }

    fn renumber(&mut self, ids: &[Id]) {
        let new = |id: Id| ids[id as usize];
        self.rows.par_iter_mut().for_each(|r| r.key = r.key.map(new));
        for (row, address) in &mut self.unlinked {
            (row.key, *address) = (row.key.map(new), new(*address));
        }
        self.days.iter_mut().for_each(|((w, _), _)| *w = new(*w));
        self.digests.iter_mut().for_each(|((w, _), _)| *w = new(*w));
        for (id, facts) in &mut self.tokens {
            *id = new(*id);
            (facts.workspace, facts.principal) = (new(facts.workspace), new(facts.principal));
        }
        self.addresses.iter_mut().for_each(|(key, _)| *key = key.map(new));
        self.aliases.iter_mut().for_each(|(w, a, b)| (*w, *a, *b) = (new(*w), new(*a), new(*b)));
        self.login_keys.iter_mut().for_each(|m| *m = m.map(new));
        for (w, address) in &mut self.wanted {
            *w = w.map(new);
            *address = address.map(new);
        }
    }

    /// Numbers the texts in byte order, and gives them.
    pub(super) fn sort_names(&mut self) -> Names {
        let (names, rank) = std::mem::take(&mut self.names).sorted();
        if rank.iter().enumerate().any(|(old, new)| old as Id != *new) {
            self.renumber(&rank);
        }
        names
    }

    /// One ledger.
    pub fn ledger(mut self) -> Ledger {
        let names = self.sort_names();
        let aliases = Aliases::of(std::mem::take(&mut self.aliases));
        self.rename(&aliases);
        let login_keys: Set<Meeting> = self.login_keys.into_iter().collect();
        let link = |workspace, principal, agent, address| {
            let key = Meeting { workspace, principal, address, agent };
            if login_keys.contains(&key) { Link::Stale } else { Link::None }
        };
        self.rows.extend(self.unlinked.into_iter().map(|(Row { key, outcomes }, address)| Row {
            key: Key { link: link(key.workspace, key.principal, key.agent, address), ..key },
            outcomes,
        }));
        let wanted = self.wanted.into_iter().map(|(w, address)| match address {
            Some(address) => WantedRow { link: link(w.workspace, w.principal, w.agent, address), ..w },
            None => w,
        });
        let mut wanted: Vec<_> = wanted.collect();
        wanted.sort_unstable();
        wanted.dedup();
        Ledger {
            rows: merged(self.rows),
            days: summed(self.days, |sum, more| {
                sum.rows += more.rows;
                sum.logins += more.logins;
            }),
            tokens: one_of_each(summed(
                self.tokens.into_iter().map(|(id, f)| ((id, f.workspace, f.principal), f)).collect(),
                TokenFacts::add,
            )),
            addresses: summed(self.addresses, |sum, more| sum.add(*more)),
            aliases: aliases.into_list(),
            wanted,
            mixed: Vec::new(),
            tally: self.tally,
            names,
        }
    }

    fn rename(&mut self, aliases: &Aliases) {
        if aliases.is_empty() {
            return;
        }
        self.rows.par_iter_mut().for_each(|r| {
            r.key.principal = aliases.canonical(r.key.workspace, r.key.principal);
        });
        for (row, _) in &mut self.unlinked {
            row.key.principal = aliases.canonical(row.key.workspace, row.key.principal);
        }
        for (_, facts) in &mut self.tokens {
            facts.principal = aliases.canonical(facts.workspace, facts.principal);
        }
        for (key, _) in &mut self.addresses {
            key.principal = aliases.canonical(key.workspace, key.principal);
        }
        for m in &mut self.login_keys {
            m.principal = aliases.canonical(m.workspace, m.principal);
        }
        for (w, _) in &mut self.wanted {
            w.principal = aliases.canonical(w.workspace, w.principal);
        }
    }
}

/// Rows in order, those of the same key as one.
pub(super) fn merged(mut rows: Vec<Row>) -> Vec<Row> {
    rows.par_sort_unstable_by_key(|r| r.key);
    rows.dedup_by(|next, kept| {
        let same = next.key == kept.key;
        if same {
            kept.outcomes.add(&next.outcomes);
        }
        same
    });
    rows
}

/// Entries in order, those of the same key as one.
pub(crate) fn summed<K: Ord + Copy, V>(mut list: Vec<(K, V)>, add: impl Fn(&mut V, &V)) -> Vec<(K, V)> {
    list.sort_unstable_by_key(|e| e.0);
    list.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            add(&mut kept.1, &next.1);
        }
        same
    });
    list
}

/// A token named with two workspaces or principals keeps those of its first login.
pub(super) fn one_of_each(tokens: Vec<((Id, Id, Id), TokenFacts)>) -> Vec<(Id, TokenFacts)> {
    let mut list: Vec<(Id, TokenFacts)> = Vec::new();
    for ((id, ..), facts) in tokens {
        match list.last_mut() {
            Some((last, known)) if *last == id => {
                let rank = |f: &TokenFacts| (f.logins.is_none(), f.logins.first, f.workspace, f.principal);
                if rank(&facts) < rank(known) {
                    (known.workspace, known.principal) = (facts.workspace, facts.principal);
                }
                known.add(&facts);
            }
            _ => list.push((id, facts)),
        }
    }
    list
}
