//! `scopecast ingest`: logs -> a ledger that outlives the year for which Databricks keeps them.

use super::compact::compact;
use super::{ingest_table, ingest_text};
use crate::assess::readiness::{InputReport, Readiness, nothing_read};
use crate::catalog::Catalog;
use crate::error::Error;
use crate::error::Exit;
use crate::input::decode::DecodeOptions;
use crate::input::read::{ReadOptions, read_logs};
use crate::input::source::{Input, Limits, ReadProblem, content_hash, expand};
use crate::ledger::store::{Added, Ingest, LedgerSource};
use crate::ledger::{Fold, FoldContext};
use crate::report::model::InputRow;
use crate::support::hash::Set;
use crate::support::progress::{Bar, Progress, Silent};
use crate::support::threads::with_threads;
use clap::Args;
use rayon::prelude::*;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Add exported logs to a ledger on disk; files that are in it already are known by their content and left out.
#[derive(Debug, Args)]
pub struct IngestArgs {
    /// Exported logs: files, folders, globs, or - for standard input; recognised by content
    #[arg(required = true, value_name = "LOGS")]
    pub logs: Vec<PathBuf>,

    /// The folder of the ledger, made if it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "table")]
    pub ledger: Option<PathBuf>,

    /// Write the ledger of these logs alone as one Parquet table, as the query of `scopecast sql` makes it: to compare the two
    #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
    pub table: Option<PathBuf>,

    /// Compact the ledger afterwards
    #[arg(long, requires = "ledger")]
    pub compact: bool,

    /// Tables laid over the built-in catalog, for paths of access logs; repeatable
    #[arg(long, value_name = "FILE")]
    pub catalog: Vec<PathBuf>,

    /// The key that holds a field of an HTTP access log, such as --field path=request.uri; repeatable
    #[arg(long, value_name = "NAME=KEY", value_parser = crate::command::args::pair)]
    pub field: Vec<(String, String)>,

    /// Threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// The longest record, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub max_record: usize,

    /// Unpacked bytes of one input above which an absurd compression ratio counts as a bomb
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30)]
    pub max_decompressed: u64,
}

impl IngestArgs {
    /// Reads what is new and adds it in one step.
    ///
    /// # Errors
    /// What stops the run; see [`Error`]. The ledger is then what it was.
    pub fn run(&self, out: &mut dyn Write) -> Result<Exit, Error> {
        let mut told = Vec::new();
        let threads = self.threads.map_or(0, usize::from);
        let exit = with_threads(threads, || match (&self.table, &self.ledger) {
            (Some(table), _) => {
                let (catalog, _) = Catalog::with_overlays(&self.catalog)?;
                ingest_table::write(table, &self.logs, &catalog, &self.read_options(), &mut told)
            }
            (None, Some(ledger)) => self.ingest(ledger, &mut told),
            (None, None) => Err(Error::Usage("name the folder of the ledger with --ledger.".to_owned())),
        })?;
        out.write_all(&told)?;
        Ok(exit)
    }

    fn read_options(&self) -> ReadOptions {
        ReadOptions {
            decode: DecodeOptions { fields: self.field.clone() },
            limits: Limits { record: self.max_record, unpacked: self.max_decompressed, ..Limits::default() },
            no_logs: None,
        }
    }

