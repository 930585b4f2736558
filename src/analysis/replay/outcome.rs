//! What a replay finds: calls that go through, calls that are refused, and calls that cannot be decided.

use super::plan::{ReplayedToken, SharedCalls, is_call};
use super::uncertainty::Uncertainty;
use crate::attribute::Use;
use crate::catalog::ScopeId;
use crate::context::bound::Bound;
use crate::ledger::Count;
use crate::support::time::Time;
use crate::timeline::window::Window;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub(crate) struct Replay<'a> {
    /// The window; `None` for the lists that tokens are left with.
    pub window: Option<Window>,
    pub allowed: u64,
    pub refused: u64,
    /// Calls that cannot be decided, by reason.
    pub doubts: BTreeMap<Uncertainty, u64>,
    /// Tokens whose calls were judged.
    pub replayed: usize,
    /// Tokens that auto-scoping does not touch: all their calls go through.
    pub untouched: usize,
    /// Tokens made after the window began, or whose lists are not known: left out.
    pub left_out: usize,
    /// Tokens with a call that is refused or cannot be decided, in order of the roster.
    pub tokens: Vec<TokenReplay<'a>>,
}

/// One token in a replay.
#[derive(Clone, Debug, Default)]
pub(crate) struct TokenReplay<'a> {
    /// Its place in the roster.
    pub index: usize,
    /// Calls refused, by the scope they need.
    pub refused: BTreeMap<ScopeId, Refusals<'a>>,
    /// Calls that cannot be decided, by reason.
    pub doubts: BTreeMap<Uncertainty, u64>,
    pub allowed: u64,
}

/// Refused calls of one scope.
#[derive(Clone, Debug)]
pub(crate) struct Refusals<'a> {
    /// How many, the first and the last.
    pub count: Count,
    /// Each row of the ledger with what of it is refused.
    pub uses: Vec<(&'a Use, Count)>,
}

impl Replay<'_> {
    pub(crate) fn first_refusal(&self) -> Option<Time> {
        self.tokens.iter().filter_map(TokenReplay::first_refusal).min()
    }

    /// Calls that cannot be decided.
    pub(crate) fn cannot_say(&self) -> u64 {
        self.doubts.values().sum()
    }

    /// Tokens with a refused call.
    pub(crate) fn tokens_refused(&self) -> usize {
        self.tokens.iter().filter(|t| !t.refused.is_empty()).count()
    }
}

impl TokenReplay<'_> {
    /// Its first refused call.
    pub(crate) fn first_refusal(&self) -> Option<Time> {
        self.refused.values().map(|r| r.count.first).min()
    }

    /// How many of its calls are refused.
    pub(crate) fn refusals(&self) -> u64 {
        self.refused.values().map(|r| r.count.events).sum()
    }
}

/// What becomes of calls that need a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallOutcome {
    Allowed,
    Refused,
    Doubted(Uncertainty),
}

/// What of the events of a row lies at or after a boundary.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallPart {
    /// Those that do for sure.
    pub(super) sure: Count,
    /// How many more may.
    pub(super) unsure: u64,
}

impl CallPart {
    pub(super) fn whole(count: Count) -> Self {
        Self { sure: count, unsure: 0 }
    }

    /// Of a day, when its first and its last event were is known, and no more.
    pub(super) fn after(count: Count, boundary: Bound) -> Self {
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

    pub(super) fn all(self) -> u64 {
        self.sure.events + self.unsure
    }
}

impl<'a> TokenReplay<'a> {
    pub(super) fn add(&mut self, scope: ScopeId, u: &'a Use, part: CallPart, fate: CallOutcome) {
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

    /// Calls tied to the token too weakly to be judged.
    pub(super) fn add_weak(
        &mut self,
        actor: &ReplayedToken<'_>,
        is_replayed: bool,
        events: impl Fn(Count) -> u64,
    ) {
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
    pub(super) fn add(&mut self, token: TokenReplay<'a>) {
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
    pub(super) fn add_shared(
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
