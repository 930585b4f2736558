//! `scopecast compact`: closes the old days of a ledger and joins its files.

use crate::error::{Error, Exit};
use crate::ledger::store;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Close old days of a ledger for good and join its files.
#[derive(Debug, Args)]
pub struct CompactArgs {
    /// The folder of the ledger
    #[arg(long, value_name = "DIR")]
    pub ledger: PathBuf,
}

impl CompactArgs {
    /// Compacts, and says what that did.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        compact(&self.ledger, out)?;
        Ok(Exit::Clean)
    }
}

/// Compacts a ledger, also for `ingest --compact`.
pub(super) fn compact(ledger: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let done = store::compact(ledger)?;
    let (before, after) = done.files;
    writeln!(out, "{before} files became {after}; {} workspace-days stay open.", done.open)?;
    Ok(())
}
