//! A principal with so many tokens in a workspace that it nears the limit.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use std::collections::BTreeMap;

/// Tokens a user may have in a workspace.
const LIMIT: usize = 600;
/// From here on it is worth a line.
const MANY: usize = 300;
/// From here on new ones may be refused soon.
const NEARLY: usize = 540;

pub(super) struct TokenSprawl;

impl Rule for TokenSprawl {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::TokenSprawl,
            one: "pile of tokens",
            several: "piles of tokens",
            summary: "A principal nears the limit of 600 tokens in a workspace",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mut by_owner: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for assessed in assessment.tokens.iter().filter(|c| !c.token.principal.is_empty()) {
            *by_owner.entry((&assessed.token.workspace, &assessed.token.principal)).or_default() += 1;
        }
        for ((workspace, principal), tokens) in by_owner.into_iter().filter(|(_, n)| *n >= MANY) {
            let severity = if tokens >= NEARLY { Severity::Medium } else { Severity::Low };
            let text = FindingText {
                title: format!("{principal} has {tokens} tokens; at {LIMIT} new ones are refused"),
                advice: "Revoke what nothing explains, and let jobs share fewer, owned tokens or use OAuth."
                    .to_owned(),
                notes: Vec::new(),
            };
            findings.push(
                FindingBuilder::new(RuleId::TokenSprawl, (severity, Confidence::High), text)
                    .of_workspace(workspace, principal),
            );
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    Example {
        fires: story().listed_many(300),
        says: "low: etl@example.com has 300 tokens; at 600 new ones are refused",
        near_miss: story().listed_many(299),
    }
}
