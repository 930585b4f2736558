//! Azure: diagnostic settings (blobs and Event Hub), Log Analytics tables, and Microsoft Sentinel's `DatabricksAudit_CL`. The
//! keys of a record and those of its `properties` never clash, so one table serves for both.

use super::member::{ColumnNames, JsonKind, LogTable};
use super::system_table;
use crate::input::decode::field::EventField;
use crate::input::file_kind::{FileKind, LogFormat};

const KEYS: &[(&str, EventField)] = &[
    // Diagnostic settings.
    ("records", EventField::Records),
    ("time", EventField::Time),
    ("resourceId", EventField::Resource),
    ("operationName", EventField::Operation),
    ("identity", EventField::Identity),
    ("properties", EventField::Properties),
    ("logId", EventField::EventId),
    // Log Analytics and Sentinel.
    ("TimeGenerated", EventField::StoredTime),
    ("EventTime", EventField::Time),
    ("_ResourceId", EventField::Resource),
    ("ResourceId", EventField::Resource),
    ("OperationName", EventField::Operation),
    ("Identity", EventField::Identity),
    ("UserIdentity", EventField::Identity),
    ("UserEmail", EventField::Email),
    ("LogId", EventField::EventId),
    ("AuditLevel", EventField::Level),
    ("WorkspaceId", EventField::Workspace),
    ("OrgId", EventField::Org),
    ("ServiceName", EventField::Service),
    ("ActionName", EventField::Action),
    ("RequestId", EventField::RequestId),
    ("SourceIPAddress", EventField::Address),
    ("SourceIpAddress", EventField::Address),
    ("UserAgent", EventField::Agent),
    ("RequestParams", EventField::Params),
    ("Response", EventField::Response),
    ("ResponseStatusCode", EventField::Status),
    ("ResponseErrorMessage", EventField::Error),
];

pub(super) const JSON: JsonKind = JsonKind {
    kind: FileKind::Log(LogFormat::AzureJson),
    keys: KEYS,
    is_it: |object| {
        object.any(&["properties", "TimeGenerated", "EventTime", "_ResourceId", "resourceId"])
            && object.any(&[
                "operationName",
                "OperationName",
                "category",
                "ServiceName",
                "ActionName",
                "actionName",
            ])
    },
    complete: None,
};

/// An object around a list of records that does not tell what they are, or is empty.
pub(super) const WRAPPED_JSON: JsonKind = JsonKind {
    kind: FileKind::Log(LogFormat::AzureJson),
    keys: &[],
    is_it: |object| object.has("records") && (!object.cut_off || object.wrapper.is_none()),
    complete: None,
};

pub(super) const TABLE: LogTable = LogTable {
    as_csv: LogFormat::LogAnalyticsCsv,
    as_parquet: LogFormat::Parquet,
    is_it: |names: &ColumnNames<'_>| names.has("timegenerated") && system_table::has_audit_columns(names),
    field: system_table::column,
    required: &[
        (&[EventField::Service, EventField::Operation], "ServiceName"),
        (&[EventField::Action, EventField::Operation], "ActionName"),
        (&[EventField::Identity, EventField::Email], "Identity"),
    ],
    complete: None,
};

/// The workspace's name in `…/providers/Microsoft.Databricks/workspaces/NAME`, in lower case: Azure records have no id.
pub(crate) fn workspace(resource: &str) -> Option<String> {
    let (rest, name) = resource.trim_end_matches('/').rsplit_once('/')?;
    let (_, kind) = rest.rsplit_once('/')?;
    (kind.eq_ignore_ascii_case("workspaces") && !name.is_empty()).then(|| name.to_lowercase())
}

/// Service and action in `Microsoft.Databricks/service/action`.
pub(crate) fn operation(name: &str) -> Option<(&str, &str)> {
    let (provider, rest) = name.split_once('/')?;
    let (service, action) = rest.split_once('/')?;
    (provider.eq_ignore_ascii_case("Microsoft.Databricks") && !service.is_empty() && !action.is_empty())
        .then_some((service, action))
}
