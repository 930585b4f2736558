//! AWS and GCP log delivery: camel case, epoch milliseconds.

use super::fields::Field;

/// The keys; files of some years ago call the workspace `orgId`.
pub(super) const KEYS: &[(&str, Field)] = &[
    ("timestamp", Field::Time),
    ("eventTime", Field::Time),
    ("workspaceId", Field::Workspace),
    ("orgId", Field::Org),
    ("auditLevel", Field::Level),
    ("userIdentity", Field::Identity),
    ("sourceIPAddress", Field::Address),
    ("sourceIpAddress", Field::Address),
    ("userAgent", Field::Agent),
    ("serviceName", Field::Service),
    ("actionName", Field::Action),
    ("requestId", Field::RequestId),
    ("eventId", Field::EventId),
    ("requestParams", Field::Params),
];
