//! One file per subcommand: its arguments, and what it does with the stages.

pub mod demo;
