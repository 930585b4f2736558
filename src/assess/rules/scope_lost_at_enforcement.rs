//! A needed scope that a dated window did not see, or will not see before it ends.

use super::Rule;
use super::loss::{Loss, each};
use crate::assess::assessment::Assessment;
use crate::assess::finding::Finding;
use crate::timeline::verdict::{Reason, Verdict};
use crate::timeline::window::WindowSource;

pub(super) const ID: &str = "scope-lost-at-enforcement";

pub(super) struct ScopeLostAtEnforcement;

impl Rule for ScopeLostAtEnforcement {
    fn id(&self) -> &'static str {
        ID
    }

    fn summary(&self) -> &'static str {
        "A needed scope that the observation window does not see, on a known date"
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for loss in each(assessment, Verdict::Lost, &[Reason::NotSeenInWindow, Reason::NextCallAfterWindow]) {
            let start = loss.assessed.enforcement.window().map(|w| w.start.time.day());
            let mut finding = loss.finding(ID, loss.severity(), start, title(&loss));
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
