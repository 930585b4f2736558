//! One token as an inventory lists it.

use crate::support::time::{Day, Time};
use serde::{Serialize, Serializer};

/// A personal access token as a dump shows it. Texts that look like secrets are blanked.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ListedToken {
    /// Its id, as written: for a real workspace the SHA-256 of the token.
    pub token_id: String,
    /// The numeric workspace id, or a name where the report knows only that; absent in a user's own list.
    pub workspace: Option<String>,
    /// The numeric id of the principal the token acts as.
    pub owner_id: Option<String>,
    /// The principal name in lower case, when the dump names it or the owner is also the creator.
    pub owner: Option<String>,
    /// The numeric id of whoever made it.
    pub created_by_id: Option<String>,
    /// The principal name of whoever made it, in lower case.
    pub created_by: Option<String>,
    /// What its owner wrote about it; empty when nothing.
    pub comment: String,
    pub created: Option<Time>,
    /// Expiry; `None` when it never expires.
    pub expires: Option<Time>,
    /// The day of its last use, as the platform counts it.
    pub last_used_day: Option<Day>,
    /// State of its auto-scoping; `None` when not reported or unspecified.
    pub state: Option<TokenState>,
    /// Granted scopes; `None` when absent or empty, which never means "holds nothing".
    pub scopes: Option<Vec<String>>,
    /// Scopes inferred so far; empty when absent while other tokens of the dump show them.
    pub inferred: Option<Vec<String>>,
    /// Scopes found by offline processing of an existing token; empty when absent while other tokens of the dump show them.
    pub backfill: Option<Vec<String>>,
    /// The date of the dump that shows this.
    pub seen_in: Option<Day>,
}

/// What the platform says about a token's auto-scoping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenState {
    /// Off for this token.
    Disabled,
    /// Observing.
    Running,
    /// Narrowed.
    Completed,
    /// An existing token, judged from its history.
    Backfilled,
    UserSelected,
    /// Uses an API that no scope covers.
    ApiNotCovered,
    /// A value this version does not know, as written.
    Other(String),
}

const PREFIX: &str = "AUTOSCOPE_STATE_";

impl TokenState {
    /// Reads the enum's text, with or without its prefix; `None` for nothing and for `UNSPECIFIED`.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        Some(match upper.strip_prefix(PREFIX).unwrap_or(&upper) {
            "" | "UNSPECIFIED" => return None,
            "DISABLED" => Self::Disabled,
            "RUNNING" => Self::Running,
            "COMPLETED" => Self::Completed,
            "BACKFILLED" => Self::Backfilled,
            "USER_SELECTED" => Self::UserSelected,
            "API_NOT_COVERED" => Self::ApiNotCovered,
            _ => Self::Other(text.trim().to_owned()),
        })
    }

    /// The short name, without the enum's prefix.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Disabled => "DISABLED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Backfilled => "BACKFILLED",
            Self::UserSelected => "USER_SELECTED",
            Self::ApiNotCovered => "API_NOT_COVERED",
            Self::Other(text) => text,
        }
    }
}

impl Serialize for TokenState {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_state_is_kept_and_an_unspecified_one_is_none() {
        assert_eq!(TokenState::parse("AUTOSCOPE_STATE_RUNNING"), Some(TokenState::Running));
        assert_eq!(TokenState::parse("completed"), Some(TokenState::Completed));
        assert_eq!(TokenState::parse("AUTOSCOPE_STATE_UNSPECIFIED"), None);
        assert_eq!(TokenState::parse(" "), None);
        assert_eq!(
            TokenState::parse("AUTOSCOPE_STATE_PAUSED"),
            Some(TokenState::Other("AUTOSCOPE_STATE_PAUSED".into()))
        );
    }
}
