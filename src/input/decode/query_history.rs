//! `system.query.history`: who ran SQL with which client. It names no token, so its rows are evidence for the principal only,
//! under an action of their own that no audit log has.

use super::Value;
use super::fields::{Field, Row};

/// The service that stands for this table.
pub const SERVICE: &str = "queryHistory";
/// Its only action.
pub const ACTION: &str = "query";

/// The columns as keys of JSON rows; `start_time` and `workspace_id` are those of other formats.
pub(super) const KEYS: &[(&str, Field)] = &[
    ("statement_id", Field::EventId),
    ("executed_by", Field::Email),
    ("executed_as", Field::Principal),
    ("client_application", Field::Agent),
    ("execution_status", Field::Status),
    ("error_message", Field::Error),
];

/// Completes a row of the table: who ran it stands before as whom, `execution_status` is a word, and a statement that ended is
/// a call that succeeded.
pub(super) fn complete(row: &mut Row<'_>) {
    row.set(Field::Service, Value::Text(SERVICE));
    row.set(Field::Action, Value::Text(ACTION));
    if !row.get(Field::Email).is_some() {
        row.set(Field::Email, row.get(Field::Principal));
    }
    let code = match row.get(Field::Status).text().as_ref() {
        "" | "FINISHED" => "200",
        _ => "500",
    };
    row.set(Field::Status, Value::Text(code));
}
