//! A needed scope that is not in the set the platform worked out from the token's history.

use super::Rule;
use super::loss::each;
use crate::assess::assessment::Assessment;
use crate::assess::finding::Finding;
use crate::context::inventory::TokenState;
use crate::timeline::verdict::{Reason, Verdict};

pub(super) const ID: &str = "platform-missed-scope";

pub(super) struct PlatformMissedScope;

impl Rule for PlatformMissedScope {
    fn id(&self) -> &'static str {
        ID
    }

    fn summary(&self) -> &'static str {
        "A needed scope that Databricks' own proposal for the token leaves out"
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
            findings.push(loss.finding(ID, loss.severity(), start, title));
        }
    }
}
