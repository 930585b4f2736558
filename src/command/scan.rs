//! `scopecast scan`: logs in, findings out.

use super::setting::{render_options, shows_links, with_threads};
use super::values::FailOn;
use crate::assess::AsOfSource;
use crate::assess::readiness::Readiness;
use crate::assess::{Status, assess};
use crate::command::args::ReportArgs;
use crate::command::staleness;
use crate::error::Error;
use crate::error::Exit;
use crate::pipeline::{self, Gathered, Hashes};
use crate::report::explain::explain;
use crate::report::model::Report;
use crate::report::{self, Format};
use clap::Args;
use std::io::Write;

/// Read exported logs and say which tokens lose which scopes, when, how sure that is, and what prevents it.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// What to read and how to judge it.
    #[command(flatten)]
    pub report: ReportArgs,

    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Terminal, help_heading = "Report")]
    pub format: Format,

    /// Write a whole pack of reports into this folder instead, in one step: HTML, Markdown, JSON, CSV, Parquet tables, remedies
    #[arg(long, value_name = "DIR", conflicts_with = "format", help_heading = "Report")]
    pub out: Option<std::path::PathBuf>,

    /// Print everything instead of about two screens
    #[arg(long, help_heading = "Report")]
    pub all: bool,

    /// Print the whole chain behind one token, or behind one scope of it, instead of the report; a unique start of the id
    /// will do
    #[arg(long, value_name = "TOKEN[/SCOPE]", conflicts_with_all = ["format", "out", "all", "fail_on", "mask"], help_heading = "Report")]
    pub explain: Option<String>,
}

impl ScanArgs {
    /// Reads, judges, prints.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        if let Some(target) = &self.explain {
            return self.explain(target, out);
        }
        // Reserved first: a folder that cannot be written is an error now, not after hours of reading.
        let place = self.out.as_deref().map(report::pack::PackFolder::reserve).transpose()?;
        // Only a pack has a manifest that lists the hashes of the inputs.
        let hashes = if place.is_some() { Hashes::Take } else { Hashes::Leave };
        let request = self.report.report_request()?;
        let (report, readiness) = with_threads(&self.report, |p| pipeline::run(&request, hashes, p))?;
        match (place, &self.out) {
            (Some(place), Some(dir)) => {
                place.write(&report)?;
                writeln!(out, "Wrote the report to {}; begin with {}.", dir.display(), page(dir))?;
            }
            _ => report::write(self.format, &report, &render_options(self.all), out)?,
        }
        if report.run.as_of_from != AsOfSource::Option
            && let Some(now) = staleness::now()
            && let Some(words) = staleness::warning(report.run.as_of, now, self.report.ledger.is_some())
        {
            // The report is valid even where this warning cannot be printed.
            let _ = writeln!(std::io::stderr(), "scopecast: {words}");
        }
        Ok(readiness.exit(self.report.fail_on.is_some_and(|f| fails(&report, f))))
    }

    /// The same from a ledger.
    ///
    /// # Errors
    /// No ledger is named; else as [`run`](Self::run).
    pub fn run_ledger(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        if self.report.ledger.is_none() {
            return Err(Error::Usage(
                "no ledger is named. Add --ledger DIR, the folder that `scopecast ingest` wrote; `scopecast scan` reports on logs."
                    .into(),
            ));
        }
        self.run(out)
    }

    fn explain(&self, target: &str, out: &mut dyn Write) -> Result<Exit, Error> {
        let request = self.report.request()?;
        let (readiness, told) = with_threads(&self.report, |progress| {
            let gathered = Gathered::read(&request.inputs, progress)?;
            let readiness = Readiness::of(&gathered.inputs);
            let told = gathered.judge(&request, |assessment, provenance| {
                explain(assessment, &assess(assessment), provenance.inputs, target)
            })??;
            Ok((readiness, told))
        })?;
        out.write_all(told.as_bytes())?;
        Ok(readiness.exit(false))
    }
}

fn fails(report: &Report, on: FailOn) -> bool {
    match on {
        FailOn::At(least) => report.findings.iter().any(|f| f.status == Status::Open && f.severity >= least),
        FailOn::New(least) => report.comparison.as_ref().is_some_and(|c| c.has_new(least)),
    }
}

/// The name of the page, as a link where the terminal shows links.
fn page(dir: &std::path::Path) -> String {
    const PAGE: &str = "report.html";
    match dir.canonicalize() {
        Ok(dir) if shows_links() => report::hyperlink::to_file(&dir.join(PAGE), PAGE),
        _ => PAGE.to_owned(),
    }
}
