//! Days on which the log of a workspace has no row although it should.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::support::time::Span;

/// Gaps younger than this may lie in a window that decides now.
const RECENT: Span = Span::days(60);

pub(super) struct LogGap;

impl Rule for LogGap {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::LogGap,
            one: "gap in the logs",
            several: "gaps in the logs",
            summary: "The log misses days; what happened then cannot be known",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let with_tokens: std::collections::BTreeSet<&str> =
            assessment.tokens.iter().map(|c| c.token.workspace.as_str()).collect();
        for (workspace, log) in assessment.logs {
            let name = assessment.ledger.text(*workspace);
            if !with_tokens.contains(name) {
                continue;
            }
            for &(first, last) in &log.gaps {
                let days = last.0 - first.0 + 1;
                let when = if days == 1 {
                    format!("on {first}")
                } else {
                    format!("from {first} to {last} ({days} days)")
                };
                let recent = last.end() > assessment.given.as_of.minus(RECENT);
                let text = FindingText {
                    title: format!("the log of workspace {name} has no row {when}"),
                    advice: "Export those days again; until then a scope not seen in a window with such a day counts as unknown, not lost."
                        .to_owned(),
                    notes: Vec::new(),
                };
                let severity = if recent { Severity::Medium } else { Severity::Info };
                findings.push(
                    FindingBuilder::new(RuleId::LogGap, (severity, Confidence::High), text)
                        .start(Some(first))
                        .of_workspace(name, ""),
                );
            }
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let until = |day| story().daily("2026-06-01", day, 'a', "jobs/runNow");
    Example {
        fires: until("2026-08-03").daily("2026-08-07", "2026-09-11", 'a', "jobs/runNow"),
        says: "medium: the log of workspace 77 has no row from 2026-08-04 to 2026-08-06 (3 days)",
        near_miss: until("2026-09-11"),
    }
}
