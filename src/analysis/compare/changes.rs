//! Findings of two reports, paired by their public id, and what became of each.

use super::tokens::TokenChanges;
use crate::analysis::joins::{self, Rows};
use crate::analysis::previous_report::{PreviousFinding, PreviousReport, PreviousScope, PreviousStatus};
use crate::assess::Severity;
use crate::error::Error;
use crate::timeline::verdict::Verdict;
use serde::Serialize;
use std::cmp::Reverse;

/// What became of a finding. Ordered as people read: what asks for action first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeKind {
    /// It was not there.
    New,
    /// It was accepted, and no longer is.
    Reopened,
    /// It is more severe, or odds became a date.
    Worse,
    /// It is less severe.
    Better,
    /// Somebody decided to live with it.
    Accepted,
    /// It is no longer found, but nothing shows that its cause is gone.
    Unsure,
    /// It is no longer true.
    Resolved,
    /// Its token is gone.
    Vanished,
}

impl ChangeKind {
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Reopened,
        Self::Worse,
        Self::Better,
        Self::Accepted,
        Self::Unsure,
        Self::Resolved,
        Self::Vanished,
    ];

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One finding that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub kind: ChangeKind,
    /// Its public id; in the earlier report, where only that has it.
    pub finding_id: String,
    pub rule: String,
    /// The earlier rule for the same loss, where it was a different one.
    pub was_rule: Option<String>,
    /// How bad it is, or was where it is gone.
    pub severity: Severity,
    /// How bad it was, where both have it.
    pub was_severity: Option<Severity>,
    /// Its token, if it is about one.
    pub token_id: Option<String>,
    pub workspace_id: String,
    pub principal: String,
    /// Its scope, if it is about one.
    pub scope: Option<String>,
    /// What is, or was, wrong.
    pub title: String,
    /// Why it changed, as far as the reports tell; a sentence without a full stop.
    pub why: String,
}

/// The changes by kind, worst first, and how many findings are as they were.
pub(super) fn changes(
    old: &PreviousReport,
    new: &PreviousReport,
    tokens: &TokenChanges,
) -> Result<(Vec<Change>, usize), Error> {
    let ids =
        |report: &PreviousReport| Rows::default().text("id", report.findings.iter().map(|f| &f.finding_id));
    let mut left_over: (Vec<&PreviousFinding>, Vec<&PreviousFinding>) = Default::default();
    let mut pairs = Vec::new();
    for (left, right) in joins::full_join(ids(old), ids(new), &["id"])? {
        match (left.map(|n| &old.findings[n]), right.map(|n| &new.findings[n])) {
            (Some(was), Some(is)) => pairs.push((was, is)),
            (Some(was), None) => left_over.0.push(was),
            (None, Some(is)) => left_over.1.push(is),
            (None, None) => {}
        }
    }
    // A loss that another rule finds now is the same loss: odds became a date, or a date moved.
    let (was, is) = left_over;
    for pair in joins::full_join(losses(&was, "old"), losses(&is, "new"), &["loss"])? {
        if let (Some(left), Some(right)) = pair {
            pairs.push((was[left], is[right]));
        }
    }
    let paired_new: crate::support::hash::Set<&str> =
        pairs.iter().map(|(_, is)| is.finding_id.as_str()).collect();
    let paired_old: crate::support::hash::Set<&str> =
        pairs.iter().map(|(was, _)| was.finding_id.as_str()).collect();
    let mut changes: Vec<Change> = Vec::new();
    let mut unchanged = 0;
    for (was, is) in &pairs {
        match became(was, is) {
            Some((kind, why)) => changes.push(Change {
                was_rule: (was.rule != is.rule).then(|| was.rule.clone()),
                was_severity: Some(was.severity),
                ..change(kind, is, why)
            }),
            None => unchanged += 1,
        }
    }
    changes
        .extend(is.iter().filter(|f| !paired_new.contains(f.finding_id.as_str())).map(|f| came(f, tokens)));
    changes.extend(
        was.iter().filter(|f| !paired_old.contains(f.finding_id.as_str())).map(|f| went(f, new, tokens)),
    );
    changes.sort_by(|a, b| {
        let key = |c: &Change| (c.kind, Reverse(c.severity));
        key(a).cmp(&key(b)).then_with(|| {
            (&a.workspace_id, &a.token_id, &a.scope, &a.finding_id).cmp(&(
                &b.workspace_id,
                &b.token_id,
                &b.scope,
                &b.finding_id,
            ))
        })
    });
    Ok((changes, unchanged))
}

