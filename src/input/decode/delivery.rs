//! AWS and GCP log delivery: camel case, epoch milliseconds.

use super::fields::EventField;

/// The keys; files of some years ago call the workspace `orgId`.
pub(super) const KEYS: &[(&str, EventField)] = &[
    ("timestamp", EventField::Time),
    ("eventTime", EventField::Time),
    ("workspaceId", EventField::Workspace),
    ("orgId", EventField::Org),
    ("auditLevel", EventField::Level),
    ("userIdentity", EventField::Identity),
    ("sourceIPAddress", EventField::Address),
    ("sourceIpAddress", EventField::Address),
    ("userAgent", EventField::Agent),
    ("serviceName", EventField::Service),
    ("actionName", EventField::Action),
    ("requestId", EventField::RequestId),
    ("eventId", EventField::EventId),
    ("requestParams", EventField::Params),
];
