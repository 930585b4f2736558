//! The command line: one subcommand per file of `command/`.

use crate::catalog::Catalog;
use crate::command::{
    annotate, calibrate, catalog, compact, compare, completions, dashboard, demo, ingest, inspect, man,
    replay, scan, schema, sql, verify,
};
use crate::error::Error;
use crate::error::Exit;
use clap::{CommandFactory, Parser, Subcommand};
use std::io::Write;
use std::sync::LazyLock;

/// The version of the tool with that of its catalog: a report depends on both.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (catalog {})", env!("CARGO_PKG_VERSION"), Catalog::builtin().version()));

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    an open finding at or above --fail-on; of catalog explain and check: nothing matched, or defects
  2    wrong usage, or more data than --memory allows
  3    some input could not be read completely, or the report not be printed; what was read is reported
  4    nothing usable was read
  130  interrupted; nothing half-written is left behind";

/// Forecast which Databricks personal access tokens lose which API scopes when auto-scoping narrows them.
#[derive(Debug, Parser)]
#[command(name = "scopecast", version = VERSION.as_str(), max_term_width = 100, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Subcommands,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Subcommands {
    /// Read exported logs and say which tokens lose which scopes, when, how sure that is, and what prevents it.
    Scan(Box<scan::ScanArgs>),
    /// Say what files are, whether they are whole, and what a scan of them will be able to say.
    Inspect(Box<inspect::InspectArgs>),
    /// Write a synthetic workspace of 400 days, each token with a story of its own.
    Demo(demo::DemoArgs),
    /// Say which past calls would have been refused, had scopes been narrowed on a date, or on any date.
    Replay(Box<replay::ReplayArgs>),
    /// Draft an annotations file from the rare calls found, for people to confirm.
    Annotate(Box<annotate::AnnotateArgs>),
    /// Compare two reports: what is new, worse, better, accepted, resolved, or gone with its token.
    Compare(compare::CompareArgs),
    /// Verify an earlier report against newer logs: which losses came true, which refusals it did not foresee.
    Verify(Box<verify::VerifyArgs>),
    /// Find the observation window that explains best which scopes Databricks has published for your tokens.
    Calibrate(Box<calibrate::CalibrateArgs>),
    /// Add exported logs to a ledger on disk, that outlives the year Databricks keeps.
    Ingest(Box<ingest::IngestArgs>),
    /// The report of `scan`, from a ledger.
    Report(Box<scan::ScanArgs>),
    /// Close old days of a ledger for good and join its files.
    Compact(compact::CompactArgs),
    /// Print the query that makes the ledger where the logs live, or the one that exports the rows.
    Sql(sql::SqlArgs),
    /// Write what loads the tables of reports into Databricks, Superset, Grafana or DuckDB, and shows them.
    Dashboard(dashboard::DashboardArgs),
    /// Question or check the catalog that maps requests to scopes.
    Catalog(catalog::CatalogArgs),
    /// Print the JSON Schema of the JSON report.
    Schema,
    /// Print a script that completes commands and options in a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write one per subcommand.
    Man(man::ManArgs),
}

impl Cli {
    /// Runs the subcommand; its result goes to `out`.
    ///
    /// # Errors
    /// Whatever stops the run; see [`Error`].
    pub fn run(self, out: &mut dyn Write) -> Result<Exit, Error> {
        match self.command {
            Subcommands::Annotate(args) => args.run(out),
            Subcommands::Calibrate(args) => args.run(out),
            Subcommands::Catalog(args) => catalog::run(args, out),
            Subcommands::Compare(args) => args.run(out),
            Subcommands::Completions(args) => args.run(Self::command(), out),
            Subcommands::Dashboard(args) => args.run(out),
            Subcommands::Demo(args) => args.run(out),
            Subcommands::Inspect(args) => args.run(out),
            Subcommands::Man(args) => args.run(Self::command(), out),
            Subcommands::Replay(args) => args.run(out),
            Subcommands::Ingest(args) => args.run(out),
            Subcommands::Compact(args) => args.run(out),
            Subcommands::Report(args) => args.run_ledger(out),
            Subcommands::Scan(args) => args.run(out),
            Subcommands::Verify(args) => args.run(out),
            Subcommands::Sql(args) => args.run(out),
            Subcommands::Schema => schema::run(out),
        }
    }
}
