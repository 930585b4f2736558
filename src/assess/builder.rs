//! Builds a finding: the rule gives its words and how bad it is, the rest follows from the token or the workspace.

use super::assessment::{Assessment, TokenAssessment};
use super::deadlines::dates;
use super::finding::{AnnotationLine, Dates, Evidence, Finding, NextCall, Severity, Status, finding_id};
use super::profile::is_application;
use super::rule_id::RuleId;
use crate::catalog::confidence::Confidence;
use crate::support::time::Day;
use crate::timeline::calendar::Expected;

impl From<Expected> for NextCall {
    fn from(e: Expected) -> Self {
        Self { earliest: e.earliest, latest: e.latest }
    }
}

/// What a rule says about one finding.
pub(crate) struct FindingText {
    /// One sentence: what is wrong.
    pub(crate) title: String,
    /// One sentence: what to do.
    pub(crate) advice: String,
    /// Facts and reservations.
    pub(crate) notes: Vec<String>,
}

/// A finding that still lacks the token, the workspace or the annotation it is about.
pub(crate) struct FindingBuilder<'a> {
    rule: RuleId,
    severity: Severity,
    confidence: Confidence,
    text: FindingText,
    scope: Option<&'a str>,
    start: Option<Day>,
}

impl<'a> FindingBuilder<'a> {
    pub(crate) fn new(rule: RuleId, grade: (Severity, Confidence), text: FindingText) -> Self {
        Self { rule, severity: grade.0, confidence: grade.1, text, scope: None, start: None }
    }

    /// Names the scope it is about, which becomes part of its id.
    pub(crate) fn scope(self, scope: &'a str) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// Sets the day that tells it apart from findings about the same token or workspace at another time.
    pub(crate) fn start(self, start: Option<Day>) -> Self {
        Self { start, ..self }
    }

    /// A finding about a token.
    pub(crate) fn of_token(self, assessment: &Assessment<'_>, assessed: &TokenAssessment<'_>) -> Finding {
        let token = assessed.token;
        let addresses = assessed.addresses.iter().take(3).map(|a| assessment.ledger.text(*a).to_owned());
        let mut finding = self.finding(Some(&token.id), &token.workspace, &token.principal);
        finding.evidence.addresses = addresses.collect();
        finding.dates = dates(assessment, assessed);
        finding
    }

    /// A finding about a workspace, or a principal of it.
    pub(crate) fn of_workspace(self, workspace: &str, principal: &str) -> Finding {
        self.finding(None, workspace, principal)
    }

    /// A finding about an entry of the annotations. What the entry is about stands for the token in its id, where no single
    /// token is meant.
    pub(crate) fn of_annotation(self, assessment: &Assessment<'_>, entry: &AboutEntry<'_>) -> Finding {
        let rule = self.rule;
        let mut finding = match entry.assessed {
            Some(assessed) => self.of_token(assessment, assessed),
            None => self.of_workspace(entry.workspace, ""),
        };
        let who = entry.assessed.map_or(entry.who, |c| c.token.id.as_str());
        finding.finding_id = finding_id(rule, Some(who), "", "", entry.what, entry.day);
        finding.scope = entry.scope.map(str::to_owned);
        finding.annotation =
            Some(AnnotationLine { file: assessment.annotations.source.clone(), line: entry.line });
        finding
    }

    fn finding(self, token: Option<&str>, workspace: &str, principal: &str) -> Finding {
        let scope = self.scope.unwrap_or_default();
        Finding {
            finding_id: finding_id(self.rule, token, workspace, principal, scope, self.start),
            rule: self.rule,
            severity: self.severity,
            confidence: self.confidence,
            token_id: token.map(str::to_owned),
            workspace_id: workspace.to_owned(),
            principal: principal.to_owned(),
            scope: self.scope.map(str::to_owned),
            title: self.text.title,
            loss_odds: None,
            evidence: Evidence { notes: self.text.notes, ..Evidence::default() },
            dates: Dates::default(),
            reminder_goes_to: None,
            advice: self.text.advice,
            remedy: None,
            keep_alive: None,
            status: Status::Open,
            annotation: None,
        }
    }
}

/// What a finding about the annotations is about.
#[derive(Default)]
pub(crate) struct AboutEntry<'a> {
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

pub(crate) fn reminder_goes_to(principal: &str) -> String {
    if principal.is_empty() {
        "the token's owner, who is not known here".to_owned()
    } else if is_application(principal) {
        format!("nobody: service principal {principal} has no mailbox, so an admin must act")
    } else {
        principal.to_owned()
    }
}
