//! Turns the days a scope was used on into a cadence: how often, how regularly, and when the next call is expected.
//!
//! Each family of rules proposes the rules that could explain the history; the one that leaves the fewest misses, extra
//! occurrences and shifted days wins. A schedule that changed is seen by fitting ever later parts of the history.

mod best_fit;
mod claim;
mod expect;
mod intervals;
mod label;
mod log_span;
mod months;
mod rule_fit;
mod weeks;

pub use claim::Claim;
pub use label::CadenceLabel;

use super::calendar::{CalendarRule, Expected};
use super::occurrences::{DayStart, Occurrence, UseDay, occurrences, quiet_hour};
use crate::catalog::confidence::Confidence;
use crate::support::time::{Day, Span, Time};
use best_fit::BestFit;
use log_span::LogSpan;
use rule_fit::RuleFit;
use std::borrow::Cow;

/// What is known about the use of one scope by one token.
#[derive(Clone, Copy, Debug)]
pub struct UseHistory<'a> {
    /// Days with uses; sorted by day, one row a day.
    pub days: &'a [UseDay],
    /// Where the log begins.
    pub from: Time,
    /// Where it ends: nothing at or after this moment counts.
    pub as_of: Time,
    /// Days the log misses, each as first and last day.
    pub gaps: &'a [(Day, Day)],
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cadence {
    pub label: CadenceLabel,
    /// How sure that is, by the number of occurrences.
    pub claim: Claim,
    /// The rule itself, in days that may begin off 00:00 UTC.
    pub rule: Option<CalendarRule>,
    /// Mean time from one to the next.
    pub period: Option<Span>,
    /// Occurrences in the history, of whatever kind.
    pub occurrences: u32,
    /// Days of the rule with an occurrence (of an hourly cadence too), since the rule holds.
    pub hits: u32,
    /// Days of the rule without one, log gaps apart.
    pub misses: u32,
    /// Occurrences off the rule.
    pub extras: u32,
    /// From the earliest to the latest, counted from the rule's day.
    pub jitter: Span,
    pub confidence: Confidence,
    /// An earlier cadence that this one replaced.
    pub changed: Option<Changed>,
    /// It held, then the calls stopped: at least three in a row did not come, for at least two weeks. Nothing is expected.
    pub lapsed: bool,
    /// The next expected call after the end of the history.
    pub next: Option<Expected>,
    forecast: Option<expect::Forecast>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The first day of the current one.
    pub at: Day,
    pub before: CadenceLabel,
}

impl Cadence {
    /// The next `n` expected calls after a moment, each as a range of time; none for what has no rule or has lapsed.
    pub fn expected_after(&self, after: Time, n: usize) -> Vec<Expected> {
        self.forecast.as_ref().map_or_else(Vec::new, |f| f.after(after, n))
    }

    /// `monthly on the 1st`, `hourly`, `irregular`.
    pub fn text(&self) -> String {
        match (self.label, self.rule) {
            (CadenceLabel::Hourly, _) | (_, None) => self.label.text().to_owned(),
            (CadenceLabel::Weekdays, _) => "Monday to Friday".to_owned(),
            (_, Some(rule)) => rule.to_string(),
        }
    }
}

/// The end of the year 9999.
const LATEST: Time = Time(253_402_300_799_999_999);

pub fn cadence(history: &UseHistory<'_>) -> Cadence {
    let as_of = history.as_of.min(LATEST);
    let days = usable(history);
    let log = LogSpan { from: history.from, as_of, gaps: history.gaps };
    let origins = origins(&days);
    let Some(&main) = origins.first() else { return unknown(CadenceLabel::Irregular, Claim::Irregular, 0) };
    let occurrences = occurrences(&days, main);
    let count = occurrences.len() as u32;
    if is_once(&occurrences, main, as_of) {
        return unknown(CadenceLabel::Once, Claim::Once, 1);
    }
    let Some((winner, since)) = current(&origins, &occurrences, &log) else {
        return unknown(CadenceLabel::Irregular, Claim::Irregular, count);
    };
    let occurrences_of_winner = best_fit::moved(&occurrences, main, winner.fit.origin);
    let changed = since.map(|since| {
        let earlier = &occurrences[..occurrences_of_winner.partition_point(|r| r.day < since)];
        let end = winner.fit.origin.join(since, 0);
        let log = LogSpan { as_of: end, ..log };
        let before = match best_fit::best(&origins, earlier, &log).filter(|w| w.fit.holds(&log)) {
            _ if earlier.len() == 1 => CadenceLabel::Once,
            Some(before) => label::of(&before.fit, &days),
            None => CadenceLabel::Irregular,
        };
        Changed { at: end.day(), before }
    });
    describe(winner, changed, &occurrences_of_winner, &days, &log)
}

fn describe(
    winner: BestFit,
    changed: Option<Changed>,
    occurrences: &[Occurrence],
    days: &[UseDay],
    log: &LogSpan<'_>,
) -> Cadence {
    let fit = &winner.fit;
    let label = label::of(fit, days);
    let lapsed = fit.lapsed(log);
    let forecast = expect::Forecast::new(&winner, label, fit.times(occurrences, log));
    let jitter = forecast.jitter();
    let forecast = (!lapsed).then_some(forecast);
    let claim = fit.claim().unwrap_or(Claim::Irregular);
    let period = if label == CadenceLabel::Hourly {
        Span::hours(1)
    } else {
        Span((fit.rule.mean_days() * 86_400e6) as i64)
    };
    Cadence {
        label,
        claim,
        rule: Some(fit.rule),
        period: Some(period),
        occurrences: occurrences.len() as u32,
        hits: fit.hits,
        misses: fit.misses,
        extras: fit.extras,
        jitter,
        confidence: label::confidence(fit, claim, lapsed),
        changed,
        lapsed,
        next: forecast.as_ref().and_then(|f| f.after(log.as_of, 1).pop()),
        forecast,
    }
}

