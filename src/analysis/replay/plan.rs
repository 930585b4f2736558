//! What a replay works on: tokens with their calls, and the calls that may be any token's.

use crate::attribute::{Token, Unmapped, Use, UseKind};
use crate::catalog::{Catalog, ScopeId};
use crate::context::inventory::TokenState;
use crate::ledger::Count;
use crate::support::time::Time;
use crate::timeline::enforcement::{Assumptions, Enforcement};
use crate::timeline::history::ScopeHistory;
use crate::timeline::log_view::LogView;
use crate::timeline::verdict::Judgement;

/// A token with its calls.
pub(crate) struct ReplayedToken<'a> {
    /// Its place in the roster.
    pub index: usize,
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
pub(crate) struct SharedCalls<'a> {
    pub uses: &'a [Use],
    /// Those the catalog does not know.
    pub unmapped: &'a [Unmapped],
    /// The principal's tokens, as places in [`ReplayPlan::actors`].
    pub actors: Vec<usize>,
}

pub(crate) struct ReplayPlan<'a> {
    pub catalog: &'a Catalog,
    pub given: &'a Assumptions,
    /// Every token, gone ones too: their calls are in the log.
    pub actors: Vec<ReplayedToken<'a>>,
    pub shared: Vec<SharedCalls<'a>>,
}

impl ReplayedToken<'_> {
    /// Whether no window would ever narrow it: short-lived, switched off, scopes chosen by hand, or an API no scope covers.
    pub(super) fn is_untouched(&self) -> bool {
        match self.enforcement {
            Enforcement::NotNarrowed | Enforcement::ApiNotCovered | Enforcement::HoldsAll => true,
            Enforcement::Granted(_) => self.token.state != Some(TokenState::Completed),
            Enforcement::NotReported => self.token.state == Some(TokenState::UserSelected),
            Enforcement::Platform { .. } | Enforcement::Dated { .. } | Enforcement::Undated { .. } => false,
        }
    }

    /// Since when it is known to have lived: its creation, else its first login.
    pub(super) fn lived_since(&self) -> Time {
        self.token.created.unwrap_or_else(|| self.token.live().0)
    }
}

/// Whether a use is a call that went through, as far as rows tell; all others are not replayed.
pub(super) fn is_call(kind: UseKind) -> bool {
    matches!(kind, UseKind::Call | UseKind::Login { answered: false })
}
