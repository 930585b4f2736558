//! Logged calls -> which of them would have been allowed or refused under the scopes that a window leaves, or that a token is
//! known to be left with, and which cannot be judged.
//!
//! A window leaves the scopes that firm uses inside it show: the platform is assumed to have seen what the log shows, and no more.
//! The outcome is unknown for a scope that is seen inside only by calls that may be another token's, only on a boundary day, or
//! not at all while the log has a blind spot there. What a token holds today does not matter for a window that never was. It
//! decides where no window is given ([`ReplayPlan::by_lists`]).

mod calls;
mod dates;
mod days;
mod outcome;
mod plan;
mod uncertainty;

pub(crate) use outcome::{Refusals, Replay, TokenReplay};
pub(crate) use plan::{ReplayPlan, ReplayedToken, SharedCalls};
pub(crate) use uncertainty::Uncertainty;
mod rows;
pub(crate) mod section;

pub(crate) use dates::ByDate;
pub(crate) use rows::{DateRow, EveryDate, ReplayReport, ReplayRow, Replayed, ReplayedScope};

use crate::catalog::{Held, ScopeId, meets};
use crate::context::bound::Bound;
use crate::timeline::enforcement::Enforcement;
use crate::timeline::judge::VerdictInput;
use crate::timeline::verdict::{Judgement, Verdict};
use crate::timeline::window::{Inside, Window};
use calls::Calls;
use outcome::{CallOutcome, CallPart};

impl<'a> ReplayPlan<'a> {
    /// Judges every call from an enforcement date on, under what the window before it would have left.
    pub(crate) fn on(&self, enforced: Bound) -> Replay<'a> {
        let window =
            Window::enforced_on(enforced, self.given.lag, crate::timeline::window::WindowSource::Option);
        let mut replay = Replay { window: Some(window), ..Replay::default() };
        let mut is_replayed = vec![false; self.actors.len()];
        for (n, actor) in self.actors.iter().enumerate() {
            if actor.is_untouched() {
                replay.untouched += 1;
            } else if actor.lived_since() > window.start.time {
                replay.left_out += 1;
                continue;
            } else {
                replay.replayed += 1;
                is_replayed[n] = true;
            }
            let mut token = TokenReplay { index: actor.index, ..TokenReplay::default() };
            for calls in actor.calls() {
                let fate = match is_replayed[n] {
                    true => self.fate(actor, &calls, &window),
                    false => CallOutcome::Allowed,
                };
                for u in &calls.uses {
                    token.add(calls.scope, u, CallPart::after(u.count, enforced), fate);
                }
            }
            token.add_weak(actor, is_replayed[n], |c| CallPart::after(c, enforced).all());
            replay.add(token);
        }
        replay.add_shared(&self.shared, &is_replayed, |c| CallPart::after(c, enforced).all());
        replay
    }

    /// Judges every call of the log under what each token is known to be left with: the list it was granted, the platform's
    /// own, or what its dated window leaves. Tokens for which that is unknown are left out.
    pub(crate) fn by_lists(&self) -> Replay<'a> {
        let mut replay = Replay::default();
        let mut is_replayed = vec![false; self.actors.len()];
        for (n, actor) in self.actors.iter().enumerate() {
            let is_known = match actor.enforcement {
                _ if actor.token.gone.is_some() => false,
                Enforcement::Granted(_) | Enforcement::Platform { .. } | Enforcement::Dated { .. } => true,
                Enforcement::Undated { .. } | Enforcement::NotReported => false,
                Enforcement::NotNarrowed | Enforcement::ApiNotCovered | Enforcement::HoldsAll => {
                    replay.untouched += 1;
                    continue;
                }
            };
            if !is_known {
                replay.left_out += 1;
                continue;
            }
            replay.replayed += 1;
            is_replayed[n] = true;
            let mut token = TokenReplay { index: actor.index, ..TokenReplay::default() };
            for calls in actor.calls() {
                let judgement = actor.scopes.iter().find(|(s, ..)| *s == calls.scope).and_then(|(.., j)| *j);
                for u in &calls.uses {
                    let fate = match actor.enforcement {
                        _ if calls.scope == ScopeId::ALL_APIS => {
                            CallOutcome::Doubted(Uncertainty::NeedsAllApis)
                        }
                        Enforcement::Granted(list) | Enforcement::Platform { scopes: list, .. } => {
                            match meets(self.catalog, list, &u.mapping.need) {
                                Held::Yes => CallOutcome::Allowed,
                                Held::No => CallOutcome::Refused,
                                Held::Unknown => CallOutcome::Doubted(Uncertainty::ListUnknown),
                            }
                        }
                        _ => by_verdict(judgement),
                    };
                    token.add(calls.scope, u, CallPart::whole(u.count), fate);
                }
            }
            token.add_weak(actor, true, |c| c.events);
            replay.add(token);
        }
        replay.add_shared(&self.shared, &is_replayed, |c| c.events);
        replay
    }

    fn fate(&self, actor: &ReplayedToken<'_>, calls: &Calls<'_>, window: &Window) -> CallOutcome {
        if calls.scope == ScopeId::ALL_APIS {
            return CallOutcome::Doubted(Uncertainty::NeedsAllApis);
        }
        match window.holds(&calls.seen) {
            Inside::Yes => return CallOutcome::Allowed,
            Inside::BoundaryDay => return CallOutcome::Doubted(Uncertainty::BoundaryDay),
            Inside::No => {}
        }
        if window.holds(&calls.weakly_seen) != Inside::No {
            return CallOutcome::Doubted(Uncertainty::SeenWeakly);
        }
        let scene = VerdictInput {
            token: actor.token,
            enforcement: actor.enforcement,
            log: actor.log,
            given: self.given,
            catalog: self.catalog,
            seen: &[],
            unmapped: &actor.may_have_needed,
            silent: &[],
        };
        scene
            .blind_spot(calls.scope, window)
            .map_or(CallOutcome::Refused, |reason| CallOutcome::Doubted(Uncertainty::of(reason)))
    }
}

fn by_verdict(judgement: Option<&Judgement>) -> CallOutcome {
    match judgement.map(|j| (j.verdict, j.reason)) {
        Some((Verdict::Kept, _)) => CallOutcome::Allowed,
        Some((Verdict::Lost, _)) => CallOutcome::Refused,
        Some((Verdict::Unknown, reason)) => CallOutcome::Doubted(Uncertainty::of(reason)),
        None => CallOutcome::Doubted(Uncertainty::ListUnknown),
    }
}

#[cfg(test)]
mod tests;
