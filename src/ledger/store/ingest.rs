//! Adds what one run read to a ledger on disk: all of it, in one step, or nothing.

use super::day_partition::{DayPartition, stored_wanted};
use super::earlier_runs::EarlierRuns;
use super::folder::{partition, prepare, sweep};
use super::lock::LedgerLock;
use super::manifest::{FileRole, LedgerFile, LedgerSource, Manifest};
use super::new_files::NewFiles;
use super::open_days::{DayState, OpenDays};
use super::pending_table::pending_batch;
use super::spans::spans_seen;
use super::stored_fingerprints::{RowsOfDay, fingerprints_batch};
use crate::error::Error;
use crate::ledger::aliases::Aliases;
use crate::ledger::duplicates::Duplicates;
use crate::ledger::facts::LedgerRow;
use crate::ledger::fingerprints::{DayFingerprints, RowFingerprint};
use crate::ledger::interner::{Id, Interner};
use crate::ledger::local_ledger::{LocalLedger, under_one_numbering};
use crate::ledger::parts::LedgerParts;
use crate::ledger::pending_calls::PendingCalls;
use crate::support::hash::{Map, Set};
use crate::support::time::{Day, Time};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A ledger that is being written to.
#[derive(Debug)]
pub struct Ingest {
    dir: PathBuf,
    lock: LedgerLock,
    pub(super) manifest: Manifest,
    /// SHA-256 of every file ingested before.
    known: BTreeSet<String>,
    earlier: EarlierRuns,
}

/// What a run of ingest added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Number of new rows.
    pub rows: u64,
    /// Number of rows that the ledger held already.
    pub duplicates: u64,
    /// Number of new workspace-days.
    pub days: usize,
    /// Number of rows of closed days, which were left out.
    pub left_out: u64,
    /// Number of closed workspace-days whose rows differ from those that the ledger holds.
    pub mixed: usize,
    /// Number of workspace-days that stay open, because the day before or after is missing.
    pub open: usize,
    /// Number of files of the ledger.
    pub files: usize,
}

