//! The report -> a draft of `annotations.toml`: one need for each scope whose calls are too rare to say whether they come again.
//!
//! A drafted need counts as declared as soon as the file is used, so each says that it is a draft, and lapses by itself.

use crate::assess::DecidedBy;
use crate::context::jobs::{Job, Jobs, Trigger};
use crate::report::escape::{clip, visible};
use crate::report::model::{Report, ScopeRow, TokenRow};
use crate::support::format;
use crate::timeline::schedule::Schedule;
use crate::timeline::verdict::{Reason, Verdict};
use std::fmt::Write as _;

/// Occurrences that are too few to claim a cadence.
const RARE: usize = 3;
/// Days after as-of on which an entry lapses that has not been confirmed.
const LAPSE: i32 = 90;
/// The most jobs named per token.
const MOST_JOBS: usize = 5;

/// Drafts the file. It reads back without a problem, and is the same for the same report.
pub(crate) fn draft(report: &Report, jobs: &Jobs) -> String {
    let as_of = report.run.as_of;
    let lapses = as_of.day().plus(LAPSE);
    let mut text = format!(
        "# A draft by scopecast {}, as of {}: calls too rare for logs to say whether they come again.\n\
         # Ask the owner of each. Keep a need and drop its `expires`, or set a later one; or take the need out.\n\
         # What nobody confirms lapses on {lapses} and is reported then.\n",
        report.run.tool_version,
        format::moment(as_of),
    );
    let mut any = false;
    for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
        let scopes: Vec<&ScopeRow> = token.scopes.iter().filter(|s| is_worth_asking(s)).collect();
        if !scopes.is_empty() {
            any = true;
            entry(token, &scopes, jobs, &lapses.to_string(), &mut text);
        }
    }
    if !any {
        text.push_str("\n# No scope was found that is lost, at risk or unknown and rarely used: there is nothing to declare.\n");
    }
    text
}

/// Lost or unknown, not declared yet, and seen on few days.
fn is_worth_asking(scope: &ScopeRow) -> bool {
    let occurrences = match scope.occurrences as usize {
        0 => scope.days.len() + scope.inherited.as_ref().map_or(0, |i| i.uses as usize),
        n => n,
    };
    scope.verdict != Verdict::Kept
        && scope.reason != Reason::NeedsAllApis
        && !scope.declared
        && (1..=RARE).contains(&occurrences)
}

fn entry(token: &TokenRow, scopes: &[&ScopeRow], jobs: &Jobs, lapses: &str, text: &mut String) {
    let comment = if token.comment.trim().is_empty() { "no comment" } else { &token.comment };
    let name = token.acts_as();
    let _ = write!(
        text,
        "\n# {}\n# acts as {}, workspace {}: {}\n[[token]]\nmatch = {}\n",
        inline(comment),
        inline(name),
        inline(&token.workspace_id),
        token.decided_by.text(),
        quoted(&token.token_id)
    );
    if !token.window.known && token.decided_by == DecidedBy::WindowUnknown {
        text.push_str(
            "# enforced_on =          # the date in Databricks' reminder mail: dates instead of odds\n",
        );
    }
    for (key, given, what) in [
        ("workload", &token.workload.name, "what it is for"),
        ("workload_owner", &token.workload.owner, "who answers for it"),
    ] {
        if given.is_none() {
            let _ = writeln!(text, "{:<24} # {what}", format!("# {key} = \"\""));
        }
    }
    for job in jobs_of(token, jobs) {
        let _ = writeln!(text, "# {}", inline(&job));
    }
    for scope in scopes {
        need(scope, lapses, text);
    }
}

