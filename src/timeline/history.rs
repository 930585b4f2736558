//! The uses of a token, sorted by the scope they need.

use super::occurrences::UseDay;
use crate::attribute::{Use, UseKind};
use crate::catalog::confidence::Confidence;
use crate::catalog::{Need, ScopeId};
use crate::context::annotations;
use crate::ledger::{Count, summed};
use crate::support::time::Time;
use std::collections::BTreeMap;

/// Everything known about one scope and one token.
#[derive(Clone, Debug, Default)]
pub struct ScopeHistory<'a> {
    /// What proves that it works: succeeded calls, and succeeded logins about to call it.
    pub firm: Vec<&'a Use>,
    /// Refusals that name the scope; in an access log: refusals of its endpoints.
    pub refused: Vec<&'a Use>,
    /// Uses too weakly tied or mapped to found a loss on, those of the shared principal among them.
    pub possible: Vec<&'a Use>,
    pub declared: Vec<&'a annotations::DeclaredNeed>,
    /// Firm uses and refusals of the tokens this one took over from. Never a use by this token.
    pub carried: Vec<Carried<'a>>,
    /// Days of firm use.
    pub days: Vec<UseDay>,
    /// Days of firm or possible use.
    pub possible_days: Vec<UseDay>,
    /// Days of firm use by this token and by those it took over from; empty where nothing is carried over.
    pub line_days: Vec<UseDay>,
}

/// A use by a token that this one took over from.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    pub use_: &'a Use,
    /// The token that made it, by its place in the roster.
    pub by: usize,
    /// How sure it is that this token took over from that one.
    pub confidence: Confidence,
}

impl Carried<'_> {
    fn confidence(&self) -> Confidence {
        self.confidence.min(self.use_.tier.confidence()).min(self.use_.mapping.confidence)
    }

    fn is_refusal(&self) -> bool {
        matches!(self.use_.kind, UseKind::Denied | UseKind::Refused)
    }
}

/// Sorts the uses of a token, and of its principal while the token lived, by scope.
pub(crate) fn by_scope<'a>(
    own: &'a [Use],
    shared: impl Iterator<Item = &'a Use>,
    declared: impl Iterator<Item = (ScopeId, &'a annotations::DeclaredNeed)>,
    carried: impl Iterator<Item = Carried<'a>>,
    narrowed_from: Option<Time>,
    count_failed: bool,
) -> BTreeMap<ScopeId, ScopeHistory<'a>> {
    let mut all: BTreeMap<ScopeId, ScopeHistory<'a>> = BTreeMap::new();
    for u in own {
        let history = all.entry(u.mapping.primary()).or_default();
        match u.kind {
            UseKind::Failed if !count_failed => {}
            UseKind::Denied | UseKind::Refused if u.is_firm() => history.refused.push(u),
            UseKind::Denied | UseKind::Refused => {}
            // A login of a narrowed token shows the wish, not that the call went through.
            UseKind::Login { .. } if u.is_firm() && narrowed_from.is_some_and(|t| u.count.first >= t) => {
                history.refused.push(u);
            }
            _ if u.is_firm() => history.firm.push(u),
            _ => history.possible.push(u),
        }
    }
    for u in shared.filter(|u| u.kind == UseKind::Call || u.kind == UseKind::Failed && count_failed) {
        all.entry(u.mapping.primary()).or_default().possible.push(u);
    }
    for (scope, need) in declared {
        all.entry(scope).or_default().declared.push(need);
    }
    for c in carried.filter(|c| c.use_.is_firm() && (c.use_.kind != UseKind::Failed || count_failed)) {
        all.entry(c.use_.mapping.primary()).or_default().carried.push(c);
    }
    all.retain(|_, h| h.is_needed() || !h.possible.is_empty());
    for history in all.values_mut() {
        history.days = days(history.firm.iter().copied());
        history.possible_days = if history.possible.is_empty() {
            history.days.clone()
        } else {
            days(history.firm.iter().chain(&history.possible).copied())
        };
        if !history.carried.is_empty() {
            let carried = history.carried.iter().filter(|c| !c.is_refusal()).map(|c| c.use_);
            history.line_days = days(history.firm.iter().copied().chain(carried));
        }
    }
    all
}

