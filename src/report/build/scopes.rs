//! A scope of a token, with its history, verdict and analyses -> its row.

use super::super::model::{CadenceRow, OperationCadence, OperationRow, ScopeRow, SweepRow};
use super::lineage_rows;
use crate::analysis::scope_use::{OperationTotal, ScopeUse};
use crate::assess::{Assessment, NextCall, TokenAssessment, keep_alive_call};
use crate::catalog::ScopeId;
use crate::timeline::cadence::Cadence;
use crate::timeline::history::ScopeHistory;
use crate::timeline::verdict::{Judgement, Verdict};

/// One scope of a judged token.
pub(super) fn row(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    scope: ScopeId,
    history: &ScopeHistory<'_>,
    j: &Judgement,
    found: ScopeUse,
) -> ScopeRow {
    let span = history.span();
    let days = if history.days.is_empty() { &history.possible_days } else { &history.days };
    let cadence = j.cadence.as_ref();
    ScopeRow {
        scope: assessment.catalog.scope_name(scope).to_owned(),
        verdict: j.verdict,
        reason: j.reason,
        confidence: j.confidence,
        sure: history.is_sure(),
        needed: history.is_needed(),
        declared: !history.declared.is_empty(),
        uses: history.uses(),
        first_used: span.map(|s| s.0),
        last_used: span.map(|s| s.1),
        loss_odds: j.odds.map(|o| o.share()),
        loss_odds_since_start: j.odds_since_start.map(|o| o.share()),
        likeliest_window_keeps: j.likeliest_keeps,
        inherited: lineage_rows::of_scope(assessment, history),
        cadence: cadence.map(Cadence::text),
        occurrences: cadence.map_or(0, |c| c.occurrences),
        cadence_detail: cadence.map(CadenceRow::from),
        sweep: found.undated.as_ref().map(SweepRow::from),
        keep_alive: (history.is_needed() && j.verdict != Verdict::Kept)
            .then(|| keep_alive_call(assessment, assessed, scope))
            .flatten(),
        next_call: j.next.map(NextCall::from),
        days: days.iter().map(|d| (d.day, d.count)).collect(),
        operations: found.operations.into_iter().map(operation).collect(),
    }
}

fn operation(total: OperationTotal) -> OperationRow {
    OperationRow {
        cadence: total.cadence.as_ref().map(OperationCadence::from),
        operation: total.operation,
        count: total.events,
        tier: total.tier,
    }
}
