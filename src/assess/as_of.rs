//! Where the moment of as-of comes from.

use serde::Serialize;

/// The first of these that gives a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsOfSource {
    /// `--as-of`.
    Option,
    /// The end of the last complete UTC day in the logs.
    Logs,
    /// The newest time in the token lists.
    Inventory,
}

impl AsOfSource {
    pub const fn text(self) -> &'static str {
        match self {
            Self::Option => "as asked",
            Self::Logs => "the end of the last complete day in the logs",
            Self::Inventory => "the newest time in the token list",
        }
    }
}
