//! Links pending calls to logins, one client key at a time on all threads, and hands each result to a sink.

use super::by_key::{ByKey, ChunkedList, ranges};
use super::counts::Count;
use super::facts::WantedRow;
use super::interner::{Id, Interner};
use super::key_numbers::KeyNumbers;
use super::keys::{ACCOUNT, ActionKey, ClientKey, TOKEN_LOGIN};
use super::linked_rows::LinkSink;
use super::pending_calls::{LoginRecord, PendingCalls, WantedCall};
use crate::input::event::Outcome;
use crate::ledger::link::{self, Call, CallLink, Link, Login, LoginsById, SAME_REQUEST, SAME_RUN, in_sample};
use crate::support::hash::Map;
use crate::support::time::{Day, Span};
use rayon::prelude::*;

/// Number of calls that are sorted at once, at 24 bytes each: a second copy of a year of calls would not fit in memory.
const AT_ONCE: usize = 1 << 20;

impl PendingCalls {
    /// Links every call, and hands it and every login to one of the sinks that `new_sink` makes. Calls that denials name are
    /// returned with the address of their client.
    pub(super) fn link<S: LinkSink>(
        &self,
        names: &Interner,
        new_sink: impl Fn() -> S + Sync,
    ) -> (Vec<S>, Vec<(WantedRow, Id)>) {
        let token_login = names.find(TOKEN_LOGIN);
        let all_logins = self.all_logins(names.find(ACCOUNT));
        let (runs, requests) = rayon::join(
            || self.logins_by(|record| record.run, SAME_RUN),
            || self.logins_by(|record| record.mark & !1, SAME_REQUEST),
        );
        let (mut sinks, mut wanted) = (Vec::new(), Vec::new());
        for range in ranges(self.clients.keys().len() as u32, AT_ONCE, &self.calls, |c| c.key) {
            let calls = ByKey::of(range.clone(), &self.calls, |c| c.key);
            let logins = ByKey::of(range.clone(), &all_logins, |l| l.key);
            let records = ByKey::of(range.clone(), &self.logins, |r| r.login.key);
            let client = |key: u32| ClientCalls {
                client: *self.clients.key(key),
                calls: calls.get(key),
                logins: logins.get(key),
                records: records.get(key),
                runs: &runs,
                requests: &requests,
            };
            let own_wanted = self.wanted.iter().filter(|w| range.contains(&w.call.key));
            wanted.extend(own_wanted.flat_map(|w| client(w.call.key).wanted(w, &self.actions)));
            let batch = range.len().div_ceil(rayon::current_num_threads() * 8).max(1);
            sinks.par_extend(range.into_par_iter().chunks(batch).map(|keys| {
                let mut sink = new_sink();
                keys.into_iter().for_each(|key| client(key).link(&self.actions, token_login, &mut sink));
                sink
            }));
        }
        wanted.sort_unstable();
        wanted.dedup();
        (sinks, wanted)
    }

    /// Logins of every kind.
    fn all_logins(&self, account: Option<Id>) -> ChunkedList<Login> {
        let mut all = ChunkedList::default();
        self.logins.iter().for_each(|record| all.push(record.login));
        self.other_logins.iter().for_each(|login| all.push(*login));
        account.iter().flat_map(|account| self.account_logins(*account)).for_each(|login| all.push(login));
        all
    }

    /// Account-level logins by OAuth or browser, copied to every workspace in which the same client was seen.
    fn account_logins(&self, account: Id) -> Vec<Login> {
        let mut elsewhere: Map<(Id, Id, Id), Vec<u32>> = Map::default();
        for (number, client) in (0..).zip(self.clients.keys()).filter(|(_, c)| c.workspace != account) {
            elsewhere.entry((client.principal, client.address, client.agent)).or_default().push(number);
        }
        let mut copies = Vec::new();
        for login in self.other_logins.iter() {
            let client = self.clients.key(login.key);
            if client.workspace == account
                && let Some(keys) = elsewhere.get(&(client.principal, client.address, client.agent))
            {
                copies.extend(keys.iter().map(|&key| Login { key, ..*login }));
            }
        }
        copies
    }

