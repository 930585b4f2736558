//! What a request needs, and how well that is known.

use super::scope::ScopeId;
use crate::catalog::confidence::Confidence;
use serde::Serialize;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

/// Whether a request only reads; `scope:read` opens those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// GET and HEAD, and the one query operation that counts as such.
    Read,
    /// Everything else.
    Write,
}

/// What a token must hold: one of several scopes, for reading or writing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// Any one of these is enough; the likeliest first.
    pub scopes: Vec<ScopeId>,
    pub access: Access,
    /// Whether it is the statement of a query, which `sql:restricted-query` opens.
    pub query: bool,
}

impl Need {
    pub fn of(scope: ScopeId, access: Access) -> Self {
        Self { scopes: vec![scope], access, query: false }
    }

    /// The scope a finding names.
    pub fn primary(&self) -> ScopeId {
        self.scopes.first().copied().unwrap_or(ScopeId::ANY)
    }
}

/// Where a mapping comes from, strongest first within each table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
#[serde(into = "&'static str")]
pub enum MappingEvidence {
    /// The documentation page of this very operation names the scope.
    OperationPage,
    /// The page of API scopes lists this operation under the scope.
    ScopesPage,
    /// A public record of the live refusal names the scope.
    RefusalSeen,
    /// Pages of other operations of the same API group name it.
    GroupRule,
    /// Pages of other groups in the same SDK package name it.
    PackageRule,
    /// The path resembles those of a known scope.
    PathInference,
    /// The audit action was seen in public code or samples.
    PairSeen,
    /// The name of the audit action was seen, its service was not.
    NameSeen,
    /// The audit action is recalled from documentation that could not be read again.
    Recalled,
    /// The client's public command or resource list names it.
    ClientSource,
    /// The agent was seen in public records.
    AgentSeen,
    /// A row of a user's own table.
    Overlay,
}

impl MappingEvidence {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What the word means, for readers of `catalog explain`.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::OperationPage => "the documentation page of this operation names the scope",
            Self::ScopesPage => "the page of API scopes lists this operation under the scope",
            Self::RefusalSeen => "a public record of a live refusal of this call names the scope",
            Self::GroupRule => "documentation pages of the same API group name the scope",
            Self::PackageRule => "documentation pages of the same SDK package name the scope",
            Self::PathInference => "inferred from similar paths",
            Self::PairSeen => "the action was seen in public code or samples",
            Self::NameSeen => "the name of the action was seen, its service was not",
            Self::Recalled => "recalled from documentation, not read again",
            Self::ClientSource => "the client's public list of commands or resources names it",
            Self::AgentSeen => "agents of this shape were seen in public records",
            Self::Overlay => "a row of your own table",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::iter().find(|e| e.as_str() == text)
    }

    /// Whether the row itself was documented or observed, not inferred from others.
    pub const fn is_direct(self) -> bool {
        matches!(self, Self::OperationPage | Self::ScopesPage | Self::RefusalSeen)
    }
}

/// What a request needs, and how well that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// What it needs. Several scopes mean "one of these".
    pub need: Need,
    /// How sure the scope is.
    pub confidence: Confidence,
    pub evidence: MappingEvidence,
    /// Sources that disagree, as a sentence.
    pub conflict: Option<Box<str>>,
}

impl Mapping {
    /// The scopes, primary first.
    pub fn scopes(&self) -> &[ScopeId] {
        &self.need.scopes
    }

    /// The scope a finding names.
    pub fn primary(&self) -> ScopeId {
        self.need.primary()
    }

    /// Whether every scoped token may do it, so that it adds no need.
    pub fn is_any(&self) -> bool {
        self.scopes().contains(&ScopeId::ANY)
    }

    /// Whether no scope narrower than `all-apis` is known to open it.
    pub fn is_all_apis(&self) -> bool {
        self.scopes() == [ScopeId::ALL_APIS]
    }

    /// Whether it means "one of several", which is never a sure need of any of them.
    pub fn is_ambiguous(&self) -> bool {
        self.scopes().len() > 1
    }
}
