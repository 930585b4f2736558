//! An entry of the annotations, or a part of one, that names nothing there is: it has no effect.

use super::{Rule, RuleText};
use crate::assess::accept;
use crate::assess::assessment::Assessment;
use crate::assess::builder::{AboutEntry, FindingBuilder, FindingText, distinct, short_id};
use crate::assess::finding::{Finding, Severity};
use crate::assess::inherited;
use crate::assess::rule_id::RuleId;
use crate::attribute::lineage::Unresolved;
use crate::catalog::confidence::Confidence;
use crate::context::annotations::{Accepted, DeclaredNeed, Entry, JobLookup};
use crate::support::problem::Position;

pub(super) struct AnnotationUnmatched;

impl Rule for AnnotationUnmatched {
    fn text(&self) -> RuleText {
        RuleText {
            id: RuleId::AnnotationUnmatched,
            one: "annotation that matches nothing",
            several: "annotations that match nothing",
            summary: "An entry of the annotations names no token, scope, job or finding that there is",
        }
    }

    fn is_about_annotations(&self) -> bool {
        true
    }

    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for entry in &assessment.annotations.tokens {
            if entry.expires.is_some_and(|b| b.time <= assessment.given.as_of) {
                continue;
            }
            found.extend(of_match(assessment, entry));
            for need in &entry.needs {
                found.extend(of_scope(assessment, entry, need));
                found.extend(of_job(assessment, entry, need));
            }
        }
        found.extend(assessment.lineage.unresolved.iter().map(|u| of_predecessor(assessment, u)));
        for accepted in
            assessment.annotations.accepted.iter().filter(|a| a.expires.time > assessment.given.as_of)
        {
            if !findings.iter().any(|f| accept::means(assessment, accepted, f)) {
                found.push(of_accept(assessment, accepted));
            }
        }
        findings.extend(distinct(found));
    }
}

/// No token, several that the start of an id could mean, or only tokens that are gone.
fn of_match(assessment: &Assessment<'_>, entry: &Entry) -> Option<Finding> {
    let tokens = assessment.tokens_of(entry);
    let who = &entry.matches;
    let has_force = !entry.needs.is_empty() || entry.has_window();
    let ambiguous = assessment.matches.problems.iter().find(|p| p.position == Position::Line(entry.line));
    let (severity, title, advice, mut notes) = if let Some(problem) = ambiguous {
        let severity = if has_force { Severity::Medium } else { Severity::Low };
        (severity, problem.message.clone(), "Write more of the id.".to_owned(), Vec::new())
    } else if tokens.is_empty() {
        let title = format!("the entry for {who} matches no token");
        let here = |w: &String| {
            assessment.roster.tokens.iter().any(|t| {
                let known = assessment.annotations.workspace_id(&t.workspace);
                known.eq_ignore_ascii_case(assessment.annotations.workspace_id(w))
                    || t.workspace.eq_ignore_ascii_case(w)
            })
        };
        let elsewhere = who.workspace.as_ref().is_some_and(|w| !here(w));
        let note = match elsewhere {
            true => "nothing of its workspace was given, so it may be right",
            false => "a token that no list names and that never logs in is not seen here",
        };
        let severity = match (elsewhere, has_force) {
            (true, _) => Severity::Info,
            (false, true) => Severity::Medium,
            (false, false) => Severity::Low,
        };
        (severity, title, "Correct its match, or take it out.".to_owned(), vec![note.to_owned()])
    } else if tokens.iter().all(|t| assessment.assessed(*t).is_none()) {
        let names: Vec<String> = tokens.iter().take(3).map(|t| inherited::name(assessment, *t)).collect();
        let title = format!("the entry for {who} matches only tokens that are gone: {}", names.join(", "));
        let heirs = tokens.iter().filter_map(|t| assessment.lineage.successor(*t));
        let heir = heirs.map(|t| short_id(&assessment.roster.tokens[t].id)).next();
        let (severity, advice) = match heir {
            Some(heir) if has_force => (
                Severity::Medium,
                format!(
                    "Match its successor {heir} instead, or both by comment or owner: what it declares protects nothing now."
                ),
            ),
            Some(heir) => {
                (Severity::Low, format!("Match its successor {heir} instead, or both by comment or owner."))
            }
            None => (Severity::Info, "Take it out, or match the token that replaced it.".to_owned()),
        };
        (severity, title, advice, Vec::new())
    } else {
        return None;
    };
    notes.extend(entry.needs.iter().map(|n| format!("it declares a need of {}", n.scope)));
    let text = FindingText { title, advice, notes };
    Some(finding(assessment, entry, (entry.line, None, ""), severity, text))
}

