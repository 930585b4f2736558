//! Why it cannot be decided what would have become of a call.

use crate::timeline::verdict::Reason;
use serde::Serialize;

/// Why it cannot be decided whether a call would have gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Uncertainty {
    /// Any of several tokens may have made the call.
    SharedCall,
    /// The call is tied to the token too weakly, or what it needs is known too little.
    WeakCall,
    /// The catalog does not know what the call needs.
    UnmappedCall,
    /// Calls on a boundary day decide, and the hour of the boundary is not known.
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
    /// The scopes left to the token are not known yet, are not reported, or include an unknown name.
    ListUnknown,
}

impl Uncertainty {
    pub(super) fn of(reason: Reason) -> Self {
        match reason {
            Reason::BoundaryDay => Self::BoundaryDay,
            Reason::SharedPrincipal => Self::SeenWeakly,
            Reason::HistoryStartsLate | Reason::NoHistory => Self::HistoryStartsLate,
            Reason::LogGap => Self::LogGap,
            Reason::Unmapped => Self::UnmappedInWindow,
            Reason::NotObservable => Self::NotObservable,
            Reason::NeedsAllApis => Self::NeedsAllApis,
            Reason::NotNarrowed
            | Reason::HoldsAll
            | Reason::ApiNotCovered
            | Reason::Granted
            | Reason::PlatformKeeps
            | Reason::SeenInWindow
            | Reason::AlternativeKept
            | Reason::NoWindowMisses
            | Reason::NotGranted
            | Reason::NotInPlatformSet
            | Reason::NotSeenInWindow
            | Reason::NextCallAfterWindow
            | Reason::WindowOpen
            | Reason::WindowUnknown
            | Reason::ShortHistory
            | Reason::ScopesNotReported
            | Reason::ScopeNameUnknown => Self::ListUnknown,
        }
    }

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Why it cannot be decided, in words that follow "because".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::SharedCall => "any of several tokens may have made them",
            Self::WeakCall => "their tie to a token, or to a scope, is weak",
            Self::UnmappedCall => "the catalog does not know what they need",
            Self::BoundaryDay => "the hour decides of a day that is known only as a date",
            Self::SeenWeakly => "the window shows their scope only in calls of unsure origin",
            Self::HistoryStartsLate => "their scope may have been used before the log begins",
            Self::LogGap => "their scope may have been used on days the log lacks",
            Self::UnmappedInWindow => "unknown calls in the window may have used their scope",
            Self::NotObservable => "calls of their scope leave no row",
            Self::NeedsAllApis => "no scope but all-apis is known to open them",
            Self::ListUnknown => "it is not known whether their scope is left",
        }
    }
}
