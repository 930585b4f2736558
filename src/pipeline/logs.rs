//! Audit logs and ledger tables -> one ledger.

use super::request::InputOptions;
use crate::catalog::Catalog;
use crate::context::client_log::ClientDenial;
use crate::error::Error;
use crate::input::decode::DecodeOptions;
use crate::input::read::{InputSummary, ReadOptions, RecognisedFile, read_recognised_logs};
use crate::input::source::{Input, ReadProblem};
use crate::ledger::{self, Duplicates, Fold, FoldContext, Ledger, LedgerBuilder};
use crate::support::hash::{Set, fingerprint};
use crate::support::memory;
use crate::support::progress::Progress;
use crate::support::time::Day;
use std::collections::BTreeSet;

/// How to read logs, by the options of the run.
pub(super) fn read_options(options: &InputOptions) -> ReadOptions {
    ReadOptions {
        decode: DecodeOptions { fields: options.field.clone() },
        limits: options.limits,
        no_logs: options.ledger.as_ref().map(|_| {
            "is a log, and with --ledger only the ledger is read. Add it with `scopecast ingest` first, or leave out --ledger."
        }),
    }
}

/// Reads every audit log; inputs of other kinds are only recognised. `recognised` has an entry for each input, `None` where it
/// has not been looked at yet.
pub(super) fn read(
    options: &ReadOptions,
    catalog: &Catalog,
    inputs: &[Input],
    recognised: Vec<Option<Result<RecognisedFile, ReadProblem>>>,
    denials: &[ClientDenial],
    progress: &dyn Progress,
) -> Result<(Ledger, Vec<InputSummary>), Error> {
    let wanted: Set<u64> =
        denials.iter().filter_map(|d| d.request_id.as_ref()).map(|id| fingerprint(id.as_bytes())).collect();
    let templates = |method: &str, path: &str| catalog.template(method, path).map(str::to_owned);
    let shared = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: wanted,
        templates: &templates,
        closed: None,
    };
    let (folds, summaries) =
        read_recognised_logs(inputs, recognised, options, progress, || Fold::new(&shared));
    if summaries.iter().any(|s| s.problem == Some(ReadProblem::OutOfMemory)) {
        return Err(refusal(options.limits.memory, &folds));
    }
    Ok((ledger::merge(folds), summaries))
}

/// The error of a run that needs more memory: a report on part of the rows would call scopes lost that the rest uses.
fn refusal(limit: u64, folds: &[Fold<'_>]) -> Error {
    let sum = |size: fn(&Fold<'_>) -> u64| folds.iter().map(size).sum::<u64>();
    let (rows, keys, waiting) = (sum(|f| f.rows_read()), sum(|f| f.keys()), sum(|f| f.waiting()));
    Error::Usage(format!(
        "these logs need more memory than {}: after {rows} rows there were {keys} distinct keys, and {waiting} calls and logins to \
         be tied together. No report was made, for part of a log would show scopes as lost that the rest uses. Allow more with \
         --memory; export only the columns that are needed; or read one workspace's logs at a time.",
        memory::shown(limit)
    ))
}

/// Adds ledger tables to the ledger of the logs. A workspace's day must come from only one of the two: nothing tells the rows of
/// a day in both apart, so they would count twice.
pub(super) fn with_tables(ledger: Ledger, tables: Vec<LedgerBuilder>) -> Result<Ledger, Error> {
    if tables.is_empty() {
        return Ok(ledger);
    }
    let tables = LedgerBuilder::all(tables).ledger();
    let day_of =
        |l: &Ledger, ((w, day), _): &((ledger::Id, Day), ledger::DayCount)| (l.text(*w).to_owned(), *day);
    let held: BTreeSet<(String, Day)> = tables.days.iter().map(|d| day_of(&tables, d)).collect();
    if let Some((workspace, day)) = ledger.days.iter().map(|d| day_of(&ledger, d)).find(|d| held.contains(d))
    {
        return Err(Error::Usage(format!(
            "workspace {workspace} has rows of {day} in a log and in a ledger table; they would count twice. Give one of the two."
        )));
    }
    let mut both = LedgerBuilder::of(ledger);
    both.absorb(LedgerBuilder::of(tables));
    Ok(both.ledger())
}
