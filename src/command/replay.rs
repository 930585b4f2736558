//! `scopecast replay`: which past calls would have been refused, had scopes been narrowed earlier.

use super::setting::{render_options, with_threads};
use crate::analysis::replay::section;
use crate::assess::readiness::Readiness;
use crate::command::args::{self, ReportArgs};
use crate::context::bound::Bound;
use crate::error::Error;
use crate::error::Exit;
use crate::pipeline::Gathered;
use crate::report::build;
use crate::report::writers::replay::{self, ReplayFormat};
use clap::Args;
use std::io::Write;

/// Say which past calls would have been refused, had scopes been narrowed on a date, or on any date
///
/// Every logged call that went through is judged under the scopes which the 30 days before the date would have left its
/// token: those that firm uses in them show. Tokens are replayed as if nobody had set their scopes; those that auto-scoping
/// does not touch, and those made after the 30 days began, are not. Without a date: every date, the worst and a typical
/// one; and the whole log under the lists that tokens are known to be left with.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// What to read and how to judge it.
    #[command(flatten)]
    pub report: ReportArgs,

    /// The day, or the instant, on which scopes would have been narrowed [default: every day]
    #[arg(long, value_name = "DATE", value_parser = args::bound, help_heading = "Judgement")]
    pub enforce_on: Option<Bound>,

    /// What to print
    #[arg(long, value_enum, default_value_t = ReplayFormat::Terminal, help_heading = "Report")]
    pub format: ReplayFormat,

    /// Print every token
    #[arg(long, help_heading = "Report")]
    pub all: bool,
}

impl ReplayArgs {
    /// Reads, replays, prints.
    ///
    /// # Errors
    /// What stops the run; see [`Error`]. Also a date that no logged call follows.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        if self.report.fail_on.is_some() {
            return Err(Error::Usage(
                "--fail-on is about findings, and a replay has none. Leave it out, or use it with scan."
                    .into(),
            ));
        }
        let request = self.report.request()?;
        let (readiness, printed) = with_threads(&self.report, |progress| {
            let gathered = Gathered::read(&request.inputs, progress)?;
            let readiness = Readiness::of(&gathered.inputs);
            let printed = gathered.judge(&request, |assessment, provenance| {
                if let Some(on) = self.enforce_on.filter(|on| on.time >= assessment.given.as_of) {
                    return Err(too_late(on, assessment.given.as_of));
                }
                let replayed = section::replay(assessment, self.enforce_on, provenance.selection);
                let report = build::replay_only(assessment, provenance, replayed);
                Ok(replay::print(&report, self.format, &render_options(self.all)))
            })??;
            Ok((readiness, printed))
        })?;
        out.write_all(printed.as_bytes())?;
        Ok(readiness.exit(false))
    }
}

fn too_late(on: Bound, as_of: crate::support::time::Time) -> Error {
    Error::Usage(format!(
        "--enforce-on {} is not before as-of, {}: no judged call comes after it. Name an earlier date, or give later logs.",
        on.time.day(),
        as_of
    ))
}
