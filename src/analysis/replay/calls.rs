//! The calls of a token that have the same need, and the days on which a window would have seen that need.

use super::plan::{ReplayedToken, is_call};
use crate::attribute::Use;
use crate::catalog::ScopeId;
use crate::timeline::occurrences::UseDay;
use std::borrow::Cow;

/// Firm uses that need the same.
pub(super) struct Calls<'a> {
    /// The scope under which they are reported.
    pub(super) scope: ScopeId,
    /// Each a row of the ledger. A login and the call it led to count once: the call.
    pub(super) uses: Vec<&'a Use>,
    /// Days of firm use of the scope, or of another that would serve.
    pub(super) seen: Cow<'a, [UseDay]>,
    /// The same with possible uses.
    pub(super) weakly_seen: Cow<'a, [UseDay]>,
}

impl<'a> ReplayedToken<'a> {
    /// All its firm uses, by need.
    pub(super) fn calls(&self) -> Vec<Calls<'a>> {
        let mut all: Vec<Calls<'a>> = Vec::with_capacity(self.scopes.len());
        for (scope, history, _) in &self.scopes {
            let has_calls = history.firm.iter().any(|u| is_call(u.kind));
            let begin = all.len();
            for u in history.firm.iter().copied().filter(|u| !has_calls || is_call(u.kind)) {
                let same = |c: &&mut Calls<'_>| {
                    c.uses.first().is_some_and(|f| f.mapping.scopes() == u.mapping.scopes())
                };
                match all[begin..].iter_mut().find(same) {
                    Some(calls) => calls.uses.push(u),
                    None => all.push(Calls {
                        scope: *scope,
                        uses: vec![u],
                        seen: self.days(u.mapping.scopes(), false),
                        weakly_seen: self.days(u.mapping.scopes(), true),
                    }),
                }
            }
        }
        all
    }

    /// Days with a use of any of the scopes.
    fn days(&self, scopes: &[ScopeId], possible: bool) -> Cow<'a, [UseDay]> {
        let mut lists =
            self.scopes.iter().filter(|(s, ..)| scopes.contains(s)).map(|(_, h, _)| match possible {
                true => h.possible_days.as_slice(),
                false => h.days.as_slice(),
            });
        let first = lists.next().unwrap_or_default();
        match lists.next() {
            None => Cow::Borrowed(first),
            Some(second) => Cow::Owned([first, second].into_iter().chain(lists).flatten().copied().collect()),
        }
    }
}
