//! The command line: one subcommand per file of `command/`.

use crate::command::{catalog, demo, inspect, scan};
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
    /// Say what files are, whether they are whole, and what a scan of them will be able to say.
    Inspect(Box<inspect::InspectArgs>),
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
            Command::Inspect(args) => args.run(out),
            Command::Scan(args) => args.run(out),
        }
    }
}
