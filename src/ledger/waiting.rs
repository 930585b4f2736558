//! Calls and logins of all shares under one numbering of their keys; linked, each gives an entry of a row.

use super::aliases::Aliases;
use super::fold::{Act, LoginRecord, Meeting, TOKEN_LOGIN, Wanted};
use super::names::{Id, Names};
use super::row::WantedRow;
use super::share::Share;
use crate::event::Outcome;
use crate::hash::Map;
use crate::ledger::ACCOUNT;
use crate::link::{self, Call, Found, Link, Login, SAME_REQUEST, SAME_RUN, Ties, in_sample};
use crate::time::Time;
use rayon::prelude::*;

/// Takes what linking gives, entry by entry.
pub(super) trait Emit: Send {
    /// A call or a login with its link.
    fn add(&mut self, m: &Meeting, act: Act, token: Id, link: Link, time: Time);
    /// A login whose request id is one of the sample.
    fn tried(&mut self, m: &Meeting, time: Time);
    /// A call of the sample whose request id a login shares.
    fn joined(&mut self, m: &Meeting, time: Time);
}

/// Texts that linking must know.
pub(super) struct Fixed {
    token_login: Option<Id>,
    account: Option<Id>,
}

impl Fixed {
    pub(super) fn of(names: &Names) -> Self {
        Self { token_login: names.find(TOKEN_LOGIN), account: names.find(ACCOUNT) }
    }
}

/// Calls and logins that wait for each other.
#[derive(Default)]
pub(super) struct Waiting {
    ids: Map<Meeting, u32>,
    pub(super) meetings: Vec<Meeting>,
    act_ids: Map<Act, u32>,
    pub(super) acts: Vec<Act>,
    pub(super) calls: Vec<Call>,
    pub(super) logins: Vec<LoginRecord>,
    pub(super) others: Vec<Login>,
    pub(super) wanted: Vec<Wanted>,
}

impl Waiting {
    pub(super) fn add(&mut self, share: Share, aliases: &Aliases) {
        let keys: Vec<u32> = share
            .meetings
            .iter()
            .map(|m| {
                let meeting = Meeting { principal: aliases.canonical(m.workspace, m.principal), ..*m };
                *self.ids.entry(meeting).or_insert_with(|| {
                    self.meetings.push(meeting);
                    self.meetings.len() as u32 - 1
                })
            })
            .collect();
        let acts: Vec<u32> = share
            .acts
            .iter()
            .map(|a| {
                *self.act_ids.entry(*a).or_insert_with(|| {
                    self.acts.push(*a);
                    self.acts.len() as u32 - 1
                })
            })
            .collect();
        let call = |c: Call| Call { key: keys[c.key as usize], action: acts[c.action as usize], ..c };
        let login = |l: Login| Login { key: keys[l.key as usize], ..l };
        if self.calls.is_empty() {
            // The largest list is moved, not copied: a year of calls stands in memory once.
            self.calls = share.calls;
            self.calls.par_iter_mut().for_each(|c| *c = call(*c));
        } else {
            self.calls.reserve_exact(share.calls.len());
            self.calls.extend(share.calls.into_iter().map(call));
        }
        self.logins.extend(share.logins.into_iter().map(|l| LoginRecord { login: login(l.login), ..l }));
        self.others.extend(share.others.into_iter().map(login));
        self.wanted.extend(share.wanted.into_iter().map(|w| Wanted { call: call(w.call), ..w }));
    }

    /// Account-level logins by OAuth or browser, for every workspace that knows their key.
    fn account_logins(&self, account: Id) -> Vec<Login> {
        let mut elsewhere: Map<(Id, Id, Id), Vec<u32>> = Map::default();
        for (id, m) in self.meetings.iter().enumerate().filter(|(_, m)| m.workspace != account) {
            elsewhere.entry((m.principal, m.address, m.agent)).or_default().push(id as u32);
        }
        let mut spread = Vec::new();
        for login in &self.others {
            let m = &self.meetings[login.key as usize];
            if m.workspace == account
                && let Some(keys) = elsewhere.get(&(m.principal, m.address, m.agent))
            {
                spread.extend(keys.iter().map(|&key| Login { key, ..*login }));
            }
        }
        spread
    }

    fn ties(&self, id: impl Fn(&LoginRecord) -> u32, within: crate::time::Span) -> Ties {
        let carriers = self.logins.iter().filter_map(|record| {
            let m = &self.meetings[record.login.key as usize];
            let token = record.login.credential.token()?;
            Some((m.workspace, m.principal, id(record), record.login.time, token))
        });
        Ties::of(carriers, within)
    }