    fn logins_by(&self, id: impl Fn(&LoginRecord) -> u32, within: Span) -> LoginsById {
        let carriers = self.logins.iter().filter_map(|record| {
            let client = self.clients.key(record.login.key);
            let token = record.login.credential.token()?;
            Some((client.workspace, client.principal, id(record), record.login.time, token))
        });
        LoginsById::of(carriers, within)
    }
}

/// Calls and logins of one client key, in order of time.
struct ClientCalls<'a> {
    client: ClientKey,
    calls: &'a [Call],
    /// Logins of every kind.
    logins: &'a [Login],
    /// Logins of tokens.
    records: &'a [LoginRecord],
    runs: &'a LoginsById,
    requests: &'a LoginsById,
}

impl ClientCalls<'_> {
    fn token_by_request(&self, call: &Call) -> Option<Id> {
        self.requests.token(self.client.workspace, self.client.principal, call.request(), call.time)
    }

    /// A shared id outranks the link that times give.
    fn prefer_shared_id(&self, call: &Call, by_time: CallLink) -> CallLink {
        let client = &self.client;
        let run = self.runs.token(client.workspace, client.principal, call.run, call.time);
        run.or_else(|| self.token_by_request(call))
            .map_or(by_time, |token| CallLink { link: Link::Run, token: Some(token) })
    }

    fn wanted(&self, wanted: &WantedCall, actions: &KeyNumbers<ActionKey>) -> Option<(WantedRow, Id)> {
        let mut row = None;
        link::link_calls(std::slice::from_ref(&wanted.call), self.logins, |call, by_time| {
            let found = self.prefer_shared_id(call, by_time);
            let ClientKey { workspace, principal, agent, address } = self.client;
            let wanted = WantedRow {
                request: wanted.request,
                workspace,
                principal,
                agent,
                action: actions.key(call.action).action,
                token: found.token.unwrap_or(0),
                link: found.link,
                time: call.time,
            };
            row = Some((wanted, address));
        });
        row
    }

    fn link(&self, actions: &KeyNumbers<ActionKey>, token_login: Option<Id>, sink: &mut impl LinkSink) {
        for LoginRecord { login, mark, .. } in self.records {
            let Some((action, token)) = token_login.zip(login.credential.token()) else { continue };
            let link = if link::answered(login.time, mark & 1 == 1, self.calls) {
                Link::Row
            } else {
                Link::Unanswered
            };
            let action = ActionKey { action, named: 0, outcome: Outcome::Succeeded };
            sink.add(&self.client, action, token, link, Count::one(login.time));
            if in_sample(mark & !1) {
                sink.sampled_login(&self.client, login.time);
            }
        }
        let mut alike = CallsAlike { row: None, count: Count::NONE };
        link::link_calls(self.calls, self.logins, |call, by_time| {
            let found = self.prefer_shared_id(call, by_time);
            let row = (call.action, found.token.unwrap_or(0), found.link, call.time.day());
            if alike.row != Some(row) {
                alike.hand_over(&self.client, actions, sink);
                alike = CallsAlike { row: Some(row), count: Count::NONE };
            }
            alike.count.add(Count::one(call.time));
            if in_sample(call.request()) && self.token_by_request(call).is_some() {
                sink.sampled_call(&self.client, call.time);
            }
        });
        alike.hand_over(&self.client, actions, sink);
    }
}

/// Consecutive calls that belong to the same row.
struct CallsAlike {
    /// Action number, token, link and day of the row.
    row: Option<(u32, Id, Link, Day)>,
    count: Count,
}

impl CallsAlike {
    fn hand_over(&self, client: &ClientKey, actions: &KeyNumbers<ActionKey>, sink: &mut impl LinkSink) {
        if let Some((action, token, link, _)) = self.row {
            sink.add(client, *actions.key(action), token, link, self.count);
        }
    }
}
