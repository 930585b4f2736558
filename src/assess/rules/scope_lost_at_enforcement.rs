//! A needed scope that a dated window did not see, or will not see before it ends.

use super::loss::{Loss, each};
use super::{Rule, RuleText};
use crate::assess::assessment::Assessment;
use crate::assess::finding::Finding;
use crate::assess::rule_id::RuleId;
use crate::timeline::verdict::{Reason, Verdict};
use crate::timeline::window::WindowSource;

pub(super) struct ScopeLostAtEnforcement;

impl Rule for ScopeLostAtEnforcement {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::ScopeLostAtEnforcement,
            one: "scope lost at enforcement",
            several: "scopes lost at enforcement",
            summary: "A needed scope that the observation window does not see, on a known date",
        }
    }

    fn is_loss(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for loss in each(assessment, Verdict::Lost, &[Reason::NotSeenInWindow, Reason::NextCallAfterWindow]) {
            let start = loss.assessed.enforcement.window().map(|w| w.start.time.day());
            let mut finding =
                loss.finding(RuleId::ScopeLostAtEnforcement, loss.severity(), start, title(&loss));
            finding.evidence.notes.extend(sources(&loss));
            findings.push(finding);
        }
    }
}

fn title(loss: &Loss<'_, '_>) -> String {
    let name = loss.name();
    let Some(window) = loss.assessed.enforcement.window() else { return format!("loses {name}") };
    let (start, end, enforced) = (window.start.time.day(), window.end.time.day(), window.enforced.time.day());
    let verb = if window.enforced.time <= loss.assessment.given.as_of { "lost" } else { "loses" };
    let next = loss
        .judgement
        .next
        .map(|n| format!("; its next call is expected on {}", n.earliest.day()))
        .unwrap_or_default();
    format!("{verb} {name} on {enforced}: the window {start} to {end} does not see it{next}")
}

fn sources(loss: &Loss<'_, '_>) -> Vec<String> {
    let Some(window) = loss.assessed.enforcement.window() else { return Vec::new() };
    let from = match window.source {
        WindowSource::Annotation => "the window is the one annotated for this token",
        WindowSource::Creation => {
            "the window is the 30 days from the token's creation: assumed, never stated by Databricks"
        }
        WindowSource::CreationAssumed => {
            "the window is assumed to be the 30 days from the token's creation; no state in the token list confirms it"
        }
        WindowSource::Option => "the window is the one given on the command line",
    };
    let mut notes = vec![from.to_owned()];
    if window.end_assumed && matches!(window.source, WindowSource::Annotation | WindowSource::Option) {
        notes.push(
            "that the window ends when scopes are enforced is an assumption (--enforcement-lag)".to_owned(),
        );
    }
    notes
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let yearly = story()
        .daily("2025-09-01", "2026-09-11", 'a', "jobs/runNow")
        .calls(
            &["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"],
            'a',
            "unityCatalog/updatePermissions",
        )
        .enforced_on("2026-09-20");
    Example {
        fires: yearly.clone(),
        says: "high: loses unity-catalog on 2026-09-20: the window 2026-08-21 to 2026-09-20 does not see it; its next call is expected on 2026-10-01",
        near_miss: yearly.call("2026-09-01", 'a', "unityCatalog/updatePermissions"),
    }
}
