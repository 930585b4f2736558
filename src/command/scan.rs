//! `scopecast scan`: logs in, findings out.

use crate::assess::Status;
use crate::error::Error;
use crate::exit::Exit;
use crate::options::ReportArgs;
use crate::pipeline;
use crate::progress::{Bar, Progress, Silent};
use crate::report::{self, Format, RenderOptions};
use clap::Args;
use std::io::{IsTerminal, Write};

const WIDEST: usize = 100;
const NARROWEST: usize = 60;

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
}

impl ScanArgs {
    /// Reads, judges, prints.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let threads = self.report.threads.map_or(0, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|e| Error::Usage(format!("cannot start threads: {e}. Ask for fewer with --threads.")))?;
        let bar = Bar::new();
        let progress: &dyn Progress = if std::io::stderr().is_terminal() { &bar } else { &Silent };
        let (report, readiness) = pool.install(|| pipeline::run(&self.report, progress))?;
        match &self.out {
            Some(dir) => {
                report::pack::write(&report, dir)?;
                writeln!(out, "Wrote the report to {}; begin with report.html.", dir.display())?;
            }
            None => report::write(self.format, &report, &self.render_options(), out)?,
        }
        let is_bad = |f: &&crate::assess::Finding| {
            f.status == Status::Open && self.report.fail_on.is_some_and(|least| f.severity >= least)
        };
        Ok(readiness.exit(report.findings.iter().any(|f| is_bad(&f))))
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

    fn render_options(&self) -> RenderOptions {
        let is_terminal = std::io::stdout().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(WIDEST);
        RenderOptions {
            colour: is_terminal && !no_colour && !dumb,
            width: columns.clamp(NARROWEST, WIDEST),
            all: self.all,
        }
    }
}
