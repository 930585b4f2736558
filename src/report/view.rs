//! The report in the order people read it: findings by token, unknowns by reason, dates by day, inputs by kind. Grouped
//! once, so that no two writers can disagree.

use super::model::{Report, ScopeRow, TokenRow};
use crate::assess::{Finding, Severity, Status};
use crate::support::hash::Map;
use crate::support::time::{Day, Span, Time};
use crate::timeline::verdict::{Reason, Verdict};
use std::collections::BTreeMap;

/// A date this near is one of this week.
pub const SOON: Span = Span::days(7);
/// How many of this week's tokens are shown: more are no help to somebody who asks where to begin.
pub const FEW: usize = 5;
/// Shortest beginning of a token id that people are shown.
const SHORT: usize = 12;

/// A report in reading order.
pub struct View<'a> {
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

/// The open findings of one token, or of one principal or workspace where no token is named.
pub struct FindingGroup<'a> {
    /// The token.
    pub token: Option<&'a TokenRow>,
    /// Worst first.
    pub findings: Vec<&'a Finding>,
}

/// A token to act on this week.
pub struct Urgent<'a> {
    /// Its place among the groups.
    pub group: usize,
    /// The token.
    pub token: &'a TokenRow,
    /// What is wrong: its worst finding.
    pub finding: &'a Finding,
    /// The nearest date, unless calls are refused already.
    pub date: Option<(Time, DeadlineKind)>,
}

/// Scopes whose verdict is unknown for the same reason.
pub struct Unknown<'a> {
    /// Why the verdict is unknown.
    pub reason: Reason,
    /// How many tokens.
    pub tokens: usize,
    /// Which scopes, in the report's order.
    pub scopes: Vec<(&'a TokenRow, &'a ScopeRow)>,
}

/// A date by which, or on which, something happens to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline<'a> {
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
pub enum DeadlineKind {
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
    pub const fn text(self) -> &'static str {
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
    pub const fn name(self) -> &'static str {
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

/// All inputs of one format or kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputKind {
    /// The format or kind.
    pub taken_as: String,
    /// Number of files.
    pub files: u64,
    /// The path of one of them.
    pub example: String,
    /// Good rows.
    pub rows: u64,
}

impl FindingGroup<'_> {
    /// How bad its worst finding is.
    pub fn worst(&self) -> Severity {
        self.findings.first().map_or(Severity::Info, |f| f.severity)
    }

    /// Findings of at least medium severity, and the others by rule.
    pub fn split(&self) -> (Vec<&Finding>, BTreeMap<&'static str, u64>) {
        let (grave, minor): (Vec<&Finding>, Vec<&Finding>) =
            self.findings.iter().partition(|f| f.severity >= Severity::Medium);
        let mut counts = BTreeMap::new();
        for finding in minor {
            *counts.entry(finding.rule).or_default() += 1;
        }
        (grave, counts)
    }
}

impl<'a> View<'a> {
    /// Groups and orders everything in a report.
    pub fn of(report: &'a Report) -> Self {
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
    pub fn short<'t>(&self, token: &'t str) -> &'t str {
        let length = self.short.get(token).copied().unwrap_or(SHORT);
        token.char_indices().nth(length).map_or(token, |(end, _)| &token[..end])
    }

    /// How many groups have a worst finding of this severity.
    pub fn groups_at(&self, severity: Severity) -> u64 {
        self.groups.iter().filter(|g| g.worst() == severity).count() as u64
    }
}

fn groups<'a>(report: &'a Report, tokens: &Map<(&str, &str), &'a TokenRow>) -> Vec<FindingGroup<'a>> {
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

fn this_week<'a>(
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
        let is_refused = |f: &&Finding| {
            f.severity == Severity::High && matches!(f.rule, "scope-denied" | "scope-missing-now")
        };
        let date = match group.findings.iter().any(is_refused) {
            true => None,
            false => match first.get(&(token.workspace_id.as_str(), token.token_id.as_str())) {
                Some(date) => Some(*date),
                None => continue,
            },
        };
        urgent.push(Urgent { group: place, token, finding, date });
    }
    urgent.sort_by_key(|u| (u.date.map(|d| d.0), u.group));
    urgent
}

fn unknowns(report: &Report) -> Vec<Unknown<'_>> {
    let mut by_reason: BTreeMap<Reason, Unknown<'_>> = BTreeMap::new();
    for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
        let mut counted = Vec::new();
        for scope in token.scopes.iter().filter(|s| s.verdict == Verdict::Unknown) {
            let entry = by_reason.entry(scope.reason).or_insert_with(|| Unknown {
                reason: scope.reason,
                tokens: 0,
                scopes: Vec::new(),
            });
            if !counted.contains(&scope.reason) {
                counted.push(scope.reason);
                entry.tokens += 1;
            }
            entry.scopes.push((token, scope));
        }
    }
    let mut unknowns: Vec<_> = by_reason.into_values().collect();
    unknowns.sort_by_key(|u| std::cmp::Reverse(u.scopes.len()));
    unknowns
}

fn deadlines(report: &Report) -> Vec<Deadline<'_>> {
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

fn inputs(report: &Report) -> Vec<InputKind> {
    let mut kinds: BTreeMap<&str, InputKind> = BTreeMap::new();
    for input in &report.inputs {
        let kind = kinds.entry(&input.taken_as).or_insert_with(|| InputKind {
            taken_as: input.taken_as.clone(),
            files: 0,
            example: input.path.clone(),
            rows: 0,
        });
        kind.files += 1;
        kind.rows += input.rows;
    }
    let mut kinds: Vec<_> = kinds.into_values().collect();
    kinds.sort_by_key(|k| std::cmp::Reverse(k.rows));
    kinds
}

/// In order of id, an id needs to be one character longer than what it shares with its neighbours.
fn short_ids(report: &Report) -> Map<&str, usize> {
    let mut ids: Vec<&str> = report.tokens.iter().map(|t| t.token_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let shared = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let mut lengths = Map::default();
    for (n, id) in ids.iter().enumerate() {
        let before = if n > 0 { shared(ids[n - 1], id) } else { 0 };
        let after = ids.get(n + 1).map_or(0, |next| shared(id, next));
        let length = before.max(after) + 1;
        if length > SHORT {
            lengths.insert(*id, length);
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

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
        let week: Vec<_> =
            view.this_week.iter().map(|u| (&u.token.token_id[..8], u.date.map(|d| d.1))).collect();
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
