//! What somebody decided to live with: the finding stays, with its status and the reason.

use super::assessment::{self, Assessment};
use super::finding::{Finding, Status};
use crate::context::annotations::{Accept, Accepted};

/// Gives a finding the status that the first acceptance in force gives it.
pub(super) fn settle(assessment: &Assessment<'_>, finding: &mut Finding) {
    let mut current = assessment
        .annotations
        .accepted
        .iter()
        .filter(|a| a.expires.time > assessment.given.as_of && means(assessment, a, finding));
    if let Some(accepted) = current.next() {
        finding.status = Status::Accepted { reason: accepted.reason.clone(), expires: accepted.expires.time };
    }
}

/// Whether an acceptance is about a finding, expired or not.
pub(super) fn means(assessment: &Assessment<'_>, accepted: &Accept, finding: &Finding) -> bool {
    match &accepted.findings {
        Accepted::Finding(id) => *id == finding.finding_id,
        Accepted::Rule { rule, scope, matches } => {
            let is_token = |m: &crate::context::annotations::Match| {
                let assessed =
                    assessment.tokens.iter().find(|c| Some(&c.token.id) == finding.token_id.as_ref());
                assessed.is_some_and(|c| m.is_met(&assessment::facts(c.token), assessment.annotations))
            };
            rule == finding.rule.name()
                && scope.as_ref().is_none_or(|s| Some(s) == finding.scope.as_ref())
                && matches.as_ref().is_none_or(|m| is_token(m))
        }
    }
}

/// What an acceptance is about, in words.
pub(super) fn subject(accepted: &Accept) -> String {
    match &accepted.findings {
        Accepted::Finding(id) => format!("finding {id}"),
        Accepted::Rule { rule, scope, matches } => {
            let scope = scope.as_ref().map(|s| format!(" of {s}")).unwrap_or_default();
            let tokens = matches.as_ref().map(|m| format!(" of tokens with {m}")).unwrap_or_default();
            format!("{rule}{scope}{tokens}")
        }
    }
}
