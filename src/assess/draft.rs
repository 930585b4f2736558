//! A finding while it is written: what rules fill in, and what follows from the token or the workspace.

use super::assessment::{Assessment, TokenAssessment};
use super::deadlines::dates;
use super::finding::{
    AnnotationLine, Dates, Evidence, Finding, NextCall, OperationUse, Severity, Status, finding_id,
};
use super::profile::is_application;
use crate::attribute::{Use, UseKind};
use crate::catalog::confidence::Confidence;
use crate::ledger::{Count, Id};
use crate::support::time::Day;
use crate::timeline::calendar::Expected;
use std::collections::BTreeMap;

const MOST_OPERATIONS: usize = 8;
const MOST_AGENTS: usize = 3;

impl From<Expected> for NextCall {
    fn from(e: Expected) -> Self {
        Self { earliest: e.earliest, latest: e.latest }
    }
}

/// What a rule says in its own words.
pub(crate) struct Words {
    /// One sentence: what is wrong.
    pub(crate) title: String,
    /// One sentence: what to do.
    pub(crate) advice: String,
    /// Facts and reservations.
    pub(crate) notes: Vec<String>,
}

/// A finding about a token.
pub(crate) fn of_token(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    rule: &'static str,
    grade: (Severity, Confidence),
    words: Words,
) -> Finding {
    let token = assessed.token;
    Finding {
        finding_id: finding_id(rule, Some(&token.id), &token.workspace, &token.principal, "", None),
        rule,
        severity: grade.0,
        confidence: grade.1,
        token_id: Some(token.id.clone()),
        workspace_id: token.workspace.clone(),
        principal: token.principal.clone(),
        scope: None,
        title: words.title,
        loss_odds: None,
        evidence: Evidence {
            addresses: assessed
                .addresses
                .iter()
                .take(3)
                .map(|a| assessment.ledger.text(*a).to_owned())
                .collect(),
            notes: words.notes,
            ..Evidence::default()
        },
        dates: dates(assessment, assessed),
        reminder_goes_to: None,
        advice: words.advice,
        remedy: None,
        priming: None,
        status: Status::Open,
        annotation: None,
    }
}

/// A finding about a workspace, or a principal of it.
pub(crate) fn of_workspace(
    workspace: &str,
    principal: &str,
    start: Option<Day>,
    rule: &'static str,
    grade: (Severity, Confidence),
    words: Words,
) -> Finding {
    Finding {
        finding_id: finding_id(rule, None, workspace, principal, "", start),
        rule,
        severity: grade.0,
        confidence: grade.1,
        token_id: None,
        workspace_id: workspace.to_owned(),
        principal: principal.to_owned(),
        scope: None,
        title: words.title,
        loss_odds: None,
        evidence: Evidence { notes: words.notes, ..Evidence::default() },
        dates: Dates::default(),
        reminder_goes_to: None,
        advice: words.advice,
        remedy: None,
        priming: None,
        status: Status::Open,
        annotation: None,
    }
}

/// A finding about an entry of the annotations. What the entry is about stands for the token in its id, where no single token
/// is meant.
pub(crate) fn of_annotation(
    assessment: &Assessment<'_>,
    entry: &About<'_>,
    rule: &'static str,
    grade: (Severity, Confidence),
    words: Words,
) -> Finding {
    let mut finding = match entry.assessed {
        Some(assessed) => of_token(assessment, assessed, rule, grade, words),
        None => of_workspace(entry.workspace, "", None, rule, grade, words),
    };
    let who = entry.assessed.map_or(entry.who, |c| c.token.id.as_str());
    finding.finding_id = finding_id(rule, Some(who), "", "", entry.what, entry.day);
    finding.scope = entry.scope.map(str::to_owned);
    finding.annotation =
        Some(AnnotationLine { file: assessment.annotations.source.clone(), line: entry.line });
    finding
}

