//! The log of each workspace: its days, its links, who is in it.

use crate::assess::Assessment;
use crate::attribute::LinkDensity;
use crate::ledger::Id;
use crate::ledger::link::Link;
use crate::support::by_name::ByName;
use crate::support::hash::Set;
use crate::support::time::{Day, Time};
use crate::timeline::log_view::LogView;
use serde::Serialize;
use std::collections::BTreeMap;

/// The log of one workspace.
#[derive(Clone, Debug, Serialize)]
pub struct WorkspaceCoverage {
    /// Its id, or Azure name.
    pub workspace_id: String,
    /// Rows.
    pub rows: u64,
    /// Days with rows.
    pub days: u32,
    /// Rows at least 60 days from all others, and fewer than one in a thousand: a clock was wrong. Their uses count, but they do
    /// not say where the history starts or ends, and are not among `rows`.
    pub stray_rows: u64,
    /// First event.
    pub first_time: Option<Time>,
    /// Last day with rows.
    pub last_day: Option<Day>,
    /// Days without rows where some were to be expected: first and last day of each stretch.
    pub gaps: Vec<(Day, Day)>,
    /// Rows before as-of by what they are; see `kinds` of the coverage as a whole.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Tokens that signed in from outside, or that an access log names.
    pub tokens: u64,
    /// Principals with a row.
    pub principals: u64,
    /// API calls by link.
    pub links: BTreeMap<ByName<Link>, u64>,
    /// Share of linked calls with a login within ten seconds.
    pub login_density: Option<f64>,
    /// Whether clients log in for each request, as measured.
    pub per_request_logins: bool,
    /// Logins no call answered.
    pub unanswered_logins: u64,
    /// Rows of each day, for pictures.
    pub rows_by_day: Vec<(Day, u64)>,
}

pub(super) fn of(assessment: &Assessment<'_>) -> Vec<WorkspaceCoverage> {
    let mut unanswered: BTreeMap<Id, u64> = BTreeMap::new();
    for row in assessment.rows.iter().filter(|r| r.key.link == Link::Unanswered) {
        *unanswered.entry(row.key.workspace).or_default() += row.outcomes.succeeded().events;
    }
    let inhabitants = Inhabitants::of(assessment);
    let row = |(workspace, log): (&Id, &LogView)| {
        let density = assessment.attribution.density.get(workspace);
        WorkspaceCoverage {
            workspace_id: assessment.ledger.text(*workspace).to_owned(),
            rows: log.rows,
            days: log.days,
            stray_rows: log.stray,
            first_time: log.from,
            last_day: log.last_day,
            gaps: log.gaps.clone(),
            kinds: assessment.attribution.kinds.get(workspace).cloned().unwrap_or_default(),
            tokens: inhabitants.tokens.get(workspace).copied().unwrap_or(0),
            principals: inhabitants.principals.get(workspace).copied().unwrap_or(0),
            links: density
                .map(|d| d.links.iter().map(|(l, n)| (ByName(*l), *n)).collect())
                .unwrap_or_default(),
            login_density: density.and_then(LinkDensity::share),
            per_request_logins: density.is_some_and(LinkDensity::is_per_request),
            unanswered_logins: unanswered.get(workspace).copied().unwrap_or(0),
            rows_by_day: assessment
                .ledger
                .days
                .iter()
                .filter(|((w, _), _)| w == workspace)
                .map(|((_, day), count)| (*day, count.rows))
                .collect(),
        }
    };
    assessment.logs.iter().map(row).collect()
}

/// How many tokens and principals each workspace has.
#[derive(Default)]
struct Inhabitants {
    tokens: BTreeMap<Id, u64>,
    principals: BTreeMap<Id, u64>,
}

impl Inhabitants {
    fn of(assessment: &Assessment<'_>) -> Self {
        let mut all = Self::default();
        for (_, facts) in assessment.ledger.tokens.iter().filter(|(_, f)| !f.logins.is_none()) {
            *all.tokens.entry(facts.workspace).or_default() += 1;
        }
        let principals: Set<(Id, Id)> = assessment
            .rows
            .iter()
            .filter(|r| r.key.principal != 0)
            .map(|r| (r.key.workspace, r.key.principal))
            .collect();
        for (workspace, _) in principals {
            *all.principals.entry(workspace).or_default() += 1;
        }
        all
    }
}
