//! Dates to keep -> the list for this week, and the table of all dates.

use super::concerned::{id, name, places, who};
use super::shown;
use crate::report::model::TokenRow;
use crate::report::view::{Urgent, View};
use crate::support::format;
use crate::support::hash::Map;
use crate::support::time::Day;

/// A token to act on this week.
pub(super) struct UrgentRow {
    pub(super) group: usize,
    pub(super) when: String,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) advice: String,
}

pub(super) fn week(urgent: &Urgent<'_>, view: &View<'_>) -> UrgentRow {
    let name = view.groups.get(urgent.group).map_or_else(String::new, |g| name(view, g));
    UrgentRow {
        group: urgent.group,
        when: urgent.date.map_or_else(
            || "refused now".to_owned(),
            |(time, kind)| format!("{} {}", format::moment(time), kind.text()),
        ),
        name,
        what: shown(&urgent.finding.title),
        advice: shown(&urgent.finding.advice),
    }
}

/// A date to keep.
pub(super) struct DeadlineRow {
    pub(super) when: String,
    /// The day, where this is the first date on it.
    pub(super) day: Option<Day>,
    pub(super) what: &'static str,
    pub(super) severity: &'static str,
    pub(super) rank: u8,
    pub(super) token: String,
    pub(super) detail: Option<usize>,
    pub(super) whose: String,
}

/// The first `most` dates.
pub(super) fn deadlines(view: &View<'_>, most: usize, told: usize) -> Vec<DeadlineRow> {
    let places = places(view, told);
    let tokens: Map<(&str, &str), &TokenRow> = view
        .groups
        .iter()
        .filter_map(|g| g.token)
        .map(|t| ((t.workspace_id.as_str(), t.token_id.as_str()), t))
        .collect();
    let mut last = None;
    let dates = view.deadlines.iter().take(most);
    dates
        .map(|d| {
            let (day, key) = (d.time.day(), (d.workspace, d.token));
            DeadlineRow {
                when: format::moment(d.time),
                day: (last.replace(day) != Some(day)).then_some(day),
                what: d.kind.text(),
                severity: d.severity.name(),
                rank: d.severity as u8 + 1,
                token: id(view, d.token),
                detail: places.get(&key).copied(),
                whose: tokens.get(&key).map_or_else(String::new, |t| who(t)),
            }
        })
        .collect()
}
