//! Which days close, and what linking gives for closed days and for open ones.

use super::manifest::Manifest;
use super::pending::Keep;
use crate::ledger::ACCOUNT;
use crate::ledger::fold::{Act, Meeting};
use crate::ledger::gather::Gather;
use crate::ledger::link::{Link, NEAR_WHOLE_SECONDS};
use crate::ledger::names::{Id, Names};
use crate::ledger::row::{AddressKey, Count, Key, Outcomes, Row, WantedRow};
use crate::ledger::waiting::Emit;
use crate::support::hash::{Map, Set};
use crate::support::time::{Day, Time};

/// The days that are not closed yet, and which of them close now.
#[derive(Debug, Default)]
pub(super) struct Plan {
    closing: Set<(Id, Day)>,
    open: Set<(Id, Day)>,
    /// Days near an open day of any workspace, for logins of the account count in all.
    near_any: Set<Day>,
    account: Option<Id>,
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Its row is in the ledger since an earlier run; it only explains others.
    Before,
    /// Its day closes.
    Closing,
    /// Its day stays open.
    Open,
}

impl Plan {
    /// `days` are those with rows that are not closed yet.
    pub(super) fn of(
        names: &Names,
        manifest: &Manifest,
        days: impl Iterator<Item = (Id, Day)>,
        is_forced: impl Fn(Day) -> bool,
    ) -> Self {
        let mut plan = Self { account: names.find(ACCOUNT), ..Self::default() };
        for (workspace, day) in days {
            let covered = manifest.workspaces.get(names.text(workspace));
            if is_forced(day) || covered.is_some_and(|c| c.spans.can_close(day)) {
                plan.closing.insert((workspace, day));
            } else {
                plan.open.insert((workspace, day));
                plan.near_any.extend([day.plus(-1), day, day.plus(1)]);
            }
        }
        plan
    }

    pub(super) fn closing(&self) -> impl Iterator<Item = (Id, Day)> + '_ {
        self.closing.iter().copied()
    }

    pub(super) fn open_days(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_open(&self, workspace: Id, day: Day) -> bool {
        self.open.contains(&(workspace, day))
    }

    pub(super) fn class(&self, workspace: Id, time: Time) -> Class {
        let day = (workspace, time.day());
        if self.closing.contains(&day) {
            Class::Closing
        } else if self.open.contains(&day) {
            Class::Open
        } else {
            Class::Before
        }
    }

    fn is_near_open(&self, workspace: Id, day: Day) -> bool {
        [day.plus(-1), day, day.plus(1)].into_iter().any(|d| self.is_open(workspace, d))
    }
}

impl Keep for Plan {
    fn call(&self, m: &Meeting, time: Time) -> bool {
        let near = [time.minus(NEAR_WHOLE_SECONDS), time, time.plus(NEAR_WHOLE_SECONDS)];
        near.into_iter().any(|t| self.is_open(m.workspace, t.day()))
    }

    fn login(&self, m: &Meeting, time: Time) -> bool {
        self.is_near_open(m.workspace, time.day())
    }

    fn other(&self, m: &Meeting, time: Time) -> bool {
        self.is_near_open(m.workspace, time.day())
            || (Some(m.workspace) == self.account && self.near_any.contains(&time.day()))
    }

    fn wanted(&self, m: &Meeting, time: Time) -> bool {
        self.is_open(m.workspace, time.day())
    }
}

/// Entries of closed days, or of open ones.
#[derive(Default)]
pub(super) struct Part {
    rows: Map<Key, Outcomes>,
    unlinked: Map<(Key, Id), Outcomes>,
    addresses: Map<AddressKey, Count>,
    sample: (u64, u64),
}

impl Part {
    /// Adds it all to parts of a ledger.
    pub(super) fn give(self, into: &mut Gather) {
        into.rows.extend(self.rows.into_iter().map(|(key, outcomes)| Row { key, outcomes }));
        let unlinked = self.unlinked.into_iter();
        into.unlinked.extend(unlinked.map(|((key, address), outcomes)| (Row { key, outcomes }, address)));
        into.addresses.extend(self.addresses);
        into.tally.request_sample.0 += self.sample.0;
        into.tally.request_sample.1 += self.sample.1;
    }
}

/// Sorts what linking gives by what becomes of its day.
pub(super) struct Sorted<'p> {
    plan: &'p Plan,
    pub(super) closing: Part,
    pub(super) open: Part,
}

impl<'p> Sorted<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self { plan, closing: Part::default(), open: Part::default() }
    }

    fn part(&mut self, workspace: Id, time: Time) -> Option<&mut Part> {
        match self.plan.class(workspace, time) {
            Class::Before => None,
            Class::Closing => Some(&mut self.closing),
            Class::Open => Some(&mut self.open),
        }
    }
}

impl Emit for Sorted<'_> {
    fn add(&mut self, m: &Meeting, act: Act, token: Id, link: Link, count: Count) {
        let Some(part) = self.part(m.workspace, count.first) else { return };
        let key = m.key(act, count.first.day(), token, link);
        let row = if matches!(link, Link::None | Link::Stale) {
            // Which of the two it is depends on logins of any time: it is told when the ledger is read.
            part.unlinked.entry((Key { link: Link::None, ..key }, m.address)).or_insert(Outcomes::NONE)
        } else {
            part.rows.entry(key).or_insert(Outcomes::NONE)
        };
        row.add_all(act.outcome, count);
        part.addresses.entry(m.address_key(token)).or_insert(Count::NONE).add(count);
    }

    fn tried(&mut self, m: &Meeting, time: Time) {
        if let Some(part) = self.part(m.workspace, time) {
            part.sample.0 += 1;
        }
    }

    fn joined(&mut self, m: &Meeting, time: Time) {
        if let Some(part) = self.part(m.workspace, time) {
            part.sample.1 += 1;
        }
    }
}

/// A wanted row as it is stored: where no login explains it, with its address.
pub(super) fn stored_wanted(row: WantedRow, address: Id) -> (WantedRow, Option<Id>) {
    let is_unlinked = matches!(row.link, Link::None | Link::Stale);
    (row, Some(address).filter(|_| is_unlinked))
}
