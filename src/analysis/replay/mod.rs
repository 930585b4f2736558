//! Logged calls, judged under the scopes that a window, or the lists that tokens are known to be left with, would have
//! left: allowed, refused, or nobody can say.
//!
//! A window leaves what firm uses inside it show: the platform is taken to have seen what the log shows, no more. A scope
//! seen inside only by calls that may be another token's, on a boundary day, or not seen while the log has a blind spot
//! there, is one of which nobody can say. What a token really holds today does not matter for a window that never was; it
//! is what counts where no window is asked for ([`ReplayPlan::by_lists`]).

mod calls;
mod dates;
mod days;
mod rows;
pub mod section;

pub use dates::{ByDate, DateTally};
pub use rows::{DateRow, EveryDate, ReplayReport, ReplayRow, Replayed, ReplayedScope};

use crate::attribute::{Token, Unmapped, Use, UseKind};
use crate::catalog::{Catalog, Held, ScopeId, meets};
use crate::context::annotations::Bound;
use crate::context::inventory::State;
use crate::ledger::Count;
use crate::support::time::Time;
use crate::timeline::enforcement::{Assumptions, Enforcement};
use crate::timeline::history::ScopeHistory;
use crate::timeline::log::LogView;
use crate::timeline::verdict::{Judgement, Reason, Verdict, VerdictInput};
use crate::timeline::window::{Inside, Window};
use calls::Calls;
use serde::Serialize;
use std::collections::BTreeMap;

/// Why nobody can say whether a call would have gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uncertainty {
    /// Any of several tokens may have made the call.
    SharedCall,
    /// The call is tied to the token too weakly, or what it needs is known too little.
    WeakCall,
    /// The catalog does not know what the call needs.
    UnmappedCall,
    /// Only what happened on a day of which the hour is not known decides.
    BoundaryDay,
    /// The window holds only uses that may be another token's, or of another scope.
    SeenWeakly,
    /// The log does not reach back to the window's start.
    HistoryStartsLate,
    /// The log misses a day of the window.
    LogGap,
    /// Calls in the window that the catalog does not know may have needed the scope.
    UnmappedInWindow,
    /// No call of the scope is known to leave an audit row.
    NotObservable,
    /// No scope but all APIs is known to open the call.
    NeedsAllApis,
    /// What the token is left with is not known yet, or is not reported, or holds a name nobody knows.
    ListUnknown,
}

/// A token with its calls.
pub struct ReplayedToken<'a> {
    /// Its place in the roster.
    pub index: usize,
    /// The token.
    pub token: &'a Token,
    /// What really decides for it.
    pub enforcement: &'a Enforcement,
    /// The log of its workspace.
    pub log: Option<&'a LogView>,
    /// Its scopes, each with the verdict where one was passed: none is on tokens that are gone.
    pub scopes: Vec<(ScopeId, &'a ScopeHistory<'a>, Option<&'a Judgement>)>,
    /// Everything tied to it.
    pub uses: &'a [Use],
    /// Calls tied to it that the catalog does not know.
    pub unmapped: &'a [Unmapped],
    /// Such calls of it and its principal, and the scopes they may have needed.
    pub may_have_needed: Vec<(Vec<ScopeId>, Count)>,
}

/// Calls of a principal that are no token's in particular.
pub struct SharedCalls<'a> {
    /// The calls.
    pub uses: &'a [Use],
    /// Those the catalog does not know.
    pub unmapped: &'a [Unmapped],
    /// The principal's tokens, as places in [`ReplayPlan::actors`].
    pub actors: Vec<usize>,
}

/// Everything a replay needs.
pub struct ReplayPlan<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// Options.
    pub given: &'a Assumptions,
    /// Every token, gone ones too: their calls are in the log.
    pub actors: Vec<ReplayedToken<'a>>,
    /// Per principal.
    pub shared: Vec<SharedCalls<'a>>,
}

/// What a replay found.
#[derive(Clone, Debug, Default)]
pub struct Replay<'a> {
    /// The window; `None` for the lists that tokens are left with.
    pub window: Option<Window>,
    /// Calls that go through.
    pub allowed: u64,
    /// Calls that are refused.
    pub refused: u64,
    /// Calls of which nobody can say, by reason.
    pub doubts: BTreeMap<Uncertainty, u64>,
    /// Tokens whose calls were judged.
    pub replayed: usize,
    /// Tokens that auto-scoping does not touch: all their calls go through.
    pub untouched: usize,
    /// Tokens made after the window began, or whose lists are not known: left out.
    pub left_out: usize,
    /// Tokens with a refused call, or one of which nobody can say, in order of the roster.
    pub tokens: Vec<TokenReplay<'a>>,
}