impl Ingest {
    /// Opens a ledger for writing, or makes a new one, and deletes files that an interrupted run left behind.
    ///
    /// # Errors
    /// Another run is writing it, the folder holds something else, or the ledger is damaged.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let ingest = Self::open_any(dir)?;
        if !ingest.manifest.knows_fingerprints() {
            return Err(Error::Usage(format!(
                "the ledger {} was written by a build that fingerprints rows otherwise, so open days cannot be continued. Run \
                 `scopecast compact --ledger {}` first: it closes them.",
                dir.display(),
                dir.display()
            )));
        }
        Ok(ingest)
    }

    pub(super) fn open_any(dir: &Path) -> Result<Self, Error> {
        prepare(dir)?;
        let lock = LedgerLock::take(dir)?;
        let manifest = Manifest::read(dir)?.unwrap_or_else(Manifest::empty);
        sweep(dir, &manifest)?;
        let earlier = EarlierRuns::read(dir, &manifest)?;
        let known = manifest.sources(dir)?.into_iter().filter_map(|s| s.sha256).collect();
        Ok(Self { dir: dir.into(), lock, manifest, known, earlier })
    }

    /// Whether a file of this content was ingested before.
    pub fn knows(&self, sha256: &str) -> bool {
        self.known.contains(sha256)
    }

    /// Whether a workspace's day accepts no more rows.
    pub fn is_closed(&self, workspace: &str, day: Day) -> bool {
        self.manifest.is_closed(workspace, day)
    }

    /// The rows of open days, so that none is added twice.
    pub fn duplicates(&self) -> Duplicates {
        self.earlier.duplicates()
    }

    /// Adds what was folded, and the list of files it came from.
    ///
    /// # Errors
    /// The disk refuses a write; the ledger is then unchanged.
    pub fn add(self, locals: Vec<LocalLedger>, sources: &[LedgerSource]) -> Result<Added, Error> {
        self.run(locals, sources, |_| false).map(|(_, added, _)| added)
    }

    /// Adds nothing, but closes the days that are forced. The lock stays held.
    pub(super) fn close(
        self,
        is_forced: impl Fn(Day) -> bool,
    ) -> Result<(Manifest, Added, LedgerLock), Error> {
        self.run(Vec::new(), &[], is_forced)
    }

    fn run(
        mut self,
        locals: Vec<LocalLedger>,
        sources: &[LedgerSource],
        is_forced: impl Fn(Day) -> bool,
    ) -> Result<(Manifest, Added, LedgerLock), Error> {
        if self.manifest.generation == 0 {
            // Still empty. From now on the data files in this folder are known to be ours.
            self.manifest.commit(&self.dir)?;
        }
        let earlier = std::mem::take(&mut self.earlier);
        let kept = earlier.days_kept();
        let earlier = earlier.into_locals();
        let count = earlier.len();
        let (names, mut earlier) = under_one_numbering(earlier.into_iter().chain(locals).collect());
        let mut new = earlier.split_off(count);
        let seen = days_seen(&mut new);
        let mut fingerprints: BTreeMap<(Id, Day), Vec<RowFingerprint>> = BTreeMap::new();
        for (day, seen) in earlier.iter_mut().flat_map(|local| std::mem::take(&mut local.days_seen)) {
            fingerprints.insert(day, seen.fingerprints);
        }
        let known: Set<(Id, Day)> = fingerprints.keys().copied().collect();

        let mut added = Added::default();
        self.cover(&names, &seen, &kept, &mut added);
        for (day, new) in &seen {
            if !new.closed && new.rows > 0 {
                added.days += usize::from(!known.contains(day));
                fingerprints.entry(*day).or_default().extend(&new.fingerprints);
            }
        }
        let days = OpenDays::of(&names, &self.manifest, fingerprints.keys().copied(), is_forced);
        added.open = days.count();
        for (workspace, day) in days.closing() {
            let workspace = self.manifest.workspaces.entry(names.text(workspace).to_owned()).or_default();
            workspace.closed.add([day]);
        }
        fingerprints.retain(|(workspace, day), _| days.is_open(*workspace, *day));
        let fingerprints: Vec<RowsOfDay> = fingerprints.into_iter().collect();

        let digests = seen.iter().filter(|(_, new)| !new.closed && new.rows > 0);
        let digests = digests.map(|(day, new)| (*day, new.digest)).collect();
        let Linked { mut closing, open, pending } = link(&names, earlier, new, &days, digests);
        added.rows = closing.tally.rows;
        added.duplicates = closing.tally.duplicates;
        self.manifest.last = self.manifest.last.max(closing.tally.last);

        let mut files = NewFiles::new(&self.dir, self.manifest.generation + 1);
        write_rows(&names, &mut closing, &mut files)?;
        let of_days = LedgerParts {
            days: std::mem::take(&mut closing.days),
            digests: std::mem::take(&mut closing.digests),
            aliases: std::mem::take(&mut closing.aliases),
            tally: std::mem::take(&mut closing.tally),
            ..LedgerParts::default()
        };
        files.parts(FileRole::Days, "days", &names, &of_days)?;
        files.parts(FileRole::Facts, "facts", &names, &closing)?;
        files.parts(FileRole::Open, "open", &names, &open)?;
        files.other(FileRole::Pending, "pending", pending_batch(&names, &pending, &days))?;
        files.other(FileRole::Fingerprints, "prints", fingerprints_batch(&names, &fingerprints))?;
        let lines = sources.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        let lines = lines.map_err(|e| Error::Write { path: self.dir.clone(), source: e.into() })?;
        files.lines(FileRole::Sources, "sources", &lines)?;
        let entries = files.finish()?;
        let replaced =
            |f: &LedgerFile| matches!(f.role, FileRole::Open | FileRole::Pending | FileRole::Fingerprints);
        self.manifest.files.retain(|f| !replaced(f));
        commit(&self.dir, &mut self.manifest, entries)?;
        added.files = self.manifest.files.len();
        Ok((self.manifest, added, self.lock))
    }

    /// Records which spans of time the run saw, and which closed days it saw with other rows.
    fn cover(
        &mut self,
        names: &Interner,
        seen: &BTreeMap<(Id, Day), DayFingerprints>,
        kept: &Map<(String, Day), (u64, u64)>,
        added: &mut Added,
    ) {
        let ends = seen.values().map(|d| d.first).min().zip(seen.values().map(|d| d.last).max());
        let Some(of_all) = ends else { return };
        let mut days: BTreeMap<Id, BTreeMap<Day, (Time, Time)>> = BTreeMap::new();
        for ((workspace, day), new) in seen {
            days.entry(*workspace).or_default().insert(*day, (new.first, new.last));
            if new.closed {
                let name = names.text(*workspace).to_owned();
                added.left_out += new.rows;
                if kept.get(&(name.clone(), *day)) != Some(&(new.rows, new.digest)) {
                    added.mixed += 1;
                    self.manifest.workspaces.entry(name).or_default().mixed.insert(*day);
                }
            }
        }
        for (workspace, days) in days {
            let covered = self.manifest.workspaces.entry(names.text(workspace).to_owned()).or_default();
            for (from, to) in spans_seen(&days, of_all) {
                covered.spans.add(from, to);
            }
        }
    }
}

