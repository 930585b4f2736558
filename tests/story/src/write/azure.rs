//! Azure diagnostic settings: whole seconds, the workspace only by its resource name, nested parts as JSON text.

use super::delivery::response;
use super::{Params, json_text};
use crate::time::Time;
use crate::{CACHING_WORKSPACE, Row};
use serde::Serialize;

/// Log categories of the story that diagnostic settings carry.
const CATEGORIES: [&str; 11] = [
    "accounts",
    "clusters",
    "dashboards",
    "databrickssql",
    "dbfs",
    "deltaPipelines",
    "jobs",
    "notebook",
    "repos",
    "secrets",
    "workspace",
];
/// Unity Catalog is the one account-level service with a category of its own.
const ACCOUNT_LEVEL: &str = "unityCatalog";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    resource_id: String,
    operation_version: &'static str,
    identity: String,
    operation_name: String,
    time: Time,
    category: &'static str,
    properties: Properties<'a>,
    #[serde(rename = "Host")]
    host: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: Option<String>,
    log_id: &'a str,
    service_name: &'static str,
    user_agent: Option<&'a str>,
    response: String,
    session_id: Option<&'static str>,
    action_name: &'static str,
    request_id: &'a str,
    request_params: String,
}

#[derive(Serialize)]
struct Identity {
    email: &'static str,
    #[serde(rename = "subjectName")]
    subject_name: Option<&'static str>,
}

/// A message of an event hub: many records.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    records: Vec<Record<'a>>,
}

pub(super) fn carries(row: &Row) -> bool {
    row.service == ACCOUNT_LEVEL || CATEGORIES.contains(&row.service)
}

/// One file per category and month; a real container has one for every hour.
pub(super) fn file(row: &Row) -> String {
    let day = row.time.day().to_string();
    let category = row.service.to_ascii_lowercase();
    format!(
        "insights-logs-{category}/resourceId={}/y={}/m={}/PT1H.json",
        resource(row),
        &day[..4],
        &day[5..7]
    )
}

pub(super) fn record(row: &Row) -> Record<'_> {
    let millis = row.time.0.rem_euclid(1_000_000);
    Record {
        resource_id: resource(row),
        operation_version: "1.0.0",
        identity: json_text(&Identity { email: row.identity, subject_name: None }),
        operation_name: format!("Microsoft.Databricks/{}/{}", row.service, row.action),
        time: Time(row.time.0 - millis),
        category: row.service,
        properties: Properties {
            source_ip_address: row.address.map(|a| format!("{a}:0")),
            log_id: &row.event_id,
            service_name: row.service,
            user_agent: row.agent.as_deref(),
            response: json_text(&response(row)),
            session_id: None,
            action_name: row.action,
            request_id: &row.request_id,
            request_params: json_text(&Params(&row.params)),
        },
        host: "0520-070249-k3v9q2ab-10-139-96-0",
    }
}

pub(super) fn message<'a>(rows: &[&'a Row]) -> Message<'a> {
    Message { records: rows.iter().map(|r| record(r)).collect() }
}

fn resource(row: &Row) -> String {
    let name = if row.workspace == CACHING_WORKSPACE { "DBW-INGEST" } else { "DBW-ANALYTICS" };
    format!(
        "/SUBSCRIPTIONS/6B1F0A6F-2C11-4E7D-9A30-5B1F0A6F2C11/RESOURCEGROUPS/RG-DATA/PROVIDERS/MICROSOFT.DATABRICKS/WORKSPACES/{name}"
    )
}
