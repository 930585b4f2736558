//! The id of each rule. Ids are a public contract: one is never used again for something else.

use serde::Serialize;

/// A rule by its id, in the order in which the registry runs them and reports list findings of one severity.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[allow(missing_docs, reason = "each rule says in its own file what it finds")]
pub enum RuleId {
    ScopeLostAtEnforcement,
    ScopeAtRisk,
    ScopeMissingNow,
    PlatformMissedScope,
    ScopeDenied,
    NeedsAllApis,
    InactivityRevocation,
    ExpiryBeforeNeed,
    LifetimeOverLimit,
    AuthenticationScope,
    AccountLevelUse,
    SharedPrincipal,
    UnusedScope,
    TokenSprawl,
    StaleToken,
    ShortHistory,
    LogGap,
    DeclaredNeedUnseen,
    AnnotationContradicted,
    AnnotationUnmatched,
    AnnotationExpired,
}

impl RuleId {
    /// The id as reports print it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
