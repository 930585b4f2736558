//! Audit actions: what a `service/action` row stands for.

use super::mapping::{Mapping, MappingEvidence};
use super::scope::ScopeId;
use super::trie::Method;
use crate::catalog::confidence::Confidence;
use hashbrown::HashMap;
use strum::{EnumIter, IntoStaticStr};

/// What wrote a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum ActionKind {
    /// A client called an API that a token may call.
    ApiCall,
    /// The platform: results, scheduler, compute. Never a token's use.
    ServiceEvent,
    Login,
    /// Tokens or client secrets made, revoked or guarded.
    TokenAdmin,
    /// A browser action without a public API.
    UiOnly,
    /// The account API, closed to workspace tokens.
    AccountApi,
}

impl ActionKind {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One pair of service and action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Service, in the spelling of the system table.
    pub service: Box<str>,
    pub action: Box<str>,
    /// `workspace`, `account` or `both`: where such rows are written.
    pub level: Box<str>,
    /// What wrote it, where the row is at workspace level.
    pub kind: ActionKind,
    /// What it needs; `None` for rows that are not calls.
    pub need: Option<Mapping>,
    /// The operation it stands for: method and template.
    pub operation: Option<(Method, Box<str>)>,
    /// How well it is known that the pair exists.
    pub evidence: MappingEvidence,
    /// How sure kind and scope are.
    pub confidence: Confidence,
    /// What else writes such a row.
    pub note: Box<str>,
}

impl Action {
    /// What wrote a row at this level. Calls about users and groups are written at both: at account level they went to the
    /// account API. Catalog rows are account-level by nature and stay workspace calls.
    pub fn kind_at(&self, account_level: bool) -> ActionKind {
        let moves = account_level
            && self.kind == ActionKind::ApiCall
            && self.service.eq_ignore_ascii_case("accounts");
        if moves { ActionKind::AccountApi } else { self.kind }
    }
}

/// All actions. Services are compared without case, for Azure spells them its own way; actions exactly, then without case.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions {
    pub(super) rows: Vec<Action>,
    by_key: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
    /// By service in lower case.
    service_scopes: HashMap<Box<str>, Vec<ScopeId>, foldhash::fast::FixedState>,
}

fn key(service: &str, action: &str) -> String {
    let mut key = String::with_capacity(service.len() + action.len() + 1);
    key.push_str(service);
    key.push('/');
    key.push_str(action);
    key.make_ascii_lowercase();
    key
}

impl Actions {
    /// Adds a row, or replaces the one with the same key.
    pub(super) fn put(&mut self, action: Action) {
        let key = key(&action.service, &action.action);
        match self.by_key.get(&*key).and_then(|row| self.rows.get_mut(*row as usize)) {
            Some(row) => *row = action,
            None => {
                self.by_key.insert(key.into(), self.rows.len() as u32);
                self.rows.push(action);
            }
        }
    }

    /// Gathers, per service, the scopes its calls map to.
    pub(super) fn gather_service_scopes(&mut self) {
        self.service_scopes.clear();
        for row in &self.rows {
            let scopes = self.service_scopes.entry(row.service.to_ascii_lowercase().into()).or_default();
            scopes.extend(row.need.iter().flat_map(|need| need.scopes()).filter(|id| **id != ScopeId::ANY));
        }
        for scopes in self.service_scopes.values_mut() {
            scopes.sort_unstable();
            scopes.dedup();
        }
    }

    pub(super) fn get(&self, service: &str, action: &str) -> Option<&Action> {
        self.rows.get(*self.by_key.get(&*key(service, action))? as usize)
    }

    pub(super) fn scopes_of_service(&self, service: &str) -> Option<&[ScopeId]> {
        self.service_scopes.get(&*service.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// The known pair that an unknown one may be a misspelling of: most alike within its service, else the same action of the
    /// service most alike. At most a third of the letters may differ.
    pub(super) fn nearest(&self, service: &str, action: &str) -> Option<&Action> {
        let (service, action) = (service.to_ascii_lowercase(), action.to_ascii_lowercase());
        let near = |a: &str, b: &str| {
            let distance = strsim::osa_distance(a, b);
            (distance * 3 <= a.chars().count().max(2)).then_some(distance)
        };
        let within = self
            .rows
            .iter()
            .filter(|row| row.service.eq_ignore_ascii_case(&service))
            .filter_map(|row| near(&action, &row.action.to_ascii_lowercase()).map(|d| (d, row)));
        let across = self
            .rows
            .iter()
            .filter(|row| row.action.eq_ignore_ascii_case(&action))
            .filter_map(|row| near(&service, &row.service.to_ascii_lowercase()).map(|d| (d, row)));
        let least = |(d, row): &(usize, &Action)| (*d, row.service.clone(), row.action.clone());
        within.min_by_key(least).or_else(|| across.min_by_key(least)).map(|(_, row)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;

    #[test]
    fn services_are_compared_without_case() {
        let catalog = Catalog::builtin();
        for (service, action) in
            [("jobs", "runNow"), ("Jobs", "runNow"), ("UNITYCATALOG", "getTable"), ("Dbfs", "PUT")]
        {
            assert!(catalog.action(service, action).is_some(), "{service}/{action}");
        }
        assert!(catalog.action("jobs", "runNowx").is_none() && catalog.action("", "").is_none());
    }

    #[test]
    fn results_and_schedules_are_no_calls() {
        let catalog = Catalog::builtin();
        let kind = |service, action| catalog.action(service, action).map(|a| a.kind);
        assert_eq!(kind("jobs", "runStart"), Some(ActionKind::ServiceEvent));
        assert_eq!(kind("databrickssql", "commandFinish"), Some(ActionKind::ServiceEvent));
        assert_eq!(kind("databrickssql", "commandSubmit"), Some(ActionKind::ApiCall));
        assert_eq!(kind("accounts", "tokenLogin"), Some(ActionKind::Login));
        assert_eq!(kind("accounts", "generateDbToken"), Some(ActionKind::TokenAdmin));
        assert!(catalog.actions().iter().all(|a| a.kind != ActionKind::ServiceEvent || a.need.is_none()));
        let submit = catalog.action("databrickssql", "commandSubmit").and_then(|a| a.need.as_ref()).unwrap();
        assert!(submit.need.query);
    }

    #[test]
    fn only_the_accounts_service_changes_with_the_level() {
        let catalog = Catalog::builtin();
        let at = |service, action, level| catalog.action(service, action).unwrap().kind_at(level);
        assert_eq!(at("accounts", "add", false), ActionKind::ApiCall);
        assert_eq!(at("accounts", "add", true), ActionKind::AccountApi);
        assert_eq!(at("accounts", "tokenLogin", true), ActionKind::Login);
        assert_eq!(at("accounts", "generateDbToken", true), ActionKind::TokenAdmin);
        assert_eq!(at("unityCatalog", "getTable", true), ActionKind::ApiCall);
    }

    #[test]
    fn unknown_pairs_get_suggestions_and_candidates_but_no_mapping() {
        let catalog = Catalog::builtin();
        let near = |service, action| {
            catalog.nearest_action(service, action).map(|a| format!("{}/{}", a.service, a.action))
        };
        assert_eq!(near("jobs", "runnNow").as_deref(), Some("jobs/runNow"));
        assert_eq!(near("job", "runNow").as_deref(), Some("jobs/runNow"));
        assert_eq!(near("jobs", "somethingElseAltogether"), None);
        let names = |service| catalog.names(catalog.service_scopes(service));
        assert!(names("Jobs").split('|').any(|s| s == "jobs") && names("nosuch").is_empty());
    }
}
