//! The catalog: which scope an operation, an audit action or a user agent needs, by which row, and how well that is known.
//!
//! It is data: the CSV tables of `data/`, compiled in as text and read once, with the user's own tables on top.

mod actions;
mod agents;
pub mod algebra;
mod catalog_table;
pub mod check;
pub mod confidence;
mod defect;
pub mod explain;
mod keep_alive_read;
mod load_tables;
mod mapping;
mod operations;
mod overlay;
pub mod refresh;
mod scope;
mod trie;
mod url_path;

pub use actions::{Action, ActionKind};
pub use agents::{AgentKind, AgentNeed, AgentRow, AgentSpan};
pub use algebra::{Held, meets};
pub use catalog_table::OPERATION_COLUMNS;
pub use keep_alive_read::KeepAliveRead;
pub use mapping::{Access, Mapping, MappingEvidence, Need};
pub use operations::{Operation, OperationMatch};
pub use overlay::{OverlayNote, OverlayNoteKind};
pub use scope::{Observability, Scope, ScopeId, ScopeKind, Sensitivity};
pub use trie::Method;
pub use url_path::is_account_path;

use crate::error::Error;
use crate::support::hash::hex;
use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::LazyLock;

const ANY: &str = "any";
const ALL_APIS: &str = "all-apis";
/// The month the tables were last reviewed as a whole.
const EDITION: &str = "2026.11";

/// The built-in tables, as file name and text.
const TABLES: [(&str, &str); 5] = [
    ("data/scopes.csv", include_str!("../../data/scopes.csv")),
    ("data/conflicts.csv", include_str!("../../data/conflicts.csv")),
    ("data/operations.csv", include_str!("../../data/operations.csv")),
    ("data/actions.csv", include_str!("../../data/actions.csv")),
    ("data/agents.csv", include_str!("../../data/agents.csv")),
];

/// All tables, indexed.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    scopes: scope::Scopes,
    conflicts: HashMap<Box<str>, Box<str>, foldhash::fast::FixedState>,
    operations: operations::Operations,
    actions: actions::Actions,
    agents: agents::Agents,
    version: String,
}

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = Catalog::default();
    let tables: Vec<_> = TABLES
        .iter()
        .filter_map(|(file, text)| catalog_table::CatalogTable::parse(file, text.as_bytes()).0)
        .collect();
    // Defects of the built-in tables are what `catalog check` and the tests are for.
    let _ = load_tables::load(&mut catalog, &tables);
    catalog.version = format!("{EDITION}-{}", digest(TABLES.iter().map(|(_, text)| text.as_bytes())));
    catalog
});

/// The first 8 hex digits of SHA-256 over texts.
fn digest<'a>(texts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hex(&hash.finalize()[..4])
}

impl Catalog {
    /// The built-in catalog, read once.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The built-in catalog with tables of the user on top, later ones winning, and what their rows changed.
    ///
    /// # Errors
    /// A table that cannot be read, or holds a row that means nothing.
    pub fn with_overlays(files: &[PathBuf]) -> Result<(Self, Vec<OverlayNote>), Error> {
        overlay::with_overlays(files)
    }

    /// `2026.11-` and a digest of the tables; with overlays also `+` and a digest of those.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A scope by id. Ids of another catalog give nothing, or another scope.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id)
    }

    /// The name of a scope; empty for an id of another catalog.
    pub fn scope_name(&self, id: ScopeId) -> &str {
        self.scope(id).map_or("", |scope| &scope.name)
    }

    pub fn scopes(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        self.scopes
            .all
            .iter()
            .enumerate()
            .filter_map(|(at, scope)| Some((ScopeId(u16::try_from(at).ok()?), scope)))
    }

    /// The scope a name means: `jobs`, `jobs:read`, `sql:restricted-query`; not what is only a marker.
    pub fn scope_named(&self, name: &str) -> Option<ScopeId> {
        let (base, modifiers) = name.split_once(':').unwrap_or((name, ""));
        let is_known = match modifiers {
            "" => !name.ends_with(':'),
            "read" => true,
            "restricted-query" | "read:restricted-query" => base == "sql",
            _ => false,
        };
        self.base_scope(base).filter(|id| is_known && *id != ScopeId::ANY)
    }

    pub(crate) fn base_scope(&self, base: &str) -> Option<ScopeId> {
        self.scopes.named(base)
    }

    /// The scope name most like a misspelt one.
    pub fn nearest_scope(&self, name: &str) -> Option<&str> {
        let limit = (name.len() / 3).max(1);
        let distance = |scope: &&Scope| strsim::osa_distance(name, &scope.name);
        let nearest = self.scopes.all.iter().filter(|s| s.kind == ScopeKind::Scope).min_by_key(distance)?;
        (name.len() <= 64 && distance(&nearest) <= limit).then_some(&*nearest.name)
    }

    /// `jobs|clusters`.
    pub fn names(&self, ids: &[ScopeId]) -> String {
        ids.iter().map(|id| self.scope_name(*id)).collect::<Vec<_>>().join("|")
    }

    /// What an audit row of this service and action stands for.
    pub fn action(&self, service: &str, action: &str) -> Option<&Action> {
        self.actions.get(service, action)
    }

    /// The known pair that an unknown one may be a misspelling of; a suggestion, never a mapping.
    pub fn nearest_action(&self, service: &str, action: &str) -> Option<&Action> {
        self.actions.nearest(service, action)
    }

    /// The scopes that the known actions of a service map to.
    pub fn service_scopes(&self, service: &str) -> &[ScopeId] {
        self.actions.scopes_of_service(service).unwrap_or(&[])
    }

    /// The scopes that a call of an unknown action, `service/action`, may have needed: those of the known actions of its
    /// service. This is never a mapping. Empty for an access-log action, `METHOD path`, and for an unknown service.
    pub fn scopes_unknown_action_may_need(&self, action: &str) -> &[ScopeId] {
        action.split_once('/').map_or(&[], |(service, _)| self.service_scopes(service))
    }

    /// The operation that a method and a path (or URL) call.
    pub fn operation(&self, method: &str, path_or_url: &str) -> Option<OperationMatch<'_>> {
        self.operations.find(method, path_or_url).map(|row| OperationMatch { row, mapping: &row.mapping })
    }

    /// The path template of the operation that a method and a path call.
    pub fn template(&self, method: &str, path_or_url: &str) -> Option<&str> {
        self.operations.find(method, path_or_url).map(|row| &*row.template)
    }

    /// All operations whose template fits a path, the most literal first, whatever their method. Slow: for explanations.
    pub fn operations_fitting(&self, path_or_url: &str) -> Vec<&Operation> {
        self.operations.fitting(path_or_url)
    }

    /// What a user agent says about the call its client was about to make.
    pub fn agent(&self, agent: &str) -> Option<AgentNeed<'_>> {
        self.agents.read(agent, &self.operations)
    }

    pub fn operations(&self) -> &[Operation] {
        &self.operations.rows
    }

    pub fn actions(&self) -> &[Action] {
        &self.actions.rows
    }

    pub fn agents(&self) -> &[AgentRow] {
        &self.agents.rows
    }
}
