//! The verdict on one scope of one token: kept, lost or unknown, with the reason and how sure that is.

use super::cadence::Cadence;
use super::calendar::Expected;
use super::loss_odds::Odds;
use crate::catalog::confidence::Confidence;
use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum Verdict {
    /// The token keeps it, or never was to lose it.
    Kept,
    /// It loses it, or does not hold it.
    Lost,
    /// What was given does not decide it; the reason says why.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum Reason {
    NotNarrowed,
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
    /// The dates of the window are not known.
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

/// What was found about one scope of one token.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub verdict: Verdict,
    pub reason: Reason,
    /// How sure: the lowest of evidence, mapping and window source.
    pub confidence: Confidence,
    /// Whether the loss lies ahead and rests on an expected call.
    pub predicted: bool,
    /// Share of windows since its first use that miss it; only where the window is unknown.
    pub odds: Option<Odds>,
    /// The same since the history began.
    pub odds_since_start: Option<Odds>,
    /// Where the window is unknown: whether the 30 days before as-of would keep it.
    pub likeliest_keeps: Option<bool>,
    pub cadence: Option<Cadence>,
    /// The next expected or declared call.
    pub next: Option<Expected>,
    /// Whether the cadence, and a next call that follows from it, rests on the tokens that this one took over from.
    pub by_lineage: bool,
    /// Reservations, as sentences.
    pub notes: Vec<String>,
}

impl Judgement {
    /// How sure it is that the next call comes when it is expected.
    pub fn confidence_of_next(&self) -> Confidence {
        if self.by_lineage { self.confidence.min(Confidence::Medium) } else { self.confidence }
    }
}
