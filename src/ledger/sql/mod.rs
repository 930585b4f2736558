//! The ledger as a query: the templates of `data/sql`, filled in with this build's own lists and the words of one engine.
//!
//! An engine that holds the logs makes the same table there, and only the table travels. What may not differ between the two is
//! written once: lists, patterns, spans and columns stand here by reference to the code that reads logs.

mod dialect;
mod fill;
mod patterns;

#[cfg(test)]
mod sql_tests;

pub use dialect::SqlDialect;

use fill::Fill;

const LEDGER: &str = include_str!("../../../data/sql/ledger.sql");
const EXPORT: &str = include_str!("../../../data/sql/export.sql");

/// The table that is read where none is named.
pub const SYSTEM_TABLE: &str = "system.access.audit";

/// The columns of the audit table that anything asks for. The response is taken apart, the request parameters are filtered.
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

/// The statements that make the ledger table of an audit table. With `into`, the engine writes it there as Parquet; else it is
/// the result of the last statement.
///
/// # Errors
/// An input or a place that cannot be written in SQL without changing its meaning, as a sentence with its remedy.
pub fn ledger(dialect: SqlDialect, input: &str, into: Option<&str>) -> Result<String, String> {
    Fill::new(dialect, input, into).map(|fill| fill.expand(LEDGER))
}

/// The statement that exports the rows themselves, with only the columns and parameters that are read.
///
/// # Errors
/// See [`ledger`].
pub fn export(dialect: SqlDialect, input: &str, into: Option<&str>) -> Result<String, String> {
    Fill::new(dialect, input, into).map(|fill| fill.expand(EXPORT))
}
