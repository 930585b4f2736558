//! The history of each scope of each covered token -> its operations, their cadences, and what windows without a known date would
//! see of it.

use crate::analysis::cross_check::CrossCheck;
use crate::analysis::selection::Selection;
use crate::assess::{Assessment, OperationCalls, TokenAssessment, by_operation, operation_cadences};
use crate::attribute::{Tier, Use};
use crate::catalog::ScopeId;
use crate::support::time::Time;
use crate::timeline::cadence::Cadence;
use crate::timeline::history::ScopeHistory;
use crate::timeline::log_view::LogView;
use crate::timeline::loss_odds::{LossOdds, Odds, loss_odds};
use crate::timeline::occurrences::use_times;
use crate::timeline::outlook::{Outlook, outlook};
use crate::timeline::window::WINDOW;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the analyses found about one living token.
pub(crate) struct TokenAnalysis {
    /// Its place in the roster.
    pub index: usize,
    pub cross_check: Option<CrossCheck>,
    pub scopes: BTreeMap<ScopeId, ScopeUse>,
}

/// How a token uses one scope.
pub(crate) struct ScopeUse {
    /// In order of name.
    pub operations: Vec<OperationTotal>,
    pub undated: Option<UndatedWindows>,
}

/// Calls of one operation.
pub(crate) struct OperationTotal {
    pub operation: String,
    pub events: u64,
    /// The best tier that ties a call to the token.
    pub tier: Tier,
    /// Its own cadence, where that is rarer than the scope's.
    pub cadence: Option<Cadence>,
}

/// What windows without a known date would see of a scope: that of the next rotation, or that of a token whose own window is not
/// known.
pub struct UndatedWindows {
    /// Windows begun since the first use.
    pub past: Option<LossOdds>,
    /// Windows ahead, over the calls that the cadence foretells.
    pub ahead: Option<Outlook>,
    /// The odds that one window misses the scope: those ahead, else those of the past.
    pub odds: Odds,
}

/// One answer for each covered living token, in order of the roster. `checks` has one cross-check per assessed token.
pub(crate) fn scope_use(
    assessment: &Assessment<'_>,
    checks: Vec<Option<CrossCheck>>,
    selection: &Selection,
) -> Vec<TokenAnalysis> {
    let covered = assessment.tokens.iter().zip(checks).filter(|(assessed, _)| {
        let token = assessed.token;
        selection.covers(&token.workspace, &token.principal, Some(&token.id))
    });
    let covered: Vec<_> = covered.collect();
    let of = |(assessed, cross_check): (&TokenAssessment<'_>, Option<CrossCheck>)| TokenAnalysis {
        index: assessed.index,
        cross_check,
        scopes: assessed
            .scopes
            .iter()
            .map(|(scope, (history, judgement))| {
                let cadence = judgement.cadence.as_ref();
                let found = ScopeUse {
                    operations: operations(assessment, assessed, history, cadence),
                    undated: UndatedWindows::of(history, cadence, assessed.log, assessment.given.as_of),
                };
                (*scope, found)
            })
            .collect(),
    };
    covered.into_par_iter().map(of).collect()
}

fn operations(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    history: &ScopeHistory<'_>,
    whole: Option<&Cadence>,
) -> Vec<OperationTotal> {
    let mut cadences: BTreeMap<String, Cadence> =
        operation_cadences(assessment, assessed, history, whole).into_iter().collect();
    let firm: Vec<&Use> = history.firm.iter().chain(&history.refused).copied().collect();
    let uses = if firm.is_empty() { &history.possible } else { &firm };
    let by_name = by_operation(assessment, uses.iter().map(|u| (*u, u.count)));
    let total = |(operation, calls): (String, OperationCalls)| OperationTotal {
        cadence: cadences.remove(&operation),
        operation,
        events: calls.count.events,
        tier: calls.tier,
    };
    by_name.into_iter().map(total).collect()
}

impl UndatedWindows {
    /// `None` where the scope has no firm use, or neither past nor future says anything.
    fn of(
        history: &ScopeHistory<'_>,
        cadence: Option<&Cadence>,
        log: Option<&LogView>,
        as_of: Time,
    ) -> Option<Self> {
        let first = history.days.first()?.first;
        let gaps = log.map_or(&[][..], |l| &l.gaps);
        let past = loss_odds(&use_times(&history.days), first, as_of, WINDOW, gaps);
        let ahead = cadence.and_then(|c| outlook(c, as_of));
        let odds = ahead.map(|o| o.odds).or(past.as_ref().map(|s| s.odds))?;
        Some(Self { past, ahead, odds })
    }
}
