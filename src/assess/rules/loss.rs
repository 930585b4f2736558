//! What the four findings of a lost scope share: how bad, why, and the remedy.

use super::super::assessment::{Assessment, TokenAssessment};
use super::super::builder::{FindingBuilder, FindingText, reminder_goes_to};
use super::super::deadlines::keep_alive_call;
use super::super::finding::{Finding, Severity};
use super::super::inherited;
use super::super::operations::{operation_cadences, operations};
use super::super::remedy::remedy;
use super::super::rule_id::RuleId;
use crate::attribute::UseKind;
use crate::catalog::ScopeId;
use crate::catalog::confidence::Confidence;
use crate::context::annotations::{DeclaredNeed, JobLookup};
use crate::support::time::{Day, Span, Time};
use crate::timeline::history::ScopeHistory;
use crate::timeline::verdict::{Judgement, Reason, Verdict};

/// A call due within this time after as-of makes a loss urgent.
const SOON: Span = Span::days(90);
/// A single use older than this is only good to know.
const FRESH: Span = Span::days(180);
/// A refusal younger than this means that it hurts now.
const NOW: Span = Span::days(30);

/// One scope of one token.
pub(super) struct Loss<'w, 'a> {
    pub(super) assessment: &'w Assessment<'a>,
    pub(super) assessed: &'w TokenAssessment<'a>,
    pub(super) scope: ScopeId,
    pub(super) history: &'w ScopeHistory<'a>,
    pub(super) judgement: &'w Judgement,
}

/// Every scope that is lost for the given reasons, or unknown for one of them.
pub(super) fn each<'w, 'a>(
    assessment: &'w Assessment<'a>,
    verdict: Verdict,
    reasons: &[Reason],
) -> Vec<Loss<'w, 'a>> {
    let of_case = |assessed: &'w TokenAssessment<'a>| {
        assessed.scopes.iter().filter(|(_, (_, j))| j.verdict == verdict && reasons.contains(&j.reason)).map(
            move |(&scope, (history, judgement))| Loss { assessment, assessed, scope, history, judgement },
        )
    };
    assessment.tokens.iter().flat_map(of_case).collect()
}

impl Loss<'_, '_> {
    pub(super) fn name(&self) -> &str {
        self.assessment.catalog.scope_name(self.scope)
    }

    /// Twice or more, or declared.
    fn is_recurring(&self) -> bool {
        self.occurrences() >= 2 || !self.history.declared.is_empty()
    }

    fn occurrences(&self) -> u32 {
        self.judgement.cadence.as_ref().map_or(0, |c| c.occurrences)
    }

    fn has_lapsed(&self) -> bool {
        self.judgement.cadence.as_ref().is_some_and(|c| c.lapsed) && self.history.declared.is_empty()
    }

    fn last_use(&self) -> Option<Time> {
        let carried = self.history.carried_span().map(|c| c.count.last);
        self.history.span().map(|(_, last)| last).or(carried)
    }

    /// Whether a refusal of it is only days old.
    pub(super) fn is_denied_now(&self) -> bool {
        let since = self.assessment.given.as_of.minus(NOW);
        self.history.refused.iter().any(|u| u.kind == UseKind::Denied && u.count.last >= since)
    }

    /// How bad a dated loss is.
    pub(super) fn severity(&self) -> Severity {
        let as_of = self.assessment.given.as_of;
        let soon = self.judgement.next.is_some_and(|n| n.earliest < as_of.plus(SOON));
        let sure_enough = self.judgement.confidence >= Confidence::Medium;
        let fresh = self.last_use().is_some_and(|t| t >= as_of.minus(FRESH));
        if self.is_denied_now() || self.is_recurring() && soon && sure_enough {
            Severity::High
        } else if self.is_recurring() && !self.has_lapsed() {
            Severity::Medium
        } else if fresh || self.is_recurring() {
            Severity::Low
        } else {
            Severity::Info
        }
    }

