//! The result of a cross-check: one line per scope, and the sums.

use super::list::ListSource;
use serde::Serialize;

/// One token's needs, compared with Databricks' list for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrossCheck {
    /// Which list it is held against.
    pub list: ListSource,
    /// Whether that list may still grow, since observation goes on.
    pub growing: bool,
    /// In order of scope name.
    pub scopes: Vec<ScopeCheck>,
}

/// One scope of a cross-check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScopeCheck {
    /// Its name, without modifiers.
    pub scope: String,
    /// Whether the token needs it, and how that is known.
    pub needed: Needed,
    /// How the list names it; `None` when it does not.
    pub listed_as: Option<String>,
    /// Whether the scopes that the token holds today allow it; `None` when they are not reported, or when it cannot be decided.
    pub granted: Option<bool>,
    pub says: Says,
    /// Why it cannot be decided, where it cannot.
    pub why: Option<&'static str>,
}

/// Whether a token needs a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Needed {
    /// Its history shows it.
    History,
    /// People declared it, and the history does not show it.
    Declared,
    /// The history of its principal shows it, but perhaps another token's.
    Possible,
    /// Nothing shows it.
    No,
}

impl Needed {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Says {
    /// Needed and listed.
    Agrees,
    /// Needed and not listed.
    PlatformMisses,
    /// Listed, and its history never needed it.
    BeyondNeed,
    /// Needed and not listed so far; the list may still grow.
    NotYet,
    /// It cannot be decided.
    CannotSay,
}

impl Says {
    pub fn name(self) -> &'static str {
        self.into()
    }

    pub const fn text(self) -> &'static str {
        match self {
            Self::Agrees => "needed and listed",
            Self::PlatformMisses => "needed and not listed",
            Self::BeyondNeed => "listed and never seen to be needed",
            Self::NotYet => "needed and not listed yet",
            Self::CannotSay => "cannot say",
        }
    }
}

/// Sums over all tokens that were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Tokens with a list to compare with.
    pub tokens: usize,
    /// Those of them where the list has what is needed and nothing else.
    pub agreeing_tokens: usize,
    /// Scopes needed and listed.
    pub agrees: u64,
    /// Scopes needed and not listed.
    pub platform_misses: u64,
    /// Scopes listed and never seen to be needed.
    pub beyond_need: u64,
    /// Scopes needed and not listed yet.
    pub not_yet: u64,
    /// Scopes that cannot be decided.
    pub cannot_say: u64,
}

impl CrossCheck {
    pub(super) fn new(list: ListSource, growing: bool) -> Self {
        Self { list, growing, scopes: Vec::new() }
    }

    /// Whether the list has what is needed and nothing else.
    pub fn agrees(&self) -> bool {
        self.scopes.iter().all(|s| s.says == Says::Agrees)
    }

    /// The scopes with one answer.
    pub fn saying(&self, says: Says) -> impl Iterator<Item = &ScopeCheck> {
        self.scopes.iter().filter(move |s| s.says == says)
    }
}
