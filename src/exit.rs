//! The exit codes, a contract with scripts.

/// How a run ended; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done; no finding at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`; for `catalog explain` and `catalog check`: nothing matched, or defects.
    Findings = 1,
    /// Wrong usage.
    Usage = 2,
    /// Some input could not be read completely; the report is written and says so.
    Incomplete = 3,
    /// Nothing usable was read.
    NothingRead = 4,
    /// Stopped by Ctrl-C; what was not whole yet is removed.
    Interrupted = 130,
}
