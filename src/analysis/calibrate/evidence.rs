//! Published scopes and logged use of each token, reduced to what windows of at least a week can tell apart.

use super::candidate::WindowFit;
use crate::analysis::cross_check::{ListSource, platform_list};
use crate::analysis::joins::{self, Rows};
use crate::assess::{Assessment, TokenAssessment};
use crate::attribute::{Use, UseKind};
use crate::error::Error;
use crate::support::time::Day;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Days with use no farther apart than this are one run: no window of a week fits between them.
const JOINED: i32 = 7;

/// All tokens with a list of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct WindowEvidence {
    pub(super) tokens: Vec<TokenEvidence>,
    /// Published scopes without any logged call.
    pub(super) never_logged: usize,
    /// The day after the newest list.
    pub(super) last_end: Option<Day>,
    /// The first day on which the logs of every workspace have begun.
    pub(super) first_day: Option<Day>,
}

#[derive(Clone, Debug)]
pub(super) struct TokenEvidence {
    pub(super) id: String,
    pub(super) workspace: String,
    pub(super) created: Option<Day>,
    pub(super) enforced: Option<Day>,
    pub(super) listed: Option<Day>,
    /// The first day of its workspace's log.
    pub(super) log_from: Day,
    /// The first day that its list cannot know of.
    pub(super) until: Day,
    /// Scopes that some windows see and others may not.
    pub(super) scopes: Vec<ScopeEvidence>,
    /// Scopes in use all the time: every window sees them.
    pub(super) steady: Vec<ScopeEvidence>,
}

/// One scope of it, used or published and used.
#[derive(Clone, Debug, Default)]
pub(super) struct ScopeEvidence {
    pub(super) scope: String,
    pub(super) published: bool,
    /// First and last day of each run of use that succeeded.
    pub(super) runs: Vec<(Day, Day)>,
    /// The same with failed calls.
    pub(super) runs_with_failed: Vec<(Day, Day)>,
}

/// A token whose list a window does not explain in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misfit {
    pub token_id: String,
    pub workspace_id: String,
    /// Published, and no call inside the window.
    pub missed: Vec<String>,
    /// A call inside the window, and not published.
    pub extra: Vec<String>,
}

impl WindowEvidence {
    pub(super) fn of(assessment: &Assessment<'_>, list: ListSource) -> Result<Self, Error> {
        let mut out = Self::default();
        let mut published: Vec<(usize, String)> = Vec::new();
        let mut used: Vec<(usize, String, BTreeSet<Day>, BTreeSet<Day>)> = Vec::new();
        for assessed in &assessment.tokens {
            let shown = platform_list(assessed.token, &assessed.enforcement).filter(|l| l.source == list);
            let from = assessed.log.and_then(|l| l.from).map(|t| t.day());
            let (Some(shown), Some(log_from)) = (shown, from) else { continue };
            let as_of = assessment.given.as_of.day();
            let until = assessed.token.listed.map_or(as_of, |d| d.plus(1).min(as_of));
            if until.0 - assessed.token.created.map_or(log_from, |t| t.day().max(log_from)).0 < JOINED {
                continue;
            }
            let place = out.tokens.len();
            let names: BTreeSet<String> = shown.scopes.iter().map(|s| base(assessment, s)).collect();
            let days = days_by_scope(assessment, assessed, &names);
            if days.is_empty() {
                out.never_logged += names.len();
                continue;
            }
            used.extend(days.into_iter().map(|(scope, (good, all))| (place, scope, good, all)));
            published.extend(names.into_iter().map(|name| (place, name)));
            // A window derived from the creation date alone is no evidence of when scopes were enforced.
            let window = assessed.enforcement.window();
            let dated = |w: &&crate::timeline::window::Window| {
                use crate::timeline::window::WindowSource;
                matches!(w.source, WindowSource::Annotation | WindowSource::Option)
            };
            out.tokens.push(TokenEvidence {
                id: assessed.token.id.clone(),
                workspace: assessed.token.workspace.clone(),
                created: assessed.token.created.map(|t| t.day()),
                enforced: window.filter(dated).map(|w| w.enforced.time.day()),
                listed: assessed.token.listed,
                log_from,
                until,
                scopes: Vec::new(),
                steady: Vec::new(),
            });
        }
        let pairs = joins::full_join(
            Rows::default()
                .text("token", used.iter().map(|u| u.0.to_string()))
                .text("scope", used.iter().map(|u| &u.1)),
            Rows::default()
                .text("token", published.iter().map(|p| p.0.to_string()))
                .text("scope", published.iter().map(|p| &p.1)),
            &["token", "scope"],
        )?;
        for pair in pairs {
            match pair {
                (Some(n), right) => {
                    let (place, scope, good, all) = &used[n];
                    out.tokens[*place].add(ScopeEvidence {
                        scope: scope.clone(),
                        published: right.is_some(),
                        runs: runs(good),
                        runs_with_failed: runs(all),
                    });
                }
                // No window can explain what no log shows.
                (None, _) => out.never_logged += 1,
            }
        }
        out.last_end = out.tokens.iter().map(|t| t.until).max();
        out.first_day = out.tokens.iter().map(|t| t.log_from).max();
        Ok(out)
    }

