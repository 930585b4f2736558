//! User agents: the call that a client was about to make when it logged in, where its agent says so.

use super::mapping::{Access, Mapping, MappingEvidence, Need};
use super::operations::{Operation, Operations};
use super::scope::ScopeId;
use crate::catalog::confidence::Confidence;
use crate::input::user_agent;
use hashbrown::HashMap;
use strum::{EnumIter, IntoStaticStr};

/// The part of a user agent that a row of the agents table describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum AgentKind {
    /// `cmd/<name>_<verb>` of the CLI, and the same words of the legacy CLI.
    Command,
    /// `data/<name>` of Terraform.
    Data,
    /// Any SQL driver or connector.
    Driver,
    /// A product, as `mlflow-python-client/…`.
    Product,
    /// `resource/<name>` of Terraform.
    Resource,
}

impl AgentKind {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How much an agent says about scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum AgentSpan {
    /// It needs its scope.
    Exact,
    /// It may use several families: possible scopes at most (none listed: any).
    Families,
    /// It adds no scope.
    None,
    /// It calls the account API, which is closed to workspace tokens.
    Account,
}

impl AgentSpan {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One row of the agents table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    pub kind: AgentKind,
    /// The command group, resource, data source or product.
    pub name: Box<str>,
    /// A command of the group that differs from the rest; else empty.
    pub verb: Box<str>,
    /// The class of operations that the commands of the group call, as `JobsAPI`; else empty.
    pub class: Box<str>,
    pub span: AgentSpan,
    pub mapping: Mapping,
    pub note: Box<str>,
}

/// What a user agent says about the call its client was about to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentNeed<'a> {
    /// What it needs. With [`AgentSpan::Families`] the scopes are candidates, each possible at most.
    pub mapping: Mapping,
    pub span: AgentSpan,
    /// The (first) row that says so.
    pub row: &'a AgentRow,
    /// The operation its command calls, where that is known.
    pub operation: Option<&'a Operation>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Agents {
    pub(super) rows: Vec<AgentRow>,
    by_key: HashMap<(AgentKind, Box<str>, Box<str>), u32, foldhash::fast::FixedState>,
}

impl Agents {
    /// Adds a row, or replaces the one with the same key.
    pub(super) fn put(&mut self, agent: AgentRow) {
        let key = (agent.kind, agent.name.to_ascii_lowercase().into(), agent.verb.clone());
        match self.by_key.get(&key).and_then(|row| self.rows.get_mut(*row as usize)) {
            Some(row) => *row = agent,
            None => {
                self.by_key.insert(key, self.rows.len() as u32);
                self.rows.push(agent);
            }
        }
    }

    pub(super) fn get(&self, kind: AgentKind, name: &str, verb: &str) -> Option<&AgentRow> {
        let key = (kind, name.to_ascii_lowercase().into(), verb.into());
        self.rows.get(*self.by_key.get(&key)? as usize)
    }

    /// What the agent says: by the Terraform resources it names, else its command, its product, its being a driver.
    pub(super) fn read<'a>(&'a self, agent: &str, operations: &'a Operations) -> Option<AgentNeed<'a>> {
        let terraform = user_agent::resources(agent)
            .map(|name| (AgentKind::Resource, name))
            .chain(user_agent::data_sources(agent).map(|name| (AgentKind::Data, name)))
            .filter_map(|(kind, name)| self.get(kind, name, ""))
            .map(AgentNeed::of)
            .reduce(AgentNeed::joined);
        terraform
            .or_else(|| self.command(user_agent::command(agent)?, operations))
            .or_else(|| {
                user_agent::products(agent)
                    .find_map(|name| self.get(AgentKind::Product, name, ""))
                    .map(AgentNeed::of)
            })
            .or_else(|| {
                self.get(AgentKind::Driver, "", "")
                    .filter(|_| user_agent::is_sql_driver(agent))
                    .map(AgentNeed::of)
            })
    }

    fn command<'a>(
        &'a self,
        command: user_agent::CliCommand<'_>,
        operations: &'a Operations,
    ) -> Option<AgentNeed<'a>> {
        if let Some(row) = self.get(AgentKind::Command, command.group, command.verb) {
            return Some(AgentNeed::of(row));
        }
        let row = self.get(AgentKind::Command, command.group, "")?;
        let mut need = AgentNeed::of(row);
        if row.class.is_empty() {
            return Some(need);
        }
        need.operation = operations.named(&format!("{}.{}", row.class, command.verb.replace('-', "_")));
        match need.operation {
            Some(operation) => {
                let confidence = operation.mapping.confidence.min(Confidence::High);
                need.mapping = Mapping { confidence, ..operation.mapping.clone() };
                need.span = if need.mapping.is_any() { AgentSpan::None } else { row.span };
            }
            None if is_reading(command.verb) => need.mapping.need.access = Access::Read,
            None => {}
        }
        Some(need)
    }
}

/// Whether a command without a known operation only reads; what is not certain writes.
fn is_reading(verb: &str) -> bool {
    let first = verb.split('-').next().unwrap_or(verb);
    matches!(first, "get" | "list" | "ls" | "cat" | "search" | "describe" | "export")
}

impl<'a> AgentNeed<'a> {
    fn of(row: &'a AgentRow) -> Self {
        Self { mapping: row.mapping.clone(), span: row.span, row, operation: None }
    }

