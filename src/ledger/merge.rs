//! The shares of all threads become one ledger: one numbering in byte order, principals under one name, calls linked.

use super::fold::{ACCOUNT, Act, Fold, LoginRecord, Meeting, TOKEN_LOGIN, Tally, Wanted};
use super::names::{Id, Names};
use super::row::{AddressKey, Count, DayCount, Key, Ledger, Outcomes, Row, TokenFacts, WantedRow};
use crate::event::Outcome;
use crate::hash::{Map, Set};
use crate::link::{self, Call, Credential, Found, Link, Login, Requests, Runs};
use crate::time::{Day, Time};
use rayon::prelude::*;

/// Merges the shares. The result does not depend on how events were spread over them.
pub fn merge(folds: Vec<Fold<'_>>) -> Ledger {
    let (names, shares) = renumber(folds);
    let aliases = Aliases::of(shares.iter().flat_map(|s| s.aliases.iter().copied()).collect());
    let mut tally = Tally::default();
    let mut tables = Tables::default();
    let mut waiting = Waiting::default();
    for share in shares {
        tally.add(&share.tally);
        tables.add(&share, &aliases);
        waiting.add(share, &aliases);
    }
    let ids = Fixed { token_login: names.find(TOKEN_LOGIN), account: names.find(ACCOUNT) };
    let wanted = waiting.link(&ids, &mut tables, &mut tally);
    tables.into_ledger(names, aliases, tally, wanted)
}

/// Texts that linking must know.
struct Fixed {
    token_login: Option<Id>,
    account: Option<Id>,
}

/// A share whose numbers are those of the ledger.
struct Share {
    meetings: Vec<Meeting>,
    acts: Vec<Act>,
    calls: Vec<Call>,
    logins: Vec<LoginRecord>,
    others: Vec<Login>,
    wanted: Vec<Wanted>,
    rows: Vec<(Key, Outcomes)>,
    days: Vec<((Id, Day), DayCount)>,
    tokens: Vec<(Id, TokenFacts)>,
    addresses: Vec<(AddressKey, Count)>,
    aliases: Vec<(Id, Id, Id)>,
    tally: Tally,
}

fn renumber(folds: Vec<Fold<'_>>) -> (Names, Vec<Share>) {
    let mut all = Names::default();
    let local: Vec<Vec<Id>> =
        folds.iter().map(|f| (0..f.names.len() as Id).map(|id| all.id(f.names.text(id))).collect()).collect();
    let (names, rank) = all.sorted();
    let shares = folds.into_iter().zip(local).map(|(fold, ids)| {
        let new = |id: Id| rank[ids[id as usize] as usize];
        Share {
            meetings: fold.meetings.iter().map(|m| m.map(new)).collect(),
            acts: fold
                .acts
                .iter()
                .map(|a| Act { action: new(a.action), named: new(a.named), ..*a })
                .collect(),
            calls: fold.calls,
            logins: fold
                .logins
                .into_iter()
                .map(|l| {
                    let credential =
                        l.login.credential.token().map_or(Credential::OTHER, |t| Credential(new(t)));
                    LoginRecord { login: Login { credential, ..l.login }, ..l }
                })
                .collect(),
            others: fold.others,
            wanted: fold.wanted,
            rows: fold.rows.into_iter().map(|(k, v)| (k.map(new), v)).collect(),
            days: fold.days.into_iter().map(|((w, d), v)| ((new(w), d), v)).collect(),
            tokens: fold
                .tokens
                .into_iter()
                .map(|((id, ..), t)| {
                    (new(id), TokenFacts { workspace: new(t.workspace), principal: new(t.principal), ..t })
                })
                .collect(),
            addresses: fold.addresses_seen.into_iter().map(|(k, v)| (k.map(new), v)).collect(),
            aliases: fold.aliases.into_iter().map(|(w, a, b)| (new(w), new(a), new(b))).collect(),
            tally: fold.tally,
        }
    });
    (names, shares.collect())
}

