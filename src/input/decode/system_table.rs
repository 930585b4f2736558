//! `system.access.audit` rows as JSON: snake case; nested cells as objects or as JSON text, decided cell by cell.

use super::fields::EventField;

/// The columns, as the table and its older documentation spell them.
pub(super) const KEYS: &[(&str, EventField)] = &[
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
