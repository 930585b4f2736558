//! What one thread folded, or a ledger on disk kept, under the numbering of the whole ledger.

use super::by_key::Chunks;
use super::fold::{Act, LoginRecord, Meeting, Wanted};
use super::names::{Id, Names};
use super::prints::DayPrints;
use super::row::{AddressKey, Count, DayCount, Key, Outcomes, TokenFacts};
use super::tally::Tally;
use crate::ledger::link::{Call, Credential, Login};
use crate::support::hash::Map;
use crate::support::time::Day;

/// A share: facts that are done with, and calls and logins that wait for each other.
#[derive(Debug, Default)]
pub(super) struct Share {
    pub(super) meetings: Vec<Meeting>,
    pub(super) acts: Vec<Act>,
    pub(super) calls: Chunks<Call>,
    pub(super) logins: Chunks<LoginRecord>,
    pub(super) others: Chunks<Login>,
    pub(super) wanted: Vec<Wanted>,
    pub(super) rows: Vec<(Key, Outcomes)>,
    pub(super) days: Vec<((Id, Day), DayCount)>,
    pub(super) tokens: Vec<(Id, TokenFacts)>,
    pub(super) addresses: Vec<(AddressKey, Count)>,
    pub(super) aliases: Vec<(Id, Id, Id)>,
    pub(super) tally: Tally,
}

/// What one thread folded for a ledger on disk, done with what it borrowed.
#[derive(Debug)]
pub struct Folded {
    pub(super) names: Names,
    pub(super) share: Share,
    /// What was seen of each day.
    pub(super) prints: Map<(Id, Day), DayPrints>,
}

impl Share {
    fn renumber(&mut self, new: impl Fn(Id) -> Id + Copy) {
        self.meetings.iter_mut().for_each(|m| *m = m.map(new));
        self.acts.iter_mut().for_each(|a| (a.action, a.named) = (new(a.action), new(a.named)));
        for l in self.logins.iter_mut() {
            l.login.credential = l.login.credential.token().map_or(Credential::OTHER, |t| Credential(new(t)));
        }
        self.rows.iter_mut().for_each(|(key, _)| *key = key.map(new));
        self.days.iter_mut().for_each(|((w, _), _)| *w = new(*w));
        for (id, facts) in &mut self.tokens {
            *id = new(*id);
            (facts.workspace, facts.principal) = (new(facts.workspace), new(facts.principal));
        }
        self.addresses.iter_mut().for_each(|(key, _)| *key = key.map(new));
        self.aliases.iter_mut().for_each(|(w, a, b)| (*w, *a, *b) = (new(*w), new(*a), new(*b)));
    }
}

/// Brings shares, each under its own names, under one numbering in byte order. Gives the number of each local name as well.
pub(super) fn renumber(shares: Vec<(Names, Share)>) -> (Names, Vec<Share>, Vec<Vec<Id>>) {
    let mut all = Names::default();
    let local: Vec<Vec<Id>> = shares
        .iter()
        .map(|(names, _)| (0..names.len() as Id).map(|id| all.id(names.text(id))).collect())
        .collect();
    let (names, rank) = all.sorted();
    let local: Vec<Vec<Id>> =
        local.into_iter().map(|ids| ids.into_iter().map(|id| rank[id as usize]).collect()).collect();
    let shares = shares.into_iter().zip(&local).map(|((_, mut share), ids)| {
        share.renumber(|id| ids[id as usize]);
        share
    });
    let shares = shares.collect();
    (names, shares, local)
}
