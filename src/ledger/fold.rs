//! Events become ledger rows: what can never be linked is added at once, client calls and logins wait for each other.

use super::duplicates::{Duplicates, Seen};
use super::logins::{Role, principal_of, role_of_action, role_of_event};
use super::names::{Id, Names, Spellings};
use super::prints::{DayPrints, Print};
use super::row::{AddressKey, Count, DayCount, Key, Outcomes, TokenFacts};
use super::share::{Folded, Share};
use super::tally::Tally;
use crate::denial;
use crate::event::{Event, EventSink, Outcome, Request};
use crate::hash::{Map, Set, fingerprint};
use crate::link::{Call, Credential, Link, Login, request_mark};
use crate::time::{Day, Time};
use crate::user_agent::{self, Client};
use std::fmt::Write;

/// The ledger's name of a login by token.
pub const TOKEN_LOGIN: &str = "accounts/tokenLogin";
/// The workspace of account-level rows that name none.
pub const ACCOUNT: &str = "0";

/// Finds the template a method and path belong to; paths no template knows are reduced by [`super::paths::reduce`].
pub type Templates<'c> = dyn Fn(&str, &str) -> Option<String> + Sync + 'c;

/// Whether a ledger on disk takes no more rows of a workspace's day.
pub type Closed<'c> = dyn Fn(&str, Day) -> bool + Sync + 'c;

/// What all folds of a run share.
pub struct Shared<'c> {
    /// Rows seen so far.
    pub duplicates: Duplicates,
    /// Fingerprints of the request ids that denials in client logs name.
    pub wanted_requests: Set<u64>,
    /// Path templates for access logs.
    pub templates: &'c Templates<'c>,
    /// Set where the rows go into a ledger on disk: which workspace-days it has closed.
    pub closed: Option<&'c Closed<'c>>,
}

/// The parts of a key on which calls and logins meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Meeting {
    pub(super) workspace: Id,
    pub(super) principal: Id,
    pub(super) address: Id,
    pub(super) agent: Id,
}

impl Meeting {
    pub(super) fn map(self, new: impl Fn(Id) -> Id) -> Self {
        Self {
            workspace: new(self.workspace),
            principal: new(self.principal),
            address: new(self.address),
            agent: new(self.agent),
        }
    }

    pub(super) fn key(self, act: Act, day: Day, token: Id, link: Link) -> Key {
        let Self { workspace, principal, agent, .. } = self;
        Key { workspace, principal, agent, action: act.action, named: act.named, day, token, link }
    }

    pub(super) fn address_key(self, token: Id) -> AddressKey {
        let Self { workspace, principal, address, agent } = self;
        AddressKey { workspace, principal, token, agent, address }
    }
}

/// What was called, which scopes a denial named, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Act {
    pub(super) action: Id,
    pub(super) named: Id,
    pub(super) outcome: Outcome,
}

/// A token's login with what ties it to calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoginRecord {
    pub(super) login: Login,
    pub(super) run: u32,
    pub(super) mark: u32,
}

/// A row whose request id a client's denial names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) request: u64,
    pub(super) call: Call,
}

#[derive(Clone, Copy)]
struct Agent {
    id: Id,
    run: u32,
    client: Client,
}

/// One thread's share of the ledger.
pub struct Fold<'c> {
    shared: &'c Shared<'c>,
    names: Names,
    principals: Spellings<Id>,
    agents: Spellings<Agent>,
    actions: Map<(Id, Id), (Id, Role)>,
    meeting_ids: Map<Meeting, u32>,
    meetings: Vec<Meeting>,
    act_ids: Map<Act, u32>,
    acts: Vec<Act>,
    calls: Vec<Call>,
    logins: Vec<LoginRecord>,
    others: Vec<Login>,
    wanted: Vec<Wanted>,
    rows: Map<Key, Outcomes>,
    days: Map<(Id, Day), DayCount>,
    tokens: Map<(Id, Id, Id), TokenFacts>,
    addresses_seen: Map<AddressKey, Count>,
    aliases: Set<(Id, Id, Id)>,
    tally: Tally,
    pub(super) prints: Map<(Id, Day), DayPrints>,
    scratch: String,
}

impl<'c> Fold<'c> {
    /// An empty share.
    pub fn new(shared: &'c Shared<'c>) -> Self {
        Self {
            shared,
            names: Names::default(),
            principals: Spellings::default(),
            agents: Spellings::default(),
            actions: Map::default(),
            meeting_ids: Map::default(),
            meetings: Vec::new(),
            act_ids: Map::default(),
            acts: Vec::new(),
            calls: Vec::new(),
            logins: Vec::new(),
            others: Vec::new(),
            wanted: Vec::new(),
            rows: Map::default(),
            days: Map::default(),
            tokens: Map::default(),
            addresses_seen: Map::default(),
            aliases: Set::default(),
            tally: Tally::default(),
            prints: Map::default(),
            scratch: String::new(),
        }
    }

