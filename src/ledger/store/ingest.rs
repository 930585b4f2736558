//! Adds what one run read to a ledger on disk: all of it, in one step, or nothing.

use super::close::{Plan, Sorted, stored_wanted};
use super::files::{NewFiles, partition, prepare, sweep};
use super::load::{batches, damaged, gather};
use super::lock::Lock;
use super::manifest::{Entry, Manifest, Role, Source};
use super::pending::{self, DayOfPrints};
use super::spans::stretches;
use crate::error::Error;
use crate::input::source::ReadProblem;
use crate::ledger::TOKEN_LOGIN;
use crate::ledger::aliases::Aliases;
use crate::ledger::duplicates::Duplicates;
use crate::ledger::fold::Meeting;
use crate::ledger::gather::{Gather, merged, summed};
use crate::ledger::names::{Id, Names};
use crate::ledger::prints::{DayPrints, Print};
use crate::ledger::row::{Outcomes, Row};
use crate::ledger::share::{Folded, Share, renumber};
use crate::ledger::waiting::{Fixed, Waiting};
use crate::support::hash::{Map, Set};
use crate::support::time::{Day, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A ledger that is being written to.
#[derive(Debug)]
pub struct Ingest {
    dir: PathBuf,
    lock: Lock,
    pub(super) manifest: Manifest,
    known: BTreeSet<String>,
    edges: Edges,
}

/// What earlier runs left open.
#[derive(Debug, Default)]
struct Edges {
    names: Names,
    share: Share,
    prints: Vec<DayOfPrints>,
    /// Aliases, and how many rows each day has.
    days: Gather,
}

/// What a run added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Rows that are new.
    pub rows: u64,
    /// Rows that the ledger held already.
    pub duplicates: u64,
    /// Workspace-days that are new.
    pub days: usize,
    /// Rows of closed days, which were left out.
    pub left_out: u64,
    /// Closed days whose rows are not those that the ledger holds.
    pub mixed: usize,
    /// Workspace-days that stay open, for their neighbours are missing.
    pub open: usize,
    /// Files of the ledger.
    pub files: usize,
}

