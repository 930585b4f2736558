//! Runs the real binary, as a user does. One binary for all: linking once is what makes them quick.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod demo;
mod read;
