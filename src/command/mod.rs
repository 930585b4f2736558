//! One file per subcommand: its arguments, and what it does with the stages.

pub mod annotate;
pub mod args;
pub mod calibrate;
pub mod catalog;
mod catalog_list;
pub mod compact;
pub mod compare;
pub mod completions;
pub mod dashboard;
pub mod demo;
pub mod ingest;
mod ingest_table;
mod ingest_text;
pub mod inspect;
pub mod man;
pub mod replay;
pub mod scan;
pub mod schema;
mod setting;
pub mod sql;
mod staleness;
mod values;
pub mod verify;
