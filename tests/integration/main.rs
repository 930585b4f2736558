//! Runs the real binary as a user does; one module per subcommand.

mod catalog;
mod common;
