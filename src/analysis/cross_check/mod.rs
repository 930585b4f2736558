//! What a token needs by our reading, compared with what Databricks lists for it: what the platform misses, what it keeps
//! beyond need, and what cannot be decided.

mod list;
mod rows;

pub(crate) use list::{ListSource, PlatformList, platform_list};
pub(crate) use rows::{CrossCheck, Needed, Says, ScopeCheck, Totals};

use crate::analysis::joins::{self, Rows};
use crate::assess::{Assessment, TokenAssessment};
use crate::catalog::{Held, Need, ScopeId, meets};
use crate::error::Error;
use crate::timeline::history::ScopeHistory;
use crate::timeline::judge::declared_need;
use crate::timeline::window::WINDOW;

/// A scope that a token needs, or may need.
struct NeededScope<'w, 'a> {
    assessed: &'w TokenAssessment<'a>,
    scope: ScopeId,
    history: &'w ScopeHistory<'a>,
}

/// A scope that a list names.
struct ListedScope<'w, 'a> {
    assessed: &'w TokenAssessment<'a>,
    as_written: &'w str,
    base: String,
}

/// One answer per assessed, in the order of the assessed tokens; `None` where Databricks lists nothing to compare with.
///
/// # Errors
/// When rows cannot be joined, which is a defect here.
pub(crate) fn cross_check(assessment: &Assessment<'_>) -> Result<Vec<Option<CrossCheck>>, Error> {
    let lists: Vec<Option<PlatformList>> =
        assessment.tokens.iter().map(|c| platform_list(c.token, &c.enforcement)).collect();
    let mut needed: Vec<NeededScope<'_, '_>> = Vec::new();
    let mut listed: Vec<ListedScope<'_, '_>> = Vec::new();
    for (assessed, list) in assessment.tokens.iter().zip(&lists) {
        let Some(list) = list else { continue };
        needed.extend(assessed.scopes.iter().map(|(scope, (history, _))| NeededScope {
            assessed,
            scope: *scope,
            history,
        }));
        listed.extend(list.scopes.iter().map(|name| ListedScope {
            assessed,
            as_written: name,
            base: base_name(assessment, name),
        }));
    }
    let token = |index: usize| index.to_string();
    let pairs = joins::full_join(
        Rows::default()
            .text("token", needed.iter().map(|n| token(n.assessed.index)))
            .text("scope", needed.iter().map(|n| assessment.catalog.scope_name(n.scope))),
        Rows::default()
            .text("token", listed.iter().map(|l| token(l.assessed.index)))
            .text("scope", listed.iter().map(|l| &l.base)),
        &["token", "scope"],
    )?;
    let mut checks: Vec<Option<CrossCheck>> =
        lists.iter().map(|l| l.as_ref().map(|l| CrossCheck::new(l.source, l.growing))).collect();
    let place_of: crate::support::hash::Map<usize, usize> =
        assessment.tokens.iter().enumerate().map(|(place, assessed)| (assessed.index, place)).collect();
    for (left, right) in pairs {
        let (need, list) = (left.map(|n| &needed[n]), right.map(|n| &listed[n]));
        let Some(assessed) = need.map(|n| n.assessed).or(list.map(|l| l.assessed)) else { continue };
        let Some(&place) = place_of.get(&assessed.index) else { continue };
        if let (Some(check), Some(held)) = (&mut checks[place], &lists[place]) {
            let asked = AskedToken { assessment, assessed, held };
            check.scopes.push(match (need, list) {
                (Some(need), list) => asked.needed(need, list.map(|l| l.as_written)),
                (None, Some(list)) => asked.only_listed(list),
                (None, None) => continue,
            });
        }
    }
    for check in checks.iter_mut().flatten() {
        check.scopes.sort_by(|a, b| (&a.scope, &a.listed_as).cmp(&(&b.scope, &b.listed_as)));
        check.scopes.dedup();
    }
    Ok(checks)
}

/// The sums over all tokens.
///
/// # Errors
/// When rows cannot be grouped, which is a defect here.
pub(crate) fn totals<'c>(checks: impl Iterator<Item = &'c CrossCheck> + Clone) -> Result<Totals, Error> {
    let scopes = checks.clone().flat_map(|c| &c.scopes);
    let rows = Rows::default()
        .text("says", scopes.clone().map(|s| s.says.name()))
        .number("scopes", scopes.map(|_| 1));
    let sums = joins::totals(rows, &["says"], &["scopes"])?;
    let of = |says: Says| {
        sums.iter()
            .find(|(key, _)| key.first().is_some_and(|k| k == says.name()))
            .and_then(|(_, n)| n.first().copied())
            .unwrap_or(0)
    };
    Ok(Totals {
        tokens: checks.clone().count(),
        agreeing_tokens: checks.filter(|c| c.agrees()).count(),
        agrees: of(Says::Agrees),
        platform_misses: of(Says::PlatformMisses),
        beyond_need: of(Says::BeyondNeed),
        not_yet: of(Says::NotYet),
        cannot_say: of(Says::CannotSay),
    })
}