/// One token in a replay.
#[derive(Clone, Debug, Default)]
pub struct TokenReplay<'a> {
    /// Its place in the roster.
    pub index: usize,
    /// Calls refused, by the scope they need.
    pub refused: BTreeMap<ScopeId, Refusals<'a>>,
    /// Calls of which nobody can say, by reason.
    pub doubts: BTreeMap<Uncertainty, u64>,
    /// Calls that go through.
    pub allowed: u64,
}

/// Refused calls of one scope.
#[derive(Clone, Debug)]
pub struct Refusals<'a> {
    /// How many, the first and the last.
    pub count: Count,
    /// Each row of the ledger with what of it is refused.
    pub uses: Vec<(&'a Use, Count)>,
}

impl Replay<'_> {
    /// The first refused call.
    pub fn first_refusal(&self) -> Option<Time> {
        self.tokens.iter().filter_map(TokenReplay::first_refusal).min()
    }

    /// Calls of which nobody can say.
    pub fn cannot_say(&self) -> u64 {
        self.doubts.values().sum()
    }

    /// Tokens with a refused call.
    pub fn tokens_refused(&self) -> usize {
        self.tokens.iter().filter(|t| !t.refused.is_empty()).count()
    }
}

impl TokenReplay<'_> {
    /// Its first refused call.
    pub fn first_refusal(&self) -> Option<Time> {
        self.refused.values().map(|r| r.count.first).min()
    }

    /// How many of its calls are refused.
    pub fn refusals(&self) -> u64 {
        self.refused.values().map(|r| r.count.events).sum()
    }
}

/// What becomes of calls that need a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallOutcome {
    Allowed,
    Refused,
    Doubted(Uncertainty),
}

impl<'a> ReplayPlan<'a> {
    /// Judges every call from an enforcement date on, under what the window before it would have left.
    pub fn on(&self, enforced: Bound) -> Replay<'a> {
        let window = Window::enforced_on(enforced, self.given.lag, crate::timeline::window::Source::Option);
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
                    token.add(calls.scope, u, Part::after(u.count, enforced), fate);
                }
            }
            token.add_weak(actor, is_replayed[n], |c| Part::after(c, enforced).all());
            replay.add(token);
        }
        replay.add_shared(&self.shared, &is_replayed, |c| Part::after(c, enforced).all());
        replay
    }

    /// Judges every call of the log under what each token is known to be left with: the list it was granted, the platform's
    /// own, or what its dated window leaves. Tokens of which that is not known are left out.
    pub fn by_lists(&self) -> Replay<'a> {
        let mut replay = Replay::default();
        let mut is_replayed = vec![false; self.actors.len()];
        for (n, actor) in self.actors.iter().enumerate() {
            let is_known = match actor.enforcement {
                _ if actor.token.gone.is_some() => false,
                Enforcement::Granted(_) | Enforcement::Platform { .. } | Enforcement::Dated { .. } => true,
                Enforcement::Undated { .. } | Enforcement::NotReported => false,
                Enforcement::NotNarrowed | Enforcement::NotCovered | Enforcement::HoldsAll => {
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
                    token.add(calls.scope, u, Part::whole(u.count), fate);
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

impl Uncertainty {
    fn of(reason: Reason) -> Self {
        match reason {
            Reason::BoundaryDay => Self::BoundaryDay,
            Reason::SharedPrincipal => Self::SeenWeakly,
            Reason::HistoryStartsLate | Reason::NoHistory => Self::HistoryStartsLate,
            Reason::LogGap => Self::LogGap,
            Reason::Unmapped => Self::UnmappedInWindow,
            Reason::NotObservable => Self::NotObservable,
            Reason::NeedsAllApis => Self::NeedsAllApis,
            _ => Self::ListUnknown,
        }
    }

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SharedCall => "shared-call",
            Self::WeakCall => "weak-call",
            Self::UnmappedCall => "unmapped-call",
            Self::BoundaryDay => "boundary-day",
            Self::SeenWeakly => "seen-weakly",
            Self::HistoryStartsLate => "history-starts-late",
            Self::LogGap => "log-gap",
            Self::UnmappedInWindow => "unmapped-in-window",
            Self::NotObservable => "not-observable",
            Self::NeedsAllApis => "needs-all-apis",
            Self::ListUnknown => "list-unknown",
        }
    }
}

impl ReplayedToken<'_> {
    /// Whether no window would ever narrow it: short-lived, switched off, scopes chosen by hand, or an API no scope covers.
    fn is_untouched(&self) -> bool {
        match self.enforcement {
            Enforcement::NotNarrowed | Enforcement::NotCovered | Enforcement::HoldsAll => true,
            Enforcement::Granted(_) => self.token.state != Some(State::Completed),
            Enforcement::NotReported => self.token.state == Some(State::UserSelected),
            Enforcement::Platform { .. } | Enforcement::Dated { .. } | Enforcement::Undated { .. } => false,
        }
    }

    /// Since when it is known to have lived: its creation, else its first login.
    fn lived_since(&self) -> Time {
        self.token.created.unwrap_or_else(|| self.token.live().0)
    }
}

