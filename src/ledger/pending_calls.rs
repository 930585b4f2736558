//! Calls and logins that wait until all of a log was read, because a later login may still explain an earlier call.

use super::aliases::Aliases;
use super::by_key::ChunkedList;
use super::interner::Id;
use super::key_numbers::KeyNumbers;
use super::keys::{ActionKey, ClientKey};
use crate::ledger::link::{Call, Login, LoginCredential};

/// A token's login, with the ids that tie it to calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LoginRecord {
    pub(super) login: Login,
    /// Hash of the CLI run id; 0 if there is none.
    pub(super) run: u32,
    /// See [`request_mark`](crate::ledger::link::request_mark).
    pub(super) mark: u32,
}

/// A call whose request id a client's denial names.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedCall {
    /// Fingerprint of the request id.
    pub(super) request: u64,
    pub(super) call: Call,
}

/// Calls and logins that are not linked yet. They refer to their keys by the numbers of `clients` and `actions`.
#[derive(Debug, Default)]
pub(super) struct PendingCalls {
    pub(super) clients: KeyNumbers<ClientKey>,
    pub(super) actions: KeyNumbers<ActionKey>,
    pub(super) calls: ChunkedList<Call>,
    /// Logins of tokens from outside.
    pub(super) logins: ChunkedList<LoginRecord>,
    /// Logins by other credentials.
    pub(super) other_logins: ChunkedList<Login>,
    pub(super) wanted: Vec<WantedCall>,
}

impl PendingCalls {
    /// Joins pending calls under one numbering of texts, with every name of a principal replaced by the one that stands for all.
    pub(super) fn join(all: impl IntoIterator<Item = Self>, aliases: &Aliases) -> Self {
        let mut joined = Self::default();
        for pending in all {
            let client = |key: &ClientKey| ClientKey {
                principal: aliases.canonical(key.workspace, key.principal),
                ..*key
            };
            let clients = pending.clients.keys().iter().map(client);
            let clients: Vec<u32> = clients.map(|key| joined.clients.number(key)).collect();
            let actions = pending.actions.keys().iter();
            let actions: Vec<u32> = actions.map(|key| joined.actions.number(*key)).collect();
            let call = |c: &mut Call| {
                (c.key, c.action) = (clients[c.key as usize], actions[c.action as usize]);
            };
            let login = |l: &mut Login| l.key = clients[l.key as usize];
            joined.calls.absorb(pending.calls, call);
            joined.logins.absorb(pending.logins, |record| login(&mut record.login));
            joined.other_logins.absorb(pending.other_logins, login);
            joined.wanted.extend(pending.wanted.into_iter().map(|mut wanted| {
                call(&mut wanted.call);
                wanted
            }));
        }
        joined.finish();
        joined
    }

    /// Moves everything to another numbering of texts. No call or login may be added afterwards.
    pub(super) fn renumber(&mut self, new: impl Fn(Id) -> Id + Copy) {
        self.clients.renumber(new);
        self.actions.renumber(new);
        for record in self.logins.iter_mut() {
            let token = record.login.credential.token();
            record.login.credential =
                token.map_or(LoginCredential::OTHER, |token| LoginCredential(new(token)));
        }
    }

    /// Frees the memory that is only needed to add calls and logins.
    pub(super) fn finish(&mut self) {
        self.clients.finish();
        self.actions.finish();
    }

    /// Number of calls and logins.
    pub(super) fn len(&self) -> usize {
        self.calls.len() + self.logins.len() + self.other_logins.len()
    }

    /// Bytes taken.
    pub(super) fn memory(&self) -> usize {
        let keys = self.clients.memory() + self.actions.memory();
        let lists = self.calls.memory() + self.logins.memory() + self.other_logins.memory();
        keys + lists + self.wanted.capacity() * size_of::<WantedCall>()
    }
}
