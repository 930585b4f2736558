//! A ledger on disk, which outlives the year for which Databricks keeps audit logs.
//!
//! ```text
//! DIR/manifest.json                                   what belongs to the ledger; replacing it is the only commit
//! DIR/lock                                            held by whoever writes
//! DIR/rows/workspace=W/month=YYYY-MM/NNNNNN.parquet   rows of closed days, and rows that need no login
//! DIR/days/NNNNNN.parquet                             days, aliases, tallies
//! DIR/facts/NNNNNN.parquet                            tokens, addresses, keys with logins, refused requests
//! DIR/open/NNNNNN.parquet                             rows of open days, as linked so far
//! DIR/pending/NNNNNN.parquet                          calls and logins of open days, unlinked
//! DIR/prints/NNNNNN.parquet                           fingerprints of the rows of open days
//! DIR/sources/NNNNNN.jsonl                            the files ingested, by SHA-256
//! ```
//!
//! All but the last three are tables of one schema ([`table`](super::table)). A file is written once, under a new number, and
//! belongs to the ledger from the moment a manifest lists it. Files that no manifest lists are left over from a run that was
//! killed; the next run deletes them. A workspace's day is *closed* once the ledger holds the 24 hours before and after it without
//! a gap: everything its links depend on is known then, so it is folded and accepts no more rows. Days at the ends and next to a
//! gap stay open: rows that arrive later are linked as if all had come at once.

mod compact;
mod day_partition;
mod day_ranges;
mod disk;
mod earlier_runs;
mod folder;
mod ingest;
mod lock;
mod manifest;
mod new_files;
mod open_days;
mod pending_table;
mod spans;
mod stored;
mod stored_fingerprints;

#[cfg(test)]
mod store_tests;

pub use compact::{Compacted, compact};
pub use ingest::{Added, Ingest};
pub use manifest::LedgerSource;
pub use stored::{StoredLedger, has_lost_manifest, is_ledger, load};
