//! Token ids -> how long the start of each must be to tell it from all others.

use super::SHORT;
use crate::report::model::Report;
use crate::support::hash::Map;

/// In order of id, an id needs to be one character longer than what it shares with its neighbours.
pub(super) fn short_ids(report: &Report) -> Map<&str, usize> {
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
