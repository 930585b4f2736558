//! `scopecast calibrate`: logs and token lists in, the window that explains the published scopes out.

use super::setting::{render_options, with_threads};
use crate::analysis::calibrate::calibrate;
use crate::assess::readiness::Readiness;
use crate::command::args::ReportArgs;
use crate::error::Error;
use crate::error::Exit;
use crate::pipeline::Gathered;
use crate::report::text::calibration_text;
use crate::report::writers::prose::{self, ProseFormat};
use clap::Args;
use std::io::Write;

/// Find the observation window that explains best which scopes Databricks has published for your tokens.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// What to read.
    #[command(flatten)]
    pub report: ReportArgs,

    /// What to print
    #[arg(long, value_enum, default_value_t = ProseFormat::Terminal, help_heading = "Report")]
    pub format: ProseFormat,

    /// Print every line instead of the first of each section
    #[arg(long, help_heading = "Report")]
    pub all: bool,
}

impl CalibrateArgs {
    /// Reads, searches, prints.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        self.report.refuse("calibrate", &["--mask", "--baseline", "--fail-on", "--only"])?;
        let request = self.report.request()?;
        let (found, readiness) = with_threads(&self.report, |progress| {
            let gathered = Gathered::read(&request.inputs, progress)?;
            let readiness = Readiness::of(&gathered.inputs);
            Ok((gathered.judge(&request, |assessment, _| calibrate(assessment))??, readiness))
        })?;
        let sections = calibration_text::sections(&found);
        let head = "Which observation window explains the published scopes";
        prose::write(self.format, head, &sections, &found, &render_options(self.all), out)?;
        Ok(readiness.exit(false))
    }
}
