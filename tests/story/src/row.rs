//! One audit row with all its columns, in no format yet, and the truth behind it: which token made which HTTP call.

use crate::time::Time;

/// One row of `system.access.audit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it happened, in whole milliseconds.
    pub time: Time,
    /// The workspace where it happened; account-level rows show it only in their parameters.
    pub workspace: &'static str,
    /// Whether the row is written at account level, with workspace 0.
    pub account_level: bool,
    /// E-mail address, application id or `System-User`.
    pub identity: &'static str,
    /// Source address.
    pub address: Option<&'static str>,
    /// User agent.
    pub agent: Option<String>,
    /// Service.
    pub service: &'static str,
    /// Action.
    pub action: &'static str,
    /// Request id.
    pub request_id: String,
    /// Event id.
    pub event_id: String,
    /// Request parameters.
    pub params: Vec<(&'static str, String)>,
    /// HTTP status.
    pub status: u16,
    /// Message of a call that failed.
    pub error: Option<String>,
    /// The call, where the row is one that a token made.
    pub call: Option<HttpCall>,
}

/// The HTTP call behind a row: what an access log on the way would have shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpCall {
    /// The token that made it.
    pub token_id: String,
    /// Method.
    pub method: &'static str,
    /// Path.
    pub path: &'static str,
}

impl Row {
    /// What stands in the workspace column.
    pub fn workspace_column(&self) -> &'static str {
        if self.account_level { "0" } else { self.workspace }
    }

    /// What stands in the audit level column.
    pub fn level(&self) -> &'static str {
        if self.account_level { "ACCOUNT_LEVEL" } else { "WORKSPACE_LEVEL" }
    }
}