/// The sum of what is carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedSpan {
    pub count: Count,
    /// The tokens that made the calls, by their place in the roster.
    pub by: Vec<usize>,
    /// How sure it is that they count for this token.
    pub confidence: Confidence,
}

/// Uses as one row a day.
pub(crate) fn days<'a>(uses: impl Iterator<Item = &'a Use>) -> Vec<UseDay> {
    let by_day = uses.map(|u| (u.count.first.day(), u.count)).collect();
    let days = summed(by_day, |sum, more| sum.add(*more)).into_iter();
    days.map(|(day, c)| UseDay { day, first: c.first, last: c.last, count: c.events }).collect()
}

impl ScopeHistory<'_> {
    /// Whether the token needs the scope: a firm use, a firm refusal that names it, a declaration, or the history of the tokens
    /// it took over from.
    pub fn is_needed(&self) -> bool {
        self.has_own_need() || !self.carried.is_empty()
    }

    /// Whether the token needs it by its own history or by a declaration, not only by the history of other tokens.
    pub fn has_own_need(&self) -> bool {
        !(self.firm.is_empty() && self.refused.is_empty() && self.declared.is_empty())
    }

    /// Drops what the tokens before it did.
    pub fn forget_carried(&mut self) {
        self.carried.clear();
        self.line_days.clear();
    }

    /// Everything that shows a need: own firm uses and refusals, and those carried over.
    pub fn evidence(&self) -> impl Iterator<Item = &'_ Use> {
        let own = self.firm.iter().chain(&self.refused).copied();
        own.chain(self.carried.iter().map(|c| c.use_))
    }

    /// How sure the carried history is, at its best: as a need of this token.
    pub fn carried_confidence(&self) -> Option<Confidence> {
        self.carried.iter().map(Carried::confidence).max()
    }

    /// First and last use, how many, and by which tokens, of the carried history; the tokens in order of last use, latest first.
    pub fn carried_span(&self) -> Option<CarriedSpan> {
        let mut count = Count::NONE;
        let mut by: BTreeMap<usize, Time> = BTreeMap::new();
        for c in &self.carried {
            count.add(c.use_.count);
            let last = by.entry(c.by).or_insert(c.use_.count.last);
            *last = (*last).max(c.use_.count.last);
        }
        let mut by: Vec<(usize, Time)> = by.into_iter().collect();
        by.sort_by_key(|(token, last)| (std::cmp::Reverse(*last), *token));
        let confidence = self.carried_confidence()?;
        Some(CarriedSpan { count, by: by.into_iter().map(|(token, _)| token).collect(), confidence })
    }

    /// What must be held, each distinct way of needing it once.
    pub fn needs(&self) -> Vec<&Need> {
        let mut needs: Vec<&Need> = self.evidence().map(|u| &u.mapping.need).collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// The confidence of its best evidence: the lower of tier and mapping.
    pub fn confidence(&self) -> Confidence {
        let declared = (!self.declared.is_empty()).then_some(Confidence::High);
        best(self.firm.iter().chain(&self.refused).copied())
            .max(declared)
            .or_else(|| self.carried_confidence())
            .or_else(|| best(self.possible.iter().copied()))
            .unwrap_or(Confidence::Low)
    }

    /// Whether any firm use is this token's for sure.
    pub fn is_sure(&self) -> bool {
        self.firm.iter().any(|u| u.is_sure())
    }

    /// Uses, a login and the call it led to counted once.
    pub fn uses(&self) -> u64 {
        let uses = if self.firm.is_empty() { &self.possible } else { &self.firm };
        let sum = |keep: fn(&UseKind) -> bool| {
            uses.iter().filter(|u| keep(&u.kind)).map(|u| u.count.events).sum::<u64>()
        };
        let unanswered = sum(|k| !matches!(k, UseKind::Login { answered: true }));
        unanswered.max(sum(|k| matches!(k, UseKind::Login { .. })))
    }

    /// First and last use; of possible ones where there is no firm one.
    pub fn span(&self) -> Option<(Time, Time)> {
        let days = if self.days.is_empty() { &self.possible_days } else { &self.days };
        Some((days.first()?.first, days.iter().map(|d| d.last).max()?))
    }
}

/// The confidence of the best of several uses.
pub(crate) fn best<'a>(uses: impl Iterator<Item = &'a Use>) -> Option<Confidence> {
    uses.map(|u| u.tier.confidence().min(u.mapping.confidence)).max()
}
