//! `system.query.history`: who ran SQL with which client. It names no token, so its rows are evidence for the principal only,
//! under an action of their own that no audit log has.

use super::member::{ColumnNames, JsonKind, LogTable};
use crate::input::decode::field::EventField;
use crate::input::decode::json_value::FieldValue;
use crate::input::decode::raw_record::RawRecord;
use crate::input::file_kind::{FileKind, LogFormat};

/// The service that stands for this table.
const SERVICE: &str = "queryHistory";
/// Its only action.
const ACTION: &str = "query";

/// The columns as keys of JSON rows; `start_time` and `workspace_id` are those of other formats.
const KEYS: &[(&str, EventField)] = &[
    ("statement_id", EventField::EventId),
    ("executed_by", EventField::Email),
    ("executed_as", EventField::Principal),
    ("client_application", EventField::Agent),
    ("execution_status", EventField::Status),
    ("error_message", EventField::Error),
];

pub(super) const JSON: JsonKind = JsonKind {
    kind: FileKind::Log(LogFormat::QueryHistoryJson),
    keys: KEYS,
    is_it: |object| {
        object.has("statement_id")
            && object.any(&["executed_as", "executed_by", "client_application", "statement_type"])
    },
    complete: Some(complete),
};

pub(super) const TABLE: LogTable = LogTable {
    as_csv: LogFormat::QueryHistoryCsv,
    as_parquet: LogFormat::QueryHistoryParquet,
    is_it: |names: &ColumnNames<'_>| {
        (names.has("executedby") || names.has("executedas"))
            && (names.has("starttime") || names.has("statementid") || names.has("clientapplication"))
    },
    field: column,
    required: &[(&[EventField::Time, EventField::StoredTime], "start_time")],
    complete: Some(complete),
};

fn column(name: &str) -> Option<EventField> {
    Some(match name {
        "starttime" => EventField::Time,
        "workspaceid" => EventField::Workspace,
        "executedby" | "executedas" => EventField::Email,
        "clientapplication" => EventField::Agent,
        "statementid" => EventField::EventId,
        "executionstatus" => EventField::Status,
        "errormessage" => EventField::Error,
        _ => return None,
    })
}

/// Sets what a row of the table does not say itself: service and action; who ran the statement, or else as whom it ran; and a
/// status code for the word in `execution_status`.
fn complete(row: &mut RawRecord<'_>) {
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
