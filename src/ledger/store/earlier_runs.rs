//! What earlier runs of ingest left open: calls and logins not linked yet, fingerprints of their rows, and what is known of each
//! day.

use super::manifest::{FileRole, LedgerFile, Manifest, damaged};
use super::pending_table::read_pending;
use super::stored::{read_batches, read_parts};
use super::stored_fingerprints::read_fingerprints;
use crate::error::Error;
use crate::input::source::ReadProblem;
use crate::ledger::TOKEN_LOGIN;
use crate::ledger::builder::LedgerBuilder;
use crate::ledger::duplicates::Duplicates;
use crate::ledger::fingerprints::DayFingerprints;
use crate::ledger::interner::Id;
use crate::ledger::local_ledger::LocalLedger;
use crate::ledger::parts::LedgerParts;
use crate::support::hash::Map;
use crate::support::time::Day;
use std::path::Path;

/// The state of a ledger on disk from which a run of ingest goes on.
#[derive(Debug, Default)]
pub(super) struct EarlierRuns {
    open: LocalLedger,
    /// Aliases, and the rows and digest of each day.
    days: LedgerBuilder,
}

impl EarlierRuns {
    pub(super) fn read(dir: &Path, manifest: &Manifest) -> Result<Self, Error> {
        let days: Vec<&LedgerFile> = manifest.of_role(FileRole::Days).collect();
        let days = read_parts(dir, &days)?;
        let broken = |role| {
            let entry = manifest.of_role(role).next();
            let problem = ReadProblem::Damaged("it lacks columns".into());
            entry.map_or_else(|| Error::Usage(String::new()), |entry| damaged(dir, entry, &problem))
        };
        let (mut names, pending) = read_pending(&read_batches(dir, manifest, FileRole::Pending)?)
            .ok_or_else(|| broken(FileRole::Pending))?;
        let batches = read_batches(dir, manifest, FileRole::Fingerprints)?;
        let days_seen =
            read_fingerprints(&batches, &mut names).ok_or_else(|| broken(FileRole::Fingerprints))?;
        let days_seen =
            days_seen.into_iter().map(|(day, list)| (day, DayFingerprints::of_earlier_runs(list))).collect();
        let open = LocalLedger { names, parts: LedgerParts::default(), pending, days_seen };
        Ok(Self { open, days })
    }

    /// The rows of open days, so that none is added twice.
    pub(super) fn duplicates(&self) -> Duplicates {
        let duplicates = Duplicates::default();
        for (_, day) in &self.open.days_seen {
            duplicates.add_all(&day.fingerprints);
        }
        duplicates
    }

    /// How many rows the ledger holds of each (workspace, day), and the sum of their digests.
    pub(super) fn days_kept(&self) -> Map<(String, Day), (u64, u64)> {
        let mut kept: Map<(String, Day), (u64, u64)> = Map::default();
        let name = |workspace: Id| self.days.names.text(workspace).to_owned();
        for ((workspace, day), count) in &self.days.parts.days {
            kept.entry((name(*workspace), *day)).or_default().0 += count.rows;
        }
        for ((workspace, day), digest) in &self.days.parts.digests {
            let sum = &mut kept.entry((name(*workspace), *day)).or_default().1;
            *sum = sum.wrapping_add(*digest);
        }
        kept
    }

    /// What was left open and the aliases, as local ledgers to be linked together with those of the new run.
    pub(super) fn into_locals(self) -> [LocalLedger; 2] {
        let LedgerBuilder { mut names, parts } = self.days;
        // Pending logins are stored without their action, so its name may be missing.
        names.id(TOKEN_LOGIN);
        let parts = LedgerParts { aliases: parts.aliases, ..LedgerParts::default() };
        [self.open, LocalLedger { names, parts, ..LocalLedger::default() }]
    }
}
