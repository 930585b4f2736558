//! What a file is, from its first bytes: no, yes, or more bytes needed. The name decides nothing but `annotations.toml`.

use std::fmt;
use std::path::Path;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Audit or access-log rows.
    Log(LogFormat),
    /// A token inventory.
    Inventory,
    /// A list of users or service principals, for owner names.
    Names,
    /// A list of jobs with their schedules.
    Jobs,
    /// Client errors that name missing scopes.
    Denials,
    /// `annotations.toml`.
    Annotations,
    /// Ledger rows, from an engine or an earlier ingest.
    LedgerTable,
    /// A JSON report of an earlier run.
    Report,
    /// Nothing known.
    Unknown,
}

/// A format of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// The answer of one recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// Not this.
    No,
    /// This.
    Yes(FileKind),
    /// Cannot say before more bytes are seen; never answered at the end of the input.
    More,
}

/// The start of a file, decompressed.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The first bytes.
    pub bytes: &'a [u8],
    /// Whether these are all.
    pub end: bool,
    /// Where they come from.
    pub path: &'a Path,
    /// `--field NAME=KEY`.
    pub fields: &'a [(String, String)],
}

/// The recognisers, most specific first: the first yes wins. Errors of clients are what is left when nothing else can be it.
const RECOGNISERS: &[fn(&Head<'_>) -> Guess] =
    &[annotations, parquet, super::json_guess::json, super::csv::recognise, denials];

/// Asks the recognisers in turn.
pub fn guess(head: &Head<'_>) -> Guess {
    let mut answer = Guess::No;
    for ask in RECOGNISERS {
        match ask(head) {
            Guess::Yes(kind) if answer == Guess::No || !matches!(kind, FileKind::Denials) => {
                return Guess::Yes(kind);
            }
            Guess::No | Guess::Yes(_) => {}
            Guess::More => answer = Guess::More,
        }
    }
    answer
}

fn annotations(head: &Head<'_>) -> Guess {
    if head.path.file_name().is_some_and(|n| n == "annotations.toml") {
        Guess::Yes(FileKind::Annotations)
    } else {
        Guess::No
    }
}

/// Whether columns of these names are those of a ledger table, from an engine or an earlier ingest.
pub fn is_ledger_table<'n>(names: impl Iterator<Item = &'n str> + Clone) -> bool {
    ["kind", "schema_version", "link"].iter().all(|mark| names.clone().any(|n| n.eq_ignore_ascii_case(mark)))
}

/// By magic bytes; whether the columns are those of the audit table is seen when it is opened.
fn parquet(head: &Head<'_>) -> Guess {
    match head.bytes {
        [b'P', b'A', b'R', b'1', ..] => Guess::Yes(FileKind::Log(LogFormat::Parquet)),
        short if !head.end && b"PAR1".starts_with(short) => Guess::More,
        _ => Guess::No,
    }
}

/// Client errors, in whatever text they stand: what the platform says about a missing scope.
fn denials(head: &Head<'_>) -> Guess {
    const WORDINGS: [&[u8]; 3] =
        [b"have required scopes", b"invalid scope, required scopes", b"missing the required scopes"];
    let lower = head.bytes.to_ascii_lowercase();
    if WORDINGS.iter().any(|w| memchr::memmem::find(&lower, w).is_some()) {
        Guess::Yes(FileKind::Denials)
    } else if head.end {
        Guess::No
    } else {
        Guess::More
    }
}

impl LogFormat {
    /// Every format, for the message about an unknown file.
    pub const ALL: [Self; 12] = [
        Self::SystemTableJson,
        Self::DeliveryJson,
        Self::AzureJson,
        Self::AccessLogJson,
        Self::SystemTableCsv,
        Self::LogAnalyticsCsv,
        Self::AccessLogCsv,
        Self::Parquet,
        Self::Delta,
        Self::QueryHistoryParquet,
        Self::QueryHistoryCsv,
        Self::QueryHistoryJson,
    ];

    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SystemTableJson => "system-table-json",
            Self::DeliveryJson => "delivery-json",
            Self::AzureJson => "azure-json",
            Self::AccessLogJson => "access-log-json",
            Self::SystemTableCsv => "system-table-csv",
            Self::LogAnalyticsCsv => "log-analytics-csv",
            Self::AccessLogCsv => "access-log-csv",
            Self::Parquet => "parquet",
            Self::Delta => "delta",
            Self::QueryHistoryParquet => "query-history-parquet",
            Self::QueryHistoryCsv => "query-history-csv",
            Self::QueryHistoryJson => "query-history-json",
        }
    }
}

impl FileKind {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Log(format) => format.name(),
            Self::Inventory => "inventory",
            Self::Names => "names",
            Self::Jobs => "jobs",
            Self::Denials => "denials",
            Self::Annotations => "annotations",
            Self::LedgerTable => "ledger-table",
            Self::Report => "report",
            Self::Unknown => "unknown",
        }
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
