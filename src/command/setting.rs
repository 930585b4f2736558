//! Where a command runs: its threads, its progress bar, and what the terminal it prints to can show.

use crate::command::args::ReportArgs;
use crate::error::Error;
use crate::report::{self, RenderOptions};
use crate::support::progress::{Bar, Progress, Silent};
use crate::support::threads;
use std::io::IsTerminal;

const WIDEST: usize = 100;
const NARROWEST: usize = 60;

/// Runs `work` on the number of threads that --threads asks for, and shows progress on a terminal.
///
/// # Errors
/// What `work` says, or that so many threads cannot be started.
pub(super) fn with_threads<T: Send>(
    args: &ReportArgs,
    work: impl FnOnce(&dyn Progress) -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let bar = Bar::new();
    let progress: &dyn Progress = if std::io::stderr().is_terminal() { &bar } else { &Silent };
    threads::with_threads(args.threads.map_or(0, usize::from), || work(progress))
}

/// The width to print in, in columns.
pub(super) fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(WIDEST);
    columns.clamp(NARROWEST, WIDEST)
}

/// How to print to standard output, whether a terminal or not.
pub(super) fn render_options(all: bool) -> RenderOptions {
    let is_terminal = std::io::stdout().is_terminal();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    RenderOptions { colour: is_terminal && !no_colour && !dumb, width: columns(), all, links: shows_links() }
}

/// Whether the terminal understands links.
pub(super) fn shows_links() -> bool {
    std::io::stdout().is_terminal() && report::hyperlink::is_understood(|name| std::env::var(name).ok())
}
