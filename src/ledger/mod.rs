//! Events become a ledger: facts by day, small and mergeable, from which everything later is worked out.

mod duplicates;
mod fold;
mod logins;
mod merge;
mod names;
pub mod paths;
mod row;

#[cfg(test)]
mod tests;

pub use duplicates::Duplicates;
pub use fold::{ACCOUNT, Fold, Shared, TOKEN_LOGIN, Tally, Templates};
pub use logins::{EXTERNAL_TOKEN, OTHER_LOGINS};
pub use merge::merge;
pub use names::{Id, Names};
pub use row::{AddressKey, Count, DayCount, Key, Ledger, Outcomes, Row, TokenFacts, WantedRow};
