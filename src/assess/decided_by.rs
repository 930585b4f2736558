//! What decides which scopes a token keeps, as one word.

use crate::timeline::enforcement::Enforcement;
use crate::timeline::window::Phase;
use serde::Serialize;

/// The kind of an [`Enforcement`], or that the token is gone.
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
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DecidedBy {
    /// Nothing any more.
    Gone,
    /// Auto-scoping does not touch it.
    NotNarrowed,
    /// It is switched off, and it holds all APIs.
    HoldsAll,
    /// It uses an API that no scope covers.
    ApiNotCovered,
    /// The scopes it was granted.
    Granted,
    /// Databricks' own list for it.
    Platform,
    /// A window with dates that has not ended by as-of.
    WindowOpen,
    /// A window with dates that has ended.
    WindowOver,
    /// A window without dates.
    WindowUnknown,
    /// It is narrowed, and the list of what it holds is not there.
    NotReported,
}

impl DecidedBy {
    /// What decides for a token that is not gone.
    pub const fn of(enforcement: &Enforcement) -> Self {
        match enforcement {
            Enforcement::NotNarrowed => Self::NotNarrowed,
            Enforcement::ApiNotCovered => Self::ApiNotCovered,
            Enforcement::HoldsAll => Self::HoldsAll,
            Enforcement::Granted(_) => Self::Granted,
            Enforcement::Platform { .. } => Self::Platform,
            Enforcement::Dated { phase: Phase::Open, .. } => Self::WindowOpen,
            Enforcement::Dated { phase: Phase::Over, .. } => Self::WindowOver,
            Enforcement::Undated { .. } => Self::WindowUnknown,
            Enforcement::NotReported => Self::NotReported,
        }
    }

    /// The name in tables and JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }

    pub const fn text(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::NotNarrowed => "not narrowed",
            Self::HoldsAll => "holds all APIs",
            Self::ApiNotCovered => "keeps everything: uses an API no scope covers",
            Self::Granted => "the scopes it was granted",
            Self::Platform => "Databricks' own list for it",
            Self::WindowOpen => "30 days of observation, still running",
            Self::WindowOver => "30 days of observation, over",
            Self::WindowUnknown => "30 days of observation nobody has dated",
            Self::NotReported => "narrowed, but to what is not reported",
        }
    }
}
