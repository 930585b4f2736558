//! Scope names, each with what it opens and how much of it an audit log can show.

use hashbrown::HashMap;
use strum::{EnumIter, IntoStaticStr};

/// A scope, as a number within one catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u16);

impl ScopeId {
    /// The marker of what every scoped token may do; never a need.
    pub const ANY: Self = Self(0);
    /// The scope that opens everything; as a need: no narrower one is known.
    pub const ALL_APIS: Self = Self(1);
}

/// How much harm a token with the scope can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum Sensitivity {
    Ordinary,
    /// Reads secrets or data at large, or changes who may do what.
    Sensitive,
    /// Can make tokens of any scope.
    MintsTokens,
}

impl Sensitivity {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum ScopeKind {
    /// A scope of personal access tokens.
    Scope,
    /// A marker of the catalog.
    Marker,
    /// A name of OAuth clients, which opens no workspace API of a token.
    Oauth,
    /// A name seen somewhere; whether it is a scope of tokens is not known.
    Name,
}

impl ScopeKind {
    /// The word in tables and reports.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How much of a scope leaves rows in an audit log. A scope missing from a log proves something only where this is much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observability {
    /// Operations whose primary scope this is.
    pub operations: u32,
    /// Those among them that only read.
    pub reads: u32,
    /// Operations with a known audit action; spellings of one operation count together.
    pub audited_operations: u32,
    /// Those among them that only read.
    pub audited_reads: u32,
    /// Known audit actions.
    pub audited_actions: u32,
}

impl Observability {
    /// Whether any operation of the scope is known to leave a row.
    pub const fn is_observable(&self) -> bool {
        self.audited_operations > 0
    }
}

/// One row of the scopes table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The name, as a token shows it.
    pub name: Box<str>,
    pub description: Box<str>,
    /// The product family it belongs to.
    pub family: Box<str>,
    pub sensitivity: Sensitivity,
    pub kind: ScopeKind,
    /// Scopes whose operations this name may open as well; not settled.
    pub may_open: Vec<ScopeId>,
    /// How much of its use an audit log shows.
    pub observability: Observability,
    /// What else is to be known about its rows.
    pub note: Box<str>,
}

/// All scopes of a catalog, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    pub(super) all: Vec<Scope>,
    by_name: HashMap<Box<str>, ScopeId, foldhash::fast::FixedState>,
}

impl Scopes {
    pub(super) fn named(&self, name: &str) -> Option<ScopeId> {
        self.by_name.get(name).copied()
    }

    /// The id of a name, made if needed; `None` when there are more scopes than numbers.
    pub(super) fn intern(&mut self, name: &str) -> Option<ScopeId> {
        if let Some(id) = self.named(name) {
            return Some(id);
        }
        let id = ScopeId(u16::try_from(self.all.len()).ok()?);
        self.by_name.insert(name.into(), id);
        self.all.push(Scope {
            name: name.into(),
            description: "".into(),
            family: "".into(),
            sensitivity: Sensitivity::Ordinary,
            kind: ScopeKind::Scope,
            may_open: Vec::new(),
            observability: Observability::default(),
            note: "".into(),
        });
        Some(id)
    }

    pub(super) fn get(&self, id: ScopeId) -> Option<&Scope> {
        self.all.get(usize::from(id.0))
    }

    pub(super) fn get_mut(&mut self, id: ScopeId) -> Option<&mut Scope> {
        self.all.get_mut(usize::from(id.0))
    }
}
