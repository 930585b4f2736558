//! The predecessors and the successor of a token -> the sentence that every format shows.

use crate::report::escape::visible;
use crate::report::model::TokenRow;

/// `It took over from 1a2b (revoked on 2026-08-25) and 1 before it: same agent; same address. We are fairly sure (medium).`, by
/// the ids that `short` gives; `None` for a token without either.
pub(crate) fn sentence<'t>(token: &'t TokenRow, short: impl Fn(&'t str) -> &'t str) -> Option<String> {
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
