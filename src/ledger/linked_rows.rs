//! Events whose link is known, counted by row.

use super::counts::{Count, Outcomes};
use super::facts::LedgerRow;
use super::interner::Id;
use super::keys::{ActionKey, AddressKey, ClientKey, RowKey};
use super::parts::LedgerParts;
use crate::ledger::link::Link;
use crate::support::hash::Map;
use crate::support::time::Time;

/// Receives the calls and logins that were waiting, once they are linked.
pub(super) trait LinkSink: Send {
    /// Calls or logins of one day with the same link.
    fn add(&mut self, client: &ClientKey, action: ActionKey, token: Id, link: Link, count: Count);
    /// A login whose request id belongs to the sample.
    fn sampled_login(&mut self, client: &ClientKey, time: Time);
    /// A call of the sample whose request id a login shares.
    fn sampled_call(&mut self, client: &ClientKey, time: Time);
}

/// Rows whose link is known, and the addresses they came from.
#[derive(Debug, Default)]
pub(super) struct LinkedRows {
    rows: Map<RowKey, Outcomes>,
    unlinked: Map<(RowKey, Id), Outcomes>,
    addresses: Map<AddressKey, Count>,
    /// (logins tried, calls joined) by request id.
    request_sample: (u64, u64),
}

impl LinkedRows {
    pub(super) fn add_one(
        &mut self,
        client: ClientKey,
        action: ActionKey,
        token: Id,
        link: Link,
        time: Time,
    ) {
        let key = client.row_key(action, time.day(), token, link);
        self.rows.entry(key).or_insert(Outcomes::NONE).add_one(action.outcome, time);
    }

    /// Adds events of which it is not known yet whether their key ever had a login, with their address. See
    /// [`LedgerParts::unlinked`].
    pub(super) fn add_unlinked(&mut self, client: &ClientKey, action: ActionKey, token: Id, count: Count) {
        let key = client.row_key(action, count.first.day(), token, Link::None);
        let row = self.unlinked.entry((key, client.address)).or_insert(Outcomes::NONE);
        row.add_all(action.outcome, count);
        self.add_address(client, token, count);
    }

    /// Adds the address of events.
    pub(super) fn add_address(&mut self, client: &ClientKey, token: Id, count: Count) {
        self.addresses.entry(client.address_key(token)).or_insert(Count::NONE).add(count);
    }

    /// Number of distinct keys.
    pub(super) fn keys(&self) -> usize {
        self.rows.len() + self.addresses.len()
    }

    /// Bytes taken by the tables.
    pub(super) fn memory(&self) -> usize {
        map_memory(&self.rows) + map_memory(&self.addresses)
    }

    /// Moves everything to parts of a ledger.
    pub(super) fn move_to(self, parts: &mut LedgerParts) {
        parts.rows.extend(self.rows.into_iter().map(|(key, outcomes)| LedgerRow { key, outcomes }));
        let unlinked = self.unlinked.into_iter();
        parts
            .unlinked
            .extend(unlinked.map(|((key, address), outcomes)| (LedgerRow { key, outcomes }, address)));
        parts.addresses.extend(self.addresses);
        parts.tally.request_sample.0 += self.request_sample.0;
        parts.tally.request_sample.1 += self.request_sample.1;
    }
}

/// Bytes taken by a hash table.
pub(super) fn map_memory<K, V>(map: &Map<K, V>) -> usize {
    map.capacity() * (size_of::<(K, V)>() + 1) * 8 / 7
}

impl LinkSink for LinkedRows {
    fn add(&mut self, client: &ClientKey, action: ActionKey, token: Id, link: Link, count: Count) {
        let key = client.row_key(action, count.first.day(), token, link);
        self.rows.entry(key).or_insert(Outcomes::NONE).add_all(action.outcome, count);
        self.add_address(client, token, count);
    }

    fn sampled_login(&mut self, _: &ClientKey, _: Time) {
        self.request_sample.0 += 1;
    }

    fn sampled_call(&mut self, _: &ClientKey, _: Time) {
        self.request_sample.1 += 1;
    }
}
