//! Dates in open findings -> what happens on which day from as-of on, and the tokens to act on this week.

use super::SOON;
use super::finding_groups::FindingGroup;
use crate::assess::{Finding, Severity, Status};
use crate::report::model::Report;
use crate::support::hash::Map;
use crate::support::time::{Day, Time};
use std::collections::BTreeMap;

/// A date by which, or on which, something happens to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deadline<'a> {
    /// The moment.
    pub time: Time,
    /// What happens then.
    pub kind: DeadlineKind,
    /// The worst finding that it belongs to.
    pub severity: Severity,
    /// The token id.
    pub token: &'a str,
    /// The workspace id.
    pub workspace: &'a str,
    /// The finding the date is taken from.
    pub finding_id: &'a str,
}

/// What a date means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DeadlineKind {
    /// The last whole day on which acting prevents harm.
    LastSafeDay,
    /// Databricks sends the reminder mail.
    Reminder,
    /// The scopes are narrowed.
    Enforcement,
    /// The token is revoked for lack of use.
    Revocation,
    /// It expires.
    Expiry,
    /// The next call is expected.
    NextCall,
}

impl DeadlineKind {
    /// The words for people.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::LastSafeDay => "last safe day to act",
            Self::Reminder => "reminder mail",
            Self::Enforcement => "enforcement",
            Self::Revocation => "revoked if unused",
            Self::Expiry => "expires",
            Self::NextCall => "next call expected",
        }
    }

    /// The name in file formats.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LastSafeDay => "last-safe-day",
            Self::Reminder => "reminder",
            Self::Enforcement => "enforcement",
            Self::Revocation => "revocation",
            Self::Expiry => "expiry",
            Self::NextCall => "next-call",
        }
    }
}

/// A token to act on this week.
pub(crate) struct Urgent<'a> {
    /// Its place among the groups.
    pub group: usize,
    /// What is wrong: its worst finding.
    pub finding: &'a Finding,
    /// The nearest date, unless calls are refused already.
    pub date: Option<(Time, DeadlineKind)>,
}

pub(super) fn deadlines(report: &Report) -> Vec<Deadline<'_>> {
    let mut found: BTreeMap<(Time, &str, &str, DeadlineKind), Deadline<'_>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.status == Status::Open) {
        let Some(token) = finding.token_id.as_deref() else { continue };
        let dates = &finding.dates;
        for (time, kind) in [
            (dates.last_safe_day.map(Day::start), DeadlineKind::LastSafeDay),
            (dates.reminder, DeadlineKind::Reminder),
            (dates.enforced, DeadlineKind::Enforcement),
            (dates.idle_revocation, DeadlineKind::Revocation),
            (dates.expiry, DeadlineKind::Expiry),
            (dates.next_call.map(|n| n.earliest), DeadlineKind::NextCall),
        ] {
            let Some(time) = time.filter(|t| *t >= report.run.as_of) else { continue };
            let workspace = finding.workspace_id.as_str();
            let (severity, finding_id) = (finding.severity, finding.finding_id.as_str());
            // Findings come worst first, so the first one to name a date is the worst.
            found.entry((time, workspace, token, kind)).or_insert(Deadline {
                time,
                kind,
                severity,
                token,
                workspace,
                finding_id,
            });
        }
    }
    found.into_values().collect()
}

pub(super) fn this_week<'a>(
    report: &Report,
    groups: &[FindingGroup<'a>],
    deadlines: &[Deadline<'a>],
) -> Vec<Urgent<'a>> {
    let until = report.run.as_of.plus(SOON);
    let mut first: Map<(&str, &str), (Time, DeadlineKind)> = Map::default();
    for d in deadlines.iter().take_while(|d| d.time < until) {
        first.entry((d.workspace, d.token)).or_insert((d.time, d.kind));
    }
    let mut urgent: Vec<Urgent<'a>> = Vec::new();
    for (place, group) in groups.iter().enumerate().filter(|(_, g)| g.worst() == Severity::High) {
        let (Some(token), Some(finding)) = (group.token, group.findings.first().copied()) else { continue };
        let is_refused = |f: &&Finding| f.severity == Severity::High && f.rule.rule().is_refused_already();
        let date = match group.findings.iter().any(is_refused) {
            true => None,
            false => match first.get(&(token.workspace_id.as_str(), token.token_id.as_str())) {
                Some(date) => Some(*date),
                None => continue,
            },
        };
        urgent.push(Urgent { group: place, finding, date });
    }
    urgent.sort_by_key(|u| (u.date.map(|d| d.0), u.group));
    urgent
}
