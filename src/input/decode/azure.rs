//! Azure: diagnostic settings (blobs and Event Hub), Log Analytics tables, and Microsoft Sentinel's `DatabricksAudit_CL`. The
//! record's own keys and those of its `properties` never clash, so both are read alike.

use super::fields::Field;

/// The keys of all four.
pub(super) const KEYS: &[(&str, Field)] = &[
    // Diagnostic settings.
    ("records", Field::Records),
    ("time", Field::Time),
    ("resourceId", Field::Resource),
    ("operationName", Field::Operation),
    ("identity", Field::Identity),
    ("properties", Field::Properties),
    ("logId", Field::EventId),
    // Log Analytics and Sentinel.
    ("TimeGenerated", Field::StoredTime),
    ("EventTime", Field::Time),
    ("_ResourceId", Field::Resource),
    ("ResourceId", Field::Resource),
    ("OperationName", Field::Operation),
    ("Identity", Field::Identity),
    ("UserIdentity", Field::Identity),
    ("UserEmail", Field::Email),
    ("LogId", Field::EventId),
    ("AuditLevel", Field::Level),
    ("WorkspaceId", Field::Workspace),
    ("OrgId", Field::Org),
    ("ServiceName", Field::Service),
    ("ActionName", Field::Action),
    ("RequestId", Field::RequestId),
    ("SourceIPAddress", Field::Address),
    ("SourceIpAddress", Field::Address),
    ("UserAgent", Field::Agent),
    ("RequestParams", Field::Params),
    ("Response", Field::Response),
    ("ResponseStatusCode", Field::Status),
    ("ResponseErrorMessage", Field::Error),
];

/// The workspace's name out of `…/providers/Microsoft.Databricks/workspaces/NAME`, in lower case: Azure records know no id.
pub(super) fn workspace(resource: &str) -> Option<String> {
    let (rest, name) = resource.trim_end_matches('/').rsplit_once('/')?;
    let (_, kind) = rest.rsplit_once('/')?;
    (kind.eq_ignore_ascii_case("workspaces") && !name.is_empty()).then(|| name.to_lowercase())
}

/// Service and action out of `Microsoft.Databricks/service/action`.
pub(super) fn operation(name: &str) -> Option<(&str, &str)> {
    let (provider, rest) = name.split_once('/')?;
    let (service, action) = rest.split_once('/')?;
    (provider.eq_ignore_ascii_case("Microsoft.Databricks") && !service.is_empty() && !action.is_empty())
        .then_some((service, action))
}
