//! AWS and GCP log delivery: camel case, epoch milliseconds.

use super::member::JsonKind;
use crate::input::decode::field::EventField;
use crate::input::file_kind::{FileKind, LogFormat};

/// Older files call the workspace `orgId`.
const KEYS: &[(&str, EventField)] = &[
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

pub(super) const JSON: JsonKind = JsonKind {
    kind: FileKind::Log(LogFormat::DeliveryJson),
    keys: KEYS,
    is_it: |object| object.has("serviceName") && object.has("actionName"),
    complete: None,
};