    /// Rows that went in.
    pub fn rows_read(&self) -> u64 {
        self.tally.rows
    }

    /// Distinct keys so far.
    pub fn keys(&self) -> u64 {
        (self.rows.len() + self.addresses_seen.len() + self.names.len()) as u64
    }

    /// Calls and logins that wait for each other.
    pub fn waiting(&self) -> u64 {
        (self.calls.len() + self.logins.len() + self.others.len()) as u64
    }

    fn principal(&mut self, raw: &str) -> Id {
        let (names, scratch) = (&mut self.names, &mut self.scratch);
        self.principals.get(raw, || {
            scratch.clear();
            scratch.push_str(raw.trim_ascii());
            scratch.make_ascii_lowercase();
            names.id(scratch)
        })
    }

    /// Ports are new on every connection, so no spelling with one is remembered.
    fn address(&mut self, raw: &str) -> Id {
        self.names.id(without_port(raw))
    }

    /// An agent with a run id is new every time: only what is left of it is remembered.
    fn agent(&mut self, raw: &str) -> Agent {
        if let Some(known) = self.agents.known(raw) {
            return known;
        }
        let (text, run) = user_agent::strip_run_id(raw);
        let known = self.agents.known(&text).unwrap_or_else(|| {
            let agent = Agent { id: self.names.id(&text), run: 0, client: user_agent::client(&text) };
            self.agents.put(&text, agent);
            agent
        });
        Agent { run: run.map_or(0, |r| fingerprint(r.as_bytes()) as u32 | 1), ..known }
    }

    fn action(&mut self, event: &Event<'_>) -> (Id, Role) {
        match &event.request {
            Request::Action { service, action } => {
                let pair = (self.names.id(service), self.names.id(action));
                if let Some(&known) = self.actions.get(&pair) {
                    return known;
                }
                let role = role_of_action(service, action);
                let name = match role {
                    Role::TokenLogin => self.names.id(TOKEN_LOGIN),
                    _ => self.names.id(&format!("{service}/{action}")),
                };
                let known = (name, role);
                self.actions.insert(pair, known);
                known
            }
            Request::Http { method, path, .. } => {
                self.scratch.clear();
                let method = method.to_ascii_uppercase();
                let template =
                    (self.shared.templates)(&method, path).unwrap_or_else(|| super::paths::reduce(path));
                let _ = write!(self.scratch, "{method} {template}");
                (self.names.id(&self.scratch), Role::Call)
            }
        }
    }

    fn is_duplicate(&mut self, event: &Event<'_>, meeting: Meeting, action: Id) -> bool {
        // Numbers differ between threads, so the fingerprint is made of texts.
        let (id, content) = if event.event_id.is_empty() {
            (event.record_hash, event.record_hash >> 32)
        } else {
            let mut content = event.time.0 as u64 ^ ((event.outcome as u64) << 62);
            for part in [meeting.workspace, meeting.principal, meeting.address, meeting.agent, action] {
                content = content.rotate_left(13).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    ^ self.names.fingerprint(part);
            }
            content ^= fingerprint(event.params.token_id.as_bytes());
            (fingerprint(event.event_id.as_bytes()), content)
        };
        let print = Print { id, content: (content ^ (content >> 32)) as u32 };
        let seen = self.shared.duplicates.show(print);
        if let Some(closed) = self.shared.closed
            && !self.note(print, seen, event.time, meeting.workspace, closed)
        {
            return true;
        }
        match seen {
            Seen::New => false,
            Seen::Duplicate => {
                self.tally.duplicates += 1;
                true
            }
            Seen::IdReused => {
                self.tally.id_reused += 1;
                false
            }
        }
    }

    /// Remembers a row of a day, and says whether the ledger on disk still takes it.
    fn note(&mut self, print: Print, seen: Seen, time: Time, workspace: Id, closed: &Closed<'_>) -> bool {
        let day = time.day();
        let names = &self.names;
        let prints = self
            .prints
            .entry((workspace, day))
            .or_insert_with(|| DayPrints::new(closed(names.text(workspace), day)));
        prints.show(print, seen, time);
        !prints.closed
    }

    fn meeting_id(&mut self, meeting: Meeting) -> u32 {
        *self.meeting_ids.entry(meeting).or_insert_with(|| {
            self.meetings.push(meeting);
            self.meetings.len() as u32 - 1
        })
    }

