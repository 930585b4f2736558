//! `system.access.audit`: rows as JSON, with nested cells as objects or as JSON text, and tables whose columns may be flattened or
//! renamed by the engine that wrote them (`user_identity.email`, `request_params[tokenId]`, camel case).

use super::member::{ColumnNames, JsonKind, LogTable};
use crate::input::decode::field::EventField;
use crate::input::file_kind::{FileKind, LogFormat};

/// The columns, as the table and its older documentation spell them.
const KEYS: &[(&str, EventField)] = &[
    ("event_time", EventField::Time),
    ("workspace_id", EventField::Workspace),
    ("audit_level", EventField::Level),
    ("user_identity", EventField::Identity),
    ("source_ip_address", EventField::Address),
    ("user_agent", EventField::Agent),
    ("service_name", EventField::Service),
    ("action_name", EventField::Action),
    ("request_id", EventField::RequestId),
    ("event_id", EventField::EventId),
    ("response", EventField::Response),
    ("request_params", EventField::Params),
];

pub(super) const JSON: JsonKind = JsonKind {
    kind: FileKind::Log(LogFormat::SystemTableJson),
    keys: KEYS,
    is_it: |object| object.has("service_name") && object.has("action_name"),
    complete: None,
};

pub(super) const TABLE: LogTable = LogTable {
    as_csv: LogFormat::SystemTableCsv,
    as_parquet: LogFormat::Parquet,
    is_it: has_audit_columns,
    field: column,
    required: &[
        (&[EventField::Time, EventField::StoredTime], "event_time"),
        (&[EventField::Service, EventField::Operation], "service_name"),
        (&[EventField::Action, EventField::Operation], "action_name"),
        (&[EventField::Identity, EventField::Email], "user_identity"),
    ],
    complete: None,
};

/// Whether two or more columns are those of an audit log.
pub(super) fn has_audit_columns(names: &ColumnNames<'_>) -> bool {
    const MARKS: [EventField; 6] = [
        EventField::Service,
        EventField::Action,
        EventField::Operation,
        EventField::Identity,
        EventField::Params,
        EventField::Level,
    ];
    let marks = MARKS.iter().filter(|f| names.any(column, &[**f])).count()
        + usize::from(names.has("eventtime") || names.has("timegenerated"))
        + usize::from(names.has("sourceipaddress"));
    marks >= 2
}

/// The field of a column of an audit log, under the names of all engines.
pub(super) fn column(name: &str) -> Option<EventField> {
    Some(match name {
        "eventtime" | "timestamp" | "time" | "eventtimestamp" => EventField::Time,
        "timegenerated" => EventField::StoredTime,
        "workspaceid" => EventField::Workspace,
        "orgid" => EventField::Org,
        "auditlevel" => EventField::Level,
        "useridentity" | "identity" => EventField::Identity,
        "useridentityemail" | "identityemail" | "useremail" | "email" => EventField::Email,
        "sourceipaddress" | "sourceip" => EventField::Address,
        "useragent" => EventField::Agent,
        "servicename" | "service" => EventField::Service,
        "actionname" | "action" => EventField::Action,
        "operationname" => EventField::Operation,
        "resourceid" => EventField::Resource,
        "requestid" => EventField::RequestId,
        "eventid" | "logid" => EventField::EventId,
        "response" => EventField::Response,
        "responsestatuscode" | "statuscode" => EventField::Status,
        "responseerrormessage" | "errormessage" => EventField::Error,
        "requestparams" => EventField::Params,
        "requestparamsworkspaceid" => EventField::ParamsWorkspace,
        "requestparamsorgid" => EventField::ParamsOrg,
        _ => return parameter(name.strip_prefix("requestparams").unwrap_or(name)),
    })
}

/// A request parameter in a column of its own, with or without the name of the map before it.
fn parameter(name: &str) -> Option<EventField> {
    Some(match name {
        "user" => EventField::User,
        "tokenid" => EventField::TokenId,
        "authenticationmethod" => EventField::AuthenticationMethod,
        "tokenhash" => EventField::TokenHash,
        "tokenexpirationtime" => EventField::TokenExpiration,
        "path" => EventField::DeniedPath,
        _ => return None,
    })
}
