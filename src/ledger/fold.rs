//! Events become ledger rows: what can never be linked is added at once, client calls and logins wait for each other.

use super::arrival::{Arrival, Caller, Numbering};
use super::by_key::Chunks;
use super::duplicates::{Duplicates, Seen};
use super::logins::Role;
use super::names::{Id, Names};
use super::numbers::Numbers;
use super::prints::{DayPrints, Print};
use super::row::{AddressKey, Count, DayCount, Key, Outcomes, TokenFacts};
use super::share::{Folded, Share};
use super::tally::Tally;
use crate::input::event::{Event, EventSink, Outcome};
use crate::ledger::link::{Call, Credential, Link, Login};
use crate::support::hash::{Map, Set};
use crate::support::time::{Day, Time};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Rows that wait until so many duplicates are looked up together.
const BATCH: usize = 1024;

/// One thread's share of the ledger.
pub struct Fold<'c> {
    shared: &'c Shared<'c>,
    numbering: Numbering,
    arrivals: Vec<Arrival>,
    meetings: Numbers<Meeting>,
    acts: Numbers<Act>,
    calls: Chunks<Call>,
    logins: Chunks<LoginRecord>,
    others: Chunks<Login>,
    wanted: Vec<Wanted>,
    rows: Map<Key, Outcomes>,
    days: Map<(Id, Day), DayCount>,
    tokens: Map<(Id, Id, Id), TokenFacts>,
    addresses_seen: Map<AddressKey, Count>,
    aliases: Set<(Id, Id, Id)>,
    tally: Tally,
    pub(super) prints: Map<(Id, Day), DayPrints>,
}

impl<'c> Fold<'c> {
    /// An empty share.
    pub fn new(shared: &'c Shared<'c>) -> Self {
        Self {
            shared,
            numbering: Numbering::default(),
            arrivals: Vec::new(),
            meetings: Numbers::default(),
            acts: Numbers::default(),
            calls: Chunks::default(),
            logins: Chunks::default(),
            others: Chunks::default(),
            wanted: Vec::new(),
            rows: Map::default(),
            days: Map::default(),
            tokens: Map::default(),
            addresses_seen: Map::default(),
            aliases: Set::default(),
            tally: Tally::default(),
            prints: Map::default(),
        }
    }

    /// What it shares with the others of its run.
    pub(super) fn shared(&self) -> &'c Shared<'c> {
        self.shared
    }

    /// Rows that went in.
    pub fn rows_read(&self) -> u64 {
        self.tally.rows + self.arrivals.len() as u64
    }

    /// Distinct keys so far.
    pub fn keys(&self) -> u64 {
        (self.rows.len() + self.addresses_seen.len() + self.numbering.names.len()) as u64
    }

    /// Calls and logins that wait for each other.
    pub fn waiting(&self) -> u64 {
        (self.calls.len() + self.logins.len() + self.others.len()) as u64
    }

    /// Looks up the rows that wait, and adds those that are new.
    fn settle(&mut self) {
        let mut arrivals = std::mem::take(&mut self.arrivals);
        let prints: Vec<Print> = arrivals.iter().map(|a| a.print).collect();
        let seen = self.shared.duplicates.show_all(&prints);
        for (arrival, seen) in arrivals.drain(..).zip(seen) {
            if !self.is_duplicate(&arrival, seen) {
                self.add(&arrival);
            }
        }
        self.arrivals = arrivals;
    }

    fn is_duplicate(&mut self, arrival: &Arrival, seen: Seen) -> bool {
        if let Some(closed) = self.shared.closed
            && !self.note(arrival.print, seen, arrival.time, arrival.meeting.workspace, closed)
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
        let names = &self.numbering.names;
        let prints = self
            .prints
            .entry((workspace, day))
            .or_insert_with(|| DayPrints::new(closed(names.text(workspace), day)));
        prints.show(print, seen, time);
        !prints.closed
    }

