//! `databricks users list -o json` and `service-principals list -o json` -> the name behind a numeric owner id.

use crate::support::json_records::json_records;
use crate::support::problem::{Position, Problem};
use crate::support::secret::blank_secrets;
use crate::support::text::text_of;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Principals by their numeric id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrincipalNames(BTreeMap<String, ListedPrincipal>);

/// A user or a service principal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedPrincipal {
    /// What audit logs call it, in lower case: a user's name, or a service principal's application id.
    pub name: String,
    /// What people call it; empty when not given.
    pub display: String,
    pub kind: PrincipalKind,
    /// Whether it may still sign in, where the list says so.
    pub active: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// A person with a mailbox.
    User,
    /// A service principal, which reads no mail.
    ServicePrincipal,
}

impl PrincipalNames {
    /// Reads one list, bare or wrapped in `Resources`.
    pub fn parse(source: &str, bytes: &[u8]) -> (Self, Vec<Problem>) {
        let found = json_records(&text_of(bytes), &["Resources", "resources", "users", "service_principals"]);
        let mut problems: Vec<Problem> =
            found.broken.into_iter().map(|(at, what)| Problem::new(source, at, what)).collect();
        let mut names = Self::default();
        for (position, record) in &found.records {
            match principal(record) {
                Some((id, principal)) => names.add(id, principal),
                None => {
                    let what = "is neither a user nor a service principal with an id; it was left out";
                    problems.push(Problem::new(source, *position, what));
                }
            }
        }
        if names.0.is_empty() {
            let what = "no user and no service principal found. Export them: databricks users list -o json";
            problems.push(Problem::new(source, Position::Whole, what));
        }
        (names, problems)
    }

    /// Adds the principals of another list; the order of lists does not matter.
    pub fn merge(&mut self, other: Self) {
        for (id, principal) in other.0 {
            self.add(id, principal);
        }
    }

    /// The principal with a numeric id.
    pub fn get(&self, id: &str) -> Option<&ListedPrincipal> {
        self.0.get(id)
    }

    /// The principal with a name as audit logs write it, in lower case.
    pub fn by_name(&self, name: &str) -> Option<&ListedPrincipal> {
        self.0.values().find(|p| p.name == name)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, id: String, principal: ListedPrincipal) {
        match self.0.entry(id) {
            Entry::Vacant(new) => drop(new.insert(principal)),
            Entry::Occupied(mut old) => {
                if principal > *old.get() {
                    old.insert(principal);
                }
            }
        }
    }
}

fn principal(record: &Value) -> Option<(String, ListedPrincipal)> {
    let text = |key: &str| record.get(key).and_then(Value::as_str).map(str::trim).filter(|s| !s.is_empty());
    let id = match record.get("id")? {
        Value::String(id) => id.trim().to_owned(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let (name, kind) = match text("applicationId") {
        Some(name) => (name, PrincipalKind::ServicePrincipal),
        None => (text("userName")?, PrincipalKind::User),
    };
    let principal = ListedPrincipal {
        name: blank_secrets(name).to_ascii_lowercase(),
        display: text("displayName").map(|d| blank_secrets(d).into_owned()).unwrap_or_default(),
        kind,
        active: record.get("active").and_then(Value::as_bool),
    };
    (!id.is_empty()).then_some((id, principal))
}

/// Whether the start of a file looks like a list of users or service principals.
pub fn looks_like_names(prefix: &[u8]) -> bool {
    let text = text_of(prefix);
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    text.trim_start().starts_with(['{', '['])
        && (has("userName") || has("applicationId"))
        && (has("displayName") || has("schemas") || has("active"))
        && !["serviceName", "service_name", "actionName", "action_name"].iter().any(|key| has(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = r#"[{"active":true,"displayName":"Ada","id":"42","userName":"Ada@Example.com"},
        {"displayName":"no id","userName":"x@example.com"},{"id":"7","displayName":"admins","members":[]}]"#;
    const SERVICES: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"Resources":
        [{"id":987,"applicationId":"0D1E2F30-aaaa-bbbb-cccc-444455556666","displayName":"etl","active":false}]}"#;

    #[test]
    fn an_id_leads_to_the_name_that_logs_use() {
        let (mut names, problems) = PrincipalNames::parse("users.json", USERS.as_bytes());
        assert_eq!(problems.len(), 2);
        let (services, none) = PrincipalNames::parse("sp.json", SERVICES.as_bytes());
        assert_eq!(none, []);
        names.merge(services);
        assert_eq!(names.len(), 2);
        let ada = names.get("42").unwrap();
        assert_eq!(
            (ada.name.as_str(), ada.kind, ada.active),
            ("ada@example.com", PrincipalKind::User, Some(true))
        );
        let etl = names.get("987").unwrap();
        assert_eq!(etl.name, "0d1e2f30-aaaa-bbbb-cccc-444455556666");
        assert_eq!((etl.kind, etl.active), (PrincipalKind::ServicePrincipal, Some(false)));
        assert_eq!(names.by_name("ada@example.com"), Some(ada));
    }

    #[test]
    fn lists_of_people_are_told_from_logs() {
        assert!(looks_like_names(USERS.as_bytes()));
        assert!(looks_like_names(SERVICES.as_bytes()));
        assert!(!looks_like_names(
            br#"{"serviceName":"accounts","requestParams":{"userName":"x"},"active":1}"#
        ));
        assert!(!looks_like_names(br#"[{"token_id":"a","displayName":"x"}]"#));
        assert!(!looks_like_names(b"userName,displayName"));
    }
}