/// A key for each finding: token and scope for a loss, and for all else one that meets nothing.
fn losses(findings: &[&PreviousFinding], side: &str) -> Rows {
    let key = |(n, f): (usize, &&PreviousFinding)| match (&f.token_id, &f.scope) {
        (Some(token), Some(scope)) if f.is_loss() => format!("{token}\u{1f}{scope}"),
        _ => format!("{side} {n}"),
    };
    Rows::default().text("loss", findings.iter().enumerate().map(key))
}

/// What became of a finding that both reports have; `None` when it is as it was.
fn became(was: &PreviousFinding, is: &PreviousFinding) -> Option<(ChangeKind, String)> {
    match (&was.status, &is.status) {
        (PreviousStatus::Open, PreviousStatus::Accepted { reason, expires }) => {
            return Some((ChangeKind::Accepted, format!("accepted until {}: {reason}", expires.day())));
        }
        (PreviousStatus::Accepted { expires, .. }, PreviousStatus::Open) => {
            return Some((ChangeKind::Reopened, format!("it was accepted until {}", expires.day())));
        }
        (PreviousStatus::Accepted { .. }, PreviousStatus::Accepted { .. }) => return None,
        (PreviousStatus::Open, PreviousStatus::Open) => {}
    }
    let moved = match was.rule == is.rule {
        true => String::new(),
        false => format!(" ({} became {})", was.rule, is.rule),
    };
    if is.severity > was.severity {
        Some((ChangeKind::Worse, format!("from {} to {}{moved}", was.severity, is.severity)))
    } else if is.severity < was.severity {
        Some((ChangeKind::Better, format!("from {} to {}{moved}", was.severity, is.severity)))
    } else if was.is_odds() && !is.is_odds() {
        Some((ChangeKind::Worse, format!("what was a matter of odds is certain now{moved}")))
    } else if is.is_odds() && !was.is_odds() {
        Some((ChangeKind::Better, format!("what was certain is a matter of odds now{moved}")))
    } else {
        None
    }
}

fn came(is: &PreviousFinding, tokens: &TokenChanges) -> Change {
    match &is.status {
        PreviousStatus::Accepted { reason, expires } => {
            change(ChangeKind::Accepted, is, format!("new, and accepted until {}: {reason}", expires.day()))
        }
        PreviousStatus::Open => {
            let is_new = tokens.new.iter().any(|t| Some(&t.token_id) == is.token_id.as_ref());
            let why = if is_new { "the token is new" } else { "it was not found before" };
            change(ChangeKind::New, is, why.to_owned())
        }
    }
}

fn went(was: &PreviousFinding, new: &PreviousReport, tokens: &TokenChanges) -> Change {
    let Some(id) = &was.token_id else {
        return change(ChangeKind::Resolved, was, "the later report does not find it".to_owned());
    };
    if let Some(token) = tokens.vanished.iter().find(|t| t.token_id == *id) {
        return change(ChangeKind::Vanished, was, token.why.clone());
    }
    let is_idle = |f: &PreviousFinding| f.is_idle_revocation() && f.token_id.as_ref() == Some(id);
    if was.is_loss() && new.findings.iter().any(is_idle) {
        let why = "the token is now to be revoked for lack of use, which comes first".to_owned();
        return change(ChangeKind::Unsure, was, why);
    }
    let Some(scope) = &was.scope else {
        return change(ChangeKind::Resolved, was, "the later report does not find it".to_owned());
    };
    let token = new.tokens.iter().find(|t| t.token_id == *id);
    let now = token.and_then(|t| t.scopes.iter().find(|s| s.scope == *scope));
    match now {
        Some(PreviousScope { verdict: Verdict::Kept, reason, .. }) => {
            change(ChangeKind::Resolved, was, format!("{scope} is kept now ({reason})"))
        }
        Some(PreviousScope { verdict, reason, .. }) => {
            change(ChangeKind::Unsure, was, format!("{scope} is {} now ({reason})", verdict.name()))
        }
        None if was.is_loss() => change(
            ChangeKind::Unsure,
            was,
            format!("the later report shows no need of {scope}: its logs may not reach back as far"),
        ),
        None => change(ChangeKind::Resolved, was, "the later report does not find it".to_owned()),
    }
}

fn change(kind: ChangeKind, f: &PreviousFinding, why: String) -> Change {
    Change {
        kind,
        finding_id: f.finding_id.clone(),
        rule: f.rule.clone(),
        was_rule: None,
        severity: f.severity,
        was_severity: None,
        token_id: f.token_id.clone(),
        workspace_id: f.workspace_id.clone(),
        principal: f.principal.clone(),
        scope: f.scope.clone(),
        title: f.title.clone(),
        why,
    }
}
