//! A token about to be revoked for lack of use, before its next call: it loses everything at once.

use super::Rule;
use crate::assess::assessment::{Assessment, TokenAssessment};
use crate::assess::draft::{Words, of_token};
use crate::assess::finding::{Finding, Severity};
use crate::attribute::IDLE;
use crate::catalog::confidence::Confidence;
use crate::support::time::{Span, Time};

pub(crate) const ID: &str = "inactivity-revocation";
/// Idle for so long, a token is told of even when nothing says when it is needed again.
const WARN: Span = Span::days(60);

pub(super) struct InactivityRevocation;

impl Rule for InactivityRevocation {
    fn id(&self) -> &'static str {
        ID
    }

    fn summary(&self) -> &'static str {
        "Databricks revokes tokens that were not used for 90 days"
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
    let words = Words { title, advice: advice.to_owned(), notes };
    let by_lineage =
        assessed.scopes.values().any(|(_, j)| j.by_lineage && j.next.map(|n| n.earliest) == next);
    let confidence = if next.is_some() && !by_lineage { Confidence::High } else { Confidence::Medium };
    Some(of_token(assessment, assessed, ID, (severity, confidence), words))
}

/// A stretch of more than 90 days without use that the token outlived.
fn survived(assessed: &TokenAssessment<'_>, as_of: Time, since: Time) -> Option<(Time, Time)> {
    let now = Some((since, as_of)).filter(|_| assessed.token.in_inventory);
    [assessed.longest_gap(), now].into_iter().flatten().find(|(from, to)| to.since(*from) > IDLE)
}
