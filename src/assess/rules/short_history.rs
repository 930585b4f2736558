//! A log too short to show what happens once a quarter.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::support::time::Span;
use crate::timeline::window::WINDOW;

/// A shorter log cannot show a quarterly call twice.
const ENOUGH: Span = Span::days(190);

pub(super) struct ShortHistory;

impl Rule for ShortHistory {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::ShortHistory,
            one: "short history",
            several: "short histories",
            summary: "The log is too short to show rare calls",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let workspaces: std::collections::BTreeSet<&str> =
            assessment.tokens.iter().map(|c| c.token.workspace.as_str()).collect();
        for workspace in workspaces {
            let log = assessment.ledger.names.find(workspace).and_then(|w| assessment.logs.get(&w));
            let Some(from) = log.and_then(|l| l.from) else { continue };
            let span = assessment.given.as_of.since(from);
            if span >= ENOUGH {
                continue;
            }
            let days = span.0.max(0) / Span::days(1).0;
            let severity = if span <= WINDOW { Severity::Medium } else { Severity::Low };
            let text = FindingText {
                title: format!(
                    "the log of workspace {workspace} covers {days} days: calls made once a quarter or year do not show"
                ),
                advice: "Export a year: system.access.audit keeps 365 days.".to_owned(),
                notes: Vec::new(),
            };
            findings.push(
                FindingBuilder::new(RuleId::ShortHistory, (severity, Confidence::Exact), text)
                    .of_workspace(workspace, ""),
            );
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    Example {
        fires: story().daily("2026-06-01", "2026-09-11", 'a', "jobs/runNow"),
        says: "low: the log of workspace 77 covers 102 days: calls made once a quarter or year do not show",
        near_miss: story().daily("2025-09-01", "2026-09-11", 'a', "jobs/runNow"),
    }
}