/// What all threads saw of each (workspace, day).
fn days_seen(locals: &mut [LocalLedger]) -> BTreeMap<(Id, Day), DayFingerprints> {
    let mut all: BTreeMap<(Id, Day), DayFingerprints> = BTreeMap::new();
    for (day, seen) in locals.iter_mut().flat_map(|local| std::mem::take(&mut local.days_seen)) {
        match all.entry(day) {
            Entry::Occupied(mut known) => known.get_mut().add(seen),
            Entry::Vacant(new) => {
                new.insert(seen);
            }
        }
    }
    all
}

/// All local ledgers of a run, linked.
struct Linked {
    /// Facts that do not change any more, rows of closing days among them.
    closing: LedgerParts,
    /// Rows of days that stay open, as far as they are known.
    open: LedgerParts,
    pending: PendingCalls,
}

fn link(
    names: &Interner,
    earlier: Vec<LocalLedger>,
    new: Vec<LocalLedger>,
    days: &OpenDays,
    digests: Vec<((Id, Day), u64)>,
) -> Linked {
    let pairs = earlier.iter().chain(&new).flat_map(|local| local.parts.aliases.iter().copied());
    let aliases = Aliases::of(pairs.collect());
    let (mut closing, mut open) = (LedgerParts { digests, ..LedgerParts::default() }, LedgerParts::default());
    // The ledger has the facts of earlier runs already.
    let mut pending: Vec<PendingCalls> = earlier.into_iter().map(|local| local.pending).collect();
    for local in new {
        closing.append(local.parts);
        let keys: Set<u32> = local.pending.logins.iter().map(|record| record.login.key).collect();
        closing.login_keys.extend(keys.into_iter().map(|key| *local.pending.clients.key(key)));
        pending.push(local.pending);
    }
    let pending = PendingCalls::join(pending, &aliases);
    let (partitions, wanted) = pending.link(names, || DayPartition::new(days));
    for partition in partitions {
        partition.closing.move_to(&mut closing);
        partition.open.move_to(&mut open);
    }
    for (row, address) in wanted {
        match days.state(row.workspace, row.time) {
            DayState::Closed => {}
            DayState::Closing => closing.wanted.push(stored_wanted(row, address)),
            DayState::Open => open.wanted.push(stored_wanted(row, address)),
        }
    }
    closing.add_up();
    open.add_up();
    Linked { closing, open, pending }
}

/// Moves the rows out of the parts into one file for each workspace and month.
fn write_rows(names: &Interner, parts: &mut LedgerParts, files: &mut NewFiles<'_>) -> Result<(), Error> {
    let mut by_month: BTreeMap<(Id, String), LedgerParts> = BTreeMap::new();
    let month = |row: &LedgerRow| (row.key.workspace, row.key.day.to_string()[..7].to_owned());
    for row in std::mem::take(&mut parts.rows) {
        by_month.entry(month(&row)).or_default().rows.push(row);
    }
    for (row, address) in std::mem::take(&mut parts.unlinked) {
        by_month.entry(month(&row)).or_default().unlinked.push((row, address));
    }
    for ((workspace, month), rows) in by_month {
        files.parts(FileRole::Rows, &partition(names.text(workspace), &month), names, &rows)?;
    }
    Ok(())
}

/// Makes new files part of the ledger, then deletes those that no longer belong to it.
pub(super) fn commit(dir: &Path, manifest: &mut Manifest, entries: Vec<LedgerFile>) -> Result<(), Error> {
    manifest.files.extend(entries);
    manifest.files.sort_by(|a, b| (a.role, &a.path).cmp(&(b.role, &b.path)));
    manifest.generation += 1;
    manifest.commit(dir)?;
    // A file that cannot be deleted now does no harm: nothing names it, and the next run tries again.
    let _ = sweep(dir, manifest);
    Ok(())
}
