//! The history of one scope of one token -> a judgement: kept, lost or unknown, with the reason and how sure that is.

use super::cadence::{Cadence, Claim, UseHistory, cadence};
use super::calendar::Expected;
use super::declared;
use super::enforcement::{Assumptions, Enforcement};
use super::history::{ScopeHistory, best};
use super::log_view::LogView;
use super::loss_odds::odds;
use super::occurrences::{UseDay, use_times};
use super::verdict::{Judgement, Reason, Verdict};
use super::window::{Inside, Phase, WINDOW, Window};
use crate::attribute::{Token, Use};
use crate::catalog::confidence::Confidence;
use crate::catalog::{Access, Catalog, Held, Need, ScopeId, meets};
use crate::context::annotations::{DeclaredAccess, DeclaredNeed};
use crate::ledger::Count;
use crate::support::time::Time;

/// Everything that decides the verdict on a scope, apart from the history of the scope itself.
pub(crate) struct VerdictInput<'a> {
    pub token: &'a Token,
    /// What decides for it.
    pub enforcement: &'a Enforcement,
    /// The log of its workspace; `None` without any.
    pub log: Option<&'a LogView>,
    pub given: &'a Assumptions,
    pub catalog: &'a Catalog,
    /// Scopes with a firm use in the dated window, or that the platform has inferred so far.
    pub seen: &'a [ScopeId],
    /// Unmapped calls that may have needed a scope: (the scopes, first and last time).
    pub unmapped: &'a [(Vec<ScopeId>, Count)],
    /// Logins that no call follows and whose agent names no scope.
    pub silent: &'a [Count],
}

