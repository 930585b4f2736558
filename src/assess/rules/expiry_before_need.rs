//! A token that expires while its work goes on.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::support::time::Span;

/// Expiries farther away are not worth a line yet.
const SOON: Span = Span::days(90);
const URGENT: Span = Span::days(30);

pub(super) struct ExpiryBeforeNeed;

impl Rule for ExpiryBeforeNeed {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::ExpiryBeforeNeed,
            one: "expiry before the next call",
            several: "expiries before the next call",
            summary: "The token expires before a call that is expected",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let as_of = assessment.given.as_of;
        for assessed in &assessment.tokens {
            let Some(expires) = assessed.token.expires.filter(|t| *t > as_of && *t <= as_of.plus(SOON))
            else {
                continue;
            };
            let after = assessed.scopes.iter().filter_map(|(scope, (_, judgement))| {
                let cadence = judgement.cadence.as_ref().filter(|c| !c.lapsed)?;
                let next = cadence.expected_after(expires, 1).first().copied()?;
                Some((next.earliest, *scope))
            });
            let Some((next, scope)) = after.min() else { continue };
            let name = assessment.catalog.scope_name(scope);
            let severity = if expires <= as_of.plus(URGENT) { Severity::Medium } else { Severity::Low };
            let confidence = assessed
                .scopes
                .get(&scope)
                .map_or(crate::catalog::confidence::Confidence::Low, |(_, j)| j.confidence_of_next());
            let text = FindingText {
                title: format!("expires on {}; its next call of {name} after that is expected on {}", expires.day(), next.day()),
                advice: "Make its successor now, with the scopes listed as needed, and hand it over before the expiry.".to_owned(),
                notes: vec!["Databricks mails about 7 days before an expiry, and only users with a mailbox".to_owned()],
            };
            findings.push(
                FindingBuilder::new(RuleId::ExpiryBeforeNeed, (severity, confidence), text)
                    .of_token(assessment, assessed),
            );
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, millis, story};
    use serde_json::json;

    let expiring = |day: &str| {
        story().daily("2025-09-01", "2026-09-11", 'a', "jobs/runNow").listed(
            'a',
            "2025-09-01",
            json!({"expiry_time": millis(day)}),
        )
    };
    Example {
        fires: expiring("2026-10-01"),
        says: "medium: expires on 2026-10-01; its next call of jobs after that is expected on 2026-10-01",
        near_miss: expiring("2027-06-01"),
    }
}
