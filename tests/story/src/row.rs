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
    pub address: Option<&'static str>,
    pub agent: Option<String>,
    pub service: &'static str,
    pub action: &'static str,
    pub request_id: String,
    pub event_id: String,
    pub params: Vec<(&'static str, String)>,
    /// HTTP status.
    pub status: u16,
    /// Message of a call that failed.
    pub error: Option<String>,
    /// The call behind the row, if a token made it.
    pub call: Option<HttpCall>,
}

/// The HTTP call behind a row, as an access log would show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpCall {
    pub token_id: String,
    pub method: &'static str,
    pub path: &'static str,
}

impl Row {
    /// The value of the workspace column.
    pub fn workspace_column(&self) -> &'static str {
        if self.account_level { "0" } else { self.workspace }
    }

    /// The value of the audit level column.
    pub fn level(&self) -> &'static str {
        if self.account_level { "ACCOUNT_LEVEL" } else { "WORKSPACE_LEVEL" }
    }
}