impl Ingest {
    /// Takes a ledger for writing, or makes a new one, and sweeps up what a killed run left.
    ///
    /// # Errors
    /// Another run writes it, the folder holds something else, or the ledger is damaged.
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
        let lock = Lock::take(dir)?;
        let manifest = Manifest::read(dir)?.unwrap_or_else(Manifest::empty);
        sweep(dir, &manifest)?;
        let edges = Edges::read(dir, &manifest)?;
        let known = manifest.sources(dir)?.into_iter().filter_map(|s| s.sha256).collect();
        Ok(Self { dir: dir.into(), lock, manifest, known, edges })
    }

    /// Whether a file of this content was ingested before.
    pub fn knows(&self, sha256: &str) -> bool {
        self.known.contains(sha256)
    }

    /// Whether a workspace's day takes no more rows.
    pub fn is_closed(&self, workspace: &str, day: Day) -> bool {
        self.manifest.is_closed(workspace, day)
    }

    /// The rows of open days, so that none is added twice.
    pub fn duplicates(&self) -> Duplicates {
        let seen = Duplicates::default();
        for (_, prints) in &self.edges.prints {
            seen.show_all(prints);
        }
        seen
    }

    /// Adds what was folded, and the files it came from.
    ///
    /// # Errors
    /// The disk refuses; the ledger is then what it was.
    pub fn add(self, folds: Vec<Folded>, sources: &[Source]) -> Result<Added, Error> {
        self.fold(folds, sources, |_| false).map(|(_, added, _)| added)
    }

    /// Adds nothing, but closes the days that are forced; the lock is still held.
    pub(super) fn close(self, is_forced: impl Fn(Day) -> bool) -> Result<(Manifest, Added, Lock), Error> {
        self.fold(Vec::new(), &[], is_forced)
    }

    fn fold(
        mut self,
        folds: Vec<Folded>,
        sources: &[Source],
        is_forced: impl Fn(Day) -> bool,
    ) -> Result<(Manifest, Added, Lock), Error> {
        let (new, seen): (Vec<_>, Vec<_>) = folds.into_iter().map(|f| ((f.names, f.share), f.prints)).unzip();
        let Edges { names, share, prints, mut days } = std::mem::take(&mut self.edges);
        // Logins that wait are stored without their action, so that its name may be new.
        days.names.id(TOKEN_LOGIN);
        let kept = kept_days(&days);
        let aliases = Share { aliases: days.aliases, ..Share::default() };
        let earlier = [(names, share), (days.names, aliases)];
        let shares = earlier.into_iter().chain(new).collect();
        let (names, shares, local) = renumber(shares);
        let seen = all_seen(seen, &local[2..]);
        let mut prints: BTreeMap<(Id, Day), Vec<Print>> =
            prints.into_iter().map(|((w, d), p)| ((local[0][w as usize], d), p)).collect();
        let known: Set<(Id, Day)> = prints.keys().copied().collect();

        let mut added = Added::default();
        self.cover(&names, &seen, &kept, &mut added);
        for (day, new) in &seen {
            if !new.closed && new.rows > 0 {
                added.days += usize::from(!known.contains(day));
                prints.entry(*day).or_default().extend(&new.prints);
            }
        }
        let plan = Plan::of(&names, &self.manifest, prints.keys().copied(), is_forced);
        added.open = plan.open_days();
        for (workspace, day) in plan.closing() {
            let workspace = self.manifest.workspaces.entry(names.text(workspace).to_owned()).or_default();
            workspace.closed.add([day]);
        }
        prints.retain(|(workspace, day), _| plan.is_open(*workspace, *day));
        let prints: Vec<DayOfPrints> = prints.into_iter().collect();

        let open_days = seen.iter().filter(|(_, new)| !new.closed && new.rows > 0);
        let mut closing =
            Gather { digests: open_days.map(|(day, new)| (*day, new.digest)).collect(), ..Gather::default() };
        let mut open = Gather::default();
        let waiting = link(&names, shares, &plan, &mut closing, &mut open);
        added.rows = closing.tally.rows;
        added.duplicates = closing.tally.duplicates;
        self.manifest.last = self.manifest.last.max(closing.tally.last);

        let mut files = NewFiles::new(&self.dir, self.manifest.generation + 1);
        write_rows(&names, &mut closing, &mut files)?;
        let days = Gather {
            days: std::mem::take(&mut closing.days),
            digests: std::mem::take(&mut closing.digests),
            aliases: std::mem::take(&mut closing.aliases),
            tally: std::mem::take(&mut closing.tally),
            ..Gather::default()
        };
        files.parts(Role::Days, "days", &names, &days)?;
        files.parts(Role::Facts, "facts", &names, &closing)?;
        files.parts(Role::Open, "open", &names, &open)?;
        files.other(Role::Pending, "pending", pending::batch(&names, &waiting, &plan))?;
        files.other(Role::Prints, "prints", pending::prints_batch(&names, &prints))?;
        let lines = sources.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        let lines = lines.map_err(|e| Error::Write { path: self.dir.clone(), source: e.into() })?;
        files.lines(Role::Sources, "sources", &lines)?;
        let entries = files.finish()?;
        let replaced = |f: &Entry| matches!(f.role, Role::Open | Role::Pending | Role::Prints);
        self.manifest.files.retain(|f| !replaced(f));
        commit(&self.dir, &mut self.manifest, entries)?;
        added.files = self.manifest.files.len();
        Ok((self.manifest, added, self.lock))
    }

    /// Notes which stretches of time the run saw, and which closed days it saw otherwise.
    fn cover(
        &mut self,
        names: &Names,
        seen: &BTreeMap<(Id, Day), DayPrints>,
        kept: &Map<(String, Day), (u64, u64)>,
        added: &mut Added,
    ) {
        let ends = seen.values().map(|d| d.first).min().zip(seen.values().map(|d| d.last).max());
        let Some(of_all) = ends else { return };
        let mut days: BTreeMap<Id, BTreeMap<Day, (Time, Time)>> = BTreeMap::new();
        for ((workspace, day), prints) in seen {
            days.entry(*workspace).or_default().insert(*day, (prints.first, prints.last));
            if prints.closed {
                let name = names.text(*workspace).to_owned();
                added.left_out += prints.rows;
                if kept.get(&(name.clone(), *day)) != Some(&(prints.rows, prints.digest)) {
                    added.mixed += 1;
                    self.manifest.workspaces.entry(name).or_default().mixed.insert(*day);
                }
            }
        }
        for (workspace, days) in days {
            let covered = self.manifest.workspaces.entry(names.text(workspace).to_owned()).or_default();
            for (from, to) in stretches(&days, of_all) {
                covered.spans.add(from, to);
            }
        }
    }
}

impl Edges {
    fn read(dir: &Path, manifest: &Manifest) -> Result<Self, Error> {
        let days: Vec<&Entry> = manifest.of_role(Role::Days).collect();
        let days = gather(dir, &days)?;
        let broken = |role| {
            let entry = manifest.of_role(role).next();
            let problem = ReadProblem::Damaged("it lacks columns".into());
            entry.map_or_else(|| Error::Usage(String::new()), |entry| damaged(dir, entry, &problem))
        };
        let (mut names, share) =
            pending::share(&batches(dir, manifest, Role::Pending)?).ok_or_else(|| broken(Role::Pending))?;
        let prints = pending::prints(&batches(dir, manifest, Role::Prints)?, &mut names)
            .ok_or_else(|| broken(Role::Prints))?;
        Ok(Self { names, share, prints, days })
    }
}

/// How many rows the ledger holds of each day, and the sum of their digests.
fn kept_days(days: &Gather) -> Map<(String, Day), (u64, u64)> {
    let mut kept: Map<(String, Day), (u64, u64)> = Map::default();
    let name = |w: Id| days.names.text(w).to_owned();
    for ((w, day), count) in &days.days {
        kept.entry((name(*w), *day)).or_default().0 += count.rows;
    }
    for ((w, day), digest) in &days.digests {
        let sum = &mut kept.entry((name(*w), *day)).or_default().1;
        *sum = sum.wrapping_add(*digest);
    }
    kept
}

