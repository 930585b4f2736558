//! Events become ledger rows: rows whose link is known at once are counted, client calls and logins wait to be linked.

use super::counts::{Count, DayCount, earlier};
use super::duplicates::Duplicates;
use super::event_interner::{CallerKind, EventInterner, InternedEvent, Templates};
use super::facts::TokenLogins;
use super::fingerprints::{DayFingerprints, Delivery, RowFingerprint};
use super::interner::Id;
use super::keys::ClientKey;
use super::ledger_tally::LedgerTally;
use super::linked_rows::{LinkedRows, map_memory};
use super::local_ledger::LocalLedger;
use super::logins::EventRole;
use super::parts::LedgerParts;
use super::pending_calls::{LoginRecord, PendingCalls, WantedCall};
use crate::input::event::{Event, EventSink, Outcome};
use crate::ledger::link::{Call, Link, Login, LoginCredential};
use crate::support::hash::{Map, Set};
use crate::support::time::Day;

/// Whether a ledger on disk accepts no more rows of a workspace's day.
pub type Closed<'c> = dyn Fn(&str, Day) -> bool + Sync + 'c;

/// What all folds of a run share.
pub struct FoldContext<'c> {
    /// Rows seen so far.
    pub duplicates: Duplicates,
    /// Fingerprints of the request ids that denials in client logs name.
    pub wanted_requests: Set<u64>,
    /// Path templates for access logs.
    pub templates: &'c Templates<'c>,
    /// Which workspace-days the ledger on disk has closed; `None` where the rows do not go to disk.
    pub closed: Option<&'c Closed<'c>>,
}

/// Number of rows that are looked up together among those seen before.
const BATCH: usize = 1024;

/// Folds the events that one thread reads.
pub struct Fold<'c> {
    context: &'c FoldContext<'c>,
    interner: EventInterner,
    /// Events not yet looked up among those seen before.
    batch: Vec<InternedEvent>,
    pending: PendingCalls,
    linked: LinkedRows,
    days: Map<(Id, Day), DayCount>,
    /// By token, workspace and principal.
    tokens: Map<(Id, Id, Id), TokenLogins>,
    aliases: Set<(Id, Id, Id)>,
    tally: LedgerTally,
    days_seen: Map<(Id, Day), DayFingerprints>,
}

impl<'c> Fold<'c> {
    /// A fold that has read no event.
    pub fn new(context: &'c FoldContext<'c>) -> Self {
        Self {
            context,
            interner: EventInterner::default(),
            batch: Vec::new(),
            pending: PendingCalls::default(),
            linked: LinkedRows::default(),
            days: Map::default(),
            tokens: Map::default(),
            aliases: Set::default(),
            tally: LedgerTally::default(),
            days_seen: Map::default(),
        }
    }

    /// What this fold shares with the others of its run.
    pub(super) fn context(&self) -> &'c FoldContext<'c> {
        self.context
    }

    /// Number of rows read.
    pub fn rows_read(&self) -> u64 {
        self.tally.rows + self.batch.len() as u64
    }

    /// Number of distinct keys and texts so far.
    pub fn keys(&self) -> u64 {
        (self.linked.keys() + self.interner.names.len()) as u64
    }

    /// Number of calls and logins that wait to be linked.
    pub fn waiting(&self) -> u64 {
        self.pending.len() as u64
    }

    /// Adds those events of the batch that were not delivered before.
    fn settle(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        let fingerprints: Vec<RowFingerprint> = batch.iter().map(|event| event.fingerprint).collect();
        let deliveries = self.context.duplicates.add_all(&fingerprints);
        for (event, delivery) in batch.drain(..).zip(deliveries) {
            if self.is_counted(&event, delivery) {
                self.add(&event);
            }
        }
        self.batch = batch;
    }

    /// Whether the event is neither a duplicate nor of a closed day.
    fn is_counted(&mut self, event: &InternedEvent, delivery: Delivery) -> bool {
        if let Some(closed) = self.context.closed
            && self.is_of_closed_day(event, delivery, closed)
        {
            return false;
        }
        self.tally.duplicates += u64::from(delivery == Delivery::Duplicate);
        self.tally.id_reused += u64::from(delivery == Delivery::IdReused);
        delivery != Delivery::Duplicate
    }

    /// Remembers that a row of this day was seen, and says whether the ledger on disk has closed the day.
    fn is_of_closed_day(&mut self, event: &InternedEvent, delivery: Delivery, closed: &Closed<'_>) -> bool {
        let (workspace, day) = (event.client.workspace, event.time.day());
        let names = &self.interner.names;
        let new_day = || DayFingerprints::new(closed(names.text(workspace), day));
        let seen = self.days_seen.entry((workspace, day)).or_insert_with(new_day);
        seen.add_row(event.fingerprint, delivery, event.time);
        seen.closed
    }

    fn token(&mut self, id: Id, client: ClientKey) -> &mut TokenLogins {
        let ClientKey { workspace, principal, .. } = client;
        let new = || TokenLogins::new(workspace, principal);
        self.tokens.entry((id, workspace, principal)).or_insert_with(new)
    }

