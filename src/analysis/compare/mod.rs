//! Two reports -> what changed between them: findings that are new, worse, better, accepted, resolved, or gone with their token.

mod changes;
mod reservations;
mod tokens;

pub(crate) use changes::{Change, ChangeKind};
pub(crate) use tokens::TokenChange;

use crate::analysis::previous_report::{PreviousReport, PreviousRun};
use crate::assess::Severity;
use crate::error::Error;
use crate::support::time::Time;
use serde::Serialize;
use std::collections::BTreeMap;

/// What changed from one report to a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    pub old: ComparedReport,
    pub new: ComparedReport,
    /// Why the two may differ for other reasons than the tokens, as sentences.
    pub reservations: Vec<String>,
    /// Changes by kind; every kind is there.
    pub counts: BTreeMap<&'static str, usize>,
    /// Findings that are as they were.
    pub unchanged: usize,
    /// What changed: by kind, worst first.
    pub changes: Vec<Change>,
    /// Tokens that only the later report judges, in order of workspace and id.
    pub new_tokens: Vec<TokenChange>,
    /// Tokens that only the earlier one judges, and why.
    pub vanished_tokens: Vec<TokenChange>,
}

/// One of the two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedReport {
    pub run_id: String,
    pub as_of: Time,
    pub tool_version: String,
    pub catalog_version: String,
    pub tokens: usize,
    pub open_findings: usize,
}

impl ComparedReport {
    fn of(report: &PreviousReport) -> Self {
        let PreviousRun { as_of, run_id, tool_version, catalog_version, .. } = report.run.clone();
        Self {
            run_id,
            as_of,
            tool_version,
            catalog_version,
            tokens: report.tokens.iter().filter(|t| t.gone.is_none()).count(),
            open_findings: report.findings.iter().filter(|f| f.is_open()).count(),
        }
    }
}

impl Comparison {
    /// Holds two reports against each other.
    ///
    /// # Errors
    /// When they are masked with different keys, so that no name of one can be found in the other; or when rows cannot be
    /// joined, which is a defect here.
    pub fn of(old: &PreviousReport, new: &PreviousReport) -> Result<Self, Error> {
        let tokens = tokens::changes(old, new)?;
        let (changes, unchanged) = changes::changes(old, new, &tokens)?;
        let mut counts: BTreeMap<&'static str, usize> =
            ChangeKind::ALL.iter().map(|kind| (kind.name(), 0)).collect();
        for change in &changes {
            *counts.entry(change.kind.name()).or_default() += 1;
        }
        Ok(Self {
            reservations: reservations::reservations(old, new)?,
            old: ComparedReport::of(old),
            new: ComparedReport::of(new),
            counts,
            unchanged,
            changes,
            new_tokens: tokens.new,
            vanished_tokens: tokens.vanished,
        })
    }

    /// Whether an open finding of at least this severity is new, has come back, or has become that bad.
    pub fn has_new(&self, least: Severity) -> bool {
        self.changes.iter().any(|c| match c.kind {
            ChangeKind::New | ChangeKind::Reopened => c.severity >= least,
            ChangeKind::Worse => c.severity >= least && c.was_severity.is_none_or(|was| was < least),
            _ => false,
        })
    }

    /// The changes of one kind.
    pub fn of_kind(&self, kind: ChangeKind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |c| c.kind == kind)
    }
}

#[cfg(test)]
mod tests;
