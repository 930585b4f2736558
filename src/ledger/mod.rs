//! Events become a ledger: facts by day, small and mergeable, from which everything later is worked out.

mod aliases;
mod arrival;
mod before;
mod by_key;
mod columns;
mod duplicates;
mod fold;
mod gather;
pub mod link;
mod logins;
mod merge;
mod names;
mod numbers;
pub mod paths;
mod print_table;
mod prints;
mod row;
mod share;
pub mod sql;
pub mod store;
pub mod table;
mod tally;
mod waiting;

#[cfg(test)]
mod story_tests;
#[cfg(test)]
mod tests;

pub use duplicates::Duplicates;
use fold::Meeting;
pub use fold::{ACCOUNT, Closed, Fold, Shared, TOKEN_LOGIN, Templates};
pub use gather::Gather;
pub(crate) use gather::summed;
pub use logins::{EXTERNAL_TOKEN, OTHER_LOGINS};
pub use merge::merge;
pub use names::{Id, Names};
pub use row::{AddressKey, Count, DayCount, Key, Ledger, Outcomes, Row, TokenFacts, WantedRow};
pub use share::Folded;
pub use tally::Tally;
