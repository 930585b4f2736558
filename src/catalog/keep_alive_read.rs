//! A harmless read of a scope, as an API call and as a command: what a job may call so that a window sees the scope.

use super::{AgentKind, AgentSpan, Catalog, Method, Operation, ScopeId, Sensitivity};
use crate::catalog::confidence::Confidence;

/// A call that changes nothing and needs exactly one scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepAliveRead<'a> {
    pub operation: &'a Operation,
    /// The command of the CLI that calls it, where one is known.
    pub command: Option<String>,
}

impl Catalog {
    /// The read of a scope that asks for least: no variables in its path, the best evidence that it needs this scope, a
    /// plain list, a command for it. None for scopes that mint tokens, and where no such read is known.
    pub fn keep_alive_read(&self, scope: ScopeId) -> Option<KeepAliveRead<'_>> {
        let harmful = self.scope(scope).is_none_or(|s| s.sensitivity == Sensitivity::MintsTokens);
        let fits = |o: &&Operation| {
            o.method == Method::Get
                && o.is_read()
                && o.mapping.scopes() == [scope]
                && o.mapping.confidence >= Confidence::Medium
                && o.mapping.conflict.is_none()
                && !o.template.contains('{')
        };
        let reads = self.operations().iter().filter(fits).filter(|_| !harmful);
        let ranked = reads.map(|operation| KeepAliveRead { command: self.command_for(operation), operation });
        let family = format!("/{}", self.scope_name(scope));
        ranked.min_by_key(|r| {
            let o = r.operation;
            // Of several versions of one call the latest.
            let version = std::cmp::Reverse(o.template.get(..8));
            let evidence = (r.command.is_none(), !o.mapping.evidence.is_direct());
            (
                rank(&o.name),
                !o.template.get(8..).is_some_and(|path| path.starts_with(&family)),
                evidence,
                version,
                &o.template,
            )
        })
    }

    /// `databricks catalogs list`.
    fn command_for(&self, operation: &Operation) -> Option<String> {
        let mut names = operation.name.split('|').filter_map(|name| name.split_once('.'));
        names.find_map(|(class, verb)| {
            let row = self.agents().iter().find(|a| {
                a.kind == AgentKind::Command
                    && a.span == AgentSpan::Exact
                    && *a.class == *class
                    && a.verb.is_empty()
                    && !a.note.contains("legacy")
            })?;
            Some(format!("databricks {} {}", row.name, verb.replace('_', "-")))
        })
    }
}

/// Ranks operations by how few arguments they need: a list of everything, then a list of containers, then any other list.
fn rank(name: &str) -> u8 {
    let verb = name.split('|').next().and_then(|n| n.split_once('.')).map_or("", |(_, verb)| verb);
    match verb {
        "list" => 0,
        "list_scopes" => 1,
        v if v.starts_with("list") => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_scopes_have_a_read_that_needs_nothing_else() {
        let catalog = Catalog::builtin();
        let read = |scope: &str| {
            let found = catalog.keep_alive_read(catalog.scope_named(scope).unwrap())?;
            Some(format!(
                "{} {} = {}",
                found.operation.method,
                found.operation.template,
                found.command.unwrap_or_default()
            ))
        };
        for (scope, expected) in [
            ("unity-catalog", Some("GET /api/2.1/unity-catalog/catalogs = databricks catalogs list")),
            ("jobs", Some("GET /api/2.2/jobs/list = databricks jobs list")),
            ("clusters", Some("GET /api/2.1/clusters/list = databricks clusters list")),
            ("secrets", Some("GET /api/2.0/secrets/scopes/list = databricks secrets list-scopes")),
            // It can mint tokens, so no report may advise to use it more.
            ("authentication", None),
        ] {
            assert_eq!(read(scope).as_deref(), expected, "{scope}");
        }
        for (id, _) in catalog.scopes() {
            if let Some(found) = catalog.keep_alive_read(id) {
                assert!(found.operation.is_read() && found.operation.mapping.scopes() == [id]);
            }
        }
    }
}