    /// The finding, with everything that follows from the scope's history.
    pub(super) fn finding(
        &self,
        rule: RuleId,
        severity: Severity,
        start: Option<Day>,
        title: String,
    ) -> Finding {
        let mut notes = self.sentences();
        notes.extend(self.judgement.notes.iter().cloned());
        let text = FindingText { title, advice: self.advice(), notes };
        let grade = (severity, self.judgement.confidence);
        let builder = FindingBuilder::new(rule, grade, text).scope(self.name()).start(start);
        let mut finding = builder.of_token(self.assessment, self.assessed);
        let uses = || self.history.firm.iter().chain(&self.history.refused).copied();
        (finding.evidence.operations, finding.evidence.more_operations) = operations(self.assessment, uses());
        finding.dates.next_call = self.judgement.next.map(Into::into);
        let agents: Vec<&str> = uses().map(|u| self.assessment.ledger.text(u.agent)).collect();
        finding.remedy = remedy(self.assessed, self.assessment.catalog, &agents);
        finding.keep_alive = keep_alive_call(self.assessment, self.assessed, self.scope);
        if finding.dates.enforced.is_some_and(|t| t > self.assessment.given.as_of) {
            finding.reminder_goes_to = Some(reminder_goes_to(&self.assessed.token.principal));
        }
        finding
    }

    /// What is known of its use, in words.
    fn sentences(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let (Some((first, last)), uses) = (self.history.span(), self.history.uses()) {
            let times = if uses == 1 { "once".to_owned() } else { format!("{uses} times") };
            notes.push(match first.day() == last.day() {
                true => format!("{} was used {times}, on {}", self.name(), last.day()),
                false => format!("{} was used {times}, from {} to {}", self.name(), first.day(), last.day()),
            });
        }
        if let Some(c) = self.judgement.cadence.as_ref().filter(|c| c.occurrences > 1) {
            let lapsed = if c.lapsed { ", then the calls stopped" } else { "" };
            notes.push(format!("{} ({} occurrences, {}){lapsed}", c.text(), c.occurrences, c.claim.as_str()));
            notes.extend(c.changed.map(|change| {
                format!("it has been so since {}; before that it was {}", change.at, change.before.text())
            }));
        }
        let within =
            operation_cadences(self.assessment, self.assessed, self.history, self.judgement.cadence.as_ref());
        notes.extend(within.iter().map(|(name, c)| {
            format!(
                "within it {name} runs {} ({} occurrences, {})",
                c.text(),
                c.occurrences,
                c.claim.as_str()
            )
        }));
        notes.extend(inherited::notes(self.assessment, self.name(), self.history));
        notes.extend(self.history.declared.iter().map(|need| declaration(need)));
        let conflicts: std::collections::BTreeSet<&str> =
            self.history.firm.iter().filter_map(|u| u.mapping.conflict.as_deref()).collect();
        notes.extend(conflicts.into_iter().map(str::to_owned));
        let several = self.history.firm.iter().find(|u| u.mapping.is_ambiguous());
        notes.extend(several.map(|u| {
            format!(
                "some of its calls need one of {}; which one is not settled",
                self.assessment.catalog.names(u.mapping.scopes())
            )
        }));
        notes
    }

    fn advice(&self) -> String {
        let name = self.name();
        let window_open =
            self.assessed.enforcement.window().is_some_and(|w| w.end.time > self.assessment.given.as_of)
                && self.judgement.predicted;
        if window_open {
            format!("Set the scopes by hand before the window ends, {name} among them.")
        } else {
            format!("Set the scopes by hand, {name} among them.")
        }
    }
}

/// A declaration, with what it says about when.
fn declaration(need: &DeclaredNeed) -> String {
    let mut text = "declared in the annotations".to_owned();
    if let Some(tie) = &need.job {
        text.push_str(&match &tie.found {
            JobLookup::One { job_id, name, paused: false, .. } if name.is_empty() => {
                format!(", for job {job_id}")
            }
            JobLookup::One { job_id, name, paused: false, .. } => format!(", for job {job_id} ({name})"),
            JobLookup::One { job_id, paused: true, .. } => format!(", for job {job_id}, which is paused"),
            _ => format!(", for job {}, whose schedule is not known", tie.asked),
        });
    }
    if let Some(schedule) = &need.schedule {
        text.push_str(&format!(", {}", schedule.text));
    }
    if let Some(ticket) = &need.ticket {
        text.push_str(&format!(" ({ticket})"));
    }
    if let Some(reason) = &need.reason {
        text.push_str(&format!(": {reason}"));
    }
    text
}