fn need(scope: &ScopeRow, lapses: &str, text: &mut String) {
    let name = inline(&scope.scope);
    let _ = writeln!(text, "\n# {name} is {}: {}", scope.verdict.name(), scope.reason.sentence());
    if let Some(seen) = seen(scope) {
        let _ = writeln!(text, "# {seen}");
    }
    // Of calls that several tokens may have made, only a person can say whose they are.
    let shared = scope.reason == Reason::SharedPrincipal;
    let mark = if shared { "# " } else { "" };
    if shared {
        text.push_str("# Take the marks away if it is this token that needs it.\n");
    }
    let _ = writeln!(text, "{mark}[[token.need]]\n{mark}scope = {}", quoted(&scope.scope));
    let times = format::count(scope.uses.max(1), "call", "calls");
    let last = scope.last_used.or(scope.inherited.as_ref().map(|i| i.last_used));
    match scope.cadence.as_deref().filter(|c| scope.occurrences > 1 && Schedule::parse(c, None).is_ok()) {
        Some(cadence) => {
            let _ = writeln!(
                text,
                "{mark}schedule = {}        # possibly: {} occurrences",
                quoted(cadence),
                scope.occurrences
            );
        }
        None => {
            let guess =
                last.map(|t| format!("yearly on {}", t.day().date().strftime("%-d %b"))).unwrap_or_default();
            let _ = writeln!(
                text,
                "# schedule = {}        # if that is when; without one: at any time",
                quoted(&guess)
            );
        }
    }
    let on = last.map(|t| format!(", last on {}", t.day())).unwrap_or_default();
    let by = if scope.uses == 0 { " by its predecessors" } else { "" };
    let times = match (&scope.inherited, scope.uses) {
        (Some(before), 0) => format::count(before.uses, "call", "calls"),
        _ => times,
    };
    let reason = format!("draft, not confirmed: {times}{by}{on}");
    let _ = writeln!(text, "{mark}reason = {}\n{mark}expires = {lapses}", quoted(&reason));
}

/// What was called and when.
fn seen(scope: &ScopeRow) -> Option<String> {
    let operations: Vec<String> = scope
        .operations
        .iter()
        .take(3)
        .map(|o| format!("{} ({})", inline(&o.operation), format::number(o.count)))
        .collect();
    if !operations.is_empty() {
        let more = scope.operations.len() - operations.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return Some(format!("Called: {}{more}.", operations.join(", ")));
    }
    let before = scope.inherited.as_ref()?;
    Some(format!(
        "{} by tokens it took over from, last on {}.",
        format::count(before.uses, "call", "calls"),
        before.last_used.day()
    ))
}

/// Jobs of the token's principal: a job needs no token to start, but a task of it may call back with one.
fn jobs_of(token: &TokenRow, jobs: &Jobs) -> Vec<String> {
    let own = |j: &&Job| {
        !token.principal.is_empty()
            && [&j.run_as, &j.creator].into_iter().flatten().any(|name| *name == token.principal)
    };
    let mine: Vec<&Job> = jobs.scheduled.iter().filter(own).collect();
    let mut lines: Vec<String> = mine.iter().take(MOST_JOBS).map(|j| line(j)).collect();
    if mine.len() > MOST_JOBS {
        lines.push(format!("and {} more jobs of this principal", mine.len() - MOST_JOBS));
    }
    if !lines.is_empty() {
        lines.insert(0, "If a task of one of these jobs calls Databricks with this token, write job = \"ID\" in the need:".to_owned());
    }
    lines
}

fn line(job: &Job) -> String {
    let when = match &job.trigger {
        Trigger::Cron(schedule) => schedule.text.clone(),
        Trigger::Periodic { interval, unit } => format!("every {interval} {}", unit.to_ascii_lowercase()),
        Trigger::Continuous => "always running".to_owned(),
        Trigger::Event => "started by an event".to_owned(),
    };
    let paused = if job.paused { ", paused" } else { "" };
    format!("  job {} {}: {when}{paused}", job.job_id, job.name)
}

/// Foreign text within a comment: one inert line.
fn inline(text: &str) -> String {
    clip(&visible(text), 100).into_owned()
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::annotations::Annotations;
    use crate::report::sample;
    use crate::timeline::declared;
    use proptest::prelude::*;

    #[test]
    fn a_draft_reads_back_without_a_problem_whatever_stands_in_the_report() {
        let mut report = sample::report();
        for scope in report.tokens.iter_mut().flat_map(|t| &mut t.scopes) {
            scope.days.truncate(2);
            scope.occurrences = 2;
        }
        let text = draft(&report, &Jobs::default());
        let read = Annotations::parse("annotations.toml", &text).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
        assert!(declared::unreadable(&read).is_empty());
        assert!(read.tokens.len() >= 5 && read.tokens.iter().any(|e| e.needs.len() > 5), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains(&sample::pasted_secret()));
    }

    proptest! {
        #[test]
        fn any_text_survives_quoting(given in "\\PC{0,20}[\\x00-\\x1f\"\\\\]{0,4}") {
            let text = format!("a = {}", quoted(&given));
            let read = toml::de::DeTable::parse(&text).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(read.get_ref().get("a").and_then(|v| v.get_ref().as_str()), Some(given.as_str()));
        }
    }
}