    /// Published scopes that windows are scored on.
    pub(super) fn published(&self) -> usize {
        self.scopes().filter(|s| s.published).count()
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &ScopeEvidence> {
        self.tokens.iter().flat_map(|t| t.scopes.iter().chain(&t.steady))
    }
}

impl TokenEvidence {
    fn add(&mut self, scope: ScopeEvidence) {
        let steady = |runs: &[(Day, Day)]| matches!(runs, [(a, b)] if a.0 < self.log_from.0 + JOINED && b.0 >= self.until.0 - JOINED);
        if steady(&scope.runs) && steady(&scope.runs_with_failed) {
            self.steady.push(scope);
        } else {
            self.scopes.push(scope);
        }
    }

    /// What one window says about it; without a window everything published is missed.
    pub(super) fn score(&self, window: Option<(Day, Day)>, failed: bool, fit: &mut WindowFit) {
        let mut count = |published: bool, seen: bool| match (published, seen) {
            (true, true) => fit.explained += 1,
            (true, false) => fit.missed += 1,
            (false, true) => fit.extra += 1,
            (false, false) => {}
        };
        self.steady.iter().for_each(|s| count(s.published, window.is_some()));
        for scope in &self.scopes {
            count(scope.published, window.is_some_and(|(start, end)| scope.is_seen(start, end, failed)));
        }
    }

    /// Where it differs from one window.
    pub(super) fn misfit(&self, window: Option<(Day, Day)>, failed: bool) -> Option<Misfit> {
        let names = |published: bool| -> Vec<String> {
            let seen = |s: &&ScopeEvidence| window.is_some_and(|(start, end)| s.is_seen(start, end, failed));
            self.scopes
                .iter()
                .chain(&self.steady)
                .filter(|s| s.published == published && seen(s) != published)
                .map(|s| s.scope.clone())
                .collect()
        };
        let (missed, extra) = (names(true), names(false));
        (!(missed.is_empty() && extra.is_empty())).then(|| Misfit {
            token_id: self.id.clone(),
            workspace_id: self.workspace.clone(),
            missed,
            extra,
        })
    }
}

impl ScopeEvidence {
    pub(super) fn runs(&self, failed: bool) -> &[(Day, Day)] {
        if failed { &self.runs_with_failed } else { &self.runs }
    }

    /// Whether a call lies in `[start, end)`, a stretch of at least a week.
    pub(super) fn is_seen(&self, start: Day, end: Day, failed: bool) -> bool {
        let runs = self.runs(failed);
        let next = runs.partition_point(|(_, last)| *last < start);
        runs.get(next).is_some_and(|(first, _)| *first < end)
    }
}

fn base(assessment: &Assessment<'_>, name: &str) -> String {
    assessment
        .catalog
        .scope_named(name)
        .map_or_else(|| name.to_owned(), |id| assessment.catalog.scope_name(id).to_owned())
}

/// Days of firm use by scope: those that succeeded, and all. A call that any of several scopes allows counts for the published
/// one; a scope with possible uses only is left out, for they may be another token's.
fn days_by_scope(
    assessment: &Assessment<'_>,
    assessed: &TokenAssessment<'_>,
    published: &BTreeSet<String>,
) -> BTreeMap<String, (BTreeSet<Day>, BTreeSet<Day>)> {
    let mut days: BTreeMap<String, (BTreeSet<Day>, BTreeSet<Day>)> = BTreeMap::new();
    let firm = assessment.attribution.uses[assessed.index]
        .iter()
        .filter(|u| u.is_firm() && !u.mapping.is_all_apis());
    for u in firm {
        let (good, all) = days.entry(name(assessment, u, published)).or_default();
        let day = u.count.first.day();
        all.insert(day);
        if matches!(u.kind, UseKind::Call | UseKind::Login { .. }) {
            good.insert(day);
        }
    }
    days
}

fn name(assessment: &Assessment<'_>, u: &Use, published: &BTreeSet<String>) -> String {
    let names = || u.mapping.scopes().iter().map(|s| assessment.catalog.scope_name(*s));
    names().find(|n| published.contains(*n)).or_else(|| names().next()).unwrap_or_default().to_owned()
}

fn runs(days: &BTreeSet<Day>) -> Vec<(Day, Day)> {
    let mut runs: Vec<(Day, Day)> = Vec::new();
    for &day in days {
        match runs.last_mut() {
            Some((_, last)) if day.0 - last.0 <= JOINED => *last = day,
            _ => runs.push((day, day)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_see_what_days_see(days in prop::collection::btree_set(0i32..200, 0..20), start in -20i32..200, length in 7i32..91) {
            let days: BTreeSet<Day> = days.into_iter().map(Day).collect();
            let scope = ScopeEvidence { runs: runs(&days), ..ScopeEvidence::default() };
            let brute = days.iter().any(|d| start <= d.0 && d.0 < start + length);
            prop_assert_eq!(scope.is_seen(Day(start), Day(start + length), false), brute);
        }
    }
}
