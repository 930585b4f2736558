//! Several tokens of one principal whose calls cannot be told apart.

use super::{Rule, RuleText};
use crate::assess::assessment::{Assessment, TokenAssessment};
use crate::assess::builder::{FindingBuilder, FindingText, short_id};
use crate::assess::finding::{Finding, Severity};
use crate::assess::operations::operations;
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::timeline::verdict::Reason;
use std::collections::BTreeMap;

pub(super) struct SharedPrincipal;

impl Rule for SharedPrincipal {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::SharedPrincipal,
            one: "principal shared by tokens",
            several: "principals shared by tokens",
            summary: "Calls of a principal that may be any of its tokens'",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mut by_owner: BTreeMap<(&str, &str), Vec<&TokenAssessment<'_>>> = BTreeMap::new();
        for assessed in &assessment.tokens {
            if assessed.scopes.values().any(|(_, j)| j.reason == Reason::SharedPrincipal) {
                by_owner
                    .entry((&assessed.token.workspace, &assessed.token.principal))
                    .or_default()
                    .push(assessed);
            }
        }
        for ((workspace, principal), sharing) in by_owner {
            let Some(shared) = sharing.first().and_then(|c| assessment.principal(c.token)).map(|p| &p.shared)
            else {
                continue;
            };
            let calls: u64 = shared.iter().map(|u| u.count.events).sum();
            let mut scopes: Vec<&str> = sharing
                .iter()
                .flat_map(|c| &c.scopes)
                .filter(|(_, (_, j))| j.reason == Reason::SharedPrincipal)
                .map(|(s, _)| assessment.catalog.scope_name(*s))
                .collect();
            scopes.sort_unstable();
            scopes.dedup();
            let tokens = sharing.len();
            let whose = if tokens == 1 { "its token".to_owned() } else { format!("any of {tokens} tokens") };
            let title = format!(
                "{calls} calls of {principal} ({}) may be {whose}: nobody can tell",
                scopes.join(", ")
            );
            let mut notes: Vec<String> =
                sharing.iter().take(5).map(|c| format!("token {}", short_id(&c.token.id))).collect();
            if sharing.len() > 5 {
                notes.push(format!("and {} more", sharing.len() - 5));
            }
            let text = FindingText {
                title,
                advice: "Give each job a principal of its own, or at least a user agent of its own; until then treat every scope listed \
                         as needed by each token."
                    .to_owned(),
                notes,
            };
            let grade = (Severity::Low, Confidence::Exact);
            let mut finding =
                FindingBuilder::new(RuleId::SharedPrincipal, grade, text).of_workspace(workspace, principal);
            (finding.evidence.operations, finding.evidence.more_operations) =
                operations(assessment, shared.iter());
            findings.push(finding);
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let two = story().calls(&["2026-08-01", "2026-09-08"], 'a', "jobs/runNow").calls(
        &["2026-08-03", "2026-09-10"],
        'b',
        "jobs/runNow",
    );
    Example {
        fires: two.clone().call_by_anyone("2026-09-04", "secrets/putSecret"),
        says: "low: 1 calls of etl@example.com (secrets) may be any of 2 tokens: nobody can tell",
        near_miss: two.call("2026-09-04", 'a', "secrets/putSecret"),
    }
}
