//! JSON files among the logs that are no logs: token lists, jobs, principals, reports and ledger rows. A ledger table is also
//! recognised by its columns.

use super::member::{JsonKind, ObjectKeys};
use crate::input::file_kind::FileKind;

const fn side_file(kind: FileKind, is_it: fn(&ObjectKeys<'_>) -> bool) -> JsonKind {
    JsonKind { kind, keys: &[], is_it, complete: None }
}

/// A page of the token management API.
pub(super) const TOKEN_PAGE: JsonKind =
    side_file(FileKind::Inventory, |object| object.wrapper == Some("token_infos"));

/// A token on its own, as a line or in a plain list.
pub(super) const TOKEN: JsonKind = side_file(FileKind::Inventory, |object| {
    object.has("token_id")
        && object.any(&[
            "creation_time",
            "expiry_time",
            "comment",
            "owner_id",
            "created_by_username",
            "scopes",
            "autoscope_state",
            "backfill_scopes",
        ])
});

pub(super) const REPORT: JsonKind =
    side_file(FileKind::Report, |object| object.has("schema_version") && object.any(&["run", "findings"]));

/// SQL engines leave out what is null, and each kind of ledger row uses other columns.
pub(super) const LEDGER_ROW: JsonKind =
    side_file(FileKind::LedgerTable, |object| object.has("kind") && object.has("schema_version"));

pub(super) const JOB: JsonKind = side_file(FileKind::Jobs, |object| {
    object.wrapper == Some("jobs") || (object.has("job_id") && object.has("settings"))
});

/// A user or service principal, of SCIM or of the CLI.
pub(super) const PRINCIPAL: JsonKind = side_file(FileKind::Names, |object| {
    object.any(&["userName", "applicationId", "application_id", "user_name"])
        && object.any(&["id", "displayName", "display_name"])
});

/// Whether columns of these names are those of a ledger table, from an SQL engine or an earlier ingest.
pub fn is_ledger_table<'n>(names: impl Iterator<Item = &'n str> + Clone) -> bool {
    ["kind", "schema_version", "link"].iter().all(|mark| names.clone().any(|n| n.eq_ignore_ascii_case(mark)))
}