/// What all threads saw of each day.
fn all_seen(seen: Vec<Map<(Id, Day), DayPrints>>, local: &[Vec<Id>]) -> BTreeMap<(Id, Day), DayPrints> {
    let mut all: BTreeMap<(Id, Day), DayPrints> = BTreeMap::new();
    for (days, ids) in seen.into_iter().zip(local) {
        for ((workspace, day), prints) in days {
            match all.entry((ids[workspace as usize], day)) {
                std::collections::btree_map::Entry::Occupied(mut known) => known.get_mut().add(prints),
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(prints);
                }
            }
        }
    }
    all
}

/// Links all shares; facts that are final go to `closing`, those of open days to `open`.
fn link(
    names: &Names,
    mut shares: Vec<Share>,
    plan: &Plan,
    closing: &mut Gather,
    open: &mut Gather,
) -> Waiting {
    let pairs: Vec<_> = shares.iter().flat_map(|s| s.aliases.iter().copied()).collect();
    let aliases = Aliases::of(pairs);
    for (i, share) in shares.iter_mut().enumerate() {
        closing.take(share);
        // The first two shares are what the ledger holds already.
        if i >= 2 {
            closing.aliases.append(&mut share.aliases);
            let keys: Set<u32> = share.logins.iter().map(|r| r.login.key).collect();
            closing.login_keys.extend(keys.into_iter().map(|key| share.meetings[key as usize]));
        }
    }
    let waiting = Waiting::of(shares, &aliases);
    let (sorted, wanted) = waiting.link(&Fixed::of(names), || Sorted::new(plan));
    for s in sorted {
        s.closing.give(closing);
        s.open.give(open);
    }
    for (row, address) in wanted {
        match plan.class(row.workspace, row.time) {
            super::close::Class::Before => {}
            super::close::Class::Closing => closing.wanted.push(stored_wanted(row, address)),
            super::close::Class::Open => open.wanted.push(stored_wanted(row, address)),
        }
    }
    tidy(closing);
    tidy(open);
    waiting
}

/// Parts in order, those of the same key as one.
pub(super) fn tidy(parts: &mut Gather) {
    parts.rows = merged(std::mem::take(&mut parts.rows));
    let unlinked = std::mem::take(&mut parts.unlinked).into_iter();
    let unlinked: Vec<((crate::ledger::row::Key, Id), Outcomes)> =
        unlinked.map(|(row, address)| ((row.key, address), row.outcomes)).collect();
    let unlinked = summed(unlinked, |sum, more| sum.add(more)).into_iter();
    parts.unlinked = unlinked.map(|((key, address), outcomes)| (Row { key, outcomes }, address)).collect();
    parts.days = summed(std::mem::take(&mut parts.days), |sum, more| {
        sum.rows += more.rows;
        sum.logins += more.logins;
    });
    parts.digests = summed(std::mem::take(&mut parts.digests), |sum, more| *sum = sum.wrapping_add(*more));
    let tokens = std::mem::take(&mut parts.tokens).into_iter();
    let tokens = tokens.map(|(id, f)| ((id, f.workspace, f.principal), f)).collect();
    parts.tokens = summed(tokens, crate::ledger::row::TokenFacts::add)
        .into_iter()
        .map(|((id, ..), f)| (id, f))
        .collect();
    parts.addresses = summed(std::mem::take(&mut parts.addresses), |sum, more| sum.add(*more));
    parts.aliases.sort_unstable();
    parts.aliases.dedup();
    let order = |m: &Meeting| *m;
    parts.login_keys.sort_unstable_by_key(order);
    parts.login_keys.dedup();
    parts.wanted.sort_unstable();
    parts.wanted.dedup();
}

/// Writes the rows, a file for each workspace and month, and takes them out of the parts.
fn write_rows(names: &Names, parts: &mut Gather, files: &mut NewFiles<'_>) -> Result<(), Error> {
    let mut by_month: BTreeMap<(Id, String), Gather> = BTreeMap::new();
    let month = |row: &Row| (row.key.workspace, row.key.day.to_string()[..7].to_owned());
    for row in std::mem::take(&mut parts.rows) {
        by_month.entry(month(&row)).or_default().rows.push(row);
    }
    for (row, address) in std::mem::take(&mut parts.unlinked) {
        by_month.entry(month(&row)).or_default().unlinked.push((row, address));
    }
    for ((workspace, month), rows) in by_month {
        files.parts(Role::Rows, &partition(names.text(workspace), &month), names, &rows)?;
    }
    Ok(())
}

/// Makes new files part of the ledger, then deletes those that no longer are.
pub(super) fn commit(dir: &Path, manifest: &mut Manifest, entries: Vec<Entry>) -> Result<(), Error> {
    manifest.files.extend(entries);
    manifest.files.sort_by(|a, b| (a.role, &a.path).cmp(&(b.role, &b.path)));
    manifest.generation += 1;
    manifest.commit(dir)?;
    // What cannot be deleted now is left to the next run: nothing names it.
    let _ = sweep(dir, manifest);
    Ok(())
}
