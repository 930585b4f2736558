//! A token that lives longer than the limit allows new ones to.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::support::time::Span;

pub(super) struct LifetimeOverLimit;

impl Rule for LifetimeOverLimit {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::LifetimeOverLimit,
            one: "lifetime over the limit",
            several: "lifetimes over the limit",
            summary: "The token never expires, or lives longer than the limit for new tokens",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let limit = assessment.max_lifetime;
        let days = limit.0 / Span::days(1).0;
        for assessed in assessment.tokens.iter().filter(|c| c.token.in_inventory) {
            let Some(created) = assessed.token.created else { continue };
            // An hour of grace: creation and expiry are not taken from one clock.
            let over = match assessed.token.expires {
                Some(expires) => expires.since(created) > Span(limit.0 + Span::hours(1).0),
                None => true,
            };
            if !over {
                continue;
            }
            let title = match assessed.token.expires {
                Some(expires) => format!(
                    "lives {} days; new tokens may live {days}",
                    expires.since(created).as_days() as i64
                ),
                None => format!("never expires; new tokens may live {days} days"),
            };
            let text = FindingText {
                title,
                advice: "Replace it by a token with an expiry. The workspace setting maxTokenLifetimeDays shortens what new tokens \
                         may ask for."
                    .to_owned(),
                notes: Vec::new(),
            };
            findings.push(
                FindingBuilder::new(RuleId::LifetimeOverLimit, (Severity::Info, Confidence::Exact), text)
                    .of_token(assessment, assessed),
            );
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, millis, story};
    use serde_json::json;

    let expiring = |day: &str| story().listed('a', "2026-01-01", json!({"expiry_time": millis(day)}));
    Example {
        fires: expiring("2029-01-01"),
        says: "info: lives 1096 days; new tokens may live 730",
        near_miss: expiring("2028-01-01"),
    }
}
