//! The registry of formats: one file per format, and one line in the lists below.

pub(super) mod access_log;
pub(super) mod azure;
mod delivery;
mod member;
pub(super) mod query_history;
pub(super) mod side_files;
mod system_table;

pub(super) use member::{ColumnNames, JsonKind, LogTable, ObjectKeys, normal};

/// The kinds of JSON files, most specific first: the first whose test passes is taken.
pub(super) const JSON_KINDS: &[JsonKind] = &[
    system_table::JSON,
    azure::JSON,
    delivery::JSON,
    side_files::TOKEN_PAGE,
    side_files::REPORT,
    query_history::JSON,
    side_files::LEDGER_ROW,
    access_log::JSON,
    side_files::TOKEN,
    side_files::JOB,
    side_files::PRINCIPAL,
    azure::WRAPPED_JSON,
];

/// The kinds of tables, most specific first: the first whose test passes is taken.
pub(super) const TABLE_KINDS: &[&LogTable] =
    &[&query_history::TABLE, &access_log::TABLE, &azure::TABLE, &system_table::TABLE];
