//! `system.access.audit` rows as JSON: snake case; nested cells as objects or as JSON text, decided cell by cell.

use super::fields::Field;

/// The columns, as the table and its older documentation spell them.
pub(super) const KEYS: &[(&str, Field)] = &[
    ("event_time", Field::Time),
    ("workspace_id", Field::Workspace),
    ("audit_level", Field::Level),
    ("user_identity", Field::Identity),
    ("source_ip_address", Field::Address),
    ("user_agent", Field::Agent),
    ("service_name", Field::Service),
    ("action_name", Field::Action),
    ("request_id", Field::RequestId),
    ("event_id", Field::EventId),
    ("response", Field::Response),
    ("request_params", Field::Params),
];
