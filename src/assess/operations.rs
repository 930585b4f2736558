//! Uses become operations: what was called, how often, by whom, and on which rhythm of its own.

use super::assessment::{Assessment, TokenAssessment};
use super::finding::OperationUse;
use crate::attribute::{Tier, Use, UseKind};
use crate::ledger::{Count, Id};
use crate::timeline::cadence::{Cadence, CadenceLabel, Claim, UseHistory, cadence};
use crate::timeline::history::{self, ScopeHistory};
use std::cmp::Reverse;
use std::collections::BTreeMap;

const MOST_OPERATIONS: usize = 8;
const MOST_AGENTS: usize = 3;

/// The calls of one operation.
#[derive(Clone, Debug)]
pub(crate) struct OperationCalls {
    /// How often, and the first and last time.
    pub(crate) count: Count,
    /// The best tier of attribution.
    pub(crate) tier: Tier,
    agents: BTreeMap<Id, u64>,
}

impl OperationCalls {
    /// At most `most` user agents that are not empty, most calls first.
    pub(crate) fn agents(&self, assessment: &Assessment<'_>, most: usize) -> Vec<String> {
        let mut agents: Vec<_> = self.agents.iter().map(|(id, n)| (Reverse(*n), *id)).collect();
        agents.sort_unstable();
        let texts = agents.into_iter().take(most).map(|(_, id)| assessment.ledger.text(id).to_owned());
        texts.filter(|a| !a.is_empty()).collect()
    }
}

/// The operations with at most `most_agents` agents each, in order of name.
pub(crate) fn operation_uses(
    assessment: &Assessment<'_>,
    by_name: BTreeMap<String, OperationCalls>,
    most_agents: usize,
) -> Vec<OperationUse> {
    let of = |(operation, calls): (String, OperationCalls)| OperationUse {
        operation,
        count: calls.count.events,
        first: calls.count.first,
        last: calls.count.last,
        tier: calls.tier,
        agents: calls.agents(assessment, most_agents),
    };
    by_name.into_iter().map(of).collect()
}

/// Uses, each with the part of its calls that counts, by the name of their operation.
pub(crate) fn by_operation<'u>(
    assessment: &Assessment<'_>,
    uses: impl Iterator<Item = (&'u Use, Count)>,
) -> BTreeMap<String, OperationCalls> {
    let mut by_name: BTreeMap<String, OperationCalls> = BTreeMap::new();
    for (u, count) in uses {
        let calls = by_name.entry(operation_name(assessment, u)).or_insert_with(|| OperationCalls {
            count: Count::NONE,
            tier: u.tier,
            agents: BTreeMap::new(),
        });
        calls.count.add(count);
        calls.tier = calls.tier.min(u.tier);
        *calls.agents.entry(u.agent).or_default() += count.events;
    }
    by_name
}

/// Uses as the operations of a finding's evidence, the most recent first, and how many more there are.
pub(crate) fn operations<'u>(
    assessment: &Assessment<'_>,
    uses: impl Iterator<Item = &'u Use>,
) -> (Vec<OperationUse>, usize) {
    let by_name = by_operation(assessment, uses.map(|u| (u, u.count)));
    let mut list = operation_uses(assessment, by_name, MOST_AGENTS);
    list.sort_by(|a, b| (b.last, &a.operation).cmp(&(a.last, &b.operation)));
    let more = list.len().saturating_sub(MOST_OPERATIONS);
    list.truncate(MOST_OPERATIONS);
    (list, more)
}

/// `jobs/runNow`, or `login cmd/jobs_list` where only a login shows the use.
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

/// Operations with a cadence, at least possible, whose period is longer than that of the scope as a whole, by name: a
/// scope used daily may hide a call made once a quarter.
pub(crate) fn operation_cadences(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    history: &ScopeHistory<'_>,
    whole: Option<&Cadence>,
) -> Vec<(String, Cadence)> {
    let Some((log, from)) = assessed.log.and_then(|l| Some((l, l.from?))) else { return Vec::new() };
    let mut by_name: BTreeMap<String, Vec<&Use>> = BTreeMap::new();
    for u in &history.firm {
        by_name.entry(operation_name(assessment, u)).or_default().push(u);
    }
    if by_name.len() < 2 {
        return Vec::new();
    }
    let of = |(name, uses): (String, Vec<&Use>)| {
        let days = history::days(uses.into_iter());
        // As often as the scope itself: it says nothing the scope does not.
        if days.len() < 2 || days.len() * 2 > history.days.len() {
            return None;
        }
        let found =
            cadence(&UseHistory { days: &days, from, as_of: assessment.given.as_of, gaps: &log.gaps });
        let is_rarer = match (found.period, whole.and_then(|c| c.period)) {
            (Some(own), Some(whole)) => own > whole,
            (own, None) => own.is_some(),
            (None, Some(_)) => false,
        };
        let says_more = found.claim >= Claim::Possible
            && !matches!(found.label, CadenceLabel::Irregular | CadenceLabel::Once);
        (is_rarer && says_more).then_some((name, found))
    };
    by_name.into_iter().filter_map(of).collect()
}
