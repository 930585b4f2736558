//! The records of one token list, as found: which kind of list they are and which facts they show.

use super::cell_value::is_absent;
use super::list_field::ListField;
use crate::support::problem::Position;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// The account console's report: may be filtered.
    Report,
    /// `tokens list`: one user's own tokens.
    Own,
    /// `token-management list`: all tokens of a workspace.
    Admin,
}

/// Which keys at least one token of a dump has. Older tools know none of them, and then their absence says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shows {
    pub scopes: bool,
    pub state: bool,
    pub inferred: bool,
    pub backfill: bool,
}

impl Shows {
    /// Whether the dump says anything about scopes at all.
    pub fn any(self) -> bool {
        self.scopes || self.state || self.inferred || self.backfill
    }
}

/// The fields of one record, as found.
pub(super) type Fields = BTreeMap<ListField, Value>;

/// The records of a file before they become tokens.
#[derive(Debug, Default)]
pub(super) struct ListRecords {
    pub(super) records: Vec<(Position, Fields)>,
    pub(super) broken: Vec<(Position, String)>,
    /// Whether the file holds a list, not single token objects.
    pub(super) listed: bool,
    /// Whether the file is a table with headers made for people.
    pub(super) report: bool,
}

impl ListRecords {
    pub(super) fn kind(&self) -> ListKind {
        let admin = [ListField::OwnerId, ListField::CreatedById, ListField::CreatedBy, ListField::Workspace];
        if self.report {
            ListKind::Report
        } else if self.records.iter().any(|(_, fields)| admin.iter().any(|f| fields.contains_key(f))) {
            ListKind::Admin
        } else {
            ListKind::Own
        }
    }

    pub(super) fn shows(&self) -> Shows {
        let has = |field| self.records.iter().any(|(_, f)| f.get(&field).is_some_and(|v| !is_absent(v)));
        Shows {
            scopes: has(ListField::Scopes),
            state: has(ListField::TokenState),
            inferred: has(ListField::Inferred),
            backfill: has(ListField::Backfill),
        }
    }
}