/// Names that one principal goes by within a workspace: an identity and the `user` its token logins name.
struct Aliases(Map<(Id, Id), Id>);

impl Aliases {
    /// Of each group of names the least one (in byte order) that logins name as the user stands for all.
    fn of(mut pairs: Vec<(Id, Id, Id)>) -> Self {
        pairs.sort_unstable();
        let users: Set<(Id, Id)> = pairs.iter().map(|&(w, _, user)| (w, user)).collect();
        let mut group: Map<(Id, Id), Id> = Map::default();
        for &(w, a, b) in &pairs {
            let (ra, rb) = (root(&group, w, a), root(&group, w, b));
            // The least user stands for the group; a name no login uses never does while there is one that is used.
            let better = |x: Id, y: Id| (!users.contains(&(w, x)), x) < (!users.contains(&(w, y)), y);
            let (keep, drop) = if better(ra, rb) { (ra, rb) } else { (rb, ra) };
            if keep != drop {
                group.insert((w, drop), keep);
            }
        }
        let flat = group.keys().map(|&(w, name)| ((w, name), root(&group, w, name))).collect();
        Self(flat)
    }

    fn canonical(&self, workspace: Id, principal: Id) -> Id {
        self.0.get(&(workspace, principal)).copied().unwrap_or(principal)
    }
}

fn root(group: &Map<(Id, Id), Id>, workspace: Id, mut name: Id) -> Id {
    while let Some(&next) = group.get(&(workspace, name)) {
        name = next;
    }
    name
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
        let mut rows: Vec<Row> =
            self.rows.into_iter().chain(self.linked).map(|(key, outcomes)| Row { key, outcomes }).collect();
        rows.par_sort_unstable_by_key(|r| r.key);
        rows.dedup_by(|next, kept| {
            let same = next.key == kept.key;
            if same {
                kept.outcomes.add(&next.outcomes);
            }
            same
        });
        Ledger {
            rows,
            days: sorted_by_key(self.days),
            tokens: one_of_each(sorted_by_key(self.tokens)),
            addresses: sorted_by_key(self.addresses),
            aliases: {
                let mut list: Vec<_> = aliases.0.into_iter().map(|((w, name), of)| (w, name, of)).collect();
                list.sort_unstable();
                list
            },
            wanted,
            tally,
            names,
        }
    }
}

