//! A token with an empty or telltale comment that is hardly used.

use super::{Rule, RuleText};
use crate::assess::assessment::{Assessment, TokenAssessment};
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::support::time::Span;
use regex::Regex;
use std::sync::LazyLock;

/// No recurring use within this time.
const QUIET: Span = Span::days(60);

static TELLTALE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(test(ing)?|te?mp|demo|old|poc|trial|delete|deprecated|unused|copy|foo|bar|asdf|xxx+|untitled|my token|token ?\d*)\b").ok()
});

pub(super) struct StaleToken;

impl Rule for StaleToken {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::StaleToken,
            one: "stale token",
            several: "stale tokens",
            summary: "An empty or telltale comment and no recurring use in 60 days",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in assessment.tokens.iter().filter(|c| is_stale(c, assessment)) {
            let comment = match assessed.token.comment.trim() {
                "" => "has no comment".to_owned(),
                text => format!("is called “{}”", text.chars().take(60).collect::<String>()),
            };
            let text = FindingText {
                title: format!("{comment} and shows no recurring use in 60 days"),
                advice: "Ask its owner what it is for; if nobody can say, revoke it.".to_owned(),
                notes: Vec::new(),
            };
            findings.push(
                FindingBuilder::new(RuleId::StaleToken, (Severity::Low, Confidence::Medium), text)
                    .of_token(assessment, assessed),
            );
        }
    }
}

/// Only a token that a list names and that is old enough to have been used.
fn is_stale(assessed: &TokenAssessment<'_>, assessment: &Assessment<'_>) -> bool {
    let token = assessed.token;
    let since = assessment.given.as_of.minus(QUIET);
    let comment = token.comment.trim();
    let telltale = comment.is_empty() || TELLTALE.as_ref().is_some_and(|r| r.is_match(comment));
    let old = token.created.is_some_and(|c| c < since);
    let recent_days = assessed.active.iter().filter(|(_, last)| *last >= since).count();
    let recently_listed = token.last_used_day.is_some_and(|d| d.start() >= since);
    token.in_inventory && telltale && old && recent_days < 2 && !recently_listed
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let called = |comment: &str| story().listed('a', "2026-01-01", json!({"comment": comment}));
    Example {
        fires: called("old test"),
        says: "low: is called “old test” and shows no recurring use in 60 days",
        near_miss: called("nightly load"),
    }
}
