//! `scopecast compare`: two reports in, what changed out.

use super::setting::render_options;
use super::values::FailOn;
use crate::analysis::compare::Comparison;
use crate::analysis::previous_report::PreviousReport;
use crate::error::Error;
use crate::error::Exit;
use crate::report::text::comparison_text;
use crate::report::writers::prose::{self, ProseFormat};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Compare two reports: what is new, worse, better, accepted, resolved, or gone with its token.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The earlier report.json, or pack of scan --out
    #[arg(value_name = "OLD")]
    pub old: PathBuf,

    /// The later one
    #[arg(value_name = "NEW")]
    pub new: PathBuf,

    /// What to print
    #[arg(long, value_enum, default_value_t = ProseFormat::Terminal)]
    pub format: ProseFormat,

    /// Print every line instead of the first of each section
    #[arg(long)]
    pub all: bool,

    /// Exit with 1 when an open finding of NEW is at least this bad; new-...: one that OLD does not have, or not so bad
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
}

impl CompareArgs {
    /// Reads, compares, prints.
    ///
    /// # Errors
    /// When one of the two is no report of this version.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let (old, new) = (PreviousReport::read(&self.old)?, PreviousReport::read(&self.new)?);
        let comparison = Comparison::of(&old, &new)?;
        let sections = comparison_text::sections(&comparison);
        let head = "What changed between two reports";
        prose::write(self.format, head, &sections, &comparison, &render_options(self.all), out)?;
        let fails = match self.fail_on {
            None => false,
            Some(FailOn::At(least)) => new.findings.iter().any(|f| f.is_open() && f.severity >= least),
            Some(FailOn::New(least)) => comparison.has_new(least),
        };
        Ok(if fails { Exit::Findings } else { Exit::Clean })
    }
}
