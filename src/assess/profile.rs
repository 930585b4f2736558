//! What a token is used for, and the advice that follows.

use super::rule_id::RuleId;
use crate::input::user_agent;
use crate::support::text::is_uuid;
use crate::timeline::enforcement::Enforcement;
use serde::Serialize;
use std::collections::BTreeSet;

/// The kind of work behind a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
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

/// The facts from which the kind of work follows.
pub(super) struct Work<'a> {
    pub(super) principal: &'a str,
    /// Whether that principal signs in with a browser.
    pub(super) browser: bool,
    /// The user agents of its calls.
    pub(super) agents: BTreeSet<&'a str>,
    /// Uses of all scopes.
    pub(super) uses: u64,
    /// Those of scopes with a claimed cadence.
    pub(super) on_cadence: u64,
}

/// Share of uses on a cadence from which a token counts as automation.
const SCHEDULED: f64 = 0.8;

impl Profile {
    pub(super) fn of(work: &Work<'_>) -> Self {
        let is_scheduled = work.uses > 0 && work.on_cadence as f64 / work.uses as f64 >= SCHEDULED;
        let agents = || work.agents.iter().copied();
        if is_application(work.principal) || agents().any(user_agent::is_automation) {
            Self::Automation
        } else if work.uses == 0 {
            Self::Unknown
        } else if !work.agents.is_empty() && agents().all(user_agent::is_sql_driver) {
            Self::Bi
        } else if is_scheduled {
            Self::Automation
        } else if !work.browser {
            Self::Unknown
        } else if work.on_cadence > 0 {
            Self::Human
        } else {
            Self::Exploratory
        }
    }

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Service principals are known by their application id, a UUID.
pub(crate) fn is_application(principal: &str) -> bool {
    is_uuid(principal.as_bytes())
}

/// The advice for a token as a whole; `has` says whether a rule found anything about it.
pub(crate) fn advice(
    enforcement: &Enforcement,
    profile: Profile,
    has: impl Fn(RuleId) -> bool,
) -> &'static str {
    if has(RuleId::AccountLevelUse) {
        "No personal access token can call account APIs: use OAuth with an account-level service principal."
    } else if has(RuleId::AuthenticationScope) {
        "Move it to OAuth, or to a tightly held service principal: with the scope authentication it can mint tokens of any \
         scope. Treat it as a break-glass path of its own: logged, rotated."
    } else if has(RuleId::StaleToken) {
        "Nobody seems to use it and nothing explains it: ask its owner, then revoke it."
    } else if matches!(enforcement, Enforcement::ApiNotCovered) {
        "It needs all APIs. Keep it apart from other work, and move it to OAuth when it can be."
    } else {
        match profile {
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
