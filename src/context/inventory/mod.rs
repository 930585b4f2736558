//! Exported token lists -> what is known about each token: its newest facts, its past, and whether it is gone.

mod cell_value;
mod csv_list;
mod dated;
mod dump;
mod join_lists;
mod json_list;
mod list_field;
mod list_records;
mod listed_token;
mod token_record;

pub use dated::{DatedFile, date_in_name};
pub use dump::{DateFrom, Dump, InventoryError, looks_like_inventory};
pub use join_lists::{DumpSummary, Inventory, InventoryToken, MissingSince};
pub use list_records::{ListKind, Shows};
pub use listed_token::{ListedToken, TokenState};

#[cfg(test)]
mod inventory_tests;