fn of_scope(assessment: &Assessment<'_>, entry: &Entry, need: &DeclaredNeed) -> Option<Finding> {
    if assessment.catalog.scope_named(&need.scope).is_some() {
        return None;
    }
    let near = assessment.catalog.nearest_scope(&need.scope);
    let advice = match near {
        Some(near) => format!("Did you mean {near}? Correct it, or add the name with --catalog."),
        None => "See scopecast catalog list for the names, or add one with --catalog.".to_owned(),
    };
    let title = format!(
        "a need of {} is declared, and the catalog has no scope of that name: it is not judged",
        need.scope
    );
    let text = FindingText { title, advice, notes: Vec::new() };
    Some(finding(
        assessment,
        entry,
        (need.line, Some(need.scope.as_str()), &need.scope),
        Severity::Medium,
        text,
    ))
}

fn of_job(assessment: &Assessment<'_>, entry: &Entry, need: &DeclaredNeed) -> Option<Finding> {
    let tie = need.job.as_ref()?;
    let job = &tie.asked;
    let (what, advice) = match &tie.found {
        JobLookup::NoList => (
            "and no list of jobs was given".to_owned(),
            "Give one: databricks jobs list -o json > jobs.json, and --jobs jobs.json.",
        ),
        JobLookup::Nothing => (
            "and no job that starts by itself has that id or name".to_owned(),
            "Correct the job, or write a schedule instead.",
        ),
        JobLookup::Several(ids) => (
            format!("and {} jobs have that name: {}", ids.len(), ids.join(", ")),
            "Write the id of the one meant.",
        ),
        JobLookup::One { paused: true, .. } => {
            ("and that job is paused: it gives no date".to_owned(), "Resume the job, or take the need out.")
        }
        JobLookup::One { dated: false, .. } => {
            ("and its trigger says not on which days it starts".to_owned(), "Write a schedule instead.")
        }
        JobLookup::One { .. } => return None,
    };
    let scope = need.scope.as_str();
    let title = format!("the need of {scope} names job {job} for its schedule, {what}");
    let notes = vec![format!("{scope} counts as needed all the same, at no known time")];
    let text = FindingText { title, advice: advice.to_owned(), notes };
    let key = format!("{scope} job {job}");
    Some(finding(assessment, entry, (need.line, Some(scope), &key), Severity::Low, text))
}

fn of_predecessor(assessment: &Assessment<'_>, unresolved: &Unresolved<'_>) -> Finding {
    let Unresolved { entry, asked, tokens } = *unresolved;
    let (what, advice) = match tokens {
        0 => (
            "which no log and no token list shows".to_owned(),
            "Correct the id, or take it out: its history is not here.",
        ),
        n => (format!("which could be {n} tokens"), "Write more of the id."),
    };
    let title = format!("the entry for {} says that it succeeds {asked}, {what}", entry.matches);
    let text = FindingText { title, advice: advice.to_owned(), notes: Vec::new() };
    finding(assessment, entry, (entry.line, None, "succeeds"), Severity::Low, text)
}

fn finding(
    assessment: &Assessment<'_>,
    entry: &Entry,
    (line, scope, what): (u64, Option<&str>, &str),
    severity: Severity,
    text: FindingText,
) -> Finding {
    let assessed = match assessment.tokens_of(entry).as_slice() {
        [only] => assessment.assessed(*only),
        _ => None,
    };
    let who = entry.matches.to_string();
    let workspace = entry.matches.workspace.as_deref().unwrap_or_default();
    let about = AboutEntry { line, assessed, who: &who, workspace, scope, what, day: None };
    FindingBuilder::new(RuleId::AnnotationUnmatched, (severity, Confidence::Exact), text)
        .of_annotation(assessment, &about)
}

fn of_accept(assessment: &Assessment<'_>, accepted: &crate::context::annotations::Accept) -> Finding {
    let subject = accept::subject(accepted);
    let unknown = match &accepted.findings {
        Accepted::Rule { rule, .. } => rule.parse::<RuleId>().is_err(),
        Accepted::Finding(_) => false,
    };
    let (severity, title, advice) = match unknown {
        true => (
            Severity::Low,
            format!("{subject} is accepted, and no rule has that name"),
            "Write the name as the report prints it.",
        ),
        false => (
            Severity::Info,
            format!("{subject} is accepted, and there is no such finding"),
            "If it is resolved for good, take the acceptance out.",
        ),
    };
    let text = FindingText {
        title,
        advice: advice.to_owned(),
        notes: vec![format!("accepted because: {}", accepted.reason)],
    };
    let about =
        AboutEntry { line: accepted.line, who: "acceptance", what: &subject, ..AboutEntry::default() };
    FindingBuilder::new(RuleId::AnnotationUnmatched, (severity, Confidence::Exact), text)
        .of_annotation(assessment, &about)
}

#[cfg(test)]
pub(super) fn example() -> crate::assess::testing::Example {
    use crate::assess::testing::{Example, story};

    let about = |id: &str| {
        story()
            .call("2026-09-01", 'a', "jobs/runNow")
            .annotated(&format!("[[token]]\nmatch = \"{id}\"\nenforced_on = 2026-10-20\n"))
    };
    Example {
        fires: about("bbbb"),
        says: "medium: the entry for id bbbb matches no token",
        near_miss: about("aaaa"),
    }
}
