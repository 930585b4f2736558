//! An entry of the annotations that has expired and no longer counts.

use super::{Rule, RuleText};
use crate::assess::accept;
use crate::assess::assessment::Assessment;
use crate::assess::builder::{AboutEntry, FindingBuilder, FindingText, distinct};
use crate::assess::finding::{Finding, Severity};
use crate::assess::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::context::annotations::{Accept, DeclaredNeed, Entry};
use crate::support::time::{Span, Time};
use crate::timeline::declared;

/// A declaration whose next call comes within this time is missed soon.
const SOON: Span = Span::days(90);

pub(super) struct AnnotationExpired;

impl Rule for AnnotationExpired {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::AnnotationExpired,
            one: "expired annotation",
            several: "expired annotations",
            summary: "An entry of the annotations has expired and counts no longer",
        }
    }

    fn is_about_annotations(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let as_of = assessment.given.as_of;
        let mut found = Vec::new();
        for entry in &assessment.annotations.tokens {
            match entry.expires.map(|b| b.time).filter(|t| *t <= as_of) {
                Some(expired) => found.push(of_entry(assessment, entry, expired)),
                None => {
                    let over = entry.needs.iter().filter_map(|n| Some((n, n.expires?.time)));
                    found.extend(
                        over.filter(|(_, t)| *t <= as_of)
                            .map(|(need, t)| of_need(assessment, entry, need, t)),
                    );
                }
            }
        }
        for accepted in assessment.annotations.accepted.iter().filter(|a| a.expires.time <= as_of) {
            let meant = findings.iter().filter(|f| accept::means(assessment, accepted, f)).count();
            found.push(of_accept(assessment, accepted, meant));
        }
        findings.extend(distinct(found));
    }
}

fn of_entry(assessment: &Assessment<'_>, entry: &Entry, expired: Time) -> Finding {
    let urgent = entry.needs.iter().any(|n| is_due(assessment, n));
    let title = format!(
        "the entry for {} expired on {}: nothing in it counts any more",
        entry.matches,
        expired.day()
    );
    let text = FindingText {
        title,
        advice: "Look at it again: renew its expiry, or take it out.".to_owned(),
        notes: entry.workload_owner.iter().map(|o| format!("answered for by {o}")).collect(),
    };
    finding(assessment, entry, (entry.line, None, expired), severity(urgent), text)
}

fn of_need(assessment: &Assessment<'_>, entry: &Entry, need: &DeclaredNeed, expired: Time) -> Finding {
    let scope = need.scope.as_str();
    let title = format!("the declared need of {scope} expired on {}: it counts no longer", expired.day());
    let mut notes: Vec<String> = need.reason.iter().map(|r| format!("declared because: {r}")).collect();
    notes.extend(need.ticket.iter().map(|t| format!("agreed in {t}")));
    let next = declared::next(need, assessment.given.as_of);
    notes.extend(next.map(|n| format!("by its schedule the next call comes on {}", n.earliest.day())));
    let text = FindingText {
        title,
        advice: format!(
            "Ask whether {scope} is still needed: renew the expiry, or take the declaration out."
        ),
        notes,
    };
    finding(assessment, entry, (need.line, Some(scope), expired), severity(is_due(assessment, need)), text)
}

fn is_due(assessment: &Assessment<'_>, need: &DeclaredNeed) -> bool {
    let as_of = assessment.given.as_of;
    declared::next(need, as_of).is_some_and(|n| n.earliest < as_of.plus(SOON))
}

const fn severity(urgent: bool) -> Severity {
    if urgent { Severity::Medium } else { Severity::Low }
}

fn finding(
    assessment: &Assessment<'_>,
    entry: &Entry,
    (line, scope, expired): (u64, Option<&str>, Time),
    severity: Severity,
    text: FindingText,
) -> Finding {
    let tokens = assessment.tokens_of(entry);
    let assessed = match tokens.as_slice() {
        [only] => assessment.assessed(*only),
        _ => None,
    };
    let who = entry.matches.to_string();
    let about = AboutEntry {
        line,
        assessed,
        who: &who,
        workspace: entry.matches.workspace.as_deref().unwrap_or_default(),
        scope,
        what: scope.unwrap_or_default(),
        day: Some(expired.day()),
    };
    FindingBuilder::new(RuleId::AnnotationExpired, (severity, Confidence::Exact), text)
        .of_annotation(assessment, &about)
}

fn of_accept(assessment: &Assessment<'_>, accepted: &Accept, meant: usize) -> Finding {
    let subject = accept::subject(accepted);
    let expired = accepted.expires.time.day();
    let (title, advice) = match meant {
        0 => (
            format!("the acceptance of {subject} expired on {expired}; there is no such finding now"),
            "Take it out.",
        ),
        n => (
            format!("the acceptance of {subject} expired on {expired}: {n} of its findings count again"),
            "Decide again: act on them, or accept them until another day.",
        ),
    };
    let mut notes = vec![format!("accepted because: {}", accepted.reason)];
    notes.extend(accepted.owner.iter().map(|o| format!("decided by {o}")));
    notes.extend(accepted.ticket.iter().map(|t| format!("agreed in {t}")));
    let text = FindingText { title, advice: advice.to_owned(), notes };
    let about = AboutEntry {
        line: accepted.line,
        who: "acceptance",
        what: &subject,
        day: Some(expired),
        ..AboutEntry::default()
    };
    let severity = if meant > 0 { Severity::Low } else { Severity::Info };
    FindingBuilder::new(RuleId::AnnotationExpired, (severity, Confidence::Exact), text)
        .of_annotation(assessment, &about)
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let until = |day: &str| {
        story()
            .call("2026-09-01", 'a', "jobs/runNow")
            .annotated(&format!("[[token]]\nmatch = \"aaaa\"\nexpires = {day}\n"))
    };
    Example {
        fires: until("2026-09-01"),
        says: "low: the entry for id aaaa expired on 2026-09-01: nothing in it counts any more",
        near_miss: until("2026-12-01"),
    }
}
