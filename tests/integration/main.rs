//! One binary for all integration tests: linking once is what makes them quick.

mod read;
