//! A token about to be revoked for lack of use, before its next call: it loses everything at once.

use super::{Rule, RuleText};
use crate::assess::assessment::{Assessment, TokenAssessment};
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::attribute::IDLE;
use crate::catalog::confidence::Confidence;
use crate::support::time::{Span, Time};

/// After so long without use a token is reported even if no next call is expected.
const WARN: Span = Span::days(60);

pub(super) struct InactivityRevocation;

impl Rule for InactivityRevocation {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::InactivityRevocation,
            one: "revocation for lack of use",
            several: "revocations for lack of use",
            summary: "Databricks revokes tokens that were not used for 90 days",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in &assessment.tokens {
            findings.extend(finding(assessment, assessed));
        }
    }
}

fn finding(assessment: &Assessment<'_>, assessed: &TokenAssessment<'_>) -> Option<Finding> {
    let as_of = assessment.given.as_of;
    let since = assessed.token.idle_since()?;
    let revoked = since.plus(IDLE);
    let next = assessed.next_call().map(|n| n.earliest);
    let too_late = next.is_some_and(|n| n >= revoked);
    let is_idle = as_of.since(since) >= WARN && next.is_none_or(|n| n >= revoked);
    if !(too_late || is_idle) {
        return None;
    }
    let survived = survived(assessed, as_of, since);
    let severity = match (survived, too_late) {
        (Some(_), _) => Severity::Low,
        (None, true) => Severity::High,
        (None, false) => Severity::Medium,
    };
    let mut notes = vec![format!("last used on {}", since.day())];
    notes.extend(next.map(|n| format!("its next call is expected on {}", n.day())));
    notes.extend(survived.map(|(from, to)| {
        let days = to.since(from).0 / Span::days(1).0;
        format!(
            "it already survived {days} days without use, from {} to {}, so this may not happen",
            from.day(),
            to.day()
        )
    }));
    let verb = if revoked <= as_of { "was to be" } else { "will be" };
    let title =
        format!("{verb} revoked on {} for 90 days without use, before any scope is lost", revoked.day());
    let advice = "Let its job make one harmless call before that day, or replace the token by one that is made when it is needed.";
    let text = FindingText { title, advice: advice.to_owned(), notes };
    let by_lineage =
        assessed.scopes.values().any(|(_, j)| j.by_lineage && j.next.map(|n| n.earliest) == next);
    let confidence = if next.is_some() && !by_lineage { Confidence::High } else { Confidence::Medium };
    Some(
        FindingBuilder::new(RuleId::InactivityRevocation, (severity, confidence), text)
            .of_token(assessment, assessed),
    )
}

/// A stretch of more than 90 days without use that the token outlived.
fn survived(assessed: &TokenAssessment<'_>, as_of: Time, since: Time) -> Option<(Time, Time)> {
    let now = Some((since, as_of)).filter(|_| assessed.token.in_inventory);
    [assessed.longest_gap(), now].into_iter().flatten().find(|(from, to)| to.since(*from) > IDLE)
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let used = |days: &[&str]| story().calls(days, 'a', "jobs/runNow").listed('a', "2025-09-01", json!({}));
    let quarters = ["2025-12-24", "2026-03-24", "2026-06-24"];
    let months = ["2026-05-24", "2026-06-24", "2026-07-24", "2026-08-24"];
    Example {
        fires: used(&quarters),
        says: "low: will be revoked on 2026-09-22 for 90 days without use, before any scope is lost",
        near_miss: used(&months),
    }
}
