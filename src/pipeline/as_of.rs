//! The option, the logs and the token lists -> as-of, the moment from which on everything is left out.

use super::request::JudgementOptions;
use crate::assess::AsOfSource;
use crate::context::inventory::Inventory;
use crate::ledger::Ledger;
use crate::support::time::{Day, Span, Time};
use crate::timeline::log_view;
use std::collections::BTreeMap;

/// As-of and where it comes from: the option, else the end of the last complete UTC day in the logs, else the newest time in the
/// token lists. `None` when nothing usable was read.
pub(super) fn as_of(
    options: &JudgementOptions,
    ledger: &Ledger,
    inventory: &Inventory,
) -> Option<(Time, AsOfSource)> {
    let has_anything = ledger.tally.rows > 0 || !inventory.tokens.is_empty();
    if !has_anything {
        return None;
    }
    if let Some(given) = options.as_of {
        return Some((given, AsOfSource::Option));
    }
    if let Some(last) = last_moment(ledger) {
        // A log whose last row lies in the last hour of a day covers that day.
        let day = last.day();
        let is_complete = last >= day.end().minus(Span::hours(1));
        return Some((if is_complete { day.end() } else { day.start() }, AsOfSource::Logs));
    }
    let times = inventory.tokens.values().flat_map(|k| {
        let t = &k.token;
        [t.created, t.last_used_day.map(Day::end), t.seen_in.map(Day::start)]
    });
    times.flatten().max().map(|t| (t, AsOfSource::Inventory))
}

/// The same, with the end of the last day in the logs, complete or not: where an inspection, which judges nothing, looks to.
pub(super) fn end(
    options: &JudgementOptions,
    ledger: &Ledger,
    inventory: &Inventory,
) -> Option<(Time, AsOfSource)> {
    let end =
        last_moment(ledger).filter(|_| options.as_of.is_none()).map(|t| (t.day().end(), AsOfSource::Logs));
    end.or_else(|| as_of(options, ledger, inventory))
}

/// The last moment of the log without stray rows: a wrong clock would make every token look unused for long.
fn last_moment(ledger: &Ledger) -> Option<Time> {
    let mut days: BTreeMap<Day, u64> = BTreeMap::new();
    ledger.days.iter().for_each(|((_, day), count)| *days.entry(*day).or_default() += count.rows);
    let (_, last) = log_view::main_stretch(&days)?;
    let rows = ledger.rows.iter().filter(|r| r.key.day == last);
    rows.map(|r| r.outcomes.all().last).max().or(Some(last.start()))
}
