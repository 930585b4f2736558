//! An earlier report and newer logs -> which of its predictions came true, and which refusals it did not foresee.

mod outcome;
mod refusals;
mod score;

pub(crate) use outcome::{Prediction, PredictionOutcome};
pub(crate) use refusals::Unforeseen;
pub(crate) use score::Score;

use crate::analysis::previous_report::PreviousReport;
use crate::assess::Assessment;
use crate::error::Error;
use crate::support::time::Time;
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the JSON of a verification.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// How the predictions of a report fared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Verification {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    pub run_id: String,
    /// From where on outcomes count: the report's as-of.
    pub from: Time,
    pub to: Time,
    /// Rows of the newer logs.
    pub rows: u64,
    /// Over all scopes of all tokens.
    pub total: Score,
    pub by_scope: BTreeMap<String, Score>,
    /// By the best tier that tied the scope's calls to the token.
    pub by_tier: BTreeMap<String, Score>,
    /// Scopes by verdict, then by what happened.
    pub by_verdict: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// What happened to each predicted loss, and to other scopes that were refused.
    pub predictions: Vec<Prediction>,
    /// Refusals that name a scope whose loss the report did not predict.
    pub unforeseen: Vec<Unforeseen>,
    /// Refusals that name a scope and could not be tied to one token.
    pub untied_refusals: u64,
    /// Refusals in access logs, which name no scope, where no loss was predicted.
    pub unnamed_refusals: u64,
    /// Reservations, as sentences.
    pub notes: Vec<String>,
}

impl Verification {
    /// Holds the report's predictions against the judged newer logs.
    ///
    /// # Errors
    /// When the report cannot be verified with these logs; each error says why and what to do.
    pub(crate) fn of(previous: &PreviousReport, assessment: &Assessment<'_>) -> Result<Self, Error> {
        if previous.run.masked.is_some() {
            return Err(Error::Usage(
                "the names of this report are masked, so no log names its tokens. Verify the report that was made without --mask."
                    .into(),
            ));
        }
        let from = previous.run.as_of;
        let to = end(assessment).ok_or_else(|| {
            Error::Usage("there are no logs to verify with. Name logs of the days after the report.".into())
        })?;
        if to <= from {
            return Err(Error::Usage(format!(
                "the logs end on {to}, and the report is as of {from}: nothing in them can show whether it came true. Give logs of \
                 later days."
            )));
        }
        let facts = refusals::Facts::of(assessment, from);
        let predictions = outcome::predictions(previous, assessment, &facts, to);
        let unforeseen = refusals::unforeseen(previous, assessment, &facts);
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            run_id: previous.run.run_id.clone(),
            from,
            to,
            rows: assessment.ledger.tally.rows,
            total: score::total(&predictions, &unforeseen),
            by_scope: score::by(&predictions, &unforeseen, |p| &p.scope, |u| &u.scope)?,
            by_tier: score::by(&predictions, &unforeseen, |p| &p.tier, |u| &u.tier)?,
            by_verdict: score::by_verdict(&predictions)?,
            notes: notes(previous, assessment, from, to),
            untied_refusals: facts.untied,
            unnamed_refusals: facts.unnamed(&predictions),
            predictions: predictions.into_iter().filter(Prediction::is_told).collect(),
            unforeseen,
        })
    }
}

impl Verification {
    /// The scores alone, as one line of JSON for a file that grows with every run.
    ///
    /// # Errors
    /// When a number cannot be written, which is a defect.
    pub(crate) fn line(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct ScoreLine<'v> {
            schema_version: u32,
            tool_version: &'static str,
            run_id: &'v str,
            from: Time,
            to: Time,
            rows: u64,
            total: &'v Score,
            by_scope: &'v BTreeMap<String, Score>,
            by_tier: &'v BTreeMap<String, Score>,
        }
        serde_json::to_string(&ScoreLine {
            schema_version: self.schema_version,
            tool_version: env!("CARGO_PKG_VERSION"),
            run_id: &self.run_id,
            from: self.from,
            to: self.to,
            rows: self.rows,
            total: &self.total,
            by_scope: &self.by_scope,
            by_tier: &self.by_tier,
        })
    }
}

/// The end of what can be seen: as-of, unless there are only denials of clients.
fn end(assessment: &Assessment<'_>) -> Option<Time> {
    let has_rows = assessment.ledger.tally.rows > 0;
    let client =
        assessment.attribution.denials.iter().filter(|d| !d.count.is_none()).map(|d| d.count.last).max();
    if has_rows { Some(assessment.given.as_of) } else { client }
}

fn notes(previous: &PreviousReport, assessment: &Assessment<'_>, from: Time, to: Time) -> Vec<String> {
    let mut notes = Vec::new();
    match assessment.ledger.tally.first {
        Some(first) if first.day() > from.day() => {
            notes.push(format!(
                "the logs begin on {}, after the report ends ({}): what lies between is not seen",
                first.day(),
                from.day()
            ));
        }
        _ => {}
    }
    for (workspace, log) in assessment.logs {
        let gaps = log.gaps.iter().filter(|(_, last)| last.end() > from && last.start() < to);
        let days: i32 = gaps.map(|(a, b)| b.0 - a.0 + 1).sum();
        if days > 0 {
            let name = assessment.ledger.text(*workspace);
            let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            notes.push(format!("the log of workspace {name} lacks {days}; no absence is claimed for them"));
        }
    }
    let missing: Vec<&str> = previous
        .coverage
        .workspaces
        .iter()
        .map(|w| w.workspace_id.as_str())
        .filter(|w| assessment.ledger.names.find(w).is_none_or(|id| !assessment.logs.contains_key(&id)))
        .collect();
    if !missing.is_empty() && assessment.ledger.tally.rows > 0 {
        notes.push(format!("there are no newer logs of workspace {}", missing.join(", ")));
    }
    notes
}
