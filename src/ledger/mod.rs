//! Events become a ledger: facts by day, small and mergeable, from which everything later is worked out.
//!
//! [`Fold`] counts the events of one thread into a [`LocalLedger`]. [`merge`] joins the local ledgers of a run, links calls to
//! logins ([`link`]) and gives the [`Ledger`]. A ledger can be kept on disk ([`store`]), exchanged as a flat table ([`table`]),
//! or made by an SQL engine ([`sql`]); [`LedgerBuilder`] makes one ledger of parts from anywhere.

mod aliases;
mod builder;
mod by_key;
mod counts;
mod duplicates;
mod event_interner;
mod facts;
mod fingerprint_table;
mod fingerprints;
mod finished;
mod fold;
mod interner;
mod key_numbers;
mod keys;
mod ledger_tally;
pub mod link;
mod link_pending;
mod linked_rows;
mod local_ledger;
mod logins;
mod merge;
mod parts;
mod pending_calls;
mod request_path;
pub mod sql;
pub mod store;
pub mod table;
mod text_column;

#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod story_tests;

pub use builder::LedgerBuilder;
pub use counts::{Count, DayCount, Outcomes};
pub use duplicates::Duplicates;
pub use event_interner::Templates;
pub use facts::{LedgerRow, TokenLogins, WantedRow};
pub use finished::Ledger;
pub use fold::{Closed, Fold, FoldContext};
pub use interner::{Id, Interner};
pub use keys::{ACCOUNT, AddressKey, RowKey, TOKEN_LOGIN};
pub use ledger_tally::LedgerTally;
pub use local_ledger::LocalLedger;
pub use logins::{EXTERNAL_TOKEN, OTHER_LOGINS};
pub use merge::merge;
pub(crate) use parts::summed;
