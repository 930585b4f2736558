//! The test story: a seed and a date become 400 days of audit rows of an invented workspace, with the token inventory,
//! annotations and client errors that go with them, written in any format that scopecast reads.
//!
//! Every token tells one story, and [`Story::expectations`] says which verdict it must get and why. Nothing depends on the
//! clock: the same seed, date and size give the same bytes on every machine.

mod act;
mod call;
mod cast;
mod chance;
mod expected;
mod inventory;
mod noise;
mod notes;
mod plot;
mod row;
mod time;
mod write;

pub use cast::{Principal, Token};
pub use expected::Expectation;
pub use row::{HttpCall, Row};
pub use time::{Day, Span, Time};
pub use write::Format;

use std::fs;
use std::io;
use std::path::Path;

/// The days of a whole story.
pub const DAYS: u16 = 400;

/// The workspace that logs in for each request, and most tokens live in.
pub const WORKSPACE: &str = "7405613289041122";

/// The second workspace: quiet at weekends, its clients keep a login for ten minutes.
pub const CACHING_WORKSPACE: &str = "3318470925560471";

/// How many rows surround those of the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Every story whole, little noise: what `fixtures/workspace` holds.
    Small,
    /// A busy workspace: hourly runs, many users, drivers and services.
    Full,
}

/// A synthetic workspace, ready to be written.
#[derive(Clone, Debug)]
pub struct Story {
    as_of: Day,
    tokens: Vec<Token>,
    rows: Vec<Row>,
    denials: Vec<notes::Denial>,
}

impl Story {
    /// The story of the 400 days that end where `as_of` starts.
    pub fn new(seed: u64, as_of: Day, size: Size) -> Self {
        Self::of_days(seed, as_of, size, DAYS)
    }

    /// The last `days` days of the story; tokens, dates and verdicts are made for [`DAYS`].
    pub fn of_days(seed: u64, as_of: Day, size: Size, days: u16) -> Self {
        let tokens = cast::tokens(seed, as_of);
        let (rows, denials) = plot::play(seed, as_of, size, days, &tokens);
        Self { as_of, tokens, rows, denials }
    }

    /// All audit rows by time, the few that are delivered twice included.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All tokens, the revoked ones included.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub fn token(&self, name: &str) -> Option<&Token> {
        self.tokens.iter().find(|t| t.name == name)
    }

    /// What a report as of 2026-09-12 must say of each token and scope.
    pub fn expectations(&self) -> &'static [Expectation] {
        expected::ALL
    }

    /// Writes the logs in one format, with the inventory, name lists, annotations, client errors and a README.
    ///
    /// # Errors
    /// Whatever creating folders or writing files reports.
    pub fn write(&self, dir: &Path, format: Format, gzip: bool) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        write::logs(self, dir, format, gzip)?;
        inventory::write(self, dir)?;
        notes::write(self, dir)
    }
}

#[cfg(test)]
mod tests;
