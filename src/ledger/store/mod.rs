//! A ledger on disk, that outlives the year Databricks keeps.
//!
//! ```text
//! DIR/manifest.json                                   what belongs to the ledger; replacing it is the only commit
//! DIR/lock                                            held by whoever writes
//! DIR/rows/workspace=W/month=YYYY-MM/NNNNNN.parquet   rows of closed days, and rows that wait for no login
//! DIR/days/NNNNNN.parquet                             days, aliases, tallies
//! DIR/facts/NNNNNN.parquet                            tokens, addresses, keys with logins, refused requests
//! DIR/open/NNNNNN.parquet                             rows of open days, as linked so far
//! DIR/pending/NNNNNN.parquet                          calls and logins of open days, unlinked
//! DIR/prints/NNNNNN.parquet                           fingerprints of the rows of open days
//! DIR/sources/NNNNNN.jsonl                            the files ingested, by SHA-256
//! ```
//!
//! All but the last three are tables of one schema ([`table`](super::table)). A file is written once under a new number, and
//! belongs to the ledger from the moment a manifest names it; what no manifest names is left over from a run that was killed, and
//! goes when the next one starts. A workspace's day is *closed* once the ledger holds the 24 hours before and after it without a
//! gap: all that its links depend on is known then, so it is folded and takes no more rows. The days at every edge stay open:
//! what arrives later links with them as if all had come at once.

mod close;
mod compact;
mod files;
mod ingest;
mod load;
mod lock;
mod manifest;
mod pending;
mod spans;

#[cfg(test)]
mod tests;

pub use compact::{Compacted, compact};
pub use ingest::{Added, Ingest};
pub use load::{Stored, is_ledger, load};
pub use manifest::Source;
