//! User agents: what the client of a login was about to do, where its agent says so.

use super::mapping::{Access, Evidence, Mapping, Need};
use super::operations::{Operation, Operations};
use super::scope::ScopeId;
use crate::confidence::Confidence;
use crate::user_agent;
use hashbrown::HashMap;

/// What in an agent a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// All, by name.
    pub const ALL: [Self; 5] = [Self::Command, Self::Data, Self::Driver, Self::Product, Self::Resource];

    /// The word used in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Data => "data",
            Self::Driver => "driver",
            Self::Product => "product",
            Self::Resource => "resource",
        }
    }
}

/// How much an agent says about scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// It needs its scope.
    Exact,
    /// It may use several families: possible scopes at most (none listed: any).
    Families,
    /// It adds no scope.
    None,
    /// It calls the account API, which is closed to workspace tokens.
    Account,
}

impl Span {
    /// All.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Families, Self::None, Self::Account];

    /// The word used in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Families => "families",
            Self::None => "none",
            Self::Account => "account",
        }
    }
}

/// One row of the agents table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// What it is about.
    pub kind: AgentKind,
    /// The command group, resource, data source or product.
    pub name: Box<str>,
    /// A command of the group that differs from the rest; else empty.
    pub verb: Box<str>,
    /// The class of operations that the commands of the group call, as `JobsAPI`; else empty.
    pub class: Box<str>,
    /// How much it says.
    pub span: Span,
    /// What it needs.
    pub mapping: Mapping,
    /// What else is to be known.
    pub note: Box<str>,
}

/// What an agent says its client was about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentNeed<'a> {
    /// What it needs. With [`Span::Families`] the scopes are candidates, each possible at most.
    pub mapping: Mapping,
    /// How much it says.
    pub span: Span,
    /// The (first) row that says so.
    pub row: &'a AgentRow,
    /// The operation its command calls, where that is known.
    pub operation: Option<&'a Operation>,
}

/// All agents.
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
        command: user_agent::Command<'_>,
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
                need.span = if need.mapping.is_any() { Span::None } else { row.span };
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
            self.span = Span::Families;
        }
        self.mapping.need.access = self.mapping.need.access.max(other.mapping.need.access);
        self.mapping.confidence = self.mapping.confidence.min(other.mapping.confidence);
        self
    }
}

impl AgentRow {
    /// The mapping of a row that names no scope.
    pub(super) fn nothing(evidence: Evidence, confidence: Confidence) -> Mapping {
        let need = Need { scopes: Vec::new(), access: Access::Write, query: false };
        Mapping { need, confidence, evidence, conflict: None }
    }
}
