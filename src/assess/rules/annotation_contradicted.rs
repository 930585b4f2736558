//! An entry of the annotations that the token list or the history contradicts.

use super::declared_need_unseen::seen_since;
use super::{Rule, RuleText};
use crate::assess::assessment::{Assessment, TokenAssessment};
use crate::assess::builder::{AboutEntry, FindingBuilder, FindingText};
use crate::assess::finding::{Finding, Severity};
use crate::assess::operations::operation_name;
use crate::assess::rule_id::RuleId;
use crate::catalog::Access;
use crate::catalog::confidence::Confidence;
use crate::context::annotations::{DeclaredAccess as Declared, DeclaredNeed, Entry};
use crate::context::inventory::TokenState;
use crate::support::time::{Span, Time};
use crate::timeline::declared;
use crate::timeline::history::ScopeHistory;

/// A declared run counts as seen when a call comes this near to it.
const NEAR: Span = Span::days(3);
/// Declared runs that must have been due before their absence says anything.
const RUNS: usize = 3;

pub(super) struct AnnotationContradicted;

impl Rule for AnnotationContradicted {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::AnnotationContradicted,
            one: "contradicted annotation",
            several: "contradicted annotations",
            summary: "The token list or the history contradicts an entry of the annotations",
        }
    }

    fn is_about_annotations(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        for assessed in &assessment.tokens {
            let mut windows = assessed.entries.iter().copied().filter(|e| e.has_window());
            if let Some(first) = windows.next() {
                findings.extend(window(assessment, assessed, first));
                findings.extend(
                    windows.find(|e| !same_window(first, e)).map(|e| two(assessment, assessed, first, e)),
                );
            }
            for (scope, (history, _)) in &assessed.scopes {
                let name = assessment.catalog.scope_name(*scope);
                let declared = || history.declared.iter();
                findings
                    .extend(declared().find_map(|need| access(assessment, assessed, name, need, history)));
                findings
                    .extend(declared().find_map(|need| schedule(assessment, assessed, name, need, history)));
            }
        }
    }
}

fn same_window(a: &Entry, b: &Entry) -> bool {
    let of = |e: &Entry| (e.window_start, e.window_end, e.enforced_on);
    of(a) == of(b)
}

/// The day on which the entry has the token narrowed.
fn enforced(entry: &Entry) -> Option<Time> {
    let start = entry.window_start.map(|b| b.time.plus(crate::timeline::window::WINDOW));
    entry.enforced_on.or(entry.window_end).map(|b| b.time).or(start)
}

/// A declared window that cannot be, by what the token list says.
fn window(assessment: &Assessment<'_>, assessed: &TokenAssessment<'_>, entry: &Entry) -> Option<Finding> {
    let token = assessed.token;
    let on = enforced(entry)?;
    let (day, as_of) = (on.day(), assessment.given.as_of);
    let state = token.state.as_ref().map(TokenState::as_str);
    let listed =
        token.listed.map(|d| format!("the token list of {d}")).unwrap_or_else(|| "the token list".into());
    let listed_before = token.listed.is_none_or(|d| d < day);
    let (severity, title, advice) = match (&token.state, token.created, token.expires) {
        (_, Some(created), _) if on <= created => (
            Severity::Medium,
            format!("its window is declared to end on {day}, before it was made on {}", created.day()),
            "Correct the date, or the match: this may be meant for its predecessor.",
        ),
        (Some(TokenState::Completed), ..) if listed_before => (
            Severity::Low,
            format!("{day} is declared as its enforcement, but {listed} has it narrowed already (COMPLETED)"),
            "Take the date out: the granted scopes decide now.",
        ),
        (Some(TokenState::UserSelected | TokenState::Disabled | TokenState::ApiNotCovered), ..)
            if on > as_of =>
        {
            (
                Severity::Low,
                format!(
                    "{day} is declared as its enforcement, but its state is {}: auto-scoping does not narrow it",
                    state.unwrap_or_default()
                ),
                "Take the date out, or find out who changed the token.",
            )
        }
        (Some(TokenState::Running), ..) if token.listed.is_some_and(|d| d > day.plus(1)) => (
            Severity::Medium,
            format!("{day} is declared as its enforcement, but {listed} has it still observed (RUNNING)"),
            "Look the date up again: Databricks' mail, or the token's page.",
        ),
        (_, _, Some(expires)) if expires <= on => (
            Severity::Info,
            format!("{day} is declared as its enforcement, but it expires on {}, before that", expires.day()),
            "Nothing is lost by auto-scoping; its successor is another token with a window of its own.",
        ),
        _ => return None,
    };
    let text = FindingText { title, advice: advice.to_owned(), notes: Vec::new() };
    let about =
        AboutEntry { line: entry.line, assessed: Some(assessed), what: "window", ..AboutEntry::default() };
    Some(
        FindingBuilder::new(RuleId::AnnotationContradicted, (severity, Confidence::High), text)
            .of_annotation(assessment, &about),
    )
}

