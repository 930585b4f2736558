//! A token that can make tokens of any scope.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::operations::operations;
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::catalog::{ScopeId, Sensitivity};
use crate::timeline::enforcement::Enforcement;

pub(super) struct AuthenticationScope;

impl Rule for AuthenticationScope {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::AuthenticationScope,
            one: "token that can make tokens",
            several: "tokens that can make tokens",
            summary: "The token can mint tokens of any scope, or calls what does",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mints = |id: &ScopeId| {
            *id != ScopeId::ALL_APIS
                && assessment.catalog.scope(*id).is_some_and(|s| s.sensitivity == Sensitivity::MintsTokens)
        };
        for assessed in &assessment.tokens {
            let held: &[String] = match &assessed.enforcement {
                Enforcement::Granted(s) | Enforcement::Platform { scopes: s, .. } => s,
                Enforcement::Dated { so_far, .. } | Enforcement::Undated { so_far } => so_far,
                _ => &[],
            };
            let holds =
                held.iter().any(|name| assessment.catalog.scope_named(name).as_ref().is_some_and(mints));
            let used = assessed.scopes.iter().find(|(scope, (h, _))| mints(scope) && h.is_needed());
            if !holds && used.is_none() {
                continue;
            }
            let confidence = if holds {
                Confidence::Exact
            } else {
                used.map_or(Confidence::Low, |(_, (h, _))| h.confidence())
            };
            let title = match holds {
                true => "holds the scope authentication: it can mint tokens of any scope",
                false => {
                    "calls APIs that mint tokens; with the scope authentication it could mint tokens of any scope"
                }
            };
            let text = FindingText {
                title: title.to_owned(),
                advice: "Make it a break-glass path of its own: OAuth or a tightly held service principal, logged and rotated. Narrow \
                         every other token as if this one did not exist."
                    .to_owned(),
                notes: Vec::new(),
            };
            let mut finding =
                FindingBuilder::new(RuleId::AuthenticationScope, (Severity::Medium, confidence), text)
                    .of_token(assessment, assessed);
            let uses = used.into_iter().flat_map(|(_, (h, _))| h.firm.iter().copied());
            (finding.evidence.operations, finding.evidence.more_operations) = operations(assessment, uses);
            findings.push(finding);
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let granted = |scopes: serde_json::Value| {
        story().listed('a', "2025-09-01", json!({"autoscope_state": "USER_SELECTED", "scopes": scopes}))
    };
    Example {
        fires: granted(json!(["authentication", "jobs"])),
        says: "medium: holds the scope authentication: it can mint tokens of any scope",
        near_miss: granted(json!(["jobs"])),
    }
}
