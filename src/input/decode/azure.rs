//! Azure: diagnostic settings (blobs and Event Hub), Log Analytics tables, and Microsoft Sentinel's `DatabricksAudit_CL`. The
//! record's own keys and those of its `properties` never clash, so both are read alike.

use super::fields::EventField;

/// The keys of all four.
pub(super) const KEYS: &[(&str, EventField)] = &[
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
