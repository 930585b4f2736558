//! Actions that the catalog does not know, each with its first event and a known action that it resembles.

use crate::assess::Assessment;
use crate::ledger::{Id, LedgerRow};
use crate::support::hash::Map;
use crate::support::time::Time;
use serde::Serialize;
use std::cmp::Reverse;

/// Actions that are listed.
const MOST_UNMAPPED: usize = 50;

/// An action the catalog does not know.
#[derive(Clone, Debug, Serialize)]
pub struct UnmappedRow {
    /// `service/action` or `METHOD path`.
    pub action: String,
    /// Events.
    pub events: u64,
    /// The known action it may be a spelling of; never used as a mapping.
    pub nearest: Option<String>,
    /// The first of these events.
    pub example: Option<ExampleRow>,
}

/// One event, to find it again in the logs.
#[derive(Clone, Debug, Serialize)]
pub struct ExampleRow {
    /// When.
    pub time: Time,
    /// Workspace.
    pub workspace_id: String,
    /// Who.
    pub principal: String,
    /// User agent without its run id.
    pub agent: String,
}

pub(super) fn of(assessment: &Assessment<'_>) -> Vec<UnmappedRow> {
    let mut examples = examples(assessment);
    let mut rows: Vec<UnmappedRow> = assessment
        .attribution
        .unmapped
        .iter()
        .map(|(id, events)| {
            let action = assessment.ledger.text(*id).to_owned();
            let nearest = action
                .split_once('/')
                .filter(|_| !action.contains(' '))
                .and_then(|(service, name)| assessment.catalog.nearest_action(service, name))
                .map(|a| format!("{}/{}", a.service, a.action));
            UnmappedRow { action, events: *events, nearest, example: examples.remove(id) }
        })
        .collect();
    rows.sort_by(|a, b| (Reverse(a.events), &a.action).cmp(&(Reverse(b.events), &b.action)));
    rows.truncate(MOST_UNMAPPED);
    rows
}

/// The first event of each action the catalog does not know.
fn examples(assessment: &Assessment<'_>) -> Map<Id, ExampleRow> {
    let mut firsts: Map<Id, (Time, &LedgerRow)> = Map::default();
    for row in assessment.rows.iter().filter(|r| assessment.attribution.unmapped.contains_key(&r.key.action))
    {
        let time = row.outcomes.all().first;
        let first = firsts.entry(row.key.action).or_insert((time, row));
        // Rows come in the order of their keys, so of two at the same moment the first stays.
        if time < first.0 {
            *first = (time, row);
        }
    }
    let example = |(action, (time, row)): (Id, (Time, &LedgerRow))| {
        let text = |id: Id| assessment.ledger.text(id).to_owned();
        let [workspace_id, principal, agent] =
            [row.key.workspace, row.key.principal, row.key.agent].map(text);
        (action, ExampleRow { time, workspace_id, principal, agent })
    };
    firsts.into_iter().map(example).collect()
}
