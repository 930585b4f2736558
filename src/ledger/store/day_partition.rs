//! Splits what linking gives into rows of days that close and rows of days that stay open.

use super::open_days::{DayState, OpenDays};
use crate::ledger::counts::Count;
use crate::ledger::facts::WantedRow;
use crate::ledger::interner::Id;
use crate::ledger::keys::{ActionKey, ClientKey};
use crate::ledger::link::Link;
use crate::ledger::linked_rows::{LinkSink, LinkedRows};
use crate::support::time::Time;

/// Linked rows by the state of their day. Rows of days closed earlier are dropped: the ledger has them.
pub(super) struct DayPartition<'d> {
    days: &'d OpenDays,
    pub(super) closing: LinkedRows,
    pub(super) open: LinkedRows,
}

impl<'d> DayPartition<'d> {
    pub(super) fn new(days: &'d OpenDays) -> Self {
        Self { days, closing: LinkedRows::default(), open: LinkedRows::default() }
    }

    fn rows(&mut self, client: &ClientKey, time: Time) -> Option<&mut LinkedRows> {
        match self.days.state(client.workspace, time) {
            DayState::Closed => None,
            DayState::Closing => Some(&mut self.closing),
            DayState::Open => Some(&mut self.open),
        }
    }
}

impl LinkSink for DayPartition<'_> {
    fn add(&mut self, client: &ClientKey, action: ActionKey, token: Id, link: Link, count: Count) {
        let Some(rows) = self.rows(client, count.first) else { return };
        if is_unlinked(link) {
            rows.add_unlinked(client, action, token, count);
        } else {
            rows.add(client, action, token, link, count);
        }
    }

    fn sampled_login(&mut self, client: &ClientKey, time: Time) {
        if let Some(rows) = self.rows(client, time) {
            rows.sampled_login(client, time);
        }
    }

    fn sampled_call(&mut self, client: &ClientKey, time: Time) {
        if let Some(rows) = self.rows(client, time) {
            rows.sampled_call(client, time);
        }
    }
}

/// Which of the two links it is depends on logins at any time, so it is decided when the ledger is read.
fn is_unlinked(link: Link) -> bool {
    matches!(link, Link::None | Link::Stale)
}

/// A wanted row as it is stored: with its address if its link is decided when the ledger is read.
pub(super) fn stored_wanted(row: WantedRow, address: Id) -> (WantedRow, Option<Id>) {
    (row, Some(address).filter(|_| is_unlinked(row.link)))
}
