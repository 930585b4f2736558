//! Which of Databricks' lists a token is held against.

use crate::attribute::Token;
use crate::context::inventory::TokenState;
use crate::timeline::enforcement::Enforcement;
use crate::timeline::window::Phase;
use serde::Serialize;

/// A list as reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlatformList {
    pub source: ListSource,
    /// Its scopes, as written.
    pub scopes: Vec<String>,
    /// Whether observation still goes on, so that it may grow.
    pub growing: bool,
}

/// Which field of the token list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ListSource {
    /// Worked out from the history of an existing token.
    BackfillScopes,
    /// Seen so far, or in the whole window.
    InferredScopes,
    /// What the token holds, where the platform shows no reading of its own.
    Scopes,
}

impl ListSource {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The platform's own reading where it shows one, else what the token holds; `None` where that is everything, or not reported.
pub(crate) fn platform_list(token: &Token, enforcement: &Enforcement) -> Option<PlatformList> {
    let is_in = |states: &[TokenState]| token.state.as_ref().is_some_and(|s| states.contains(s));
    // An empty list says something only of a token whose state says that the platform looked.
    let shown =
        |list: &Option<Vec<String>>, looked: bool| list.clone().filter(|scopes| looked || !scopes.is_empty());
    let backfill = shown(&token.backfill, is_in(&[TokenState::Backfilled]));
    let inferred = shown(&token.inferred, is_in(&[TokenState::Running, TokenState::Completed]));
    let held = token.scopes.clone().filter(|s| !s.is_empty() && !s.iter().any(|s| s == "all-apis"));
    let of = |source, scopes| PlatformList { source, scopes, growing: false };
    let running = is_in(&[TokenState::Running]);
    let growing = |list| PlatformList { growing: running || is_open(enforcement), ..list };
    backfill
        .map(|s| of(ListSource::BackfillScopes, s))
        .or_else(|| inferred.map(|s| growing(of(ListSource::InferredScopes, s))))
        .or_else(|| held.map(|s| of(ListSource::Scopes, s)))
}

/// Whether a token's own window is still open.
fn is_open(enforcement: &Enforcement) -> bool {
    matches!(enforcement, Enforcement::Dated { phase: Phase::Open, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Option<Vec<String>> {
        Some(names.iter().map(|n| (*n).to_owned()).collect())
    }

    #[test]
    fn an_empty_list_is_one_only_where_the_platform_looked() {
        let of = |token: Token| platform_list(&token, &Enforcement::NotReported);
        let everything = Token { scopes: list(&["all-apis"]), inferred: list(&[]), ..Token::default() };
        assert_eq!(of(everything.clone()), None);
        let running = of(Token { state: Some(TokenState::Running), ..everything.clone() });
        assert!(running.is_some_and(|l| l.scopes.is_empty() && l.growing));
        let backfilled = Token { backfill: list(&["jobs"]), inferred: list(&["sql"]), ..everything };
        assert!(of(backfilled).is_some_and(|l| l.source == ListSource::BackfillScopes && !l.growing));
        let chosen = Token { scopes: list(&["sql"]), ..Token::default() };
        assert!(of(chosen).is_some_and(|l| l.source == ListSource::Scopes));
    }
}
