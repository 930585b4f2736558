//! Exported token lists -> what is known about each token: its newest facts, its past, and whether it is gone.

mod dated;
mod dump;
mod field;
mod merge;
mod record;
mod table;
mod token;
mod value;

pub use dated::{DatedFile, date_in_name};
pub use dump::{DateFrom, Dump, InventoryError, Kind, Shows, looks_like_inventory};
pub use merge::{DumpSummary, Gone, Inventory, Known};
pub use token::{State, Token};

#[cfg(test)]
mod tests;
