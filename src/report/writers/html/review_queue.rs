//! Every living token -> a row of the review queue, worst first.

use super::concerned::{id, places, who};
use super::shown;
use crate::report::escape::{clip, visible};
use crate::report::model::{Report, TokenRow};
use crate::report::view::{FindingGroup, View};

/// A line of the review queue.
pub(super) struct QueueRow {
    pub(super) severity: &'static str,
    pub(super) rank: u8,
    pub(super) token: String,
    pub(super) detail: Option<usize>,
    pub(super) who: String,
    pub(super) comment: String,
    pub(super) holds: String,
    pub(super) scopes: Vec<(&'static str, String)>,
    pub(super) last_used: String,
    pub(super) owner: String,
    pub(super) lifetime: String,
    pub(super) needed: String,
    pub(super) migration: String,
    pub(super) missing: String,
    pub(super) advice: String,
}

/// The review queue: every token, worst first.
pub(super) fn all(report: &Report, view: &View<'_>, told: usize) -> Vec<QueueRow> {
    let worst = places(view, usize::MAX);
    let living = report.tokens.iter().filter(|t| t.gone.is_none());
    let mut rows: Vec<(Option<usize>, QueueRow)> = living
        .map(|t| {
            let place = worst.get(&(t.workspace_id.as_str(), t.token_id.as_str())).copied();
            (place, row(view, t, place, told))
        })
        .collect();
    // Groups stand worst first; tokens without any finding come last.
    rows.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn holds(token: &TokenRow) -> String {
    match &token.granted_scopes {
        None => "not told".into(),
        Some(scopes) if scopes.is_empty() => "none told".into(),
        Some(scopes) => {
            scopes.iter().map(|s| clip(&visible(s), 40).into_owned()).collect::<Vec<_>>().join(" ")
        }
    }
}

fn row(view: &View<'_>, token: &TokenRow, place: Option<usize>, told: usize) -> QueueRow {
    let worst = place.and_then(|n| view.groups.get(n)).map(FindingGroup::worst);
    let filled =
        |text: &Option<String>| text.as_ref().map(|t| clip(&visible(t), 80).into_owned()).unwrap_or_default();
    let workload = &token.workload;
    let missing: Vec<&str> = [
        ("owner", workload.owner.is_none()),
        ("lifetime", workload.lifetime.is_none()),
        ("migration plan", workload.migration.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, is_missing)| is_missing.then_some(name))
    .collect();
    QueueRow {
        severity: worst.map_or("none", |s| s.name()),
        rank: worst.map_or(0, |s| s as u8 + 1),
        token: id(view, &token.token_id),
        detail: place.filter(|n| *n < told),
        who: who(token),
        comment: clip(&visible(&token.comment), 80).into_owned(),
        holds: holds(token),
        scopes: token
            .scopes
            .iter()
            .map(|s| (s.verdict.name(), clip(&visible(&s.scope), 40).into_owned()))
            .collect(),
        last_used: token
            .last_seen
            .map(|t| t.day())
            .max(token.last_used_day)
            .map_or_else(|| "never seen".into(), |d| d.to_string()),
        owner: filled(&workload.owner),
        lifetime: filled(&workload.lifetime),
        needed: token.needed_scopes.iter().map(|s| shown(s)).collect::<Vec<_>>().join(" "),
        migration: filled(&workload.migration),
        missing: missing.join(", "),
        advice: clip(&visible(&token.advice), 160).into_owned(),
    }
}