/// A token named with two workspaces or principals keeps those of its first login.
fn one_of_each(tokens: Vec<((Id, Id, Id), TokenFacts)>) -> Vec<(Id, TokenFacts)> {
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

fn sorted_by_key<K: Ord + Copy, V>(map: Map<K, V>) -> Vec<(K, V)> {
    let mut list: Vec<_> = map.into_iter().collect();
    list.sort_unstable_by_key(|e| e.0);
    list
}

/// Calls and logins of all shares under one numbering of their keys.
#[derive(Default)]
struct Waiting {
    ids: Map<Meeting, u32>,
    meetings: Vec<Meeting>,
    act_ids: Map<Act, u32>,
    acts: Vec<Act>,
    calls: Vec<Call>,
    logins: Vec<LoginRecord>,
    others: Vec<Login>,
    wanted: Vec<Wanted>,
}

impl Waiting {
    fn add(&mut self, share: Share, aliases: &Aliases) {
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
            self.calls.extend(share.calls.into_iter().map(call));
        }
        self.logins.extend(share.logins.into_iter().map(|l| LoginRecord { login: login(l.login), ..l }));
        self.others.extend(share.others.into_iter().map(login));
        self.wanted.extend(share.wanted.into_iter().map(|w| Wanted { call: call(w.call), ..w }));
    }

    /// Account-level logins by OAuth or browser count in every workspace that knows their key.
    fn spread_account_logins(&mut self, account: Id) {
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
        self.others.extend(spread);
    }

    /// Links every waiting call and adds it, and every login, to the tables.
    fn link(mut self, ids: &Fixed, tables: &mut Tables, tally: &mut Tally) -> Vec<WantedRow> {
        if let Some(account) = ids.account {
            self.spread_account_logins(account);
        }
        let meetings = &self.meetings;
        let (mut runs, mut requests) = (Runs::default(), Requests::default());
        let show_logins = |requests: &mut Requests| {
            for LoginRecord { login, mark, .. } in &self.logins {
                let m = &meetings[login.key as usize];
                requests.add(m.workspace, m.principal, mark & !1, login.time, login.credential);
            }
        };
        for record in &self.logins {
            let m = &meetings[record.login.key as usize];
            runs.add(m.workspace, m.principal, record.run, record.login.credential);
        }
        show_logins(&mut requests);
        for call in &self.calls {
            let m = &meetings[call.key as usize];
            requests.try_sample(m.workspace, m.principal, call);
        }
        if requests.is_on() {
            show_logins(&mut requests);
        }
        tally.request_sample = requests.sample();
        let mut logins: Vec<Login> =
            self.logins.iter().map(|r| r.login).chain(self.others.iter().copied()).collect();
        logins.par_sort_unstable();
        self.logins.par_sort_unstable_by_key(|r| (r.login, r.mark, r.run));
        self.calls.par_sort_unstable();
        let one_key = |key: u32| OneKey {
            meeting: meetings[key as usize],
            calls: of_key(&self.calls, key, |c| c.key),
            logins: of_key(&logins, key, |l| l.key),
            records: of_key(&self.logins, key, |r| r.login.key),
        };
        let tie = |m: &Meeting, call: &Call, found: Found| {
            let exact = runs
                .token(m.workspace, m.principal, call.run)
                .or_else(|| requests.token(m.workspace, m.principal, call));
            exact.map_or(found, |token| Found { link: Link::Run, token: Some(token) })
        };
        let batch = meetings.len().div_ceil(rayon::current_num_threads() * 8).max(1);
        let folded: Vec<_> = (0..meetings.len() as u32)
            .into_par_iter()
            .chunks(batch)
            .map(|keys| {
                let mut folded = Folded::default();
                keys.into_iter()
                    .for_each(|key| one_key(key).fold(&self.acts, ids.token_login, &tie, &mut folded));
                folded
            })
            .collect();
        let mut wanted = Vec::new();
        for w in &self.wanted {
            let key = one_key(w.call.key);
            link::link_calls(std::slice::from_ref(&w.call), key.logins, |call, found| {
                let found = tie(&key.meeting, call, found);
                wanted.push(WantedRow {
                    request: w.request,
                    workspace: key.meeting.workspace,
                    principal: key.meeting.principal,
                    agent: key.meeting.agent,
                    action: self.acts[call.action as usize].action,
                    token: found.token.unwrap_or(0),
                    link: found.link,
                    time: call.time,
                });
            });
        }
        wanted.sort_unstable();
        wanted.dedup();
        for f in folded {
            tables.linked.extend(f.rows);
            for (key, count) in f.addresses {
                tables.addresses.entry(key).or_insert(Count::NONE).add(count);
            }
        }
        wanted
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
}

#[derive(Default)]
struct Folded {
    rows: Map<Key, Outcomes>,
    addresses: Map<AddressKey, Count>,
}

impl Folded {
    fn add(&mut self, m: &Meeting, act: Act, token: Id, link: Link, time: Time) {
        self.rows
            .entry(m.key(act, time.day(), token, link))
            .or_insert(Outcomes::NONE)
            .of(act.outcome)
            .add(Count::one(time));
        self.addresses.entry(m.address_key(token)).or_insert(Count::NONE).add(Count::one(time));
    }
}

impl OneKey<'_> {
    fn fold(
        &self,
        acts: &[Act],
        token_login: Option<Id>,
        tie: &impl Fn(&Meeting, &Call, Found) -> Found,
        into: &mut Folded,
    ) {
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
        }
        link::link_calls(self.calls, self.logins, |call, found| {
            let found = tie(m, call, found);
            into.add(m, acts[call.action as usize], found.token.unwrap_or(0), found.link, call.time);
        });
    }
}
