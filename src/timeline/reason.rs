//! The verdict on a scope and the reason for it, with the sentence that people read.

use serde::{Deserialize, Serialize};

/// What happens to a scope.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// The token keeps it, or never was to lose it.
    Kept,
    /// It loses it, or does not hold it.
    Lost,
    /// What was given does not decide it; the reason says why.
    Unknown,
}

/// Why a scope has its verdict.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::EnumIter, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    /// The token is not narrowed.
    NotNarrowed,
    /// It holds all APIs.
    HoldsAll,
    /// Its state says that no scope covers an API it uses, so it keeps everything.
    ApiNotCovered,
    /// It is among the granted scopes.
    Granted,
    /// It is in the platform's own set.
    PlatformKeeps,
    /// A use lies in the window.
    SeenInWindow,
    /// Another scope that serves the same calls is kept.
    AlternativeKept,
    /// No window since the log or the token began would have missed it.
    NoWindowMisses,
    /// It is needed and not among the granted scopes.
    NotGranted,
    /// It is needed and not in the platform's own set.
    NotInPlatformSet,
    /// It is needed and no use lies in the window, which is over.
    NotSeenInWindow,
    /// It is needed, the window has not seen it yet, and the next call comes after its end.
    NextCallAfterWindow,
    /// The window is still open, and nothing says when the next call comes.
    WindowOpen,
    /// The dates of the window are unknown.
    WindowUnknown,
    /// Only uses on a boundary day decide.
    BoundaryDay,
    /// Seen only in calls that any of several tokens may have made.
    SharedPrincipal,
    /// The log does not reach back to the window's start.
    HistoryStartsLate,
    /// The log misses a day of the window.
    LogGap,
    /// Calls in the window that the catalog cannot map may have needed it.
    Unmapped,
    /// No known call of this scope leaves an audit row.
    NotObservable,
    /// There are no logs.
    NoHistory,
    /// The history is not longer than a window.
    ShortHistory,
    /// The token is narrowed, but the list does not show to what.
    ScopesNotReported,
    /// It holds a name the catalog does not know, which may cover this.
    ScopeNameUnknown,
    /// Known only from calls that no scope but all-apis is known to open.
    NeedsAllApis,
}

impl Verdict {
    /// The word in every format.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Reason {
    /// The name in tables and JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The verdict that it gives.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::NotNarrowed
            | Self::HoldsAll
            | Self::ApiNotCovered
            | Self::Granted
            | Self::PlatformKeeps
            | Self::SeenInWindow
            | Self::AlternativeKept
            | Self::NoWindowMisses => Verdict::Kept,
            Self::NotGranted | Self::NotInPlatformSet | Self::NotSeenInWindow | Self::NextCallAfterWindow => {
                Verdict::Lost
            }
            Self::WindowOpen
            | Self::WindowUnknown
            | Self::BoundaryDay
            | Self::SharedPrincipal
            | Self::HistoryStartsLate
            | Self::LogGap
            | Self::Unmapped
            | Self::NotObservable
            | Self::NoHistory
            | Self::ShortHistory
            | Self::ScopesNotReported
            | Self::ScopeNameUnknown
            | Self::NeedsAllApis => Verdict::Unknown,
        }
    }

    /// The reason as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotNarrowed => "Auto-scoping does not touch this token.",
            Self::HoldsAll => "The token holds all APIs and is not narrowed.",
            Self::ApiNotCovered => {
                "Databricks reports that the token uses an API no scope covers, so it keeps everything."
            }
            Self::Granted => "The token holds this scope.",
            Self::PlatformKeeps => "Databricks' own list for this token has this scope.",
            Self::SeenInWindow => "The token used it inside the 30 days that decide.",
            Self::AlternativeKept => "Another scope that allows the same calls is kept.",
            Self::NoWindowMisses => {
                "It is used so often that any 30 days since the logs or the token began have a use."
            }
            Self::NotGranted => "The token needs it and does not hold it.",
            Self::NotInPlatformSet => "The token needs it, and Databricks' own list for this token lacks it.",
            Self::NotSeenInWindow => "The token needs it and did not use it inside the 30 days that decide.",
            Self::NextCallAfterWindow => {
                "Not used in the 30 days that decide so far, and the next call is expected after they end."
            }
            Self::WindowOpen => {
                "The 30 days that decide are still running, and nothing says whether the next call falls inside."
            }
            Self::WindowUnknown => {
                "Nobody has told which 30 days decide for this token: name its enforcement date to get an answer."
            }
            Self::BoundaryDay => {
                "The only uses fall on the first or last day of the 30 days, and the hour at which those begin is not known."
            }
            Self::SharedPrincipal => {
                "Several tokens act as this principal, and the logs do not tell which of them made the calls."
            }
            Self::HistoryStartsLate => {
                "The logs begin after the 30 days that decide did: a use before may have been missed."
            }
            Self::LogGap => {
                "The logs lack a day of the 30 days that decide: a use on it may have been missed."
            }
            Self::Unmapped => {
                "Calls in the 30 days that decide are not in the catalog, and they may have needed this scope."
            }
            Self::NotObservable => {
                "No call of this scope is known to leave an audit row, so its absence from the logs proves nothing."
            }
            Self::NoHistory => "No logs were given, so nothing is known about its use.",
            Self::ShortHistory => "The history is no longer than 30 days: too short for odds.",
            Self::ScopesNotReported => {
                "The token is narrowed, but the token list does not show to which scopes."
            }
            Self::ScopeNameUnknown => {
                "The token holds a scope this version does not know, and that may allow these calls."
            }
            Self::NeedsAllApis => {
                "Known only from calls that no scope but all-apis is known to allow: such calls fail once the token is narrowed."
            }
        }
    }
}
