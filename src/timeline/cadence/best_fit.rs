//! Lets the families of rules propose, and keeps the rule that explains the history best.

use super::log_span::LogSpan;
use super::rule_fit::{RuleCandidate, RuleFit};
use super::{intervals, months, weeks};
use crate::support::time::Span;
use crate::timeline::calendar::{CalendarRule, EVERY_DAY, MONDAY_TO_FRIDAY};
use crate::timeline::occurrences::{DayStart, Occurrence};

/// The rule that won, and those of its kind that explain the history as well.
#[derive(Clone, Debug)]
pub(super) struct BestFit {
    pub(super) fit: RuleFit,
    /// Each with the days its days are ahead of the winner's.
    pub(super) tied: Vec<(CalendarRule, i32)>,
}

/// The best rule over all starts of the day. The occurrences are in days of the first start; the others differ from it by whole
/// days. The first start wins unless another one is clearly better.
pub(super) fn best(origins: &[DayStart], occurrences: &[Occurrence], log: &LogSpan<'_>) -> Option<BestFit> {
    let (&main, others) = origins.split_first()?;
    let mut best: Option<BestFit> = None;
    let mut enter = |candidate: RuleCandidate, origin: DayStart, merged: &[Occurrence]| {
        let fit = RuleFit::new(candidate, origin, merged, log);
        if fit.hits >= 2 {
            consider(&mut best, fit);
        }
    };
    weeks::propose(occurrences, log, &mut |candidate, merged| enter(candidate, main, merged));
    intervals::propose(occurrences, &mut |candidate, merged| enter(candidate, main, merged));
    months::propose(occurrences, log, &mut |candidate, merged| enter(candidate, main, merged));
    if best.as_ref().is_some_and(|b| is_settled(b.fit.rule)) {
        return best;
    }
    let mut enter = |candidate: RuleCandidate, origin: DayStart, merged: &[Occurrence]| {
        // Days of 00:00 UTC go without saying; days that are cut around midnight may belong to either date.
        let far = if main.0 == 0 { 0.5 } else { 0.0 };
        let fit =
            RuleFit::new(RuleCandidate { prior: candidate.prior + far, ..candidate }, origin, merged, log);
        if fit.hits >= 2 {
            consider(&mut best, fit);
        }
    };
    for &origin in others {
        let occurrences = moved(occurrences, main, origin);
        weeks::propose_working_days(&occurrences, log, &mut |candidate, merged| {
            enter(candidate, origin, merged)
        });
        months::propose(&occurrences, log, &mut |candidate, merged| enter(candidate, origin, merged));
    }
    best
}

/// The same occurrences, in days that begin whole days earlier or later.
pub(super) fn moved(occurrences: &[Occurrence], from: DayStart, to: DayStart) -> Vec<Occurrence> {
    let days = ((from.0 - to.0) / Span::days(1).0) as i32;
    occurrences.iter().map(|r| r.later(days)).collect()
}

/// Whether the rule means the same however days are cut.
fn is_settled(rule: CalendarRule) -> bool {
    matches!(rule, CalendarRule::Weekdays(set) if set.count_ones() == 1 || matches!(set, EVERY_DAY | MONDAY_TO_FRIDAY))
}

fn consider(best: &mut Option<BestFit>, fit: RuleFit) {
    let Some(holder) = best else {
        *best = Some(BestFit { fit, tied: vec![] });
        return;
    };
    let ties = ties(&holder.fit, &fit);
    let ahead = ((fit.origin.0 - holder.fit.origin.0) / Span::days(1).0) as i32;
    if fit.cost() < holder.fit.cost() {
        let mut tied = std::mem::take(&mut holder.tied);
        if ties {
            tied.push((holder.fit.rule, 0));
            tied.iter_mut().for_each(|(_, days)| *days -= ahead);
        } else {
            tied.clear();
        }
        *holder = BestFit { fit, tied };
    } else if ties && holder.tied.len() < 8 {
        holder.tied.push((fit.rule, ahead));
    }
}

/// Whether the history cannot tell two rules apart: both explain as much of it, or few hits speak for the better one, and
/// not all of those came on its very day.
fn ties(a: &RuleFit, b: &RuleFit) -> bool {
    let better = if b.cost() < a.cost() { b } else { a };
    let as_much = (a.unexplained() - b.unexplained()).abs() < 0.1;
    let unclear = better.hits <= 6 && better.exact < better.hits && (a.cost() - b.cost()).abs() < 0.9;
    same_step(a.rule, b.rule) && (as_much || unclear)
}

fn same_step(a: CalendarRule, b: CalendarRule) -> bool {
    matches!((a, b), (CalendarRule::Months { step: a, .. }, CalendarRule::Months { step: b, .. }) if a == b)
}