    /// Links every waiting call and gives it, and every login, to one of the sinks that `new` makes; rows that denials name
    /// come with the address of their key.
    pub(super) fn link<E: Emit>(
        &mut self,
        fixed: &Fixed,
        new: impl Fn() -> E + Sync,
    ) -> (Vec<E>, Vec<(WantedRow, Id)>) {
        let mut logins: Vec<Login> =
            self.logins.iter().map(|r| r.login).chain(self.others.iter().copied()).collect();
        logins.extend(fixed.account.map(|account| self.account_logins(account)).unwrap_or_default());
        logins.par_sort_unstable();
        let runs = self.ties(|r| r.run, SAME_RUN);
        let requests = self.ties(|r| r.mark & !1, SAME_REQUEST);
        self.logins.par_sort_unstable_by_key(|r| (r.login, r.mark, r.run));
        self.calls.par_sort_unstable();
        let meetings = &self.meetings;
        let one_key = |key: u32| OneKey {
            meeting: meetings[key as usize],
            calls: of_key(&self.calls, key, |c| c.key),
            logins: of_key(&logins, key, |l| l.key),
            records: of_key(&self.logins, key, |r| r.login.key),
            runs: &runs,
            requests: &requests,
        };
        let batch = meetings.len().div_ceil(rayon::current_num_threads() * 8).max(1);
        let folded: Vec<_> = (0..meetings.len() as u32)
            .into_par_iter()
            .chunks(batch)
            .map(|keys| {
                let mut folded = new();
                keys.into_iter()
                    .for_each(|key| one_key(key).fold(&self.acts, fixed.token_login, &mut folded));
                folded
            })
            .collect();
        let mut wanted = Vec::new();
        for w in &self.wanted {
            let key = one_key(w.call.key);
            link::link_calls(std::slice::from_ref(&w.call), key.logins, |call, found| {
                let found = key.tie(call, found);
                let m = &key.meeting;
                let row = WantedRow {
                    request: w.request,
                    workspace: m.workspace,
                    principal: m.principal,
                    agent: m.agent,
                    action: self.acts[call.action as usize].action,
                    token: found.token.unwrap_or(0),
                    link: found.link,
                    time: call.time,
                };
                wanted.push((row, m.address));
            });
        }
        wanted.sort_unstable();
        wanted.dedup();
        (folded, wanted)
    }
}

fn of_key<T>(sorted: &[T], key: u32, key_of: impl Fn(&T) -> u32) -> &[T] {
    let from = sorted.partition_point(|x| key_of(x) < key);
    let len = sorted[from..].partition_point(|x| key_of(x) == key);
    &sorted[from..from + len]
}

struct OneKey<'a> {
    meeting: Meeting,
    calls: &'a [Call],
    logins: &'a [Login],
    records: &'a [LoginRecord],
    runs: &'a Ties,
    requests: &'a Ties,
}

impl OneKey<'_> {
    fn request(&self, call: &Call) -> Option<Id> {
        self.requests.token(self.meeting.workspace, self.meeting.principal, call.request(), call.time)
    }

    /// A shared id outranks what times say.
    fn tie(&self, call: &Call, found: Found) -> Found {
        let m = &self.meeting;
        let run = self.runs.token(m.workspace, m.principal, call.run, call.time);
        run.or_else(|| self.request(call))
            .map_or(found, |token| Found { link: Link::Run, token: Some(token) })
    }

    fn fold(&self, acts: &[Act], token_login: Option<Id>, into: &mut impl Emit) {
        let m = &self.meeting;
        for LoginRecord { login, mark, .. } in self.records {
            let Some((action, token)) = token_login.zip(login.credential.token()) else { continue };
            let link = if link::answered(login.time, mark & 1 == 1, self.calls) {
                Link::Row
            } else {
                Link::Unanswered
            };
            let act = Act { action, named: 0, outcome: Outcome::Succeeded };
            into.add(m, act, token, link, login.time);
            if in_sample(mark & !1) {
                into.tried(m, login.time);
            }
        }
        link::link_calls(self.calls, self.logins, |call, found| {
            let found = self.tie(call, found);
            into.add(m, acts[call.action as usize], found.token.unwrap_or(0), found.link, call.time);
            if in_sample(call.request()) && self.request(call).is_some() {
                into.joined(m, call.time);
            }
        });
    }
}
