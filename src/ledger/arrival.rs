//! An event in the numbers of one fold: all that is asked of it later, small enough to wait while duplicates are looked up
//! many at a time. This is where every text of a log is interned, so it is where most of the time of folding goes.

use super::fold::{ACCOUNT, Act, Meeting, Shared, TOKEN_LOGIN};
use super::logins::{Role, principal_of, role_of_action, role_of_event};
use super::names::{Id, Names, Spellings};
use super::prints::Print;
use crate::input::denial;
use crate::input::event::{Event, Outcome, Request};
use crate::input::user_agent::{self, Client};
use crate::ledger::link::request_mark;
use crate::support::hash::fingerprint;
use crate::support::time::Time;
use foldhash::fast::RandomState;
use std::fmt::Write;
use std::hash::BuildHasher;

/// Where a call came from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// A program a token from outside may stand behind.
    Client,
    /// A line of an access log, which names its token or has none.
    AccessLog,
    /// Databricks itself, a browser, another credential.
    Other,
}

/// What a fold keeps of an event.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub(super) print: Print,
    pub(super) time: Time,
    pub(super) meeting: Meeting,
    pub(super) act: Act,
    pub(super) role: Role,
    pub(super) caller: Caller,
    /// The token the row names.
    pub(super) token: Id,
    /// Who a login says has signed in.
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

impl Arrival {
    /// What ties the row to others of its request.
    pub(super) fn mark(&self) -> u32 {
        request_mark(self.request as u32, self.whole_seconds)
    }
}

#[derive(Clone, Copy, Default)]
struct Agent {
    id: Id,
    run: u32,
    client: Client,
}

/// Who called, from where, with what.
#[derive(Clone, Copy, Default)]
struct Who {
    meeting: Meeting,
    /// The token the row names.
    token: Id,
    run: u32,
    client: Client,
    /// Of the texts of the meeting, in its order.
    fingerprints: [u64; 4],
}

/// Callers met lately, by the bytes of their row: a client calls many times in a row.
#[derive(Default)]
struct Lately {
    slots: Vec<(Vec<u8>, Who)>,
    hasher: RandomState,
}

impl Lately {
    const SLOTS: usize = 8192;

    fn slot(&mut self, raw: &[u8]) -> &mut (Vec<u8>, Who) {
        if self.slots.is_empty() {
            self.slots.resize_with(Self::SLOTS, Default::default);
        }
        &mut self.slots[self.hasher.hash_one(raw) as usize % Self::SLOTS]
    }
}

/// The numbers of one fold.
#[derive(Default)]
pub(super) struct Numbering {
    pub(super) names: Names,
    principals: Spellings<Id>,
    agents: Spellings<Agent>,
    actions: Spellings<(Id, Role)>,
    lately: Lately,
    scratch: String,
    raw: Vec<u8>,
}

impl Numbering {
    pub(super) fn arrival(&mut self, event: &Event<'_>, shared: &Shared<'_>) -> Arrival {
        let (action, role) = self.action(event, shared);
        let role = role_of_event(role, &event.params);
        let who = self.who(event, role);
        let (params, request_id) = (&event.params, &event.request_id);
        let caller = match event.request {
            Request::Http { .. } => Caller::AccessLog,
            Request::Action { .. } if can_be_linked(event, &who) => Caller::Client,
            Request::Action { .. } => Caller::Other,
        };
        Arrival {
            print: self.print(event, &who, action),
            time: event.time,
            meeting: who.meeting,
            act: Act { action, named: self.named(event), outcome: event.outcome },
            role,
            caller,
            token: who.token,
            identity: if role == Role::TokenLogin { self.principal(&event.identity) } else { 0 },
            expires: params.token_expiration,
            run: who.run,
            request: if request_id.is_empty() { 0 } else { fingerprint(request_id.as_bytes()) },
            whole_seconds: event.whole_seconds,
            truncated: params.truncated,
            has_method: !params.authentication_method.is_empty(),
        }
    }

