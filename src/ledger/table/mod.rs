//! The ledger as one flat table, and back: the contract with SQL engines and the form of a ledger on disk.
//!
//! Every row of the table says in `kind` which part of the ledger it belongs to and in `schema_version` by which version of this
//! page it is to be read; the columns that its kind does not use are null. An absent text is null, an absent number is null or
//! 0. Times are UTC with microseconds, `day` is a date. Column order does not matter and unknown columns are ignored, so a
//! column may be added without a new version; a new meaning of a column or kind is a new version.
//!
//! Parts may be given in any number of rows and tables: rows of the same key merge by adding counts and taking the earliest and
//! the latest time, on reading as everywhere.

mod read;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use read::{read_batch, read_parquet};
pub use text::read_text;
pub use write::{batches, write_parquet};
pub(in crate::ledger) use write::{parquet, parquet_of, parts};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// The version of the schema this build writes, and the only one it reads.
pub const SCHEMA_VERSION: i64 = 1;

/// What a row of the table describes: the texts of the column `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// How often one agent of a principal did one thing on one day, by token and link; outcomes apart.
    /// Uses `workspace, principal, agent, action, named, day, token, link`, the nine outcome columns, and perhaps `address`.
    ///
    /// `address` may be set where `link` is `none` or `stale` and the event was one that waits for a login: whether it is
    /// `stale` then follows from the `login_key` rows, so that parts made apart from each other agree. Null keeps the link.
    Row,
    /// One workspace on one day: `workspace, day`, `events` (rows of every kind), `logins` (succeeded logins of tokens from
    /// outside).
    Day,
    /// What the log says of a token: `token, workspace, principal`, `logins` with `first_time` and `last_time` (its succeeded
    /// logins from outside, and access-log lines that name it), `generated`, `expires`, `revoked`.
    Token,
    /// Where a token or, without one, a principal called from: `workspace, principal, token, agent, address`, `events`,
    /// `first_time`, `last_time`. Only of events that wait for a login, of logins, and of access-log lines.
    Address,
    /// Another name of a principal: `workspace`, `name` (an identity), `principal` (the `user` its token logins name). Raw
    /// pairs as the logins have them are enough: groups are worked out on reading, and of each group the least `principal` in
    /// byte order stands for all, in all other kinds too.
    Alias,
    /// A key on which a token from outside logged in: `workspace, principal, agent, address`. Only where rows with an
    /// `address` are given.
    LoginKey,
    /// A row whose request id a client's denial may name: `workspace, principal, agent, action, token, link`, `first_time`,
    /// and a fingerprint of the request id that only this program can make: engines give none.
    Wanted,
    /// A figure of the whole: `name` (see [`TALLIES`]), `events`; of `rows` also `first_time` and `last_time` of any row.
    Tally,
}

impl Kind {
    /// Every kind.
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

    /// By its text.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// The texts of `name` in rows of kind `tally`: the fields of [`Tally`](super::Tally), pairs as two.
pub const TALLIES: [&str; 10] = [
    "rows",
    "duplicates",
    "id_reused",
    "truncated",
    "internal_logins",
    "logins_without_method",
    "request_logins",
    "request_calls",
    "run_logins",
    "run_calls",
];

/// The type of a column; an engine may use any that converts without loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// UTF-8.
    Text,
    /// 64 bits.
    Int,
    /// UTC, microseconds.
    Time,
    /// A date.
    Day,
}

/// A column: its name, its type, and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Lower case, no blanks.
    pub name: &'static str,
    /// Its type.
    pub of: Type,
    /// What it holds.
    pub about: &'static str,
}

const fn column(name: &'static str, of: Type, about: &'static str) -> Column {
    Column { name, of, about }
}

/// Every column, in the order they are written in.
pub const COLUMNS: [Column; 28] = [
    column("kind", Type::Text, "which part of the ledger the row belongs to"),
    column("schema_version", Type::Int, "the version of this schema, on every row"),
    column("workspace", Type::Text, "workspace id, Azure workspace name in lower case, or 0 for the account"),
    column("principal", Type::Text, "who, ASCII letters in lower case, trimmed"),
    column("agent", Type::Text, "user agent without its run id"),
    column("action", Type::Text, "service/action as written, accounts/tokenLogin, or METHOD path-template"),
    column("named", Type::Text, "the scopes a denial names, sorted, joined by commas"),
    column("day", Type::Day, "UTC day"),
    column("token", Type::Text, "token id, null where the row is tied to none"),
    column("link", Type::Text, "how the row is tied to the token: row, unanswered, run, sole, near, ..."),
    column("address", Type::Text, "source address without its port"),
    column("name", Type::Text, "of an alias: the other name; of a tally: which figure"),
    column("succeeded", Type::Int, "events that ended well"),
    column("first_succeeded", Type::Time, "the first of them"),
    column("last_succeeded", Type::Time, "the last of them"),
    column("denied", Type::Int, "events refused with 401 or 403"),
    column("first_denied", Type::Time, "the first of them"),
    column("last_denied", Type::Time, "the last of them"),
    column("failed", Type::Int, "events that ended in any other way"),
    column("first_failed", Type::Time, "the first of them"),
    column("last_failed", Type::Time, "the last of them"),
    column("events", Type::Int, "events of every outcome; of a tally its value"),
    column("first_time", Type::Time, "the first event"),
    column("last_time", Type::Time, "the last event"),
    column("logins", Type::Int, "succeeded logins of tokens from outside"),
    column("generated", Type::Time, "when generateDbToken made the token"),
    column("expires", Type::Time, "the expiry generateDbToken gave it, the latest where several"),
    column("revoked", Type::Time, "when revokeDbToken or garbageCollectDbToken ended it"),
];

/// Beside the columns an engine gives: 64 bits by which this program knows a request id again, or the rows of a day.
const FINGERPRINT: &str = "fingerprint";

/// The schema in Arrow's terms. Texts are dictionary-encoded, since few are distinct.
pub fn schema() -> SchemaRef {
    let fields = COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.of), true));
    let fingerprint = Field::new(FINGERPRINT, DataType::Int64, true);
    Arc::new(Schema::new(fields.chain([fingerprint]).collect::<Vec<_>>()))
}

fn data_type(of: Type) -> DataType {
    match of {
        Type::Text => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        Type::Int => DataType::Int64,
        Type::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Day => DataType::Date32,
    }
}
