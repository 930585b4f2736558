//! Runs the real binary, as a user does. One binary for all: linking once is what makes them quick.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod catalog;
mod common;
mod demo;
mod ledger;
mod read;
mod report;
mod scan;
mod tables;
