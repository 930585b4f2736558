//! The operations inside a scope that keep a rhythm of their own, which the scope's rhythm hides.

use super::assessment::{Assessment, TokenAssessment};
use super::draft::operation_name;
use crate::attribute::Use;
use crate::timeline::cadence::{Cadence, CadenceLabel, Claim, UseHistory, cadence};
use crate::timeline::history::{self, ScopeHistory};
use std::collections::BTreeMap;

/// Operations with a cadence, at least possible, whose period is longer than that of the scope as a whole, by name: a
/// scope used daily may hide a call made once a quarter.
pub(crate) fn operation_cadences(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    history: &ScopeHistory<'_>,
    whole: Option<&Cadence>,
) -> Vec<(String, Cadence)> {
    let Some((log, from)) = assessed.log.and_then(|l| Some((l, l.from?))) else { return Vec::new() };
    let mut by_name: BTreeMap<String, Vec<&Use>> = BTreeMap::new();
    for u in &history.firm {
        by_name.entry(operation_name(assessment, u)).or_default().push(u);
    }
    if by_name.len() < 2 {
        return Vec::new();
    }
    let of = |(name, uses): (String, Vec<&Use>)| {
        let days = history::days(uses.into_iter());
        // As often as the scope itself: it says nothing the scope does not.
        if days.len() < 2 || days.len() * 2 > history.days.len() {
            return None;
        }
        let found =
            cadence(&UseHistory { days: &days, from, as_of: assessment.given.as_of, gaps: &log.gaps });
        let is_rarer = match (found.period, whole.and_then(|c| c.period)) {
            (Some(own), Some(whole)) => own > whole,
            (own, None) => own.is_some(),
            (None, Some(_)) => false,
        };
        let says_more = found.claim >= Claim::Possible
            && !matches!(found.label, CadenceLabel::Irregular | CadenceLabel::Once);
        (is_rarer && says_more).then_some((name, found))
    };
    by_name.into_iter().filter_map(of).collect()
}