    fn day(&mut self, event: &InternedEvent) -> &mut DayCount {
        self.days.entry((event.client.workspace, event.time.day())).or_default()
    }

    /// Counts the event under the given token and link.
    fn add_row(&mut self, event: &InternedEvent, token: Id, link: Link) {
        self.linked.add_one(event.client, event.action, token, link, event.time);
    }

    fn add(&mut self, event: &InternedEvent) {
        self.tally.add_row(event.time, event.truncated);
        self.day(event).rows += 1;
        match event.role {
            EventRole::TokenLogin => self.add_token_login(event),
            EventRole::Generate | EventRole::Revoke => self.add_generated_or_revoked(event),
            EventRole::InternalLogin => {
                self.tally.internal_logins += 1;
                self.tally.logins_without_method += u64::from(!event.has_method);
                self.add_other_login(event);
            }
            EventRole::OtherLogin => self.add_other_login(event),
            EventRole::Call => self.add_call(event),
        }
    }

    fn add_token_login(&mut self, event: &InternedEvent) {
        let &InternedEvent { time, client, token, identity, run, .. } = event;
        if event.action.outcome != Outcome::Succeeded {
            self.add_row(event, token, Link::Row);
            return;
        }
        if identity != client.principal && identity != 0 {
            self.aliases.insert((client.workspace, identity, client.principal));
        }
        self.token(token, client).logins.add(Count::one(time));
        self.day(event).logins += 1;
        self.tally.runs.0 += u64::from(run != 0);
        let key = self.pending.clients.number(client);
        let login = Login { key, time, credential: LoginCredential(token) };
        self.pending.logins.push(LoginRecord { login, run, mark: event.mark() });
    }

    fn add_other_login(&mut self, event: &InternedEvent) {
        self.add_row(event, 0, Link::None);
        if event.action.outcome == Outcome::Succeeded {
            let key = self.pending.clients.number(event.client);
            let login = Login { key, time: event.time, credential: LoginCredential::OTHER };
            self.pending.other_logins.push(login);
        }
    }

    fn add_generated_or_revoked(&mut self, event: &InternedEvent) {
        let &InternedEvent { time, client, token, .. } = event;
        self.add_row(event, 0, Link::None);
        if event.action.outcome != Outcome::Succeeded || token == 0 {
            return;
        }
        let facts = self.token(token, client);
        if event.role == EventRole::Generate {
            facts.generated = earlier(facts.generated, Some(time));
            facts.expires = facts.expires.max(event.expires);
        } else {
            facts.revoked = earlier(facts.revoked, Some(time));
        }
    }

    fn add_call(&mut self, event: &InternedEvent) {
        let &InternedEvent { time, client, action, token, request, .. } = event;
        // A client log with the denial may be read long after the row went to disk, so a ledger on disk keeps every refused row.
        let is_refused = action.outcome == Outcome::Denied || action.named != 0;
        let may_be_wanted = is_refused && self.context.closed.is_some();
        if request != 0 && (may_be_wanted || self.context.wanted_requests.contains(&request)) {
            let call = self.pending_call(event);
            self.pending.wanted.push(WantedCall { request, call });
        }
        match event.caller {
            CallerKind::AccessLog => {
                self.add_row(event, token, if token == 0 { Link::None } else { Link::Row });
                self.linked.add_address(&client, token, Count::one(time));
                if token != 0 {
                    self.token(token, client).logins.add(Count::one(time));
                }
            }
            CallerKind::Client => {
                self.tally.runs.1 += u64::from(event.run != 0);
                let call = self.pending_call(event);
                self.pending.calls.push(call);
            }
            CallerKind::Other => self.add_row(event, 0, Link::None),
        }
    }

    fn pending_call(&mut self, event: &InternedEvent) -> Call {
        Call {
            key: self.pending.clients.number(event.client),
            action: self.pending.actions.number(event.action),
            time: event.time,
            run: event.run,
            mark: event.mark(),
        }
    }
}

impl Fold<'_> {
    /// What was folded, under its own numbering of texts.
    pub fn into_local(mut self) -> LocalLedger {
        self.settle();
        self.pending.finish();
        let mut parts = LedgerParts {
            days: self.days.into_iter().collect(),
            tokens: self.tokens.into_iter().map(|((id, ..), token)| (id, token)).collect(),
            aliases: self.aliases.into_iter().collect(),
            tally: self.tally,
            ..LedgerParts::default()
        };
        self.linked.move_to(&mut parts);
        LocalLedger {
            names: self.interner.names,
            parts,
            pending: self.pending,
            days_seen: self.days_seen.into_iter().collect(),
        }
    }
}

impl EventSink for Fold<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.batch.push(self.interner.intern(event, self.context.templates));
        if self.batch.len() == BATCH {
            self.settle();
        }
    }

    fn memory(&self) -> u64 {
        let tables = self.linked.memory() + map_memory(&self.days) + map_memory(&self.tokens);
        // This fold's part of the fingerprints of all rows.
        let seen = self.tally.rows as usize * 20;
        // The interner's caches of raw spellings hold about as much as the texts themselves.
        (tables + self.pending.memory() + seen + 2 * self.interner.names.memory()) as u64
    }
}
