//! One file per subcommand: its arguments, and what it does with the stages.

pub(crate) mod annotate;
pub mod args;
pub(crate) mod calibrate;
pub(crate) mod catalog;
mod catalog_list;
pub(crate) mod compact;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod dashboard;
pub(crate) mod demo;
pub(crate) mod ingest;
mod ingest_table;
mod ingest_text;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod replay;
pub(crate) mod scan;
pub(crate) mod schema;
mod setting;
pub(crate) mod sql;
mod staleness;
mod values;
pub(crate) mod verify;
