//! Which days of a ledger close in a run, and which stay open with what later days may need of them.

use super::manifest::Manifest;
use crate::ledger::ACCOUNT;
use crate::ledger::interner::{Id, Interner};
use crate::ledger::keys::ClientKey;
use crate::ledger::link::NEAR_WHOLE_SECONDS;
use crate::support::hash::Set;
use crate::support::time::{Day, Time};

/// The days that are not closed yet, and which of them close now.
#[derive(Debug, Default)]
pub(super) struct OpenDays {
    closing: Set<(Id, Day)>,
    open: Set<(Id, Day)>,
    /// Days next to an open day of any workspace: logins of the account count in all workspaces.
    near_any: Set<Day>,
    account: Option<Id>,
}

/// The state of a call's or login's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayState {
    /// An earlier run closed it: the ledger has the row already, and the call or login only helps to link others.
    Closed,
    /// It closes in this run.
    Closing,
    /// It stays open.
    Open,
}

impl OpenDays {
    /// Decides which of `days`, the days with rows that are not closed yet, close now.
    pub(super) fn of(
        names: &Interner,
        manifest: &Manifest,
        days: impl Iterator<Item = (Id, Day)>,
        is_forced: impl Fn(Day) -> bool,
    ) -> Self {
        let mut open_days = Self { account: names.find(ACCOUNT), ..Self::default() };
        for (workspace, day) in days {
            let covered = manifest.workspaces.get(names.text(workspace));
            if is_forced(day) || covered.is_some_and(|c| c.spans.can_close(day)) {
                open_days.closing.insert((workspace, day));
            } else {
                open_days.open.insert((workspace, day));
                open_days.near_any.extend([day.plus(-1), day, day.plus(1)]);
            }
        }
        open_days
    }

    pub(super) fn closing(&self) -> impl Iterator<Item = (Id, Day)> + '_ {
        self.closing.iter().copied()
    }

    /// Number of workspace-days that stay open.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_open(&self, workspace: Id, day: Day) -> bool {
        self.open.contains(&(workspace, day))
    }

    pub(super) fn state(&self, workspace: Id, time: Time) -> DayState {
        let day = (workspace, time.day());
        if self.closing.contains(&day) {
            DayState::Closing
        } else if self.open.contains(&day) {
            DayState::Open
        } else {
            DayState::Closed
        }
    }

    fn is_near_open(&self, workspace: Id, day: Day) -> bool {
        [day.plus(-1), day, day.plus(1)].into_iter().any(|d| self.is_open(workspace, d))
    }

    /// Whether a later run needs a call: its day is open, or it may answer a login of an open day.
    pub(super) fn keeps_call(&self, client: &ClientKey, time: Time) -> bool {
        let near = [time.minus(NEAR_WHOLE_SECONDS), time, time.plus(NEAR_WHOLE_SECONDS)];
        near.into_iter().any(|t| self.is_open(client.workspace, t.day()))
    }

    /// Whether a later run needs a login by token.
    pub(super) fn keeps_login(&self, client: &ClientKey, time: Time) -> bool {
        self.is_near_open(client.workspace, time.day())
    }

    /// Whether a later run needs a login by another credential.
    pub(super) fn keeps_other_login(&self, client: &ClientKey, time: Time) -> bool {
        self.is_near_open(client.workspace, time.day())
            || (Some(client.workspace) == self.account && self.near_any.contains(&time.day()))
    }

    /// Whether a later run needs a call that a denial names.
    pub(super) fn keeps_wanted(&self, client: &ClientKey, time: Time) -> bool {
        self.is_open(client.workspace, time.day())
    }
}
