//! A needed scope that is not in the set the platform worked out from the token's history.

use super::loss::each;
use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::finding::Finding;
use crate::assess::rule_id::RuleId;
use crate::context::inventory::TokenState;
use crate::timeline::verdict::{Reason, Verdict};

pub(super) struct PlatformMissedScope;

impl Rule for PlatformMissedScope {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::PlatformMissedScope,
            one: "scope missing in Databricks' own list",
            several: "scopes missing in Databricks' own list",
            summary: "A needed scope that Databricks' own proposal for the token leaves out",
        }
    }

    fn is_loss(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for loss in each(assessment, Verdict::Lost, &[Reason::NotInPlatformSet]) {
            let list = match loss.assessed.token.state {
                Some(TokenState::Backfilled) | None => "backfill_scopes",
                _ => "inferred_scopes",
            };
            let next = match loss.judgement.next {
                Some(n) => format!("; its next call is expected on {}", n.earliest.day()),
                None => String::new(),
            };
            let title = format!(
                "Databricks' proposal ({list}) leaves out {}, which the token needs{next}",
                loss.name()
            );
            let start = loss.assessed.enforcement.window().map(|w| w.start.time.day());
            findings.push(loss.finding(RuleId::PlatformMissedScope, loss.severity(), start, title));
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let proposed = |scopes: serde_json::Value| {
        story().calls(&["2026-08-03", "2026-09-03"], 'a', "secrets/putSecret").listed(
            'a',
            "2025-09-01",
            json!({"autoscope_state": "BACKFILLED", "backfill_scopes": scopes}),
        )
    };
    Example {
        fires: proposed(json!(["jobs"])),
        says: "high: Databricks' proposal (backfill_scopes) leaves out secrets, which the token needs; its next call is expected on 2026-10-03",
        near_miss: proposed(json!(["jobs", "secrets"])),
    }
}
