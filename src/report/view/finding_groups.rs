//! Open findings -> groups by token, or by workspace and principal where no token is named; worst first.

use crate::assess::RuleId;
use crate::assess::{Finding, Severity, Status};
use crate::report::model::{Report, TokenRow};
use crate::support::by_name::ByName;
use crate::support::hash::Map;
use std::collections::BTreeMap;

/// The open findings of one token, or of one principal or workspace where no token is named.
pub(crate) struct FindingGroup<'a> {
    /// The token.
    pub token: Option<&'a TokenRow>,
    /// Worst first.
    pub findings: Vec<&'a Finding>,
}

impl FindingGroup<'_> {
    /// How bad its worst finding is.
    pub(crate) fn worst(&self) -> Severity {
        self.findings.first().map_or(Severity::Info, |f| f.severity)
    }

    /// Findings of at least medium severity, and the others by rule.
    pub(crate) fn split(&self) -> (Vec<&Finding>, BTreeMap<ByName<RuleId>, u64>) {
        let (grave, minor): (Vec<&Finding>, Vec<&Finding>) =
            self.findings.iter().partition(|f| f.severity >= Severity::Medium);
        let mut counts = BTreeMap::new();
        for finding in minor {
            *counts.entry(ByName(finding.rule)).or_default() += 1;
        }
        (grave, counts)
    }
}

pub(super) fn groups<'a>(
    report: &'a Report,
    tokens: &Map<(&str, &str), &'a TokenRow>,
) -> Vec<FindingGroup<'a>> {
    let mut groups: Vec<FindingGroup<'a>> = Vec::new();
    let mut places: Map<(&str, Option<&str>, &str), usize> = Map::default();
    for finding in report.findings.iter().filter(|f| f.status == Status::Open) {
        let id = finding.token_id.as_deref();
        let token = id.and_then(|id| tokens.get(&(finding.workspace_id.as_str(), id))).copied();
        let principal = if id.is_some() { "" } else { finding.principal.as_str() };
        let place = *places.entry((&finding.workspace_id, id, principal)).or_insert_with(|| {
            groups.push(FindingGroup { token, findings: Vec::new() });
            groups.len() - 1
        });
        groups[place].findings.push(finding);
    }
    for group in &mut groups {
        group.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    }
    groups.sort_by_key(|g| std::cmp::Reverse(g.worst()));
    groups
}
