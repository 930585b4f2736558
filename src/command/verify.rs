//! `scopecast verify`: an earlier report and newer logs in, how its predictions fared out.

use super::setting::{render_options, with_threads};
use crate::analysis::previous_report::PreviousReport;
use crate::analysis::verify::Verification;
use crate::assess::readiness::Readiness;
use crate::command::args::ReportArgs;
use crate::error::Error;
use crate::error::Exit;
use crate::pipeline::Gathered;
use crate::report::text::verify_text;
use crate::report::writers::prose::{self, ProseFormat};
use crate::support::format;
use clap::Args;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Verify an earlier report against newer logs: which predicted losses came true, and which refusals it did not foresee.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The earlier report.json, or pack of scan --out
    #[arg(value_name = "REPORT")]
    pub previous: PathBuf,

    /// Newer logs, and how to read them.
    #[command(flatten)]
    pub report: ReportArgs,

    /// What to print
    #[arg(long, value_enum, default_value_t = ProseFormat::Terminal, help_heading = "Report")]
    pub format: ProseFormat,

    /// Print every line instead of the first of each section
    #[arg(long, help_heading = "Report")]
    pub all: bool,

    /// Add the scores of this run to a file, as one line of JSON
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub append: Option<PathBuf>,
}

impl VerifyArgs {
    /// Reads, verifies, prints.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        self.report.refuse("verify", &["--mask", "--baseline", "--fail-on", "--only"])?;
        let past = PreviousReport::read(&self.previous)?;
        let request = self.report.request()?;
        let (found, readiness) = with_threads(&self.report, |progress| {
            let gathered = Gathered::read(&request.inputs, progress)?;
            let readiness = Readiness::of(&gathered.inputs);
            Ok((gathered.judge(&request, |assessment, _| Verification::of(&past, assessment))??, readiness))
        })?;
        let head = format!(
            "How the report as of {} fared until {}",
            format::moment(found.from),
            format::moment(found.to)
        );
        prose::write(
            self.format,
            &head,
            &verify_text::sections(&found),
            &found,
            &render_options(self.all),
            out,
        )?;
        if let Some(path) = &self.append {
            append(path, &found).map_err(|source| Error::Write { path: path.clone(), source })?;
        }
        Ok(readiness.exit(false))
    }
}

/// One write: lines of runs at the same time do not mix.
fn append(path: &Path, found: &Verification) -> io::Result<()> {
    let line = found.line()? + "\n";
    OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
}
