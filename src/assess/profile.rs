//! What a token is used for, and the advice that follows.

use super::assessment::TokenAssessment;
use crate::attribute::Principal;
use crate::input::user_agent;
use crate::ledger::{Id, Ledger};
use crate::support::text::is_uuid;
use crate::timeline::cadence::Claim;
use crate::timeline::enforcement::Enforcement;
use std::collections::BTreeSet;

/// The kind of work behind a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// An application, a pipeline, or calls on a schedule.
    Automation,
    /// Drivers of BI tools only.
    Bi,
    /// A person's, with calls that recur.
    Human,
    /// A person's, without any pattern.
    Exploratory,
    /// Too little was seen.
    Unknown,
}

/// Share of uses on a cadence from which a token counts as automation.
const SCHEDULED: f64 = 0.8;

impl Profile {
    pub(super) fn of(assessed: &TokenAssessment<'_>, principal: Option<&Principal>, ledger: &Ledger) -> Self {
        let known: BTreeSet<Id> = assessed.firm().map(|u| u.agent).collect();
        let agents = || known.iter().map(|id| ledger.text(*id));
        let (mut on_cadence, mut all) = (0, 0);
        for (history, judgement) in assessed.scopes.values() {
            all += history.uses();
            if judgement.cadence.as_ref().is_some_and(|c| c.claim == Claim::Claimed) {
                on_cadence += history.uses();
            }
        }
        let is_scheduled = all > 0 && on_cadence as f64 / all as f64 >= SCHEDULED;
        if is_application(&assessed.token.principal) || agents().any(user_agent::is_automation) {
            Self::Automation
        } else if all == 0 {
            Self::Unknown
        } else if !known.is_empty() && agents().all(user_agent::is_sql_driver) {
            Self::Bi
        } else if is_scheduled {
            Self::Automation
        } else if !principal.is_some_and(|p| p.browser) {
            Self::Unknown
        } else if on_cadence > 0 {
            Self::Human
        } else {
            Self::Exploratory
        }
    }

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::Bi => "bi",
            Self::Human => "human",
            Self::Exploratory => "exploratory",
            Self::Unknown => "unknown",
        }
    }
}

/// Service principals are known by their application id, a UUID.
pub fn is_application(principal: &str) -> bool {
    is_uuid(principal.as_bytes())
}

/// The advice for a token as a whole.
pub fn advice(
    assessed: &TokenAssessment<'_>,
    mints_tokens: bool,
    account_level: bool,
    is_stale: bool,
) -> &'static str {
    if account_level {
        "No personal access token can call account APIs: use OAuth with an account-level service principal."
    } else if mints_tokens {
        "Move it to OAuth, or to a tightly held service principal: with the scope authentication it can mint tokens of any \
         scope. Treat it as a break-glass path of its own: logged, rotated."
    } else if is_stale {
        "Nobody seems to use it and nothing explains it: ask its owner, then revoke it."
    } else if matches!(assessed.enforcement, Enforcement::NotCovered) {
        "It needs all APIs. Keep it apart from other work, and move it to OAuth when it can be."
    } else {
        match assessed.profile {
            Profile::Automation => {
                "Give it explicit scopes and watch for failures: production work is predictable."
            }
            Profile::Bi | Profile::Human => "Keep auto-scoping: what is used often is seen.",
            Profile::Exploratory => "Keep auto-scoping, and keep the token short-lived.",
            Profile::Unknown => {
                "Too little was seen to say what it is for: ask its owner before its window ends."
            }
        }
    }
}
