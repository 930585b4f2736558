//! The report in the order people read it: findings by token, unknowns by reason, dates by day, inputs by kind. Grouped
//! once, so that no two writers can disagree.

mod deadlines;
mod finding_groups;
mod input_kinds;
mod short_ids;
mod unknowns;

pub(crate) use deadlines::{Deadline, DeadlineKind, Urgent};
pub(crate) use finding_groups::FindingGroup;
pub(crate) use input_kinds::InputKind;
pub(crate) use unknowns::Unknown;

use super::model::{Report, TokenRow};
use crate::assess::{Finding, Severity, Status};
use crate::support::hash::Map;
use crate::support::time::Span;
use deadlines::{deadlines, this_week};
use finding_groups::groups;
use input_kinds::inputs;
use short_ids::short_ids;
use unknowns::unknowns;

/// A date this near is one of this week.
pub(crate) const SOON: Span = Span::days(7);
/// How many of this week's tokens are shown: more are no help to somebody who asks where to begin.
pub(crate) const FEW: usize = 5;
/// Shortest beginning of a token id that people are shown.
const SHORT: usize = 12;

/// A report in reading order.
pub(crate) struct View<'a> {
    /// Tokens with open findings, or the workspace and principal that others concern; worst first.
    pub groups: Vec<FindingGroup<'a>>,
    /// Findings that the annotations accept.
    pub accepted: Vec<&'a Finding>,
    /// Scopes with an unknown verdict, by reason; the most frequent reason first.
    pub unknowns: Vec<Unknown<'a>>,
    /// What happens on which day, from as-of on.
    pub deadlines: Vec<Deadline<'a>>,
    /// The few to act on this week: refused now, or with a date within [`SOON`]; the first date first.
    pub this_week: Vec<Urgent<'a>>,
    /// Inputs by what they were taken as.
    pub inputs: Vec<InputKind>,
    short: Map<&'a str, usize>,
}

impl<'a> View<'a> {
    /// Groups and orders everything in a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        let by_id: Map<(&str, &str), &TokenRow> =
            report.tokens.iter().map(|t| ((t.workspace_id.as_str(), t.token_id.as_str()), t)).collect();
        let groups = groups(report, &by_id);
        let deadlines = deadlines(report);
        Self {
            this_week: this_week(report, &groups, &deadlines),
            groups,
            accepted: report.findings.iter().filter(|f| f.status != Status::Open).collect(),
            unknowns: unknowns(report),
            deadlines,
            inputs: inputs(report),
            short: short_ids(report),
        }
    }

    /// The shortest start of a token's id that no other token shares, at least 12 characters.
    pub(crate) fn short<'t>(&self, token: &'t str) -> &'t str {
        let length = self.short.get(token).copied().unwrap_or(SHORT);
        token.char_indices().nth(length).map_or(token, |(end, _)| &token[..end])
    }

    /// How many groups have a worst finding of this severity.
    pub(crate) fn groups_at(&self, severity: Severity) -> u64 {
        self.groups.iter().filter(|g| g.worst() == severity).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::support::time::Time;

    #[test]
    fn every_open_finding_stands_in_one_group_worst_first() {
        let report = sample::report();
        let view = View::of(&report);
        let grouped: usize = view.groups.iter().map(|g| g.findings.len()).sum();
        assert_eq!(grouped + view.accepted.len(), report.findings.len());
        assert!(view.groups.windows(2).all(|g| g[0].worst() >= g[1].worst()));
        assert!(view.groups.iter().all(|g| g.findings.windows(2).all(|f| f[0].severity >= f[1].severity)));
    }

    #[test]
    fn this_week_is_what_is_refused_now_or_has_a_date_within_seven_days() {
        let report = sample::report();
        let view = View::of(&report);
        let week: Vec<_> = view
            .this_week
            .iter()
            .map(|u| (&u.finding.token_id.as_deref().unwrap()[..8], u.date.map(|d| d.1)))
            .collect();
        assert_eq!(week, [("3aec012e", None), ("ea3febad", Some(DeadlineKind::Reminder))]);
    }

    #[test]
    fn short_ids_stay_apart() {
        let mut report = sample::report();
        let twin = format!("{}ff", &report.tokens[0].token_id[..20]);
        report.tokens[1].token_id = twin.clone();
        let view = View::of(&report);
        let first = report.tokens[0].token_id.as_str();
        assert_ne!(view.short(first), view.short(&twin));
        assert!(first.starts_with(view.short(first)) && view.short(first).len() > SHORT);
        assert_eq!(view.short(&report.tokens[2].token_id).chars().count(), SHORT);
    }

    #[test]
    fn dates_before_as_of_are_no_deadlines() {
        let mut report = sample::report();
        assert!(View::of(&report).deadlines.iter().any(|d| d.kind == DeadlineKind::Enforcement));
        report.run.as_of = Time::parse("2026-09-21").unwrap();
        assert!(!View::of(&report).deadlines.iter().any(|d| d.kind == DeadlineKind::Enforcement));
    }
}
