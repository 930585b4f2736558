//! Lets the families of rules propose, and keeps the rule that explains the history best.

use super::fit::{Fit, Reach};
use super::{intervals, months, weeks};
use crate::time::{Day, Time};
use crate::timeline::calendar::Rule;
use crate::timeline::occurrences::{Origin, Run};

/// The log around the uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log<'a> {
    pub(super) from: Time,
    pub(super) as_of: Time,
    pub(super) gaps: &'a [(Day, Day)],
}

impl Log<'_> {
    /// Whether the log misses a day of `[from, to)`.
    pub(super) fn is_gap(&self, from: Time, to: Time) -> bool {
        self.gaps.iter().any(|(first, last)| first.start() < to && from < last.end())
    }
}

/// The rule that won, and those of its kind that explain the history as well.
#[derive(Clone, Debug)]
pub(super) struct Contest {
    pub(super) fit: Fit,
    pub(super) tied: Vec<Rule>,
}

/// What a family proposes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) rule: Rule,
    pub(super) reach: Reach,
    /// How unlikely the rule is by itself, in misses.
    pub(super) prior: f64,
}

/// The best rule over all ways to cut days; the first way wins unless another is clearly better.
pub(super) fn best(all: &[(Origin, Vec<Run>)], log: &Log<'_>) -> Option<Contest> {
    let mut best: Option<Contest> = None;
    let natural = all.first().is_some_and(|(o, _)| o.0 != 0);
    for (i, (origin, runs)) in all.iter().enumerate() {
        let far = if i == 0 || natural { 0.0 } else { 0.7 };
        if best.as_ref().is_some_and(|b| b.fit.cost() < 0.5 + far) {
            break;
        }
        for candidate in propose(runs, log) {
            let Candidate { rule, reach, prior } = candidate;
            let fit = Fit::new(rule, *origin, reach, prior + far, runs, log);
            if fit.hits < 2 {
                continue;
            }
            consider(&mut best, fit);
        }
    }
    best
}

fn consider(best: &mut Option<Contest>, fit: Fit) {
    let Some(holder) = best else {
        *best = Some(Contest { fit, tied: vec![] });
        return;
    };
    let same_kind = holder.fit.origin == fit.origin && same_step(holder.fit.rule, fit.rule);
    let close = (holder.fit.cost() - fit.cost()).abs() < 0.35;
    if fit.cost() < holder.fit.cost() {
        let mut tied = std::mem::take(&mut holder.tied);
        if same_kind && close {
            tied.push(holder.fit.rule);
        } else {
            tied.clear();
        }
        *holder = Contest { fit, tied };
    } else if same_kind && close && holder.tied.len() < 4 {
        holder.tied.push(fit.rule);
    }
}

fn same_step(a: Rule, b: Rule) -> bool {
    matches!((a, b), (Rule::Months { step: a, .. }, Rule::Months { step: b, .. }) if a == b)
}

fn propose(runs: &[Run], log: &Log<'_>) -> Vec<Candidate> {
    let mut candidates = vec![];
    weeks::propose(runs, log, &mut candidates);
    intervals::propose(runs, &mut candidates);
    months::propose(runs, log, &mut candidates);
    candidates
}
