//! One file per subcommand: its arguments, and what it does with the stages.

pub mod catalog;
pub mod demo;
pub mod ingest;
pub mod scan;
