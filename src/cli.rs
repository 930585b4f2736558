//! The command line: one subcommand per file of `command/`.

use crate::command::{annotate, calibrate, catalog, compare, dashboard, demo, replay, scan, schema, verify};
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
    /// Draft an annotations file from the rare calls found, for people to confirm.
    Annotate(Box<annotate::AnnotateArgs>),
    /// Find the observation window that explains best which scopes Databricks has published for your tokens.
    Calibrate(Box<calibrate::CalibrateArgs>),
    /// Question or check the catalog that maps requests to scopes.
    Catalog(catalog::CatalogArgs),
    /// Compare two reports: what is new, worse, better, accepted, resolved, or gone with its token.
    Compare(compare::CompareArgs),
    /// Write what loads the tables of reports into Databricks, Superset, Grafana or DuckDB, and shows them.
    Dashboard(dashboard::DashboardArgs),
    /// Write a synthetic workspace of 400 days, each token with a story of its own.
    Demo(demo::DemoArgs),
    /// Say which past calls would have been refused, had scopes been narrowed on a date, or on any date.
    Replay(Box<replay::ReplayArgs>),
    /// Read exported logs and say which tokens lose which scopes, when, how sure that is, and what prevents it.
    Scan(Box<scan::ScanArgs>),
    /// Verify an earlier report against newer logs: which losses came true, which refusals it did not foresee.
    Verify(Box<verify::VerifyArgs>),
    /// Print the JSON Schema of the JSON report.
    Schema,
}

impl Cli {
    /// Runs the subcommand; its result goes to `out`.
    ///
    /// # Errors
    /// Whatever stops the run; see [`Error`].
    pub fn run(self, out: &mut dyn Write) -> Result<Exit, Error> {
        match self.command {
            Command::Annotate(args) => args.run(out),
            Command::Calibrate(args) => args.run(out),
            Command::Catalog(args) => catalog::run(args, out),
            Command::Compare(args) => args.run(out),
            Command::Dashboard(args) => args.run(out),
            Command::Demo(args) => args.run(out),
            Command::Replay(args) => args.run(out),
            Command::Scan(args) => args.run(out),
            Command::Verify(args) => args.run(out),
            Command::Schema => schema::run(out),
        }
    }
}