/// What a finding about the annotations is about.
#[derive(Default)]
pub(crate) struct About<'a> {
    /// The line.
    pub(crate) line: u64,
    /// The token, if exactly one that is not gone is meant.
    pub(crate) assessed: Option<&'a TokenAssessment<'a>>,
    /// What the entry matches, in words.
    pub(crate) who: &'a str,
    /// The workspace it names, or nothing.
    pub(crate) workspace: &'a str,
    /// The scope, if it is about one.
    pub(crate) scope: Option<&'a str>,
    /// What sets it apart from other findings of the rule about the same token: a scope, a rule.
    pub(crate) what: &'a str,
    /// The day that sets it apart.
    pub(crate) day: Option<Day>,
}

/// Of findings with one id, as entries that say the same twice give, the first.
pub(crate) fn distinct(findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen = std::collections::BTreeSet::new();
    findings.into_iter().filter(|f| seen.insert(f.finding_id.clone())).collect()
}

/// The beginning of a token id, for sentences.
pub(crate) fn short_id(id: &str) -> String {
    id.chars().take(12).collect()
}

/// Names the scope a finding is about; its id changes with it.
pub(crate) fn about_scope(mut finding: Finding, scope: &str, start: Option<Day>) -> Finding {
    finding.finding_id = finding_id(
        finding.rule,
        finding.token_id.as_deref(),
        &finding.workspace_id,
        &finding.principal,
        scope,
        start,
    );
    finding.scope = Some(scope.to_owned());
    finding
}

/// Who reads Databricks' reminder.
pub(crate) fn reminder_goes_to(principal: &str) -> String {
    if principal.is_empty() {
        "the token's owner, who is not known here".to_owned()
    } else if is_application(principal) {
        format!("nobody: service principal {principal} has no mailbox, so an admin must act")
    } else {
        principal.to_owned()
    }
}

/// Uses as the operations of a finding's evidence, the most recent first.
pub(crate) fn operations<'u>(
    assessment: &Assessment<'_>,
    uses: impl Iterator<Item = &'u Use>,
) -> (Vec<OperationUse>, usize) {
    let mut by_name: BTreeMap<String, (Count, &'u Use, BTreeMap<Id, u64>)> = BTreeMap::new();
    for u in uses {
        let (count, best, agents) =
            by_name.entry(operation_name(assessment, u)).or_insert((Count::NONE, u, BTreeMap::new()));
        count.add(u.count);
        if u.tier < best.tier {
            *best = u;
        }
        *agents.entry(u.agent).or_default() += u.count.events;
    }
    let mut list: Vec<OperationUse> = by_name
        .into_iter()
        .map(|(operation, (count, best, agents))| {
            let mut agents: Vec<_> = agents.into_iter().collect();
            agents.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
            let text = |id: Id| assessment.ledger.text(id).to_owned();
            OperationUse {
                operation,
                count: count.events,
                first: count.first,
                last: count.last,
                tier: best.tier.name(),
                agents: agents
                    .into_iter()
                    .take(MOST_AGENTS)
                    .map(|(id, _)| text(id))
                    .filter(|a| !a.is_empty())
                    .collect(),
            }
        })
        .collect();
    list.sort_by(|a, b| (b.last, &a.operation).cmp(&(a.last, &b.operation)));
    let more = list.len().saturating_sub(MOST_OPERATIONS);
    list.truncate(MOST_OPERATIONS);
    (list, more)
}

/// `jobs/runNow`, or `login cmd/jobs_list` where only a login tells.
pub(crate) fn operation_name(assessment: &Assessment<'_>, u: &Use) -> String {
    match u.kind {
        UseKind::Login { .. } => {
            let agent = assessment.ledger.text(u.agent);
            let word = agent
                .split(' ')
                .find(|w| w.starts_with("cmd/") || w.starts_with("resource/") || w.starts_with("data/"))
                .or_else(|| agent.split(' ').next())
                .unwrap_or_default();
            format!("login {word}")
        }
        _ => assessment.ledger.text(u.action).to_owned(),
    }
}
