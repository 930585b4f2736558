//! Which tokens took over from which -> the rows of the report.

use crate::assess::Assessment;
use crate::report::model::{InheritedRow, LineageRow, PredecessorRow};
use crate::support::secret::blank_secrets;
use crate::timeline::history::ScopeHistory;

/// The predecessors and the successor of a token.
pub(super) fn of_token(assessment: &Assessment<'_>, index: usize) -> LineageRow {
    let id = |n: usize| id(assessment, n);
    let ancestry = assessment.lineage.of(index);
    let predecessors = ancestry.into_iter().flat_map(|a| &a.ancestors).map(|a| PredecessorRow {
        token_id: id(a.token),
        confidence: a.confidence,
        declared: a.declared,
        evidence: a.clues.iter().map(ToString::to_string).collect(),
        gone: assessment.roster.tokens.get(a.token).and_then(|t| t.gone),
    });
    LineageRow {
        predecessors: predecessors.collect(),
        undecided: ancestry.into_iter().flat_map(|a| &a.undecided).map(|n| id(*n)).collect(),
        successor: assessment.lineage.successor(index).map(id),
    }
}

/// How the predecessors of a token used a scope.
pub(super) fn of_scope(assessment: &Assessment<'_>, history: &ScopeHistory<'_>) -> Option<InheritedRow> {
    let carried = history.carried_span()?;
    Some(InheritedRow {
        tokens: carried.by.iter().map(|n| id(assessment, *n)).collect(),
        uses: carried.count.events,
        first_used: carried.count.first,
        last_used: carried.count.last,
        confidence: carried.confidence,
    })
}

fn id(assessment: &Assessment<'_>, index: usize) -> String {
    assessment.roster.tokens.get(index).map(|t| blank_secrets(&t.id).into_owned()).unwrap_or_default()
}
