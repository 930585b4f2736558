//! Calls and logins of all shares under one numbering of their keys; linked, each gives an entry of a row.

use super::aliases::Aliases;
use super::by_key::{ByKey, Chunks, ranges};
use super::fold::{Act, LoginRecord, Meeting, TOKEN_LOGIN, Wanted};
use super::names::{Id, Names};
use super::numbers::Numbers;
use super::row::{Count, WantedRow};
use super::share::Share;
use crate::input::event::Outcome;
use crate::ledger::ACCOUNT;
use crate::ledger::link::{self, Call, Found, Link, Login, SAME_REQUEST, SAME_RUN, Ties, in_sample};
use crate::support::hash::Map;
use crate::support::time::{Day, Time};
use rayon::prelude::*;

/// Calls put in order at once, at 24 bytes each: beside a year of calls there is no room for another.
const AT_ONCE: usize = 1 << 20;

/// Takes what linking gives, entry by entry.
pub(super) trait Emit: Send {
    /// Calls or logins of one day that are linked alike.
    fn add(&mut self, m: &Meeting, act: Act, token: Id, link: Link, count: Count);
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
pub(super) struct Waiting {
    pub(super) meetings: Vec<Meeting>,
    pub(super) acts: Vec<Act>,
    pub(super) calls: Chunks<Call>,
    pub(super) logins: Chunks<LoginRecord>,
    pub(super) others: Chunks<Login>,
    pub(super) wanted: Vec<Wanted>,
}

impl Waiting {
    pub(super) fn of(shares: Vec<Share>, aliases: &Aliases) -> Self {
        let (mut meetings, mut acts) = (Numbers::default(), Numbers::default());
        let (mut calls, mut logins, mut others) = (Chunks::default(), Chunks::default(), Chunks::default());
        let mut wanted = Vec::new();
        for share in shares {
            let canonical =
                |m: &Meeting| Meeting { principal: aliases.canonical(m.workspace, m.principal), ..*m };
            let keys: Vec<u32> = share.meetings.iter().map(|m| meetings.number(canonical(m))).collect();
            let own_acts: Vec<u32> = share.acts.iter().map(|a| acts.number(*a)).collect();
            let call = |c: &mut Call| (c.key, c.action) = (keys[c.key as usize], own_acts[c.action as usize]);
            let login = |l: &mut Login| l.key = keys[l.key as usize];
            calls.absorb(share.calls, call);
            logins.absorb(share.logins, |l: &mut LoginRecord| login(&mut l.login));
            others.absorb(share.others, login);
            wanted.extend(share.wanted.into_iter().map(|mut w| {
                call(&mut w.call);
                w
            }));
        }
        Self { meetings: meetings.list, acts: acts.list, calls, logins, others, wanted }
    }

    /// Account-level logins by OAuth or browser, for every workspace that knows their key.
    fn account_logins(&self, account: Id) -> Vec<Login> {
        let mut elsewhere: Map<(Id, Id, Id), Vec<u32>> = Map::default();
        for (id, m) in self.meetings.iter().enumerate().filter(|(_, m)| m.workspace != account) {
            elsewhere.entry((m.principal, m.address, m.agent)).or_default().push(id as u32);
        }
        let mut spread = Vec::new();
        for login in self.others.iter() {
            let m = &self.meetings[login.key as usize];
            if m.workspace == account
                && let Some(keys) = elsewhere.get(&(m.principal, m.address, m.agent))
            {
                spread.extend(keys.iter().map(|&key| Login { key, ..*login }));
            }
        }
        spread
    }

    /// Logins of every kind.
    fn all_logins(&self, fixed: &Fixed) -> Chunks<Login> {
        let mut all = Chunks::default();
        self.logins.iter().for_each(|r| all.push(r.login));
        self.others.iter().for_each(|l| all.push(*l));
        fixed.account.iter().flat_map(|account| self.account_logins(*account)).for_each(|l| all.push(l));
        all
    }

    fn ties(&self, id: impl Fn(&LoginRecord) -> u32, within: crate::support::time::Span) -> Ties {
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
        &self,
        fixed: &Fixed,
        new: impl Fn() -> E + Sync,
    ) -> (Vec<E>, Vec<(WantedRow, Id)>) {
        let all_logins = self.all_logins(fixed);
        let (runs, requests) =
            rayon::join(|| self.ties(|r| r.run, SAME_RUN), || self.ties(|r| r.mark & !1, SAME_REQUEST));
        let (mut folded, mut wanted) = (Vec::new(), Vec::new());
        for range in ranges(self.meetings.len() as u32, AT_ONCE, &self.calls, |c| c.key) {
            let calls = ByKey::of(range.clone(), &self.calls, |c| c.key);
            let logins = ByKey::of(range.clone(), &all_logins, |l| l.key);
            let records = ByKey::of(range.clone(), &self.logins, |r| r.login.key);
            let one_key = |key: u32| OneKey {
                meeting: self.meetings[key as usize],
                calls: calls.get(key),
                logins: logins.get(key),
                records: records.get(key),
                runs: &runs,
                requests: &requests,
            };
            wanted.extend(
                self.wanted
                    .iter()
                    .filter(|w| range.contains(&w.call.key))
                    .flat_map(|w| one_key(w.call.key).wanted(w, &self.acts)),
            );
            let batch = range.len().div_ceil(rayon::current_num_threads() * 8).max(1);
            folded.par_extend(range.into_par_iter().chunks(batch).map(|keys| {
                let mut folded = new();
                keys.into_iter()
                    .for_each(|key| one_key(key).fold(&self.acts, fixed.token_login, &mut folded));
                folded
            }));
        }
        wanted.sort_unstable();
        wanted.dedup();
        (folded, wanted)
    }
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

    fn wanted(&self, w: &Wanted, acts: &[Act]) -> Option<(WantedRow, Id)> {
        let mut row = None;
        link::link_calls(std::slice::from_ref(&w.call), self.logins, |call, found| {
            let found = self.tie(call, found);
            let Meeting { workspace, principal, agent, address } = self.meeting;
            let wanted = WantedRow {
                request: w.request,
                workspace,
                principal,
                agent,
                action: acts[call.action as usize].action,
                token: found.token.unwrap_or(0),
                link: found.link,
                time: call.time,
            };
            row = Some((wanted, address));
        });
        row
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
            into.add(m, act, token, link, Count::one(login.time));
            if in_sample(mark & !1) {
                into.tried(m, login.time);
            }
        }
        let mut run = Run::default();
        link::link_calls(self.calls, self.logins, |call, found| {
            let found = self.tie(call, found);
            let like = (call.action, found.token.unwrap_or(0), found.link, call.time.day());
            if run.like != Some(like) {
                run.end(m, acts, into);
                run = Run { like: Some(like), count: Count::NONE };
            }
            run.count.add(Count::one(call.time));
            if in_sample(call.request()) && self.request(call).is_some() {
                into.joined(m, call.time);
            }
        });
        run.end(m, acts, into);
    }
}

/// Calls that follow each other and give the same row.
struct Run {
    like: Option<(u32, Id, Link, Day)>,
    count: Count,
}

impl Default for Run {
    fn default() -> Self {
        Self { like: None, count: Count::NONE }
    }
}

impl Run {
    fn end(&self, m: &Meeting, acts: &[Act], into: &mut impl Emit) {
        if let Some((act, token, link, _)) = self.like {
            into.add(m, acts[act as usize], token, link, self.count);
        }
    }
}
