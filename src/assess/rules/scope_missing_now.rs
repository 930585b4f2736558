//! A needed scope that the token's granted list does not have.

use super::loss::each;
use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::finding::Finding;
use crate::assess::rule_id::RuleId;
use crate::timeline::verdict::{Reason, Verdict};

pub(super) struct ScopeMissingNow;

impl Rule for ScopeMissingNow {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::ScopeMissingNow,
            one: "scope missing now",
            several: "scopes missing now",
            summary: "A needed scope that the token does not hold",
        }
    }

    fn is_loss(&self) -> bool {
        true
    }

    fn is_refused_already(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for loss in each(assessment, Verdict::Lost, &[Reason::NotGranted]) {
            let next = match loss.judgement.next {
                Some(n) => format!("; its next call is expected on {}", n.earliest.day()),
                None => String::new(),
            };
            let title = format!("does not hold {}, which it needs{next}", loss.name());
            findings.push(loss.finding(RuleId::ScopeMissingNow, loss.severity(), None, title));
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let granted = |scopes: serde_json::Value| {
        story().calls(&["2026-08-03", "2026-09-03"], 'a', "secrets/putSecret").listed(
            'a',
            "2025-09-01",
            json!({"autoscope_state": "COMPLETED", "scopes": scopes}),
        )
    };
    Example {
        fires: granted(json!(["jobs"])),
        says: "high: does not hold secrets, which it needs; its next call is expected on 2026-10-03",
        near_miss: granted(json!(["jobs", "secrets"])),
    }
}
