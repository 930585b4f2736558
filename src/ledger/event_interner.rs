//! Turns an event into numbers: every text becomes its number in the fold's interner, and only what the fold needs later is kept.
//! Every text of a log passes through here, so this takes most of the time of folding.

use super::fingerprints::RowFingerprint;
use super::interner::{Id, Interner, Spellings};
use super::keys::{ACCOUNT, ActionKey, ClientKey, TOKEN_LOGIN};
use super::logins::{EventRole, principal_of, role_of_action, role_of_event};
use super::request_path::reduce_path;
use crate::input::denial;
use crate::input::event::{Event, Outcome, Request};
use crate::input::user_agent::{self, Client};
use crate::ledger::link::request_mark;
use crate::support::hash::fingerprint;
use crate::support::time::Time;
use foldhash::fast::RandomState;
use std::fmt::Write;
use std::hash::BuildHasher;

/// Finds the template a method and path belong to; paths that no template matches are reduced by [`reduce_path`].
pub type Templates<'c> = dyn Fn(&str, &str) -> Option<String> + Sync + 'c;

/// Where a call came from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CallerKind {
    /// A program that may use a token from outside.
    Client,
    /// A line of an access log: it names its token if it has one.
    AccessLog,
    /// Databricks itself, a browser, another credential.
    Other,
}

/// An event with its texts as numbers.
#[derive(Clone, Copy)]
pub(super) struct InternedEvent {
    pub(super) fingerprint: RowFingerprint,
    pub(super) time: Time,
    pub(super) client: ClientKey,
    pub(super) action: ActionKey,
    pub(super) role: EventRole,
    pub(super) caller: CallerKind,
    /// The token the event names, or 0.
    pub(super) token: Id,
    /// The identity of a login by token, which may differ from the principal; 0 in other events.
    pub(super) identity: Id,
    /// When a generated token expires.
    pub(super) expires: Option<Time>,
    /// Hash of the CLI run id; 0 is none.
    pub(super) run: u32,
    /// Fingerprint of the request id; 0 is none.
    pub(super) request: u64,
    pub(super) whole_seconds: bool,
    pub(super) truncated: bool,
    pub(super) has_method: bool,
}

impl InternedEvent {
    /// See [`request_mark`].
    pub(super) fn mark(&self) -> u32 {
        request_mark(self.request as u32, self.whole_seconds)
    }
}

#[derive(Clone, Copy, Default)]
struct InternedAgent {
    text: Id,
    run: u32,
    client: Client,
}

/// The client that called, with what is known from its user agent.
#[derive(Clone, Copy, Default)]
struct Caller {
    key: ClientKey,
    /// The token the event names, or 0.
    token: Id,
    run: u32,
    client: Client,
    /// Fingerprints of the texts of `key`, in the order of its fields.
    fingerprints: [u64; 4],
}

/// A cache of callers by the raw texts that name them: a client tends to call many times in a row.
#[derive(Default)]
struct RecentCallers {
    slots: Vec<(Vec<u8>, Caller)>,
    hasher: RandomState,
}

impl RecentCallers {
    const SLOTS: usize = 8192;

    fn slot(&mut self, raw: &[u8]) -> &mut (Vec<u8>, Caller) {
        if self.slots.is_empty() {
            self.slots.resize_with(Self::SLOTS, Default::default);
        }
        &mut self.slots[self.hasher.hash_one(raw) as usize % Self::SLOTS]
    }
}

/// The texts of one fold, and caches of what was computed from them.
#[derive(Default)]
pub(super) struct EventInterner {
    pub(super) names: Interner,
    principals: Spellings<Id>,
    agents: Spellings<InternedAgent>,
    actions: Spellings<(Id, EventRole)>,
    recent: RecentCallers,
    scratch: String,
    raw: Vec<u8>,
}

impl EventInterner {
    pub(super) fn intern(&mut self, event: &Event<'_>, templates: &Templates<'_>) -> InternedEvent {
        let (action, role) = self.action(event, templates);
        let role = role_of_event(role, &event.params);
        let from = self.caller(event, role);
        let (params, request_id) = (&event.params, &event.request_id);
        let caller = match event.request {
            Request::Http { .. } => CallerKind::AccessLog,
            Request::Action { .. } if can_be_linked(event, &from) => CallerKind::Client,
            Request::Action { .. } => CallerKind::Other,
        };
        InternedEvent {
            fingerprint: self.row_fingerprint(event, &from, action),
            time: event.time,
            client: from.key,
            action: ActionKey { action, named: self.named(event), outcome: event.outcome },
            role,
            caller,
            token: from.token,
            identity: if role == EventRole::TokenLogin { self.principal(&event.identity) } else { 0 },
            expires: params.token_expiration,
            run: from.run,
            request: if request_id.is_empty() { 0 } else { fingerprint(request_id.as_bytes()) },
            whole_seconds: event.whole_seconds,
            truncated: params.truncated,
            has_method: !params.authentication_method.is_empty(),
        }
    }