/// What of the events of a row lies at or after a boundary.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Those that do for sure.
    sure: Count,
    /// How many more may.
    unsure: u64,
}

impl Part {
    fn whole(count: Count) -> Self {
        Self { sure: count, unsure: 0 }
    }

    /// Of a day, when its first and its last event were is known, and no more.
    fn after(count: Count, boundary: Bound) -> Self {
        let t = boundary.time;
        if boundary.whole_day && count.first.day() == t.day() {
            Self { sure: Count::NONE, unsure: count.events }
        } else if count.first >= t {
            Self::whole(count)
        } else if count.last < t || count.is_none() {
            Self::whole(Count::NONE)
        } else {
            Self { sure: Count::one(count.last), unsure: count.events.saturating_sub(2) }
        }
    }

    fn all(self) -> u64 {
        self.sure.events + self.unsure
    }
}

/// Whether a use is a call that went through, as far as rows tell; all others are not replayed.
fn is_call(kind: UseKind) -> bool {
    matches!(kind, UseKind::Call | UseKind::Login { answered: false })
}

impl<'a> TokenReplay<'a> {
    fn add(&mut self, scope: ScopeId, u: &'a Use, part: Part, fate: CallOutcome) {
        match fate {
            CallOutcome::Allowed => self.allowed += part.all(),
            CallOutcome::Doubted(doubt) => self.doubt(doubt, part.all()),
            CallOutcome::Refused => {
                self.doubt(Uncertainty::BoundaryDay, part.unsure);
                if !part.sure.is_none() {
                    let refusals = self
                        .refused
                        .entry(scope)
                        .or_insert_with(|| Refusals { count: Count::NONE, uses: Vec::new() });
                    refusals.count.add(part.sure);
                    refusals.uses.push((u, part.sure));
                }
            }
        }
    }

    fn doubt(&mut self, doubt: Uncertainty, events: u64) {
        if events > 0 {
            *self.doubts.entry(doubt).or_default() += events;
        }
    }

    /// Calls tied to the token of which too little is known.
    fn add_weak(&mut self, actor: &ReplayedToken<'_>, is_replayed: bool, events: impl Fn(Count) -> u64) {
        let weak =
            actor.uses.iter().filter(|u| !u.is_firm() && is_call(u.kind)).map(|u| events(u.count)).sum();
        let unmapped = actor.unmapped.iter().map(|u| events(u.count)).sum();
        if is_replayed {
            self.doubt(Uncertainty::WeakCall, weak);
            self.doubt(Uncertainty::UnmappedCall, unmapped);
        } else {
            self.allowed += weak + unmapped;
        }
    }
}

impl<'a> Replay<'a> {
    fn add(&mut self, token: TokenReplay<'a>) {
        self.allowed += token.allowed;
        self.refused += token.refusals();
        for (doubt, events) in &token.doubts {
            *self.doubts.entry(*doubt).or_default() += events;
        }
        if !(token.refused.is_empty() && token.doubts.is_empty()) {
            self.tokens.push(token);
        }
    }

    /// Calls of several tokens count once, whatever the number of tokens: doubted where one of those is replayed.
    fn add_shared(
        &mut self,
        shared: &[SharedCalls<'_>],
        is_replayed: &[bool],
        events: impl Fn(Count) -> u64,
    ) {
        for s in shared.iter().filter(|s| s.actors.iter().any(|&n| is_replayed[n])) {
            let calls: u64 = s.uses.iter().filter(|u| is_call(u.kind)).map(|u| events(u.count)).sum();
            let unmapped: u64 = s.unmapped.iter().map(|u| events(u.count)).sum();
            for (doubt, events) in [(Uncertainty::SharedCall, calls), (Uncertainty::UnmappedCall, unmapped)] {
                if events > 0 {
                    *self.doubts.entry(doubt).or_default() += events;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
