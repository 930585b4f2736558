//! A granted scope that the history never shows in use.

use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::builder::{FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::catalog::{ScopeId, Sensitivity};
use crate::support::time::Span;
use crate::timeline::enforcement::Enforcement;

/// A shorter history says nothing about what is never used.
const ENOUGH: Span = Span::days(90);

pub(super) struct UnusedScope;

impl Rule for UnusedScope {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::UnusedScope,
            one: "unused scope",
            several: "unused scopes",
            summary: "The token holds a scope that its history never uses",
        }
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in &assessment.tokens {
            let Enforcement::Granted(held) = &assessed.enforcement else { continue };
            let since =
                assessed.log.and_then(|l| l.from).map(|f| assessed.token.created.map_or(f, |c| c.max(f)));
            let Some(since) = since.filter(|s| assessment.given.as_of.since(*s) >= ENOUGH) else { continue };
            if assessed.active.is_empty() {
                continue;
            }
            for name in held {
                let Some(id) = assessment.catalog.scope_named(name).filter(|id| *id != ScopeId::ALL_APIS)
                else {
                    continue;
                };
                // Scopes that mint tokens have a rule of their own; scopes that leave no rows cannot be called unused.
                let visible = assessment.catalog.scope(id).is_some_and(|s| {
                    s.observability.is_observable() && s.sensitivity != Sensitivity::MintsTokens
                });
                if assessed.scopes.contains_key(&id) || !visible {
                    continue;
                }
                let text = FindingText {
                    title: format!("holds {name}, which its history since {} never uses", since.day()),
                    advice: format!("Ask its owner; if nothing needs {name}, set the list without it."),
                    notes: vec!["many reads leave no audit row, so this is no proof".to_owned()],
                };
                findings.push(
                    FindingBuilder::new(RuleId::UnusedScope, (Severity::Info, Confidence::Low), text)
                        .scope(name)
                        .of_token(assessment, assessed),
                );
            }
        }
    }
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let granted = |scopes: serde_json::Value| {
        story().daily("2025-09-01", "2026-09-11", 'a', "jobs/runNow").listed(
            'a',
            "2025-09-01",
            json!({"autoscope_state": "USER_SELECTED", "scopes": scopes}),
        )
    };
    Example {
        fires: granted(json!(["jobs", "secrets"])),
        says: "info: holds secrets, which its history since 2025-09-01 never uses",
        near_miss: granted(json!(["jobs"])),
    }
}