fn unknown(label: CadenceLabel, claim: Claim, occurrences: u32) -> Cadence {
    Cadence {
        label,
        claim,
        rule: None,
        period: None,
        occurrences,
        hits: 0,
        misses: 0,
        extras: 0,
        jitter: Span(0),
        confidence: Confidence::Low,
        changed: None,
        lapsed: false,
        next: None,
        forecast: None,
    }
}

/// The rule that holds at the end of the history, and the day since which it does, if not from the beginning.
fn current(
    origins: &[DayStart],
    occurrences: &[Occurrence],
    log: &LogSpan<'_>,
) -> Option<(BestFit, Option<i32>)> {
    let whole = best_fit::best(origins, occurrences, log).filter(|w| w.fit.holds(log));
    if let Some(winner) = whole.as_ref().filter(|w| w.fit.is_steady() && !w.fit.is_mixed()) {
        return Some((winner.clone(), None));
    }
    // Few occurrences of many fit something by chance.
    let enough = if occurrences.len() > 20 { 5 } else { 4 };
    let mut keep = occurrences.len();
    while keep > enough {
        keep = (keep * 2 / 3).max(enough);
        let (earlier, later) = occurrences.split_at(occurrences.len() - keep);
        let best = best_fit::best(origins, later, log);
        let Some(late) = best.filter(|w| w.fit.hits as usize + 1 >= enough && w.fit.is_convincing(log))
        else {
            continue;
        };
        let end = late.fit.origin.join(late.fit.since, 0);
        let before = before(origins, earlier, &LogSpan { as_of: end, ..*log });
        let all = best_fit::moved(occurrences, origins[0], late.fit.origin);
        let (fit, since) = rule_fit::extend_back(&late.fit, before.as_ref(), &all, log);
        if fit.hits < late.fit.hits.min(4) {
            continue;
        }
        return match whole {
            // One rule with some errors is likelier than two with as many.
            Some(whole) if whole.fit.unexplained() < fit.unexplained() + 6.0 => Some((whole, None)),
            _ => Some((BestFit { fit, ..late }, since)),
        };
    }
    whole.map(|w| (w, None))
}

/// The rule at the beginning of the history. The last of these occurrences may belong to the next rule.
fn before(origins: &[DayStart], earlier: &[Occurrence], log: &LogSpan<'_>) -> Option<RuleFit> {
    let mut keep = earlier.len();
    while keep >= 4 {
        let as_of = earlier.get(keep).map_or(log.as_of, |r| origins[0].join(r.day, 0));
        let log = LogSpan { as_of, ..*log };
        if let Some(winner) =
            best_fit::best(origins, &earlier[..keep], &log).filter(|w| w.fit.is_convincing(&log))
        {
            return Some(winner.fit);
        }
        keep = keep * 2 / 3;
    }
    None
}

/// All uses lie within three days, and what follows is much longer, or there is but one day.
fn is_once(occurrences: &[Occurrence], origin: DayStart, as_of: Time) -> bool {
    match occurrences {
        [_] => true,
        [first, .., last] => last.day - first.day <= 3 && origin.split(as_of).0 - last.day > 7,
        [] => false,
    }
}

/// The ways to cut time into days that are worth a try: where 00:00 UTC is quiet, UTC days, then the local days of zones
/// up to fourteen hours east or twelve west, where the calendar day differs.
fn origins(days: &[UseDay]) -> Vec<DayStart> {
    let day = Span::days(1).0;
    match quiet_hour(days) {
        _ if days.is_empty() => vec![],
        0 => {
            let times = days.iter().map(|d| d.first.0.rem_euclid(day));
            let (least, most) = times.fold((day, 0), |(least, most), t| (least.min(t), most.max(t)));
            let eastern = (most > Span::hours(10).0).then_some(DayStart(-day));
            let western = (least < Span::hours(12).0).then_some(DayStart(day));
            [Some(DayStart(0)), eastern, western].into_iter().flatten().collect()
        }
        quiet => vec![DayStart(quiet), DayStart(quiet - day)],
    }
}

/// The days before the end of the history, in order.
fn usable<'a>(history: &UseHistory<'a>) -> Cow<'a, [UseDay]> {
    let end = history.as_of;
    if history.days.is_sorted_by_key(|d| d.first)
        && history.days.first().is_none_or(|d| d.first.is_plausible())
        && history.days.last().is_none_or(|d| d.last < end && d.last.is_plausible())
    {
        return Cow::Borrowed(history.days);
    }
    let mut days: Vec<_> =
        history.days.iter().filter(|d| d.first < end && d.first.is_plausible()).copied().collect();
    for d in &mut days {
        // When on the last day the calls before the end came is known of the first only.
        if d.last >= end || !d.last.is_plausible() {
            d.last = d.first;
        }
    }
    days.sort_unstable_by_key(|d| d.first);
    Cow::Owned(days)
}

#[cfg(test)]
mod cadence_tests;
#[cfg(test)]
mod known_answers;
