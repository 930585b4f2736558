//! What was read -> the parts of coverage that say what it is made of.

use super::model::{ExampleRow, FormatCoverage, InputRow, LateEdge};
use crate::assess::Assessment;
use crate::ledger::Id;
use crate::support::hash::{Map, Set};
use crate::support::time::{Span, Time};
use std::collections::BTreeMap;

/// Rows arrive within minutes or an hour; after a day none is known to have come.
const LATE: Span = Span::hours(24);

/// Files and rows by what they were taken as.
pub(super) fn formats(inputs: &[InputRow]) -> BTreeMap<String, FormatCoverage> {
    let mut formats: BTreeMap<String, FormatCoverage> = BTreeMap::new();
    for input in inputs {
        let format = formats.entry(input.taken_as.clone()).or_default();
        format.inputs += 1;
        format.rows += input.rows;
        format.bad_rows += input.bad_rows;
    }
    formats
}

/// Rows by what they are, over all workspaces.
pub(super) fn kinds(assessment: &Assessment<'_>) -> BTreeMap<&'static str, u64> {
    let mut all = BTreeMap::new();
    for (kind, rows) in assessment.attribution.kinds.values().flatten() {
        *all.entry(*kind).or_default() += rows;
    }
    all
}

/// The end of the export, where as-of reaches into it.
pub(super) fn late_edge(last: Option<Time>, as_of: Time) -> Option<LateEdge> {
    let to = last?;
    let from = to.minus(LATE);
    (from < as_of).then_some(LateEdge { from, to })
}

/// How many tokens and principals each workspace has.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) tokens: BTreeMap<Id, u64>,
    pub(super) principals: BTreeMap<Id, u64>,
}

impl Seen {
    pub(super) fn of(assessment: &Assessment<'_>) -> Self {
        let mut seen = Self::default();
        for (_, facts) in assessment.ledger.tokens.iter().filter(|(_, f)| !f.logins.is_none()) {
            *seen.tokens.entry(facts.workspace).or_default() += 1;
        }
        let principals: Set<(Id, Id)> = assessment
            .rows
            .iter()
            .filter(|r| r.key.principal != 0)
            .map(|r| (r.key.workspace, r.key.principal))
            .collect();
        for (workspace, _) in principals {
            *seen.principals.entry(workspace).or_default() += 1;
        }
        seen
    }
}

/// The first event of each action the catalog does not know.
pub(super) fn examples(assessment: &Assessment<'_>) -> Map<Id, ExampleRow> {
    let mut firsts: Map<Id, (Time, &crate::ledger::LedgerRow)> = Map::default();
    for row in assessment.rows.iter().filter(|r| assessment.attribution.unmapped.contains_key(&r.key.action))
    {
        let time = row.outcomes.all().first;
        let first = firsts.entry(row.key.action).or_insert((time, row));
        // Rows come in the order of their keys, so of two at the same moment the first stays.
        if time < first.0 {
            *first = (time, row);
        }
    }
    let example = |(action, (time, row)): (Id, (Time, &crate::ledger::LedgerRow))| {
        let text = |id: Id| assessment.ledger.text(id).to_owned();
        let [workspace_id, principal, agent] =
            [row.key.workspace, row.key.principal, row.key.agent].map(text);
        (action, ExampleRow { time, workspace_id, principal, agent })
    };
    firsts.into_iter().map(example).collect()
}
