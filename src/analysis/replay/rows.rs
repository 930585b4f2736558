//! What a replay found, in the rows that a report shows.

use crate::analysis::replay::Uncertainty;
use crate::assess::OperationUse;
use crate::support::by_name::ByName;
use crate::support::time::{Day, Time};
use serde::Serialize;
use std::collections::BTreeMap;

/// The log replayed under scopes that were not, or not yet, taken away.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReplayReport {
    /// Under the lists that tokens are known to be left with: granted, the platform's own, or what their dated window
    /// leaves. The whole log. Not where one date was asked for.
    pub lists: Option<Replayed>,
    /// Under the window of the one date that was asked for, from that date on.
    pub date: Option<Replayed>,
    /// Under the window of every date. Not where one date was asked for, or where the log is no longer than a window.
    pub dates: Option<EveryDate>,
}

/// One replay.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    /// When scopes would have been narrowed; calls from then on are judged.
    pub enforced: Option<Time>,
    /// Whether only the day of that is known, so that calls on it may have come before.
    pub enforced_to_the_day: bool,
    /// Start of the window, included.
    pub window_start: Option<Time>,
    /// Its end, not included.
    pub window_end: Option<Time>,
    /// As-of: what came later is not judged.
    pub until: Time,
    /// Calls that would have gone through.
    pub allowed: u64,
    /// Calls that would have been refused.
    pub refused: u64,
    /// Calls whose outcome is unknown.
    pub cannot_say: u64,
    /// The same by reason.
    pub cannot_say_because: BTreeMap<ByName<Uncertainty>, u64>,
    /// Tokens whose calls were judged.
    pub tokens_replayed: usize,
    /// Tokens that auto-scoping does not touch.
    pub tokens_untouched: usize,
    /// Tokens made after the window began, or whose list is not known.
    pub tokens_left_out: usize,
    /// Tokens with a refused call.
    pub tokens_refused: usize,
    /// The first refused call.
    pub first_refusal: Option<Time>,
    /// Tokens with a call that is refused or whose outcome is unknown; most refused calls first.
    pub tokens: Vec<ReplayRow>,
}

/// One token in a replay.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayRow {
    /// Its id.
    pub token_id: String,
    /// Its workspace.
    pub workspace_id: String,
    /// The principal it acts as.
    pub principal: String,
    /// Whether it is gone by now.
    pub gone: bool,
    /// Calls that would have been refused.
    pub refused: u64,
    /// Calls tied to it whose outcome is unknown.
    pub cannot_say: u64,
    /// The first refused call.
    pub first_refusal: Option<Time>,
    /// In order of scope name.
    pub scopes: Vec<ReplayedScope>,
}

/// Refused calls of one scope of one token.
#[derive(Clone, Debug, Serialize)]
pub struct ReplayedScope {
    /// The scope that is missing.
    pub scope: String,
    /// How many calls.
    pub refused: u64,
    /// The first.
    pub first: Time,
    /// The last.
    pub last: Time,
    /// What was called, most calls first.
    pub operations: Vec<OperationUse>,
    /// Where those agents called from, most calls first.
    pub addresses: Vec<String>,
}

/// Every enforcement date that the log can show.
#[derive(Clone, Debug, Serialize)]
pub struct EveryDate {
    /// The first date with a window inside the log.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// How many.
    pub dates: usize,
    /// Those of them that would have refused a call for sure.
    pub refusing: usize,
    /// The date that would have refused most calls; none where no date refuses any.
    pub worst: Option<Replayed>,
    /// The middle one, by calls refused, of the dates from `from` to `typical_to`.
    pub typical: Option<Replayed>,
    /// The last date with a quarter of log behind it, or the last one.
    pub typical_to: Day,
    /// What each date would have refused, where that differs from the date before.
    pub changes: Vec<DateRow>,
}

/// One date, and those after it up to the next row.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DateRow {
    /// The date.
    pub day: Day,
    /// Calls refused from that day to as-of.
    pub refused: u64,
    /// Calls whose outcome is unknown.
    pub cannot_say: u64,
    /// Tokens with a refused call.
    pub tokens: u64,
}
