//! Which tokens took over from which -> the rows of the report, and the sentence that every format shows.

use super::escape::visible;
use super::model::{InheritedRow, LineageRow, PredecessorRow, TokenRow};
use crate::assess::Assessment;
use crate::support::secret::blank_secrets;
use crate::timeline::history::ScopeHistory;

/// How a token stands in its line.
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

/// What the tokens before did with a scope.
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

/// `It took over from 1a2b (revoked on 2026-08-25) and 1 before it: same agent; same address. We are fairly sure (medium).`, by
/// the ids that `short` gives; `None` for a token that stands alone.
pub(super) fn sentence<'t>(token: &'t TokenRow, short: impl Fn(&'t str) -> &'t str) -> Option<String> {
    let name = |id: &'t str| visible(short(id)).into_owned();
    let line = &token.lineage;
    if let Some(first) = line.predecessors.first() {
        let gone = first.gone.map(|g| format!(" ({})", g.sentence())).unwrap_or_default();
        let before = match line.predecessors.len() - 1 {
            0 => String::new(),
            n => format!(" and {n} before it"),
        };
        return Some(format!(
            "It took over from {}{gone}{before}: {}. We are {} ({}).",
            name(&first.token_id),
            first.evidence.join("; "),
            first.confidence.phrase(),
            first.confidence
        ));
    }
    let ids: Vec<String> = line.undecided.iter().take(3).map(|id| name(id)).collect();
    match (ids.as_slice(), &line.successor) {
        ([], None) => None,
        ([], Some(next)) => Some(format!("It was followed by {}.", name(next))),
        ([one], _) => Some(format!(
            "It may have taken over from {one}, or another token did: its history counts for neither until the annotations say which (succeeds)."
        )),
        (several, _) => Some(format!(
            "It may have taken over from {}: none of their history counts here until the annotations say which (succeeds).",
            several.join(" or ")
        )),
    }
}
