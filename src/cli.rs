//! The command line: one subcommand per file of `command/`.

use crate::command::{catalog, demo, ingest, scan};
use crate::error::Error;
use crate::exit::Exit;
use clap::{Parser, Subcommand};
use std::io::Write;

/// Forecast which Databricks personal access tokens lose which API scopes when auto-scoping narrows them.
#[derive(Debug, Parser)]
#[command(name = "scopecast", version, max_term_width = 100, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Question or check the catalog that maps requests to scopes.
    Catalog(catalog::CatalogArgs),
    /// Write a synthetic workspace of 400 days, each token with a story of its own.
    Demo(demo::DemoArgs),
    /// Add exported logs to a ledger on disk, that outlives the year Databricks keeps.
    Ingest(Box<ingest::IngestArgs>),
    /// Close old days of a ledger for good and join its files.
    Compact(ingest::CompactArgs),
    /// The report of `scan`, from a ledger.
    Report(Box<scan::ScanArgs>),
    /// Read exported logs and say which tokens lose which scopes, when, how sure that is, and what prevents it.
    Scan(Box<scan::ScanArgs>),
}

impl Cli {
    /// Runs the subcommand; its result goes to `out`.
    ///
    /// # Errors
    /// Whatever stops the run; see [`Error`].
    pub fn run(self, out: &mut dyn Write) -> Result<Exit, Error> {
        match self.command {
            Command::Catalog(args) => catalog::run(args, out),
            Command::Demo(args) => args.run(out),
            Command::Ingest(args) => args.run(out),
            Command::Compact(args) => args.run(out),
            Command::Report(args) => args.run_ledger(out),
            Command::Scan(args) => args.run(out),
        }
    }
}