/// The name without modifiers where the catalog knows it; otherwise as it is.
fn base_name(assessment: &Assessment<'_>, name: &str) -> String {
    match assessment.catalog.scope_named(name) {
        Some(id) => assessment.catalog.scope_name(id).to_owned(),
        None => name.to_owned(),
    }
}

/// One token with its list.
struct AskedToken<'w, 'a> {
    assessment: &'w Assessment<'a>,
    assessed: &'w TokenAssessment<'a>,
    held: &'w PlatformList,
}

impl AskedToken<'_, '_> {
    fn needed(&self, need: &NeededScope<'_, '_>, listed_as: Option<&str>) -> ScopeCheck {
        let history = need.history;
        let needed = if !history.declared.is_empty() && history.firm.is_empty() && history.refused.is_empty()
        {
            Needed::Declared
        } else if history.is_needed() {
            Needed::History
        } else {
            Needed::Possible
        };
        let declared: Vec<Need> = history.declared.iter().map(|d| declared_need(need.scope, d)).collect();
        let mut needs: Vec<&Need> = history.needs();
        needs.extend(&declared);
        if needed == Needed::Possible {
            needs = history.possible.iter().map(|u| &u.mapping.need).collect();
        }
        let (says, why) = self.says(need.scope, needed, &needs, listed_as.is_some());
        ScopeCheck {
            scope: self.assessment.catalog.scope_name(need.scope).to_owned(),
            needed,
            listed_as: listed_as.map(str::to_owned),
            granted: self.granted(&needs),
            says,
            why,
        }
    }

    fn says(
        &self,
        scope: ScopeId,
        needed: Needed,
        needs: &[&Need],
        is_listed: bool,
    ) -> (Says, Option<&'static str>) {
        if scope == ScopeId::ALL_APIS {
            return (Says::CannotSay, Some("no scope but all-apis is known to allow these calls"));
        }
        if needed == Needed::Possible {
            let why = match is_listed {
                true => "listed, and used at most by one of several tokens of the principal",
                false => "used by one of several tokens of the principal, perhaps this one",
            };
            return (Says::CannotSay, Some(why));
        }
        match met(self.assessment, &self.held.scopes, needs) {
            Held::Yes => (Says::Agrees, None),
            Held::Unknown => (Says::CannotSay, Some("a listed name the catalog does not know may cover it")),
            Held::No if self.held.growing => {
                (Says::NotYet, Some("the window is still open, so the list may still grow"))
            }
            Held::No => (Says::PlatformMisses, None),
        }
    }

    /// Whether what the token is granted today meets the needs; `None` where that is not reported.
    fn granted(&self, needs: &[&Need]) -> Option<bool> {
        let granted = self.assessed.token.scopes.as_ref()?;
        match met(self.assessment, granted, needs) {
            Held::Yes => Some(true),
            Held::No => Some(false),
            Held::Unknown => None,
        }
    }

    fn only_listed(&self, listed: &ListedScope<'_, '_>) -> ScopeCheck {
        let catalog = self.assessment.catalog;
        let id = catalog.scope_named(listed.as_written);
        let serves = |h: &ScopeHistory<'_>| {
            id.is_some_and(|id| h.firm.iter().chain(&h.refused).any(|u| u.mapping.scopes().contains(&id)))
        };
        // A call that any of several scopes allows stands under one of them only.
        let is_alternative = self.assessed.scopes.values().any(|(h, _)| serves(h));
        let doubt = match id {
            _ if is_alternative => None,
            None => Some("the catalog does not know a scope of that name"),
            Some(id) if catalog.scope(id).is_some_and(|s| !s.observability.is_observable()) => {
                Some("no call of this scope is known to leave an audit row")
            }
            Some(_) => self.blind(),
        };
        let says = match doubt {
            _ if is_alternative => Says::Agrees,
            Some(_) => Says::CannotSay,
            None => Says::BeyondNeed,
        };
        ScopeCheck {
            scope: listed.base.clone(),
            needed: if is_alternative { Needed::History } else { Needed::No },
            listed_as: Some(listed.as_written.to_owned()),
            granted: self
                .assessed
                .token
                .scopes
                .as_ref()
                .map(|g| g.iter().any(|s| s == "all-apis" || s == listed.as_written)),
            says,
            why: doubt,
        }
    }

    /// Why the logs cannot say that a scope is not needed.
    fn blind(&self) -> Option<&'static str> {
        let as_of = self.assessment.given.as_of;
        let Some(from) = self.assessed.log.filter(|l| l.rows > 0).and_then(|l| l.from) else {
            return Some("no logs of its workspace were given");
        };
        if as_of.since(from.max(self.assessed.token.created.unwrap_or(from))) < WINDOW {
            return Some("the history is shorter than 30 days");
        }
        if !self.assessment.attribution.unmapped_of[self.assessed.index].is_empty() {
            return Some("calls of this token that the catalog cannot map may have needed it");
        }
        if !self.assessment.attribution.silent[self.assessed.index].is_empty() {
            return Some("logins of this token left no row of what they called");
        }
        None
    }
}

/// Whether a list meets every need; nothing to meet is nothing to say.
fn met(assessment: &Assessment<'_>, held: &[String], needs: &[&Need]) -> Held {
    needs.iter().map(|n| meets(assessment.catalog, held, n)).min().unwrap_or(Held::Unknown)
}
