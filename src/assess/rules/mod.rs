//! The rules, in the order of the registry. Their ids are a public contract and are never used again for something else.

mod account_level_use;
mod annotation_contradicted;
mod annotation_expired;
mod annotation_unmatched;
mod authentication_scope;
mod declared_need_unseen;
mod expiry_before_need;
mod inactivity_revocation;
mod lifetime_over_limit;
mod log_gap;
mod loss;
mod needs_all_apis;
mod platform_missed_scope;
mod scope_at_risk;
mod scope_denied;
mod scope_lost_at_enforcement;
mod scope_missing_now;
mod shared_principal;
mod short_history;
mod stale_token;
mod token_sprawl;
mod unused_scope;

pub(crate) use inactivity_revocation::ID as INACTIVITY_REVOCATION;
pub(crate) use scope_at_risk::ID as SCOPE_AT_RISK;

use super::assessment::Assessment;
use super::finding::Finding;

/// Looks at everything and adds what it finds.
pub trait Rule: Sync {
    /// Its id.
    fn id(&self) -> &'static str;
    /// What it finds, in a sentence.
    fn summary(&self) -> &'static str;
    /// Adds its findings.
    fn assess(&self, assessment: &Assessment<'_>, findings: &mut Vec<Finding>);
}

/// Every rule.
pub const RULES: &[&dyn Rule] = &[
    &scope_lost_at_enforcement::ScopeLostAtEnforcement,
    &scope_at_risk::ScopeAtRisk,
    &scope_missing_now::ScopeMissingNow,
    &platform_missed_scope::PlatformMissedScope,
    &scope_denied::ScopeDenied,
    &needs_all_apis::NeedsAllApis,
    &inactivity_revocation::InactivityRevocation,
    &expiry_before_need::ExpiryBeforeNeed,
    &lifetime_over_limit::LifetimeOverLimit,
    &authentication_scope::AuthenticationScope,
    &account_level_use::AccountLevelUse,
    &shared_principal::SharedPrincipal,
    &unused_scope::UnusedScope,
    &token_sprawl::TokenSprawl,
    &stale_token::StaleToken,
    &short_history::ShortHistory,
    &log_gap::LogGap,
    // Last, for they look at what the others found.
    &declared_need_unseen::DeclaredNeedUnseen,
    &annotation_contradicted::AnnotationContradicted,
    &annotation_unmatched::AnnotationUnmatched,
    &annotation_expired::AnnotationExpired,
];

/// Those that an idle token's revocation replaces.
pub(crate) const LOSSES: [&str; 4] =
    [scope_lost_at_enforcement::ID, scope_at_risk::ID, scope_missing_now::ID, platform_missed_scope::ID];