/// Two entries with different windows for one token.
fn two(assessment: &Assessment<'_>, assessed: &TokenAssessment<'_>, first: &Entry, other: &Entry) -> Finding {
    let text = FindingText {
        title: format!("two entries date its window, and not alike: lines {} and {}", first.line, other.line),
        advice: "Take one out.".to_owned(),
        notes: vec![format!("the more specific one counts: line {}", first.line)],
    };
    let about =
        AboutEntry { line: other.line, assessed: Some(assessed), what: "windows", ..AboutEntry::default() };
    FindingBuilder::new(RuleId::AnnotationContradicted, (Severity::Low, Confidence::Exact), text)
        .of_annotation(assessment, &about)
}

/// Declared as reading only, and the history writes.
fn access(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    scope: &str,
    need: &DeclaredNeed,
    history: &ScopeHistory<'_>,
) -> Option<Finding> {
    if need.access != Some(Declared::Read) {
        return None;
    }
    let writes = |u: &&&crate::attribute::Use| u.mapping.need.access == Access::Write && u.is_sure();
    let write = history.firm.iter().filter(writes).max_by_key(|u| u.count.last)?;
    let text = FindingText {
        title: format!(
            "{scope} is declared as read only, but it wrote on {}: {}",
            write.count.last.day(),
            operation_name(assessment, write)
        ),
        advice: "Correct the access; the writing scope counts as needed.".to_owned(),
        notes: Vec::new(),
    };
    let confidence = write.tier.confidence().min(write.mapping.confidence);
    let key = format!("{scope} access");
    let about = AboutEntry {
        line: need.line,
        assessed: Some(assessed),
        scope: Some(scope),
        what: &key,
        ..AboutEntry::default()
    };
    Some(
        FindingBuilder::new(RuleId::AnnotationContradicted, (Severity::Low, confidence), text)
            .of_annotation(assessment, &about),
    )
}

/// Declared for days on which the history has no call, though it has others.
fn schedule(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    scope: &str,
    need: &DeclaredNeed,
    history: &ScopeHistory<'_>,
) -> Option<Finding> {
    let (log, from) = seen_since(assessed)?;
    let days = if history.line_days.is_empty() { &history.possible_days } else { &history.line_days };
    let last = days.last()?;
    let declared = need.schedule.as_ref()?;
    let due: Vec<_> = declared::due(need, from, assessment.given.as_of)
        .into_iter()
        .filter(|e| e.earliest >= from && !log.has_gap(e.earliest.minus(NEAR), e.latest.plus(NEAR)))
        .collect();
    let seen = |e: &crate::timeline::calendar::Expected| {
        days.iter().any(|d| d.last >= e.earliest.minus(NEAR) && d.first <= e.latest.plus(NEAR))
    };
    if due.len() < RUNS || due.iter().any(seen) {
        return None;
    }
    let text = FindingText {
        title: format!(
            "{scope} is declared for {}; {} runs were due and none of its calls lies near one",
            declared.text,
            due.len()
        ),
        advice: "Correct the schedule: the next call is expected by it.".to_owned(),
        notes: vec![format!("the last call was on {}", last.day)],
    };
    let key = format!("{scope} schedule");
    let about = AboutEntry {
        line: need.line,
        assessed: Some(assessed),
        scope: Some(scope),
        what: &key,
        ..AboutEntry::default()
    };
    Some(
        FindingBuilder::new(RuleId::AnnotationContradicted, (Severity::Low, Confidence::Medium), text)
            .of_annotation(assessment, &about),
    )
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};
    use serde_json::json;

    let dated = |state: &str| {
        story()
            .listed('a', "2025-09-01", json!({"autoscope_state": state, "scopes": ["jobs"]}))
            .annotated("[[token]]\nmatch = \"aaaa\"\nenforced_on = 2026-10-20\n")
    };
    Example {
        fires: dated("COMPLETED"),
        says: "low: 2026-10-20 is declared as its enforcement, but the token list of 2026-09-11 has it narrowed already (COMPLETED)",
        near_miss: dated("RUNNING"),
    }
}
