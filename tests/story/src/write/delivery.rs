//! AWS and GCP log delivery: one folder per workspace and day, camelCase names, times in epoch milliseconds.

use super::Params;
use super::system::ACCOUNT;
use crate::Row;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    version: &'static str,
    audit_level: &'static str,
    timestamp: i64,
    account_id: &'static str,
    workspace_id: &'static str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: Option<&'static str>,
    user_agent: Option<&'a str>,
    session_id: Option<&'static str>,
    user_identity: Identity,
    service_name: &'static str,
    action_name: &'static str,
    request_id: &'a str,
    request_params: Params<'a>,
    response: Response<'a>,
    event_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    email: &'static str,
    subject_name: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response<'a> {
    pub(super) status_code: u16,
    pub(super) error_message: Option<&'a str>,
    pub(super) result: Option<&'static str>,
}

pub(super) fn response(row: &Row) -> Response<'_> {
    Response { status_code: row.status, error_message: row.error.as_deref(), result: None }
}

pub(super) fn file(row: &Row) -> String {
    format!("workspaceId={}/date={}/auditlogs_0001.json", row.workspace_column(), row.time.day())
}

pub(super) fn record(row: &Row) -> Record<'_> {
    Record {
        version: "2.0",
        audit_level: row.level(),
        timestamp: row.time.0 / 1000,
        account_id: ACCOUNT,
        workspace_id: row.workspace_column(),
        source_ip_address: row.address,
        user_agent: row.agent.as_deref(),
        session_id: None,
        user_identity: Identity { email: row.identity, subject_name: None },
        service_name: row.service,
        action_name: row.action,
        request_id: &row.request_id,
        request_params: Params(&row.params),
        response: response(row),
        event_id: &row.event_id,
    }
}