    fn act_id(&mut self, act: Act) -> u32 {
        *self.act_ids.entry(act).or_insert_with(|| {
            self.acts.push(act);
            self.acts.len() as u32 - 1
        })
    }

    fn add_row(&mut self, meeting: Meeting, act: Act, token: Id, link: Link, time: Time) {
        let key = meeting.key(act, time.day(), token, link);
        self.rows.entry(key).or_insert(Outcomes::NONE).of(act.outcome).add(Count::one(time));
    }

    fn add_address(&mut self, meeting: Meeting, token: Id, time: Time) {
        let key = meeting.address_key(token);
        self.addresses_seen.entry(key).or_insert(Count::NONE).add(Count::one(time));
    }

    fn token(&mut self, id: Id, meeting: Meeting) -> &mut TokenFacts {
        self.tokens.entry((id, meeting.workspace, meeting.principal)).or_insert(TokenFacts {
            workspace: meeting.workspace,
            principal: meeting.principal,
            logins: Count::NONE,
            generated: None,
            expires: None,
            revoked: None,
        })
    }

    fn login(&mut self, event: &Event<'_>, meeting: Meeting, agent: Agent, act: Act) {
        let token = self.names.id(&event.params.token_id);
        if act.outcome != Outcome::Succeeded {
            self.add_row(meeting, act, token, Link::Row, event.time);
            return;
        }
        let identity = self.principal(&event.identity);
        if identity != meeting.principal && identity != 0 {
            self.aliases.insert((meeting.workspace, identity, meeting.principal));
        }
        self.token(token, meeting).logins.add(Count::one(event.time));
        self.days.entry((meeting.workspace, event.time.day())).or_default().logins += 1;
        self.tally.runs.0 += u64::from(agent.run != 0);
        let key = self.meeting_id(meeting);
        self.logins.push(LoginRecord {
            login: Login { key, time: event.time, credential: Credential(token) },
            run: agent.run,
            mark: mark(event),
        });
    }

    fn generated_or_revoked(&mut self, event: &Event<'_>, meeting: Meeting, act: Act, role: Role) {
        self.add_row(meeting, act, 0, Link::None, event.time);
        let params = &event.params;
        let token = if params.token_id.is_empty() { &params.token_hash } else { &params.token_id };
        if act.outcome != Outcome::Succeeded || token.is_empty() {
            return;
        }
        let token = self.names.id(token);
        let facts = self.token(token, meeting);
        if role == Role::Generate {
            facts.generated = [facts.generated, Some(event.time)].into_iter().flatten().min();
            facts.expires = facts.expires.max(params.token_expiration);
        } else {
            facts.revoked = [facts.revoked, Some(event.time)].into_iter().flatten().min();
        }
    }
}

impl Fold<'_> {
    /// What was folded, with what a ledger on disk must remember of it.
    pub fn into_folded(mut self) -> Folded {
        let prints = std::mem::take(&mut self.prints);
        let (names, share) = self.into_share();
        Folded { names, share, prints }
    }

    /// What was folded, under its own numbering of names.
    pub(super) fn into_share(self) -> (Names, Share) {
        let share = Share {
            meetings: self.meetings,
            acts: self.acts,
            calls: self.calls,
            logins: self.logins,
            others: self.others,
            wanted: self.wanted,
            rows: self.rows.into_iter().collect(),
            days: self.days.into_iter().collect(),
            tokens: self.tokens.into_iter().map(|((id, ..), facts)| (id, facts)).collect(),
            addresses: self.addresses_seen.into_iter().collect(),
            aliases: self.aliases.into_iter().collect(),
            tally: self.tally,
        };
        (self.names, share)
    }
}

