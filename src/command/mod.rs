//! One file per subcommand: its arguments, and what it does with the stages.

pub mod catalog;
pub mod completions;
pub mod demo;
pub mod man;
pub mod scan;
