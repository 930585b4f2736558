//! The kinds of files that are read, and the formats of logs among them, with their names in reports.

use std::fmt;
use strum::IntoStaticStr;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FileKind {
    /// Rows of an audit log, an access log or the query history.
    #[strum(transparent)]
    Log(LogFormat),
    /// A list of tokens.
    Inventory,
    /// A list of users or service principals, for owner names.
    Names,
    /// A list of jobs with their schedules.
    Jobs,
    /// A client's log whose errors name missing scopes.
    Denials,
    /// `annotations.toml`.
    Annotations,
    /// Ledger rows, from an SQL engine or an earlier ingest.
    LedgerTable,
    /// A JSON report of an earlier run.
    Report,
    /// None of these.
    Unknown,
}

/// A format of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LogFormat {
    /// `system.access.audit` rows as JSON; nested cells as objects or as text.
    SystemTableJson,
    /// AWS and GCP log delivery.
    DeliveryJson,
    /// Azure: diagnostic settings, Event Hub, Log Analytics, Sentinel.
    AzureJson,
    /// HTTP access logs as JSON.
    AccessLogJson,
    /// `system.access.audit` as CSV or TSV.
    SystemTableCsv,
    /// Log Analytics or Sentinel as CSV.
    LogAnalyticsCsv,
    /// HTTP access logs as CSV or TSV.
    AccessLogCsv,
    /// `system.access.audit` as Parquet.
    Parquet,
    /// `system.access.audit` as a Delta table folder.
    Delta,
    /// `system.query.history` as Parquet.
    QueryHistoryParquet,
    /// `system.query.history` as CSV.
    QueryHistoryCsv,
    /// `system.query.history` as JSON.
    QueryHistoryJson,
}

/// What the message about an unknown file says.
pub(super) const UNKNOWN: &str = "is in no known format. Known are system.access.audit as JSON, CSV, Parquet or Delta, log delivery of AWS and \
     GCP, Azure diagnostic settings and Log Analytics, HTTP access logs, system.query.history, token inventories, \
     user and job lists, and client errors. Leave it out, or export it in one of these.";

impl LogFormat {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl FileKind {
    /// The name in reports: a log's is that of its format.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_goes_by_the_name_of_its_format() {
        assert_eq!(FileKind::Log(LogFormat::SystemTableJson).name(), "system-table-json");
        assert_eq!(FileKind::Log(LogFormat::QueryHistoryCsv).to_string(), "query-history-csv");
        assert_eq!(FileKind::LedgerTable.name(), "ledger-table");
    }
}