impl EventSink for Fold<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let (action, role) = self.action(event);
        let role = role_of_event(role, &event.params);
        let agent = self.agent(&event.agent);
        let workspace = if event.workspace.is_empty() { ACCOUNT } else { &event.workspace };
        let meeting = Meeting {
            workspace: self.names.id(workspace),
            principal: self.principal(principal_of(event, role)),
            address: self.address(&event.address),
            agent: agent.id,
        };
        if self.is_duplicate(event, meeting, action) {
            return;
        }
        let time = event.time;
        self.tally.rows += 1;
        self.tally.truncated += u64::from(event.params.truncated);
        self.tally.first = Some(self.tally.first.map_or(time, |t| t.min(time)));
        self.tally.last = self.tally.last.max(Some(time));
        self.days.entry((meeting.workspace, time.day())).or_default().rows += 1;
        let act = Act { action, named: self.named(event), outcome: event.outcome };
        match role {
            Role::TokenLogin => self.login(event, meeting, agent, act),
            Role::Generate | Role::Revoke => self.generated_or_revoked(event, meeting, act, role),
            Role::InternalLogin | Role::OtherLogin => {
                if role == Role::InternalLogin {
                    self.tally.internal_logins += 1;
                    self.tally.logins_without_method +=
                        u64::from(event.params.authentication_method.is_empty());
                }
                self.add_row(meeting, act, 0, Link::None, time);
                if event.outcome == Outcome::Succeeded {
                    let key = self.meeting_id(meeting);
                    self.others.push(Login { key, time, credential: Credential::OTHER });
                }
            }
            Role::Call => self.call(event, meeting, agent, act),
        }
    }

    fn memory(&self) -> u64 {
        fn map<K, V>(map: &Map<K, V>) -> usize {
            map.capacity() * (size_of::<(K, V)>() + 1) * 8 / 7
        }
        fn list<T>(list: &Vec<T>) -> usize {
            list.capacity() * size_of::<T>()
        }
        let tables = map(&self.rows) + map(&self.addresses_seen) + map(&self.days) + map(&self.tokens);
        let numbers = map(&self.meeting_ids) + map(&self.act_ids) + list(&self.meetings) + list(&self.acts);
        let waiting = list(&self.calls) + list(&self.logins) + list(&self.others) + list(&self.wanted);
        // Its share of the table of duplicates: 12 bytes a row, at most half empty.
        let seen = self.tally.rows as usize * 26;
        // Spellings hold about what the names hold once more.
        (tables + numbers + waiting + seen + 2 * self.names.memory()) as u64
    }
}

impl Fold<'_> {
    fn named(&mut self, event: &Event<'_>) -> Id {
        if event.outcome == Outcome::Succeeded || event.error.is_empty() {
            return 0;
        }
        let denial = denial::scopes_named(&event.error).filter(|d| d.credential != denial::Credential::OAuth);
        denial.map_or(0, |mut d| {
            d.scopes.sort_unstable();
            d.scopes.dedup();
            self.names.id(&d.scopes.join(","))
        })
    }

    fn call(&mut self, event: &Event<'_>, meeting: Meeting, agent: Agent, act: Act) {
        let time = event.time;
        let waiting = |fold: &mut Self| Call {
            key: fold.meeting_id(meeting),
            action: fold.act_id(act),
            time,
            run: agent.run,
            mark: mark(event),
        };
        // A denial in a client's log may come long after its row went to disk: there every refused row is kept.
        let is_refused = event.outcome == Outcome::Denied || act.named != 0;
        let may_be_wanted = is_refused && self.shared.closed.is_some();
        if (may_be_wanted || !self.shared.wanted_requests.is_empty()) && !event.request_id.is_empty() {
            let request = fingerprint(event.request_id.as_bytes());
            if may_be_wanted || self.shared.wanted_requests.contains(&request) {
                let call = waiting(self);
                self.wanted.push(Wanted { request, call });
            }
        }
        if let Request::Http { token_id, .. } = &event.request {
            let token = self.names.id(token_id);
            let link = if token == 0 { Link::None } else { Link::Row };
            self.add_row(meeting, act, token, link, time);
            self.add_address(meeting, token, time);
            if token != 0 {
                self.token(token, meeting).logins.add(Count::one(time));
            }
        } else if self.can_be_linked(event, meeting, agent) {
            self.tally.runs.1 += u64::from(agent.run != 0);
            let call = waiting(self);
            self.calls.push(call);
        } else {
            self.add_row(meeting, act, 0, Link::None, time);
        }
    }

    /// Whether a token from outside may stand behind the row: a client, not Databricks itself, with an address or agent.
    fn can_be_linked(&self, event: &Event<'_>, meeting: Meeting, agent: Agent) -> bool {
        agent.client == Client::Client
            && (meeting.address != 0 || meeting.agent != 0)
            && !event.identity.eq_ignore_ascii_case("System-User")
    }
}

fn mark(event: &Event<'_>) -> u32 {
    let hash = if event.request_id.is_empty() { 0 } else { fingerprint(event.request_id.as_bytes()) as u32 };
    request_mark(hash, event.whole_seconds)
}

/// `203.0.113.7:443` and `[2001:db8::1]:443` without their ports; a bare IPv6 address stays.
fn without_port(address: &str) -> &str {
    let address = address.trim_ascii();
    if let Some(inner) = address.strip_prefix('[') {
        return inner.split(']').next().unwrap_or(inner);
    }
    match address.split_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn ports_are_stripped_and_bare_ipv6_is_not_taken_for_one() {
        for (raw, want) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:0", "203.0.113.7"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1"),
            ("", ""),
        ] {
            assert_eq!(without_port(raw), want);
        }
    }
}