    /// One agent that names two things: certain only where both say the same.
    fn joined(mut self, other: Self) -> Self {
        if self.mapping.need.scopes != other.mapping.need.scopes || self.span != other.span {
            let mut scopes: Vec<ScopeId> = [self.mapping.need.scopes, other.mapping.need.scopes].concat();
            scopes.retain(|id| *id != ScopeId::ANY);
            scopes.sort_unstable();
            scopes.dedup();
            self.mapping.need.scopes = scopes;
            self.span = AgentSpan::Families;
        }
        self.mapping.need.access = self.mapping.need.access.max(other.mapping.need.access);
        self.mapping.confidence = self.mapping.confidence.min(other.mapping.confidence);
        self
    }
}

impl AgentRow {
    /// The mapping of a row that names no scope.
    pub(super) fn nothing(evidence: MappingEvidence, confidence: Confidence) -> Mapping {
        let need = Need { scopes: Vec::new(), access: Access::Write, query: false };
        Mapping { need, confidence, evidence, conflict: None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;

    fn read(agent: &str) -> Option<(String, AgentSpan, Access)> {
        let catalog = Catalog::builtin();
        catalog.agent(agent).map(|n| (catalog.names(n.mapping.scopes()), n.span, n.mapping.need.access))
    }

    #[test]
    fn agents_say_what_they_need() {
        use Access::{Read, Write};
        for (agent, scopes, span, access) in [
            ("cli/0.298.0 cmd/jobs_list cmd-exec-id/aB3dE6g auth/pat", "jobs", AgentSpan::Exact, Read),
            ("cli/0.298.0 cmd/jobs_run-now auth/pat", "jobs", AgentSpan::Exact, Write),
            ("cli/0.298.0 cmd/jobs_some-new-verb auth/pat", "jobs", AgentSpan::Exact, Write),
            ("cli/0.298.0 cmd/secrets_list-scopes auth/pat", "secrets", AgentSpan::Exact, Read),
            (
                "cli/0.298.0 cmd/clusters_get-permissions auth/pat",
                "access-management",
                AgentSpan::Exact,
                Read,
            ),
            ("cli/0.298.0 cmd/token-management_list", "authentication", AgentSpan::Exact, Read),
            ("cli/0.298.0 cmd/alerts-v2_list-alerts", "alerts", AgentSpan::Exact, Read),
            ("cli/0.298.0 cmd/fs_ls", "files", AgentSpan::Exact, Read),
            ("cli/0.298.0 cmd/fs_cp", "files", AgentSpan::Exact, Write),
            (
                "cli/0.298.0 cmd/bundle_deploy",
                "jobs|pipelines|unity-catalog|workspace",
                AgentSpan::Families,
                Write,
            ),
            ("cli/0.298.0 cmd/api_get auth/pat", "", AgentSpan::Families, Write),
            ("cli/0.298.0 cmd/sync", "workspace|files", AgentSpan::Families, Write),
            ("cli/0.298.0 cmd/current-user_me", "any", AgentSpan::None, Read),
            ("cli/0.298.0 cmd/auth_describe", "any", AgentSpan::None, Read),
            ("cli/0.298.0 cmd/configure", "any", AgentSpan::None, Read),
            ("cli/0.298.0 cmd/account_users_list", "", AgentSpan::Account, Write),
            (
                "databricks-cli-0.18.0-workspace-ls-7d0c6b0e-0f5e-11ee-9a53-2f1f0a1b2c3d",
                "workspace",
                AgentSpan::Exact,
                Read,
            ),
            ("databricks-cli-0.18.0-tokens-list", "authentication", AgentSpan::Exact, Read),
            (
                "databricks-tf-provider/1.9 cli/0.2 cmd/bundle_deploy resource/job auth/pat",
                "jobs",
                AgentSpan::Exact,
                Write,
            ),
            ("databricks-tf-provider/1.9 data/cluster auth/pat", "clusters", AgentSpan::Exact, Read),
            ("databricks-tf-provider/1.9 resource/mws_workspaces", "", AgentSpan::Account, Write),
            ("databricks-tf-provider/0.3.0 (+dbfs_file)", "files", AgentSpan::Exact, Write),
            ("PyDatabricksSqlConnector/4.9.0 (dbt-databricks/1.10.1)", "sql", AgentSpan::Exact, Write),
            (
                "_SPARK_CONNECT_PYTHON spark/3.5 os/linux python/3.11",
                "databricks-connect",
                AgentSpan::Exact,
                Write,
            ),
            ("mlflow-python-client/2.9", "mlflow", AgentSpan::Exact, Write),
        ] {
            assert_eq!(read(agent), Some((scopes.to_owned(), span, access)), "{agent}");
        }
        for agent in [
            "",
            "curl/8",
            "cli/1 cmd/nosuchgroup_list",
            "databricks-tf-provider/1 resource/nosuch",
            "xmlflow-python-client/1",
        ] {
            assert_eq!(read(agent), None, "{agent}");
        }
    }

    #[test]
    fn two_resources_are_certain_only_together() {
        let two = read("databricks-tf-provider/1 resource/job resource/cluster").unwrap();
        assert_eq!((two.0.split('|').count(), two.1), (2, AgentSpan::Families));
        assert_eq!(read("databricks-tf-provider/1 resource/job resource/job").unwrap().1, AgentSpan::Exact);
    }
}
