//! `scopecast sql`: prints the query that makes the ledger where the logs live, or the one that exports the rows.

use crate::error::Error;
use crate::error::Exit;
use crate::ledger::sql::{self, SqlDialect};
use clap::Args;
use std::io::Write;

/// Print the query that makes the ledger where the logs live.
///
/// What it returns is small: counts by day, never a row of the log. `scan` and `report --ledger` read it as Parquet, CSV or JSON
/// lines.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The engine that runs it
    #[arg(long, value_name = "ENGINE", value_enum)]
    pub dialect: SqlDialect,

    /// The audit table, or a path of Parquet files that hold it
    #[arg(long, value_name = "TABLE", default_value = sql::SYSTEM_TABLE)]
    pub input: String,

    /// Write the result as Parquet to this folder (of DuckDB: this file), which the engine must reach
    #[arg(long, value_name = "PATH")]
    pub into: Option<String>,

    /// Export the rows of the last year instead, with only the columns and parameters that are read
    #[arg(long)]
    pub export: bool,
}

impl SqlArgs {
    /// Prints the statements.
    ///
    /// # Errors
    /// An input or path that cannot stand in SQL; when standard output is gone.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let query = if self.export { sql::export } else { sql::ledger };
        let text = query(self.dialect, &self.input, self.into.as_deref()).map_err(Error::Usage)?;
        out.write_all(text.as_bytes())?;
        Ok(Exit::Clean)
    }
}
