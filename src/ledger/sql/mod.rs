//! The ledger as a query: templates from `data/sql`, filled in with the lists of this build and the syntax of one engine.
//!
//! An engine that holds the logs makes the ledger table there, and only the table has to be moved. Lists, patterns, time spans and
//! columns come from the code that reads logs, so that both give the same result.

mod dialect;
mod fill;
mod patterns;

#[cfg(test)]
mod sql_tests;

pub use dialect::SqlDialect;

use fill::Fill;

const LEDGER: &str = include_str!("../../../data/sql/ledger.sql");
const EXPORT: &str = include_str!("../../../data/sql/export.sql");

/// The audit table that is read by default.
pub const SYSTEM_TABLE: &str = "system.access.audit";

/// The columns of the audit table that are needed. Of the response and the request parameters, only the needed fields are kept.
const COLUMNS: [&str; 11] = [
    "event_id",
    "event_time",
    "workspace_id",
    "source_ip_address",
    "user_agent",
    "user_identity",
    "service_name",
    "action_name",
    "request_id",
    "request_params",
    "response",
];

/// The statements that make the ledger table from an audit table. With `into`, the engine writes it there as Parquet; otherwise it
/// is the result of the last statement.
///
/// # Errors
/// `input` or `into` cannot be written in SQL without changing its meaning. The error is a sentence that says what to do.
pub fn ledger(dialect: SqlDialect, input: &str, into: Option<&str>) -> Result<String, String> {
    Fill::new(dialect, input, into).map(|fill| fill.expand(LEDGER))
}

/// The statement that exports the rows themselves, with only the columns and parameters that are needed.
///
/// # Errors
/// See [`ledger`].
pub fn export(dialect: SqlDialect, input: &str, into: Option<&str>) -> Result<String, String> {
    Fill::new(dialect, input, into).map(|fill| fill.expand(EXPORT))
}