impl VerdictInput<'_> {
    pub(crate) fn judge(&self, scope: ScopeId, history: &ScopeHistory<'_>) -> Judgement {
        let (cadence, by_lineage) = self.cadence(history);
        let next = self.next(history, cadence.as_ref());
        let base = Judgement {
            verdict: Verdict::Unknown,
            reason: Reason::NoHistory,
            confidence: history.confidence(),
            predicted: false,
            odds: None,
            odds_since_start: None,
            likeliest_keeps: None,
            cadence,
            next,
            by_lineage,
            notes: Vec::new(),
        };
        if scope == ScopeId::ALL_APIS {
            let reason = match self.enforcement {
                Enforcement::NotNarrowed => Reason::NotNarrowed,
                Enforcement::ApiNotCovered => Reason::ApiNotCovered,
                Enforcement::HoldsAll => Reason::HoldsAll,
                Enforcement::Granted(_)
                | Enforcement::Platform { .. }
                | Enforcement::Dated { .. }
                | Enforcement::Undated { .. }
                | Enforcement::NotReported => Reason::NeedsAllApis,
            };
            return judged(base, reason);
        }
        match self.enforcement {
            Enforcement::NotNarrowed => judged(base, Reason::NotNarrowed),
            Enforcement::HoldsAll => judged(base, Reason::HoldsAll),
            Enforcement::ApiNotCovered => judged(base, Reason::ApiNotCovered),
            Enforcement::NotReported => judged(base, Reason::ScopesNotReported),
            Enforcement::Granted(scopes) => {
                self.by_set(base, history, scopes, Reason::Granted, Reason::NotGranted)
            }
            Enforcement::Platform { scopes, .. } => {
                self.by_set(base, history, scopes, Reason::PlatformKeeps, Reason::NotInPlatformSet)
            }
            Enforcement::Dated { .. } | Enforcement::Undated { .. } if self.is_so_far(scope) => {
                judged(base, Reason::PlatformKeeps)
            }
            Enforcement::Dated { window, phase, .. } => self.dated(base, scope, history, window, *phase),
            Enforcement::Undated { .. } => self.undated(base, history),
        }
    }

    fn is_so_far(&self, scope: ScopeId) -> bool {
        match self.enforcement {
            Enforcement::Dated { so_far, .. } | Enforcement::Undated { so_far } => {
                so_far.iter().any(|name| self.catalog.scope_named(name) == Some(scope) && !name.contains(':'))
            }
            _ => false,
        }
    }

    /// The cadence of the token's own uses; where those are too few to claim one, that of the line of tokens it ends, if that
    /// says more.
    fn cadence(&self, history: &ScopeHistory<'_>) -> (Option<Cadence>, bool) {
        let Some((log, from)) = self.log.and_then(|log| Some((log, log.from?))) else { return (None, false) };
        let of = |days: &[UseDay]| {
            (!days.is_empty())
                .then(|| cadence(&UseHistory { days, from, as_of: self.given.as_of, gaps: &log.gaps }))
        };
        let own = of(&history.days);
        let claim = |c: &Option<Cadence>| c.as_ref().map(|c| c.claim);
        if claim(&own) == Some(Claim::Claimed) {
            return (own, false);
        }
        let line = of(&history.line_days);
        if claim(&line) > claim(&own) { (line, true) } else { (own, false) }
    }

    /// The sooner of the next expected and the next declared call.
    fn next(&self, history: &ScopeHistory<'_>, cadence: Option<&Cadence>) -> Option<Expected> {
        let declared = history
            .declared
            .iter()
            .filter_map(|need| declared::next(need, self.given.as_of))
            .min_by_key(|e| e.earliest);
        let expected = cadence.and_then(|c| c.next);
        [declared, expected].into_iter().flatten().min_by_key(|e| e.earliest)
    }

    /// Judged against a set of scopes that is known.
    fn by_set(
        &self,
        base: Judgement,
        history: &ScopeHistory<'_>,
        held: &[String],
        has: Reason,
        lacks: Reason,
    ) -> Judgement {
        let declared: Vec<_> = history
            .declared
            .iter()
            .filter_map(|n| self.catalog.scope_named(&n.scope).map(|id| declared_need(id, n)))
            .collect();
        let mut needs = history.needs();
        needs.extend(&declared);
        if needs.is_empty() {
            let possible: Vec<Held> =
                history.possible.iter().map(|u| meets(self.catalog, held, &u.mapping.need)).collect();
            return match possible.iter().all(|h| *h == Held::Yes) {
                true => judged(base, has),
                false => judged(base, Reason::SharedPrincipal),
            };
        }
        let met: Vec<Held> = needs.iter().map(|need| meets(self.catalog, held, need)).collect();
        if met.contains(&Held::No) {
            judged(base, lacks)
        } else if met.contains(&Held::Unknown) {
            judged(base, Reason::ScopeNameUnknown)
        } else {
            judged(base, has)
        }
    }

    fn dated(
        &self,
        mut base: Judgement,
        scope: ScopeId,
        history: &ScopeHistory<'_>,
        window: &Window,
        phase: Phase,
    ) -> Judgement {
        let source = window.source.confidence();
        match window.holds(&history.days) {
            Inside::Yes => {
                let inside = history.firm.iter().copied().filter(|u| {
                    let day = super::history::days(std::iter::once(*u));
                    window.holds(&day) == Inside::Yes
                });
                base.confidence = best(inside).unwrap_or(base.confidence).min(source);
                if window.is_sensitive(&history.days) {
                    base.confidence = base.confidence.lowered();
                    base.notes.push("a window that ends up to 7 days earlier would miss it".into());
                }
                return judged(base, Reason::SeenInWindow);
            }
            Inside::BoundaryDay => return judged(base, Reason::BoundaryDay),
            Inside::No => {}
        }
        base.confidence = base.confidence.min(source);
        let served = |u: &&Use| {
            u.mapping.is_ambiguous()
                && u.mapping.scopes().iter().any(|s| *s != scope && self.seen.contains(s))
        };
        let needed = history.evidence().count();
        if needed > 0 && history.declared.is_empty() && history.evidence().filter(served).count() == needed {
            base.confidence = Confidence::Low;
            return judged(base, Reason::AlternativeKept);
        }
        if !history.is_needed() || window.holds(&history.possible_days) != Inside::No {
            return judged(base, Reason::SharedPrincipal);
        }
        if let Some(reason) = self.blind_spot(scope, window) {
            return judged(base, reason);
        }
        if phase == Phase::Open {
            let Some(next) = base.next.filter(|n| n.earliest >= last_moment(window)) else {
                return judged(base, Reason::WindowOpen);
            };
            base.predicted = true;
            let by_cadence = base.cadence.as_ref().filter(|c| c.next == Some(next));
            if by_cadence.is_some_and(|c| c.claim == Claim::Possible || base.by_lineage)
                || self.is_of_a_job(history, next)
            {
                base.confidence = base.confidence.min(Confidence::Medium);
            }
            return self.with_doubts(judged(base, Reason::NextCallAfterWindow), history, window);
        }
        self.with_doubts(judged(base, Reason::NotSeenInWindow), history, window)
    }

    /// Whether a job's schedule says when the next call comes: it may be changed at any time, and the list is of one day.
    fn is_of_a_job(&self, history: &ScopeHistory<'_>, next: Expected) -> bool {
        let mut same =
            history.declared.iter().filter(|n| declared::next(n, self.given.as_of) == Some(next)).peekable();
        same.peek().is_some() && same.all(|n| n.job.is_some())
    }

    /// Why the log may not show a use that lies in the window.
    pub(crate) fn blind_spot(&self, scope: ScopeId, window: &Window) -> Option<Reason> {
        let (from, to) = (window.start.time, window.end.time.min(self.given.as_of));
        let log = match self.log {
            Some(log) if log.rows > 0 => log,
            _ => return Some(Reason::NoHistory),
        };
        if to <= from {
            return None;
        }
        // The token cannot have been used before it existed, so the log need not reach back farther.
        let needed_from = self.token.created.map_or(from, |c| c.max(from));
        // Logs begin with the first row of a day, hardly ever at midnight sharp.
        if log.from.is_none_or(|first| first.day().start() > needed_from && first.day() > needed_from.day()) {
            return Some(Reason::HistoryStartsLate);
        }
        if log.has_gap(from, to) {
            return Some(Reason::LogGap);
        }
        let unmapped =
            |(scopes, c): &(Vec<ScopeId>, Count)| scopes.contains(&scope) && c.last >= from && c.first < to;
        if self.unmapped.iter().any(unmapped) {
            return Some(Reason::Unmapped);
        }
        self.catalog
            .scope(scope)
            .is_some_and(|s| !s.observability.is_observable())
            .then_some(Reason::NotObservable)
    }

    fn with_doubts(&self, mut loss: Judgement, history: &ScopeHistory<'_>, window: &Window) -> Judgement {
        if window.is_sensitive(&history.days) {
            loss.confidence = loss.confidence.lowered();
            loss.notes.push("a window that ends up to 7 days earlier would have seen it".into());
        }
        let in_window = |c: &&Count| c.last >= window.start.time && c.first < window.end.time;
        let silent: u64 = self.silent.iter().filter(in_window).map(|c| c.events).sum();
        if silent > 0 {
            loss.confidence = loss.confidence.lowered();
            let calls = if silent == 1 { "1 call" } else { &format!("{silent} calls") };
            loss.notes
                .push(format!("{calls} of this token in the window left no row; they may have used it"));
        }
        loss
    }

    fn undated(&self, mut base: Judgement, history: &ScopeHistory<'_>) -> Judgement {
        let Some((log, log_from)) = self.log.and_then(|l| Some((l, l.from?))) else {
            return judged(base, Reason::NoHistory);
        };
        let as_of = self.given.as_of;
        let own = !history.days.is_empty();
        let days = if own { &history.days } else { &history.line_days };
        let Some(first) = days.first() else { return self.undated_without_firm_use(base, history) };
        let times = use_times(days);
        let start = self.token.created.map_or(log_from, |c| c.max(log_from)).min(first.first);
        base.odds = odds(&times, first.first, as_of, WINDOW, &log.gaps);
        base.odds_since_start = odds(&times, start, as_of, WINDOW, &log.gaps);
        let recent = as_of.minus(WINDOW);
        base.likeliest_keeps = Some(times.iter().any(|t| (recent..as_of).contains(t)));
        base.confidence = base.confidence.min(Confidence::Medium);
        // The history of other tokens never keeps a scope for this one.
        if own && base.odds_since_start.is_some_and(|o| o.lost == 0) {
            return judged(base, Reason::NoWindowMisses);
        }
        if base.odds.is_none() && base.odds_since_start.is_none() {
            return judged(base, Reason::ShortHistory);
        }
        let possible = odds(&use_times(&history.possible_days), first.first, as_of, WINDOW, &log.gaps);
        if base.odds.is_some_and(|o| o.lost > 0) && possible.is_some_and(|o| o.lost == 0) {
            return judged(base, Reason::SharedPrincipal);
        }
        judged(base, Reason::WindowUnknown)
    }

    fn undated_without_firm_use(&self, base: Judgement, history: &ScopeHistory<'_>) -> Judgement {
        if history.is_needed() {
            judged(base, Reason::WindowUnknown)
        } else {
            judged(base, Reason::SharedPrincipal)
        }
    }
}

fn last_moment(window: &Window) -> Time {
    if window.end.whole_day { window.end.time.day().end() } else { window.end.time }
}

pub(crate) fn declared_need(scope: ScopeId, need: &DeclaredNeed) -> Need {
    let access = match need.access {
        Some(DeclaredAccess::Read) => Access::Read,
        _ => Access::Write,
    };
    Need::of(scope, access)
}

fn judged(base: Judgement, reason: Reason) -> Judgement {
    Judgement { verdict: reason.verdict(), reason, ..base }
}
