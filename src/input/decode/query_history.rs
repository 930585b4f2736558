//! `system.query.history`: who ran SQL with which client. It names no token, so its rows are evidence for the principal only,
//! under an action of their own that no audit log has.

use super::FieldValue;
use super::fields::{EventField, RawRecord};

/// The service that stands for this table.
pub const SERVICE: &str = "queryHistory";
/// Its only action.
pub const ACTION: &str = "query";

/// The columns as keys of JSON rows; `start_time` and `workspace_id` are those of other formats.
pub(super) const KEYS: &[(&str, EventField)] = &[
    ("statement_id", EventField::EventId),
    ("executed_by", EventField::Email),
    ("executed_as", EventField::Principal),
    ("client_application", EventField::Agent),
    ("execution_status", EventField::Status),
    ("error_message", EventField::Error),
];

/// Completes a row of the table: who ran it stands before as whom, `execution_status` is a word, and a statement that ended is
/// a call that succeeded.
pub(super) fn complete(row: &mut RawRecord<'_>) {
    row.set(EventField::Service, FieldValue::Text(SERVICE));
    row.set(EventField::Action, FieldValue::Text(ACTION));
    if !row.get(EventField::Email).is_some() {
        row.set(EventField::Email, row.get(EventField::Principal));
    }
    let code = match row.get(EventField::Status).text().as_ref() {
        "" | "FINISHED" => "200",
        _ => "500",
    };
    row.set(EventField::Status, FieldValue::Text(code));
}