    fn action(&mut self, event: &Event<'_>, templates: &Templates<'_>) -> (Id, EventRole) {
        match &event.request {
            Request::Action { service, action } => {
                self.raw.clear();
                spell(&mut self.raw, &[service, action]);
                let names = &mut self.names;
                self.actions.get(&self.raw, || {
                    let role = role_of_action(service, action);
                    let name = match role {
                        EventRole::TokenLogin => names.id(TOKEN_LOGIN),
                        _ => names.id(&format!("{service}/{action}")),
                    };
                    (name, role)
                })
            }
            Request::Http { method, path, .. } => {
                self.scratch.clear();
                let method = method.to_ascii_uppercase();
                let template = templates(&method, path).unwrap_or_else(|| reduce_path(path));
                let _ = write!(self.scratch, "{method} {template}");
                (self.names.id(&self.scratch), EventRole::Call)
            }
        }
    }

    fn caller(&mut self, event: &Event<'_>, role: EventRole) -> Caller {
        let workspace = if event.workspace.is_empty() { ACCOUNT } else { &event.workspace };
        let principal = principal_of(event, role);
        // A port is new on every connection, so it must not be part of the cache key.
        let address = without_port(&event.address);
        self.raw.clear();
        let token = token_of(event, role);
        spell(&mut self.raw, &[workspace, principal, address, &event.agent, token]);
        let (raw, known) = self.recent.slot(&self.raw);
        if *raw == self.raw {
            return *known;
        }
        let agent = self.agent(&event.agent);
        let key = ClientKey {
            workspace: self.names.id(workspace),
            principal: self.principal(principal),
            address: self.names.id(address),
            agent: agent.text,
        };
        let ClientKey { workspace, principal, address, agent: text } = key;
        let fingerprints = [workspace, principal, address, text].map(|id| self.names.fingerprint(id));
        let token = self.names.id(token);
        let caller = Caller { key, token, run: agent.run, client: agent.client, fingerprints };
        let (raw, known) = self.recent.slot(&self.raw);
        raw.clone_from(&self.raw);
        *known = caller;
        caller
    }

    fn principal(&mut self, raw: &str) -> Id {
        let (names, scratch) = (&mut self.names, &mut self.scratch);
        self.principals.get(raw.as_bytes(), || {
            scratch.clear();
            scratch.push_str(raw.trim_ascii());
            scratch.make_ascii_lowercase();
            names.id(scratch)
        })
    }

    /// A user agent with a run id is new on every run, so it is cached without the id.
    fn agent(&mut self, raw: &str) -> InternedAgent {
        if let Some(known) = self.agents.known(raw.as_bytes()) {
            return known;
        }
        let (text, run) = user_agent::strip_run_id(raw);
        let names = &mut self.names;
        let known = self.agents.get(text.as_bytes(), || InternedAgent {
            text: names.id(&text),
            run: 0,
            client: user_agent::client(&text),
        });
        InternedAgent { run: run.map_or(0, |r| fingerprint(r.as_bytes()) as u32 | 1), ..known }
    }

    fn named(&mut self, event: &Event<'_>) -> Id {
        if event.outcome == Outcome::Succeeded || event.error.is_empty() {
            return 0;
        }
        let denial =
            denial::scopes_named(&event.error).filter(|d| d.credential != denial::DeniedCredential::OAuth);
        denial.map_or(0, |mut d| {
            d.scopes.sort_unstable();
            d.scopes.dedup();
            self.names.id(&d.scopes.join(","))
        })
    }

    /// Numbers differ between threads, so the fingerprint is made from texts.
    fn row_fingerprint(&self, event: &Event<'_>, from: &Caller, action: Id) -> RowFingerprint {
        let (id, content) = if event.event_id.is_empty() {
            (event.record_hash, event.record_hash >> 32)
        } else {
            let mut content = event.time.0 as u64 ^ ((event.outcome as u64) << 62);
            for part in from.fingerprints.into_iter().chain([self.names.fingerprint(action)]) {
                content = content.rotate_left(13).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ part;
            }
            content ^= fingerprint(event.params.token_id.as_bytes());
            (fingerprint(event.event_id.as_bytes()), content)
        };
        RowFingerprint { id, content: (content ^ (content >> 32)) as u32 }
    }
}

/// The token an event names, or an empty text.
fn token_of<'e>(event: &'e Event<'_>, role: EventRole) -> &'e str {
    let params = &event.params;
    match (&event.request, role) {
        (Request::Http { token_id, .. }, _) => token_id,
        (_, EventRole::Generate | EventRole::Revoke) if params.token_id.is_empty() => &params.token_hash,
        (_, EventRole::TokenLogin | EventRole::Generate | EventRole::Revoke) => &params.token_id,
        _ => "",
    }
}

/// Appends each text behind its length, so that different lists of texts give different bytes.
fn spell(raw: &mut Vec<u8>, texts: &[&str]) {
    for text in texts {
        raw.extend_from_slice(&(text.len() as u32).to_le_bytes());
        raw.extend_from_slice(text.as_bytes());
    }
}

/// Whether a token from outside may be behind the event: its caller is a client, not Databricks itself, with an address or agent.
fn can_be_linked(event: &Event<'_>, from: &Caller) -> bool {
    from.client == Client::Client
        && (from.key.address != 0 || from.key.agent != 0)
        && !event.identity.eq_ignore_ascii_case("System-User")
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
    use super::*;

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

    #[test]
    fn texts_that_join_alike_are_spelled_apart() {
        let spelled = |texts: &[&str]| {
            let mut raw = Vec::new();
            spell(&mut raw, texts);
            raw
        };
        assert_ne!(spelled(&["ab", "c"]), spelled(&["a", "bc"]));
        assert_ne!(spelled(&["", "a"]), spelled(&["a", ""]));
    }
}
