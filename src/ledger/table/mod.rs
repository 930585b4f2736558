//! The ledger as one flat table, and back: the contract with SQL engines and the format of a ledger on disk.
//!
//! Every row of the table names in `kind` the part of the ledger it belongs to, and in `schema_version` the version of this page
//! that describes it; the columns that its kind does not use are null. A missing text is null, a missing number is null or 0.
//! Times are UTC with microseconds, `day` is a date. Column order does not matter and unknown columns are ignored, so a column may
//! be added without a new version; a new meaning of a column or kind needs a new version.
//!
//! Parts may be split over any number of rows and tables: rows of the same key are merged on reading, by adding counts and taking
//! the earliest and the latest time.

mod batch_columns;
mod from_batches;
mod from_text;
mod kind_batch;
mod to_batches;

#[cfg(test)]
mod table_tests;

pub use super::ledger_tally::TALLIES;
pub use from_batches::{is_table, read_batch, read_parquet};
pub use from_text::read_text;
pub use to_batches::{batches, write_parquet};
pub(in crate::ledger) use to_batches::{parquet, parquet_of, parts_batches};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// The version of the schema this build writes, and the only one it reads.
pub const SCHEMA_VERSION: i64 = 1;

/// What a row of the table describes: the texts of the column `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// How often one agent of a principal called one action on one day, by token and link, with the outcomes apart.
    /// Uses `workspace, principal, agent, action, named, day, token, link`, the nine outcome columns, and perhaps `address`.
    ///
    /// `address` may be set where `link` is `none` or `stale` and the event could be linked to a login. Whether the link is `stale`
    /// is then decided by the `login_key` rows, so that parts made separately agree. If `address` is null, the link stays.
    Row,
    /// One workspace on one day: `workspace, day`, `events` (rows of every kind), `logins` (succeeded logins of tokens from
    /// outside).
    Day,
    /// What the log says about a token: `token, workspace, principal`, `logins` with `first_time` and `last_time` (its succeeded
    /// logins from outside, and access-log lines that name it), `generated`, `expires`, `revoked`.
    Token,
    /// Where a token or, without one, a principal called from: `workspace, principal, token, agent, address`, `events`,
    /// `first_time`, `last_time`. Only for events that could be linked to a login, for logins, and for access-log lines.
    Address,
    /// Another name of a principal: `workspace`, `name` (an identity), `principal` (the `user` its token logins name). The pairs
    /// may be given as the logins have them: they are grouped on reading, and the least `principal` of a group in byte order
    /// replaces all its names, in the rows of all other kinds too.
    Alias,
    /// A key on which a token from outside logged in: `workspace, principal, agent, address`. Needed only if there are rows with
    /// an `address`.
    LoginKey,
    /// A call whose request id a client's denial may name: `workspace, principal, agent, action, token, link`, `first_time`,
    /// and a fingerprint of the request id, which only this program can compute.
    Wanted,
    /// A figure about the whole log: `name` (see [`TALLIES`]), `events`; of `rows` also `first_time` and `last_time` of any row.
    Tally,
}

impl RowKind {
    pub const ALL: [Self; 8] = [
        Self::Row,
        Self::Day,
        Self::Token,
        Self::Address,
        Self::Alias,
        Self::LoginKey,
        Self::Wanted,
        Self::Tally,
    ];

    /// The text in the column `kind`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Day => "day",
            Self::Token => "token",
            Self::Address => "address",
            Self::Alias => "alias",
            Self::LoginKey => "login_key",
            Self::Wanted => "wanted",
            Self::Tally => "tally",
        }
    }

    /// The kind with this text in the column `kind`.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// The type of a column; an engine may use any that converts without loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// A signed number of 64 bits.
    Int,
    /// A time in UTC with microseconds.
    Time,
    /// A date.
    Day,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerColumn {
    /// Name in lower case, without blanks.
    pub name: &'static str,
    pub of: ColumnType,
    pub about: &'static str,
}

const fn column(name: &'static str, of: ColumnType, about: &'static str) -> LedgerColumn {
    LedgerColumn { name, of, about }
}

/// All columns, in the order in which they are written.
pub const COLUMNS: [LedgerColumn; 28] = [
    column("kind", ColumnType::Text, "which part of the ledger the row belongs to"),
    column("schema_version", ColumnType::Int, "the version of this schema, on every row"),
    column(
        "workspace",
        ColumnType::Text,
        "workspace id, Azure workspace name in lower case, or 0 for the account",
    ),
    column("principal", ColumnType::Text, "who, ASCII letters in lower case, trimmed"),
    column("agent", ColumnType::Text, "user agent without its run id"),
    column(
        "action",
        ColumnType::Text,
        "service/action as written, accounts/tokenLogin, or METHOD path-template",
    ),
    column("named", ColumnType::Text, "the scopes a denial names, sorted, joined by commas"),
    column("day", ColumnType::Day, "UTC day"),
    column("token", ColumnType::Text, "token id, null where the row is tied to none"),
    column(
        "link",
        ColumnType::Text,
        "how the row is tied to the token: row, unanswered, run, sole, near, ...",
    ),
    column("address", ColumnType::Text, "source address without its port"),
    column("name", ColumnType::Text, "of an alias: the other name; of a tally: which figure"),
    column("succeeded", ColumnType::Int, "events that ended well"),
    column("first_succeeded", ColumnType::Time, "the first of them"),
    column("last_succeeded", ColumnType::Time, "the last of them"),
    column("denied", ColumnType::Int, "events refused with 401 or 403"),
    column("first_denied", ColumnType::Time, "the first of them"),
    column("last_denied", ColumnType::Time, "the last of them"),
    column("failed", ColumnType::Int, "events that ended in any other way"),
    column("first_failed", ColumnType::Time, "the first of them"),
    column("last_failed", ColumnType::Time, "the last of them"),
    column("events", ColumnType::Int, "events of every outcome; of a tally its value"),
    column("first_time", ColumnType::Time, "the first event"),
    column("last_time", ColumnType::Time, "the last event"),
    column("logins", ColumnType::Int, "succeeded logins of tokens from outside"),
    column("generated", ColumnType::Time, "when generateDbToken made the token"),
    column("expires", ColumnType::Time, "the expiry generateDbToken gave it, the latest where several"),
    column("revoked", ColumnType::Time, "when revokeDbToken or garbageCollectDbToken ended it"),
];

/// A column that only this program writes: 64 bits by which it recognises a request id, or the rows of a day.
const FINGERPRINT: &str = "fingerprint";

/// The Arrow schema. Texts are dictionary-encoded, because few are distinct.
pub fn schema() -> SchemaRef {
    let fields = COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.of), true));
    let fingerprint = Field::new(FINGERPRINT, DataType::Int64, true);
    Arc::new(Schema::new(fields.chain([fingerprint]).collect::<Vec<_>>()))
}

fn data_type(of: ColumnType) -> DataType {
    match of {
        ColumnType::Text => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        ColumnType::Int => DataType::Int64,
        ColumnType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Day => DataType::Date32,
    }
}
