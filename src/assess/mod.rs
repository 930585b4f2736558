//! Judged tokens become findings: one rule per file, one line per rule in the registry.

mod accept;
mod as_of;
mod assessment;
mod builder;
mod deadlines;
mod decided_by;
mod finding;
mod finding_text;
mod inherited;
mod operations;
mod profile;
pub(crate) mod readiness;
mod remedy;
mod rule_id;
mod rules;
#[cfg(test)]
mod testing;

pub(crate) use as_of::AsOfSource;
pub(crate) use assessment::{Assessment, TokenAssessment};
pub(crate) use deadlines::{dates, keep_alive_call};
pub(crate) use decided_by::DecidedBy;
#[cfg(test)]
pub(crate) use finding::finding_id;
pub(crate) use finding::{
    AnnotationLine, Dates, Evidence, Finding, HurtBy, KeepAliveCall, NextCall, OperationUse, Remedy,
    Severity, Status,
};
pub(crate) use operations::{
    OperationCalls, by_operation, operation_cadences, operation_name, operation_uses,
};
pub(crate) use profile::{Profile, advice};
pub(crate) use remedy::needed_scopes;
pub(crate) use rule_id::RuleId;
pub(crate) use rules::RULES;

use rayon::prelude::*;

/// Runs every rule.
pub(crate) fn assess(assessment: &Assessment<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        // In this order: rules about acceptances look at what the others found.
        rule.assess(assessment, &mut findings);
    }
    replace_losses_of_idle_tokens(&mut findings);
    findings.par_iter_mut().for_each(|finding| accept::settle(assessment, finding));
    findings.sort_by_cached_key(order);
    findings
}

/// Worst first; then what is about to be lost before what is lost already, the sooner before the later.
fn order(f: &Finding) -> impl Ord + use<> {
    let date = f.dates.enforced.or(f.dates.next_call.map(|n| n.earliest));
    let who = (f.workspace_id.clone(), f.token_id.clone(), f.principal.clone(), f.scope.clone());
    (std::cmp::Reverse(f.severity), f.rule, date.is_none(), date, who, f.finding_id.clone())
}

/// An idle token is revoked as a whole before any scope is lost: one finding, not one for each scope.
fn replace_losses_of_idle_tokens(findings: &mut Vec<Finding>) {
    let idle: std::collections::BTreeSet<Option<String>> = findings
        .iter()
        .filter(|f| f.rule == RuleId::InactivityRevocation)
        .map(|f| f.token_id.clone())
        .collect();
    findings.retain(|f| !(f.rule.is_loss() && idle.contains(&f.token_id)));
}
