//! `system.access.audit` as JSON lines: nested as Spark writes it, or every cell a string as the SQL API returns it.

use super::{Params, json_text};
use crate::Row;
use crate::time::{Day, Time};
use serde::Serialize;

pub(super) const ACCOUNT: &str = "0d1e2f30-6c1a-4b77-9f28-51c3d0a7e84b";

#[derive(Serialize)]
pub(super) struct Nested<'a> {
    account_id: &'static str,
    workspace_id: &'static str,
    version: &'static str,
    event_time: Time,
    event_date: Day,
    source_ip_address: Option<&'static str>,
    user_agent: Option<&'a str>,
    session_id: Option<&'static str>,
    user_identity: Identity,
    service_name: &'static str,
    action_name: &'static str,
    request_id: &'a str,
    request_params: Params<'a>,
    response: Response<'a, u16>,
    audit_level: &'static str,
    event_id: &'a str,
    identity_metadata: Metadata,
}

#[derive(Serialize)]
pub(super) struct Text<'a> {
    account_id: &'static str,
    workspace_id: &'static str,
    version: &'static str,
    event_time: String,
    event_date: String,
    source_ip_address: Option<&'static str>,
    user_agent: Option<&'a str>,
    session_id: Option<&'static str>,
    user_identity: String,
    service_name: &'static str,
    action_name: &'static str,
    request_id: &'a str,
    request_params: String,
    response: String,
    audit_level: &'static str,
    event_id: &'a str,
    identity_metadata: String,
}

#[derive(Serialize)]
pub(super) struct Identity {
    pub(super) email: &'static str,
    pub(super) subject_name: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Response<'a, Code> {
    pub(super) status_code: Code,
    pub(super) error_message: Option<&'a str>,
    pub(super) result: Option<&'static str>,
}

#[derive(Default, Serialize)]
pub(super) struct Metadata {
    run_by: Option<&'static str>,
    run_as: Option<&'static str>,
    acting_resource: Option<&'static str>,
}

pub(super) fn identity(row: &Row) -> Identity {
    Identity { email: row.identity, subject_name: None }
}

pub(super) fn response<Code>(row: &Row, status_code: Code) -> Response<'_, Code> {
    Response { status_code, error_message: row.error.as_deref(), result: None }
}

pub(super) fn nested(row: &Row) -> Nested<'_> {
    Nested {
        account_id: ACCOUNT,
        workspace_id: row.workspace_column(),
        version: "2.0",
        event_time: row.time,
        event_date: row.time.day(),
        source_ip_address: row.address,
        user_agent: row.agent.as_deref(),
        session_id: None,
        user_identity: identity(row),
        service_name: row.service,
        action_name: row.action,
        request_id: &row.request_id,
        request_params: Params(&row.params),
        response: response(row, row.status),
        audit_level: row.level(),
        event_id: &row.event_id,
        identity_metadata: Metadata::default(),
    }
}

pub(super) fn text(row: &Row) -> Text<'_> {
    Text {
        account_id: ACCOUNT,
        workspace_id: row.workspace_column(),
        version: "2.0",
        event_time: row.time.to_string(),
        event_date: row.time.day().to_string(),
        source_ip_address: row.address,
        user_agent: row.agent.as_deref(),
        session_id: None,
        user_identity: json_text(&identity(row)),
        service_name: row.service,
        action_name: row.action,
        request_id: &row.request_id,
        request_params: json_text(&Params(&row.params)),
        response: json_text(&response(row, row.status.to_string())),
        audit_level: row.level(),
        event_id: &row.event_id,
        identity_metadata: json_text(&Metadata::default()),
    }
}
