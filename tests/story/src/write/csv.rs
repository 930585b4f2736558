//! `system.access.audit` as CSV. What a nested cell looks like depends on who wrote the file.

use super::system::{identity, response};
use super::{Params, json_text};
use crate::Row;
use std::io::{self, Write};

/// How nested cells are spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON text, as SQL results and `to_json` give.
    Json,
    /// `{k -> v}` and `{a, null}`, as Spark casts to strings.
    Spark,
    /// `{'k': 'v'}` and `Row(email='x')`, as pandas prints them.
    Python,
}

const COLUMNS: [&str; 16] = [
    "account_id",
    "workspace_id",
    "version",
    "event_time",
    "event_date",
    "source_ip_address",
    "user_agent",
    "session_id",
    "user_identity",
    "service_name",
    "action_name",
    "request_id",
    "request_params",
    "response",
    "audit_level",
    "event_id",
];

pub(super) fn table(rows: &[&Row], dialect: Dialect, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for row in rows {
        let (time, day) = (row.time.to_string(), row.time.day().to_string());
        table.write_record([
            super::system::ACCOUNT,
            row.workspace_column(),
            "2.0",
            &if dialect == Dialect::Json { time } else { time.replace('T', " ").replace('Z', "") },
            &day,
            row.address.unwrap_or_default(),
            row.agent.as_deref().unwrap_or_default(),
            "",
            &identity_cell(row, dialect),
            row.service,
            row.action,
            &row.request_id,
            &params_cell(row, dialect),
            &response_cell(row, dialect),
            row.level(),
            &row.event_id,
        ])?;
    }
    table.flush()
}

fn identity_cell(row: &Row, dialect: Dialect) -> String {
    match dialect {
        Dialect::Json => json_text(&identity(row)),
        Dialect::Spark => format!("{{{}, null}}", row.identity),
        Dialect::Python => format!("Row(email={}, subject_name=None)", quoted(row.identity)),
    }
}

fn params_cell(row: &Row, dialect: Dialect) -> String {
    let pairs = |pair: fn(&str, &str) -> String| {
        let pairs: Vec<_> = row.params.iter().map(|(k, v)| pair(k, v)).collect();
        format!("{{{}}}", pairs.join(", "))
    };
    match dialect {
        Dialect::Json => json_text(&Params(&row.params)),
        Dialect::Spark => pairs(|k, v| format!("{k} -> {v}")),
        Dialect::Python => pairs(|k, v| format!("{}: {}", quoted(k), quoted(v))),
    }
}

fn response_cell(row: &Row, dialect: Dialect) -> String {
    let status = row.status;
    match (dialect, row.error.as_deref()) {
        (Dialect::Json, _) => json_text(&response(row, status.to_string())),
        (Dialect::Spark, error) => format!("{{{status}, {}, null}}", error.unwrap_or("null")),
        (Dialect::Python, error) => {
            let error = error.map_or("None".to_owned(), quoted);
            format!("Row(status_code={status}, error_message={error}, result=None)")
        }
    }
}

/// As Python's `repr` prints a plain text.
fn quoted(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
