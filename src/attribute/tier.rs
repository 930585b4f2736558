//! How surely a ledger row is tied to a token: a tier, with the confidence it allows.

use crate::catalog::confidence::Confidence;
use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};

/// How surely a row belongs to a token, from "the row names it" to "no token is known".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[serde(into = "&'static str")]
pub enum Tier {
    /// The row names the token.
    T0,
    /// Same command-line run or request id as the login of exactly one token.
    T1,
    /// One token's login within ten seconds, and no other credential near it.
    T2,
    /// A login near in time, another credential within the day; or a login earlier that day.
    T3,
    /// No agent on the row; the principal has exactly one live token and never logs in otherwise.
    T4,
    /// One of the principal's live tokens.
    T5,
    /// No live token of the principal is known.
    T6,
}

impl Tier {
    /// The confidence it allows at most.
    pub const fn confidence(self) -> Confidence {
        match self {
            Self::T0 | Self::T1 => Confidence::Exact,
            Self::T2 => Confidence::High,
            Self::T3 | Self::T4 => Confidence::Medium,
            Self::T5 | Self::T6 => Confidence::Low,
        }
    }

    /// Whether a use of this tier certainly belongs to this token.
    pub const fn is_sure(self) -> bool {
        matches!(self, Self::T0 | Self::T1 | Self::T2)
    }

    /// How a call was tied to the token.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::T0 => "the row names the token",
            Self::T1 => "same command-line run as a login of this token",
            Self::T2 => "a login of this token within 10 seconds, no other credential near",
            Self::T3 => "a login of this token shortly before, with some doubt",
            Self::T4 => "the only token of its principal",
            Self::T5 => "made by one of several tokens of the principal",
            Self::T6 => "no token of the principal is known",
        }
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