    fn action(&mut self, event: &Event<'_>, shared: &Shared<'_>) -> (Id, Role) {
        match &event.request {
            Request::Action { service, action } => {
                self.raw.clear();
                spell(&mut self.raw, &[service, action]);
                let names = &mut self.names;
                self.actions.get(&self.raw, || {
                    let role = role_of_action(service, action);
                    let name = match role {
                        Role::TokenLogin => names.id(TOKEN_LOGIN),
                        _ => names.id(&format!("{service}/{action}")),
                    };
                    (name, role)
                })
            }
            Request::Http { method, path, .. } => {
                self.scratch.clear();
                let method = method.to_ascii_uppercase();
                let template =
                    (shared.templates)(&method, path).unwrap_or_else(|| super::paths::reduce(path));
                let _ = write!(self.scratch, "{method} {template}");
                (self.names.id(&self.scratch), Role::Call)
            }
        }
    }

    fn who(&mut self, event: &Event<'_>, role: Role) -> Who {
        let workspace = if event.workspace.is_empty() { ACCOUNT } else { &event.workspace };
        let principal = principal_of(event, role);
        // Ports are new on every connection, so no spelling with one is remembered.
        let address = without_port(&event.address);
        self.raw.clear();
        let token = token_of(event, role);
        spell(&mut self.raw, &[workspace, principal, address, &event.agent, token]);
        let (raw, who) = self.lately.slot(&self.raw);
        if *raw == self.raw {
            return *who;
        }
        let agent = self.agent(&event.agent);
        let meeting = Meeting {
            workspace: self.names.id(workspace),
            principal: self.principal(principal),
            address: self.names.id(address),
            agent: agent.id,
        };
        let Meeting { workspace, principal, address, agent: text } = meeting;
        let fingerprints = [workspace, principal, address, text].map(|id| self.names.fingerprint(id));
        let token = self.names.id(token);
        let found = Who { meeting, token, run: agent.run, client: agent.client, fingerprints };
        let (raw, who) = self.lately.slot(&self.raw);
        raw.clone_from(&self.raw);
        *who = found;
        found
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

    /// An agent with a run id is new every time: only what is left of it is remembered.
    fn agent(&mut self, raw: &str) -> Agent {
        if let Some(known) = self.agents.known(raw.as_bytes()) {
            return known;
        }
        let (text, run) = user_agent::strip_run_id(raw);
        let names = &mut self.names;
        let known = self.agents.get(text.as_bytes(), || Agent {
            id: names.id(&text),
            run: 0,
            client: user_agent::client(&text),
        });
        Agent { run: run.map_or(0, |r| fingerprint(r.as_bytes()) as u32 | 1), ..known }
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

    /// Numbers differ between threads, so the fingerprint is made of texts.
    fn print(&self, event: &Event<'_>, who: &Who, action: Id) -> Print {
        let (id, content) = if event.event_id.is_empty() {
            (event.record_hash, event.record_hash >> 32)
        } else {
            let mut content = event.time.0 as u64 ^ ((event.outcome as u64) << 62);
            for part in who.fingerprints.into_iter().chain([self.names.fingerprint(action)]) {
                content = content.rotate_left(13).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ part;
            }
            content ^= fingerprint(event.params.token_id.as_bytes());
            (fingerprint(event.event_id.as_bytes()), content)
        };
        Print { id, content: (content ^ (content >> 32)) as u32 }
    }
}

/// The token a row names, or an empty text.
fn token_of<'e>(event: &'e Event<'_>, role: Role) -> &'e str {
    let params = &event.params;
    match (&event.request, role) {
        (Request::Http { token_id, .. }, _) => token_id,
        (_, Role::Generate | Role::Revoke) if params.token_id.is_empty() => &params.token_hash,
        (_, Role::TokenLogin | Role::Generate | Role::Revoke) => &params.token_id,
        _ => "",
    }
}

/// Writes texts one behind the other so that no other texts give the same bytes.
fn spell(raw: &mut Vec<u8>, texts: &[&str]) {
    for text in texts {
        raw.extend_from_slice(&(text.len() as u32).to_le_bytes());
        raw.extend_from_slice(text.as_bytes());
    }
}

/// Whether a token from outside may stand behind the row: a client, not Databricks itself, with an address or agent.
fn can_be_linked(event: &Event<'_>, who: &Who) -> bool {
    who.client == Client::Client
        && (who.meeting.address != 0 || who.meeting.agent != 0)
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
