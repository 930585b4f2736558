//! Runs the real binary as a user does; one module per subcommand.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod catalog;
mod common;