    fn add_row(&mut self, meeting: Meeting, act: Act, token: Id, link: Link, time: Time) {
        let key = meeting.key(act, time.day(), token, link);
        self.rows.entry(key).or_insert(Outcomes::NONE).add_one(act.outcome, time);
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

    fn add(&mut self, arrival: &Arrival) {
        let &Arrival { time, meeting, act, .. } = arrival;
        self.tally.rows += 1;
        self.tally.truncated += u64::from(arrival.truncated);
        self.tally.first = Some(self.tally.first.map_or(time, |t| t.min(time)));
        self.tally.last = self.tally.last.max(Some(time));
        self.days.entry((meeting.workspace, time.day())).or_default().rows += 1;
        match arrival.role {
            Role::TokenLogin => self.login(arrival),
            Role::Generate | Role::Revoke => self.generated_or_revoked(arrival),
            Role::InternalLogin | Role::OtherLogin => {
                if arrival.role == Role::InternalLogin {
                    self.tally.internal_logins += 1;
                    self.tally.logins_without_method += u64::from(!arrival.has_method);
                }
                self.add_row(meeting, act, 0, Link::None, time);
                if act.outcome == Outcome::Succeeded {
                    let key = self.meetings.number(meeting);
                    self.others.push(Login { key, time, credential: Credential::OTHER });
                }
            }
            Role::Call => self.call(arrival),
        }
    }

    fn login(&mut self, arrival: &Arrival) {
        let &Arrival { time, meeting, act, token, identity, run, .. } = arrival;
        if act.outcome != Outcome::Succeeded {
            self.add_row(meeting, act, token, Link::Row, time);
            return;
        }
        if identity != meeting.principal && identity != 0 {
            self.aliases.insert((meeting.workspace, identity, meeting.principal));
        }
        self.token(token, meeting).logins.add(Count::one(time));
        self.days.entry((meeting.workspace, time.day())).or_default().logins += 1;
        self.tally.runs.0 += u64::from(run != 0);
        let key = self.meetings.number(meeting);
        let login = Login { key, time, credential: Credential(token) };
        self.logins.push(LoginRecord { login, run, mark: arrival.mark() });
    }

    fn generated_or_revoked(&mut self, arrival: &Arrival) {
        let &Arrival { time, meeting, act, token, .. } = arrival;
        self.add_row(meeting, act, 0, Link::None, time);
        if act.outcome != Outcome::Succeeded || token == 0 {
            return;
        }
        let facts = self.token(token, meeting);
        if arrival.role == Role::Generate {
            facts.generated = [facts.generated, Some(time)].into_iter().flatten().min();
            facts.expires = facts.expires.max(arrival.expires);
        } else {
            facts.revoked = [facts.revoked, Some(time)].into_iter().flatten().min();
        }
    }

    fn call(&mut self, arrival: &Arrival) {
        let &Arrival { time, meeting, act, token, request, .. } = arrival;
        // A denial in a client's log may come long after its row went to disk: there every refused row is kept.
        let is_refused = act.outcome == Outcome::Denied || act.named != 0;
        let may_be_wanted = is_refused && self.shared.closed.is_some();
        if request != 0 && (may_be_wanted || self.shared.wanted_requests.contains(&request)) {
            let call = self.waiting_call(arrival);
            self.wanted.push(Wanted { request, call });
        }
        match arrival.caller {
            Caller::AccessLog => {
                let link = if token == 0 { Link::None } else { Link::Row };
                self.add_row(meeting, act, token, link, time);
                self.add_address(meeting, token, time);
                if token != 0 {
                    self.token(token, meeting).logins.add(Count::one(time));
                }
            }
            Caller::Client => {
                self.tally.runs.1 += u64::from(arrival.run != 0);
                let call = self.waiting_call(arrival);
                self.calls.push(call);
            }
            Caller::Other => self.add_row(meeting, act, 0, Link::None, time),
        }
    }

    fn waiting_call(&mut self, arrival: &Arrival) -> Call {
        Call {
            key: self.meetings.number(arrival.meeting),
            action: self.acts.number(arrival.act),
            time: arrival.time,
            run: arrival.run,
            mark: arrival.mark(),
        }
    }
}

impl Fold<'_> {
    /// What was folded, with what a ledger on disk must remember of it.
    pub fn into_folded(mut self) -> Folded {
        self.settle();
        let prints = std::mem::take(&mut self.prints);
        let (names, share) = self.into_share();
        Folded { names, share, prints }
    }

    /// What was folded, under its own numbering of names.
    pub(super) fn into_share(mut self) -> (Names, Share) {
        self.settle();
        let share = Share {
            meetings: self.meetings.list,
            acts: self.acts.list,
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
        (self.numbering.names, share)
    }
}

impl EventSink for Fold<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let arrival = self.numbering.arrival(event, self.shared);
        self.arrivals.push(arrival);
        if self.arrivals.len() == BATCH {
            self.settle();
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
        let numbers = self.meetings.memory() + self.acts.memory();
        let chunks = self.calls.memory() + self.logins.memory() + self.others.memory();
        let waiting = chunks + list(&self.wanted);
        // Its share of the table of duplicates.
        let seen = self.tally.rows as usize * 20;
        // Spellings hold about what the names hold once more.
        (tables + numbers + waiting + seen + 2 * self.numbering.names.memory()) as u64
    }
}
