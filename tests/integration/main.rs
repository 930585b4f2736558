//! Runs the real binary, as a user does.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod demo;
mod read;
