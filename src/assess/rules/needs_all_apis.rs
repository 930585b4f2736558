//! A token that calls an API no narrower scope is known to open: it cannot be narrowed without breaking.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::operations::operations;
use crate::assess::rule_id::RuleId;
use crate::catalog::ScopeId;
use crate::catalog::confidence::Confidence;
use crate::timeline::enforcement::Enforcement;

pub(super) struct NeedsAllApis;

impl Rule for NeedsAllApis {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::NeedsAllApis,
            one: "API no scope covers",
            several: "APIs no scope covers",
            summary: "Uses an API that no scope but all-apis is known to open",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in &assessment.tokens {
            let seen = assessed.scopes.get(&ScopeId::ALL_APIS).filter(|(h, _)| h.is_needed());
            let stated = assessed.enforcement == Enforcement::ApiNotCovered;
            if !stated
                && (seen.is_none()
                    || matches!(assessed.enforcement, Enforcement::NotNarrowed | Enforcement::HoldsAll))
            {
                continue;
            }
            let confidence = if stated {
                Confidence::Exact
            } else {
                seen.map_or(Confidence::Low, |(h, _)| h.confidence())
            };
            let title = match stated {
                true => "uses an API that no scope covers, says its state, so it keeps all of them",
                false => "uses an API for which no scope but all-apis is known; narrowing may break it",
            };
            let text = FindingText {
                title: title.to_owned(),
                advice: "Keep this work apart from other work, and move it to OAuth: a token that must hold everything cannot be \
                         narrowed."
                    .to_owned(),
                notes: Vec::new(),
            };
            let severity = if stated { Severity::Low } else { Severity::Medium };
            let mut finding = FindingBuilder::new(RuleId::NeedsAllApis, (severity, confidence), text)
                .of_token(assessment, assessed);
            let uses = seen.into_iter().flat_map(|(h, _)| h.firm.iter().copied());
            (finding.evidence.operations, finding.evidence.more_operations) = operations(assessment, uses);
            findings.push(finding);
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let state = |state: &str| story().listed('a', "2025-09-01", json!({"autoscope_state": state}));
    Example {
        fires: state("API_NOT_COVERED"),
        says: "low: uses an API that no scope covers, says its state, so it keeps all of them",
        near_miss: state("RUNNING"),
    }
}
