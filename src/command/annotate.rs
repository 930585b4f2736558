//! `scopecast annotate`: the rare calls found become a draft of `annotations.toml`, for people to confirm.

use super::setting::with_threads;
use crate::assess::readiness::Readiness;
use crate::command::args::ReportArgs;
use crate::error::Error;
use crate::error::Exit;
use crate::pipeline::{self, Gathered};
use crate::report::text::declarations;
use crate::support::progress::Progress;
use clap::Args;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Draft an annotations file from the rare calls found: logs cannot say whether a call made once or twice comes again.
#[derive(Debug, Args)]
pub struct AnnotateArgs {
    /// What to read and how to judge it.
    #[command(flatten)]
    pub report: ReportArgs,

    /// Write the draft to this new file instead of printing it; an existing file is left alone
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub out: Option<PathBuf>,
}

impl AnnotateArgs {
    /// Reads, judges, drafts.
    ///
    /// # Errors
    /// What stops the run; see [`Error`].
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        if let Some(path) = self.out.as_deref().filter(|p| p.exists()) {
            return Err(exists(path));
        }
        let (draft, readiness) = with_threads(&self.report, |progress| self.draft(progress))?;
        match &self.out {
            Some(path) => {
                write_new(path, &draft)?;
                writeln!(out, "Wrote {}; confirm each entry before you use it.", path.display())?;
            }
            None => out.write_all(draft.as_bytes())?,
        }
        Ok(readiness.exit(false))
    }

    fn draft(&self, progress: &dyn Progress) -> Result<(String, Readiness), Error> {
        let request = self.report.request()?;
        let gathered = Gathered::read(&request.inputs, progress)?;
        let readiness = Readiness::of(&gathered.inputs);
        let draft = gathered.judge(&request, |assessment, provenance| {
            let report = pipeline::report(assessment, provenance)?;
            Ok::<_, Error>(declarations::draft(&report, assessment.jobs))
        })??;
        Ok((draft, readiness))
    }
}

fn exists(path: &Path) -> Error {
    let path = path.display();
    Error::Usage(format!("{path} exists already, and may hold what people wrote. Name another file."))
}

/// A file is new or stays as it is; what could not be written whole is taken away again.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let error = |source| Error::Write { path: path.to_owned(), source };
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(exists(path)),
        Err(e) => return Err(error(e)),
    };
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| {
        let _ = std::fs::remove_file(path);
        error(e)
    })
}
