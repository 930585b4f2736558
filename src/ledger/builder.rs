//! Parts of a ledger, from logs, files or an engine, become one ledger: one numbering in byte order, one name for each principal,
//! rows of the same key added up.

use super::aliases::Aliases;
use super::facts::{LedgerRow, TokenLogins};
use super::finished::Ledger;
use super::interner::{Id, Interner};
use super::keys::{ClientKey, Renumber};
use super::parts::LedgerParts;
use crate::ledger::link::Link;
use crate::support::hash::Set;
use rayon::prelude::*;

/// Parts of a ledger with the numbering of their texts; adding them up in any order gives the same ledger.
#[derive(Debug, Default)]
pub struct LedgerBuilder {
    pub(super) names: Interner,
    pub(super) parts: LedgerParts,
}

impl LedgerBuilder {
    /// Joins builders. Their rows, of which there may be millions, are copied on all threads.
    pub fn all(mut builders: Vec<Self>) -> Self {
        if builders.len() < 2 {
            return builders.pop().unwrap_or_default();
        }
        let mut rows = Vec::with_capacity(builders.len());
        let mut all = Self::default();
        for mut builder in builders {
            let own = std::mem::take(&mut builder.parts.rows);
            rows.push((own, all.absorb(builder)));
        }
        let begins: Vec<usize> =
            rows.iter().scan(0, |at, (own, _)| Some(std::mem::replace(at, *at + own.len()))).collect();
        let count = rows.iter().map(|(own, _)| own.len()).sum::<usize>();
        let row = |list: &mut usize, i: usize| {
            if !(begins[*list]..begins[*list] + rows[*list].0.len()).contains(&i) {
                *list = begins.partition_point(|begin| *begin <= i) - 1;
            }
            let (own, ids) = &rows[*list];
            let mut row = own[i - begins[*list]].clone();
            row.key.renumber(|id| ids[id as usize]);
            row
        };
        all.parts.rows = (0..count).into_par_iter().map_init(|| 0, row).collect();
        all
    }

    /// Adds the parts of another builder, and returns the new number of each of its texts.
    pub fn absorb(&mut self, mut other: Self) -> Vec<Id> {
        if self.names.len() == 1 && self.parts.is_empty() {
            *self = other;
            return (0..self.names.len() as Id).collect();
        }
        let ids = self.names.add_all(&other.names);
        other.parts.renumber(|id| ids[id as usize]);
        self.parts.append(other.parts);
        ids
    }

    /// Number of log rows that the parts were made from.
    pub fn rows_counted(&self) -> u64 {
        self.parts.days.iter().map(|(_, count)| count.rows).sum()
    }

    /// Takes a whole ledger as parts of another.
    pub fn of(ledger: Ledger) -> Self {
        let Ledger { names, rows, days, tokens, addresses, aliases, wanted, tally, mixed: _ } = ledger;
        let wanted = wanted.into_iter().map(|row| (row, None)).collect();
        let parts =
            LedgerParts { rows, days, tokens, addresses, aliases, wanted, tally, ..LedgerParts::default() };
        Self { names, parts }
    }

    /// Numbers the texts in byte order.
    pub(super) fn sort_names(&mut self) {
        let (names, rank) = std::mem::take(&mut self.names).sorted();
        if rank.iter().enumerate().any(|(old, new)| old as Id != *new) {
            self.parts.renumber(|id| rank[id as usize]);
        }
        self.names = names;
    }

    /// Makes one ledger of all parts.
    pub fn ledger(mut self) -> Ledger {
        self.sort_names();
        let Self { names, mut parts } = self;
        let aliases = Aliases::of(std::mem::take(&mut parts.aliases));
        parts.rename(&aliases);
        parts.digests = Vec::new();
        resolve_unlinked(&mut parts);
        parts.add_up();
        Ledger {
            names,
            rows: parts.rows,
            days: parts.days,
            tokens: one_of_each(parts.tokens),
            addresses: parts.addresses,
            aliases: aliases.into_list(),
            wanted: parts.wanted.into_iter().map(|(row, _)| row).collect(),
            mixed: Vec::new(),
            tally: parts.tally,
        }
    }
}

/// Gives calls that no login explains their link: stale if a token ever logged in on their client key, else none.
fn resolve_unlinked(parts: &mut LedgerParts) {
    let login_keys: Set<ClientKey> = std::mem::take(&mut parts.login_keys).into_iter().collect();
    let link = |workspace, principal, agent, address| {
        let key = ClientKey { workspace, principal, address, agent };
        if login_keys.contains(&key) { Link::Stale } else { Link::None }
    };
    let unlinked = std::mem::take(&mut parts.unlinked).into_iter();
    parts.rows.extend(unlinked.map(|(LedgerRow { mut key, outcomes }, address)| {
        key.link = link(key.workspace, key.principal, key.agent, address);
        LedgerRow { key, outcomes }
    }));
    for (row, address) in &mut parts.wanted {
        if let Some(address) = address.take() {
            row.link = link(row.workspace, row.principal, row.agent, address);
        }
    }
}

/// A token that was seen with two workspaces or principals keeps those of its first login.
fn one_of_each(tokens: Vec<(Id, TokenLogins)>) -> Vec<(Id, TokenLogins)> {
    let mut list: Vec<(Id, TokenLogins)> = Vec::new();
    for (id, token) in tokens {
        match list.last_mut() {
            Some((last, known)) if *last == id => {
                let rank = |t: &TokenLogins| (t.logins.is_none(), t.logins.first, t.workspace, t.principal);
                if rank(&token) < rank(known) {
                    (known.workspace, known.principal) = (token.workspace, token.principal);
                }
                known.add(&token);
            }
            _ => list.push((id, token)),
        }
    }
    list
}
