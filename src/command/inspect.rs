//! `scopecast inspect`: what files are, whether they are whole, and what a scan of them will be able to say.

use super::setting::{columns, with_threads};
use crate::analysis::inspect::Inspection;
use crate::assess::AsOfSource;
use crate::assess::readiness::{Readiness, nothing_read};
use crate::command::args::ReportArgs;
use crate::error::Error;
use crate::error::Exit;
use crate::pipeline::Gathered;
use crate::report::text::inspect_text;
use crate::support::progress::Progress;
use crate::support::secret::blank_secrets;
use crate::support::time::Time;
use clap::{Args, ValueEnum};
use std::io::Write;

/// Say what files are, whether they are whole, how calls can be tied to tokens, and what a scan of them will be able to say.
#[derive(Debug, Args)]
#[command(mut_args(|arg| {
    // The arguments of a scan can be tried as they are; those that change nothing here are not advertised.
    let id = arg.get_id().as_str().to_owned();
    let of_judgement = ["count_failed", "risk_floor", "max_lifetime_days", "only", "fail_on"];
    if of_judgement.contains(&id.as_str()) { arg.hide(true) } else { arg }
}))]
pub struct InspectArgs {
    /// What to read; the same as for a scan.
    #[command(flatten)]
    pub report: ReportArgs,

    /// What to print
    #[arg(long, value_enum, default_value_t = InspectFormat::Text, help_heading = "Report")]
    pub format: InspectFormat,
}

/// What an inspection is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InspectFormat {
    /// For a person.
    Text,
    /// Everything, for programs.
    Json,
}

impl InspectArgs {
    /// Reads and looks; nothing is judged.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        if self.report.fail_on.is_some() || !self.report.only.is_empty() {
            return Err(Error::Usage(
                "inspect judges nothing, so there is nothing to fail on or to pick from. Leave out --fail-on and --only.".into(),
            ));
        }
        let (inspection, readiness) = with_threads(&self.report, |progress| self.look(progress))?;
        match self.format {
            InspectFormat::Json => {
                let text = serde_json::to_string_pretty(&inspection).map_err(std::io::Error::from)?;
                writeln!(out, "{}", blank_secrets(&text))?;
            }
            InspectFormat::Text => {
                inspect_text::write(&inspection, columns(), out)?;
            }
        }
        Ok(if inspection.as_of.is_none() { Exit::NothingRead } else { readiness.exit(false) })
    }

    fn look(&self, progress: &dyn Progress) -> Result<(Inspection, Readiness), Error> {
        let request = self.report.request()?;
        let gathered = Gathered::read(&request.inputs, progress)?;
        let readiness = Readiness::of(&gathered.inputs);
        let as_of = gathered.until(&request.judgement);
        if as_of.is_none() && gathered.inputs.iter().all(|i| i.row.rows + i.row.bad_rows == 0) {
            // Not even a row to show: what the files are is all there is to say.
            return Err(nothing_read(&gathered.inputs, gathered.skipped));
        }
        let at = as_of.unwrap_or((Time(0), AsOfSource::Logs));
        let inspection = gathered.attribute(&request, at, |assessment, provenance| {
            Inspection::of(&assessment, &provenance.read(), as_of.map(|(t, _)| t))
        });
        Ok((inspection, readiness))
    }
}
