//! One file per subcommand: its arguments, and what it does with the stages.

pub mod catalog;
pub mod dashboard;
pub mod demo;
pub mod scan;
pub mod schema;