    fn ingest(&self, dir: &Path, out: &mut Vec<u8>) -> Result<Exit, Error> {
        let (catalog, _) = Catalog::with_overlays(&self.catalog)?;
        let expanded = expand(&self.logs);
        refuse_overlap(&self.logs, &expanded.inputs, dir)?;
        let ingest = Ingest::open(dir)?;
        let hashes = hashes(&expanded.inputs)?;
        let is_known = |hash: &Option<String>| hash.as_ref().is_some_and(|h| ingest.knows(h));
        let known = hashes.iter().filter(|h| is_known(h)).count();
        let (inputs, hashes): (Vec<Input>, Vec<Option<String>>) =
            expanded.inputs.into_iter().zip(hashes).filter(|(_, hash)| !is_known(hash)).unzip();

        let bar = Bar::new();
        let progress: &dyn Progress = if std::io::stderr().is_terminal() { &bar } else { &Silent };
        let templates = |method: &str, path: &str| catalog.template(method, path).map(str::to_owned);
        let closed = |workspace: &str, day| ingest.is_closed(workspace, day);
        let shared = FoldContext {
            duplicates: ingest.duplicates(),
            wanted_requests: Set::default(),
            templates: &templates,
            closed: Some(&closed),
        };
        let (folds, summaries) = read_logs(&inputs, &self.read_options(), progress, || Fold::new(&shared));
        let is_named = |input: &Input| input.file().is_none_or(|f| self.logs.iter().any(|l| l == f));
        let mut reports = Vec::new();
        let mut sources = Vec::new();
        for ((input, sha256), summary) in inputs.iter().zip(hashes).zip(summaries) {
            if let Some(ReadProblem::Io(_)) = &summary.problem {
                let problem = summary.problem.map(|p| p.to_string()).unwrap_or_default();
                return Err(Error::Usage(format!(
                    "{} {problem} Nothing was added to the ledger.",
                    input.path
                )));
            }
            if input.has_changed() {
                return Err(Error::Usage(format!(
                    "{} {} Nothing was added to the ledger.",
                    input.path,
                    ReadProblem::Changed
                )));
            }
            let report = InputReport::of(summary, is_named(input));
            if report.row.rows + report.row.bad_rows > 0 {
                sources.push(source(&report.row, sha256));
            }
            reports.push(report);
        }
        if sources.is_empty() && known == 0 {
            return Err(nothing_read(&reports, expanded.skipped));
        }
        let added = if sources.is_empty() {
            Added::default()
        } else {
            let folds = folds.into_iter().map(Fold::into_local).collect();
            ingest.add(folds, &sources)?
        };
        ingest_text::added(dir, &reports, &added, (sources.len(), known), out)?;
        if self.compact {
            compact(dir, out)?;
        }
        Ok(Readiness::of(&reports).exit(false))
    }
}

fn hashes(inputs: &[Input]) -> Result<Vec<Option<String>>, Error> {
    let hash = |input: &Input| {
        content_hash(input).map_err(|problem| {
            Error::Usage(format!("{} {problem} Nothing was added to the ledger.", input.path))
        })
    };
    inputs.par_iter().with_max_len(1).map(hash).collect()
}

fn source(row: &InputRow, sha256: Option<String>) -> LedgerSource {
    LedgerSource {
        sha256,
        path: row.path.clone(),
        taken_as: row.taken_as.clone(),
        bytes: row.bytes.unwrap_or(0),
        rows: row.rows,
        bad_rows: row.bad_rows,
        problem: row.problem.clone(),
    }
}

/// A ledger inside the logs would be read as logs by the next run, and logs inside a ledger could be taken for its files.
fn refuse_overlap(logs: &[PathBuf], inputs: &[Input], dir: &Path) -> Result<(), Error> {
    let ledger = resolved(dir);
    let named = logs.iter().map(PathBuf::as_path).filter(|log| ledger.starts_with(resolved(log)));
    let found = inputs.iter().filter_map(Input::file).filter(|file| resolved(file).starts_with(&ledger));
    match named.chain(found).next() {
        None => Ok(()),
        Some(log) => Err(Error::Usage(format!(
            "the logs {} and the ledger {} are inside each other. Name a folder for the ledger that is apart from the logs; nothing \
             was changed.",
            log.display(),
            dir.display()
        ))),
    }
}

/// The path without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = |p: &Path| Some((p.canonicalize().ok()?, absolute.strip_prefix(p).ok()?.to_owned()));
    absolute.ancestors().find_map(real).map_or_else(|| absolute.clone(), |(real, rest)| real.join(rest))
}
