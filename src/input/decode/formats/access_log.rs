//! HTTP access logs as JSON or tables, from an egress proxy or a client: time, method, path, status, token id, principal and agent under
//! their usual names; `--field NAME=KEY` maps others.

use super::member::{ColumnNames, JsonKind, LogTable, normal};
use super::system_table;
use crate::input::decode::field::EventField;
use crate::input::file_kind::{FileKind, LogFormat};

/// The usual names. `user_agent`, `request_id`, `timestamp` and `time` are listed with the audit formats.
const KEYS: &[(&str, EventField)] = &[
    ("@timestamp", EventField::Time),
    ("ts", EventField::Time),
    ("datetime", EventField::Time),
    ("date_time", EventField::Time),
    ("start_time", EventField::Time),
    ("method", EventField::Method),
    ("http_method", EventField::Method),
    ("httpMethod", EventField::Method),
    ("request_method", EventField::Method),
    ("requestMethod", EventField::Method),
    ("verb", EventField::Method),
    ("path", EventField::Path),
    ("url", EventField::Path),
    ("uri", EventField::Path),
    ("http_path", EventField::Path),
    ("request_path", EventField::Path),
    ("request_uri", EventField::Path),
    ("request_url", EventField::Path),
    ("requestUrl", EventField::Path),
    ("requestUri", EventField::Path),
    ("status", EventField::Status),
    ("status_code", EventField::Status),
    ("statusCode", EventField::Status),
    ("http_status", EventField::Status),
    ("response_code", EventField::Status),
    ("response_status", EventField::Status),
    ("token_id", EventField::HttpToken),
    ("tokenId", EventField::HttpToken),
    ("token_id_sha256", EventField::HttpToken),
    ("token_hash", EventField::HttpToken),
    ("token_fingerprint", EventField::HttpToken),
    ("principal", EventField::Principal),
    ("user", EventField::Principal),
    ("user_name", EventField::Principal),
    ("username", EventField::Principal),
    ("userName", EventField::Principal),
    ("remote_user", EventField::Principal),
    ("email", EventField::Principal),
    ("http_user_agent", EventField::Agent),
    ("agent", EventField::Agent),
    ("client_ip", EventField::Address),
    ("clientIp", EventField::Address),
    ("remote_addr", EventField::Address),
    ("remote_ip", EventField::Address),
    ("source_ip", EventField::Address),
    ("src_ip", EventField::Address),
    ("ip", EventField::Address),
    ("x_request_id", EventField::RequestId),
    ("workspace", EventField::Workspace),
];

/// The fields that `--field` can map, by the name used there.
const MAPPABLE: &[(&str, EventField)] = &[
    ("time", EventField::Time),
    ("method", EventField::Method),
    ("path", EventField::Path),
    ("status", EventField::Status),
    ("token_id", EventField::HttpToken),
    ("principal", EventField::Principal),
    ("user_agent", EventField::Agent),
    ("address", EventField::Address),
    ("request_id", EventField::RequestId),
    ("workspace", EventField::Workspace),
];

pub(super) const JSON: JsonKind = JsonKind {
    kind: FileKind::Log(LogFormat::AccessLogJson),
    keys: KEYS,
    is_it: |object| object.means(EventField::Method) && object.means(EventField::Path),
    complete: None,
};

pub(super) const TABLE: LogTable = LogTable {
    as_csv: LogFormat::AccessLogCsv,
    as_parquet: LogFormat::Parquet,
    is_it: |names: &ColumnNames<'_>| {
        names.any(column, &[EventField::Method])
            && names.any(column, &[EventField::Path])
            && !names.any(system_table::column, &[EventField::Service, EventField::Action])
    },
    field: column,
    required: &[
        (&[EventField::Time, EventField::StoredTime], "time"),
        (&[EventField::HttpToken, EventField::Principal], "token_id (or principal)"),
    ],
    complete: None,
};

fn column(name: &str) -> Option<EventField> {
    const NAMES: &[(&str, EventField)] = &[
        ("timestamp", EventField::Time),
        ("time", EventField::Time),
        ("eventtime", EventField::Time),
        ("useragent", EventField::Agent),
        ("requestid", EventField::RequestId),
        ("workspaceid", EventField::Workspace),
        ("sourceipaddress", EventField::Address),
    ];
    let known = |(n, f): &(&str, EventField)| (normal(n) == name).then_some(*f);
    NAMES.iter().find_map(known).or_else(|| KEYS.iter().find_map(known))
}

fn mappable(name: &str) -> Option<EventField> {
    MAPPABLE.iter().find(|(n, _)| *n == name).map(|(_, field)| *field)
}

/// The fields that `--field NAME=KEY` maps, each with the path to its value: dots reach into objects. Unknown names are skipped,
/// for the command line refuses them.
pub(crate) fn mapped_keys(fields: &[(String, String)]) -> Vec<(EventField, Vec<String>)> {
    let path = |key: &str| key.split('.').map(str::to_owned).collect();
    fields.iter().filter_map(|(name, key)| Some((mappable(name)?, path(key)))).collect()
}

/// The columns that `--field NAME=COLUMN` maps, with the fields they hold.
pub(crate) fn mapped_columns(fields: &[(String, String)]) -> Vec<(String, EventField)> {
    fields.iter().filter_map(|(name, key)| Some((key.clone(), mappable(name)?))).collect()
}
