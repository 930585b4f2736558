//! Runs the real binary, as a user does. One binary for all: linking once is what makes them quick.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod annotate;
mod annotations;
mod catalog;
mod common;
mod coverage;
mod deadlines;
mod demo;
mod explain;
mod faults;
mod fuzzed;
mod help;
mod hostile;
mod house;
mod inspect;
mod inventory;
mod ledger;
mod lineage;
mod log;
mod pack;
mod read;
mod readme;
mod relations;
mod replay;
mod report;
mod scan;
mod schema;
mod sql;
mod story;
mod surprises;
mod tables;
