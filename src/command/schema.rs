//! `scopecast schema`: prints the JSON Schema of the JSON report.

use crate::error::Error;
use crate::error::Exit;
use crate::report;
use std::io::Write;

/// Prints the schema.
///
/// # Errors
/// When standard output is gone.
pub(crate) fn run(out: &mut dyn Write) -> Result<Exit, Error> {
    out.write_all(report::SCHEMA.as_bytes())?;
    Ok(Exit::Clean)
}
