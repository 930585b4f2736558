//! What was read and what could not be seen: the limits of every other statement in a report.

mod unattributed;
mod unmapped;
mod workspaces;

pub use unattributed::UnattributedRow;
pub use unmapped::{ExampleRow, UnmappedRow};
pub use workspaces::WorkspaceCoverage;

use crate::analysis::calibrate::Calibration;
use crate::analysis::cross_check::Totals;
use crate::assess::Assessment;
use crate::assess::readiness::InputReport;
use crate::attribute::Tier;
use crate::context::inventory::Inventory;
use crate::support::time::{Day, Span, Time};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows arrive within minutes or an hour; after a day none is known to have come.
const LATE: Span = Span::hours(24);

/// What was read and what could not be seen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    /// Good rows read, duplicates among them.
    pub rows_read: u64,
    /// Rows that could not be read.
    pub bad_rows: u64,
    /// Rows delivered again; counted once.
    pub duplicates: u64,
    /// Rows that share an id with other content; all count.
    pub id_reused: u64,
    /// Rows whose parameters the log had cut.
    pub truncated_rows: u64,
    /// Good rows with bytes that are not UTF-8, replaced by U+FFFD.
    pub lossy_rows: u64,
    /// Days of a ledger, by workspace, for which a later export had different rows. The rows read first count.
    pub mixed_days: BTreeMap<String, Vec<Day>>,
    /// Rows at or after as-of, left out of judgement.
    pub rows_after_as_of: u64,
    /// First event.
    pub first_time: Option<Time>,
    /// Last event.
    pub last_time: Option<Time>,
    /// Files that could not be read completely.
    pub incomplete_inputs: usize,
    /// Files passed over because they are no input.
    pub skipped_files: u64,
    /// What the inputs were taken as, by name: files and rows.
    pub formats: BTreeMap<String, FormatCoverage>,
    /// Rows before as-of by what they are: `api_call`, `token_login`, `unmapped`, and the reasons of `left_out`. With
    /// `duplicates` and `rows_after_as_of` they add up to `rows_read`.
    pub kinds: BTreeMap<&'static str, u64>,
    /// The end of the export, where rows may still be missing because they arrive late; set where as-of touches it.
    pub late_edge: Option<LateEdge>,
    /// Per workspace.
    pub workspaces: Vec<WorkspaceCoverage>,
    /// Events left out, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
    /// Events by attribution tier.
    pub tiers: BTreeMap<Tier, u64>,
    /// Actions the catalog does not know, most events first.
    pub unmapped: Vec<UnmappedRow>,
    /// Principals with calls no token can be named for, most events first.
    pub unattributed: Vec<UnattributedRow>,
    /// Logins of the sample whose request id was tried, and calls that joined one of them.
    pub request_ids: (u64, u64),
    /// Logins, and calls, that carry the run id of a command line.
    pub run_ids: (u64, u64),
    /// Tokens that are gone.
    pub gone_tokens: usize,
    /// Token lists.
    pub inventories: Vec<crate::context::inventory::DumpSummary>,
    /// Problems with inventories, annotations and client logs, as sentences.
    pub problems: Vec<String>,
    /// Needs held against Databricks' own lists, over all tokens.
    pub cross_check: Totals,
    /// Which window explains those lists; empty without any.
    pub calibrations: Vec<Calibration>,
}

/// Inputs of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FormatCoverage {
    /// How many.
    pub inputs: u64,
    /// Their good rows.
    pub rows: u64,
    /// Their rows that could not be read.
    pub bad_rows: u64,
}

/// A stretch at the end of the export on which rows may still be missing: some arrive up to a day late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LateEdge {
    /// Where it starts.
    pub from: Time,
    /// The last row of all.
    pub to: Time,
}

/// What reading gave besides the ledger.
pub struct ReadInputs<'a> {
    /// Every input.
    pub inputs: &'a [InputReport],
    /// Files passed over because they are no input.
    pub skipped: u64,
    /// Events at or after as-of.
    pub later: u64,
    /// All token lists.
    pub inventory: &'a Inventory,
    /// Problems of inventories, annotations and client logs, as sentences.
    pub problems: &'a [String],
}

impl Coverage {
    /// All of it but the cross-check and the calibrations.
    pub fn of(assessment: &Assessment<'_>, read: &ReadInputs<'_>) -> Self {
        let t = &assessment.ledger.tally;
        Coverage {
            rows_read: read.inputs.iter().map(|i| i.row.rows).sum(),
            bad_rows: read.inputs.iter().map(|i| i.row.bad_rows).sum(),
            duplicates: t.duplicates,
            id_reused: t.id_reused,
            truncated_rows: t.truncated,
            lossy_rows: read.inputs.iter().map(|i| i.row.lossy_rows).sum(),
            mixed_days: mixed_days(assessment),
            rows_after_as_of: read.later,
            first_time: t.first,
            last_time: t.last,
            incomplete_inputs: read.inputs.iter().filter(|i| !i.is_complete()).count(),
            skipped_files: read.skipped,
            formats: formats(read.inputs),
            kinds: kinds(assessment),
            late_edge: late_edge(t.last, assessment.given.as_of),
            workspaces: workspaces::of(assessment),
            left_out: assessment.attribution.left_out.iter().map(|(reason, n)| (reason.name(), *n)).collect(),
            tiers: assessment.attribution.tiers.iter().map(|(tier, n)| (*tier, *n)).collect(),
            unmapped: unmapped::of(assessment),
            unattributed: unattributed::of(assessment),
            request_ids: t.request_sample,
            run_ids: t.runs,
            gone_tokens: assessment.roster.tokens.iter().filter(|t| t.gone.is_some()).count(),
            inventories: read.inventory.dumps.clone(),
            problems: read.problems.iter().cloned().chain(assessment.problems.iter().cloned()).collect(),
            ..Coverage::default()
        }
    }
}

/// Files and rows by what they were taken as.
fn formats(inputs: &[InputReport]) -> BTreeMap<String, FormatCoverage> {
    let mut formats: BTreeMap<String, FormatCoverage> = BTreeMap::new();
    for input in inputs.iter().map(|i| &i.row) {
        let format = formats.entry(input.taken_as.clone()).or_default();
        format.inputs += 1;
        format.rows += input.rows;
        format.bad_rows += input.bad_rows;
    }
    formats
}

/// Rows by what they are, over all workspaces.
fn kinds(assessment: &Assessment<'_>) -> BTreeMap<&'static str, u64> {
    let mut all = BTreeMap::new();
    for (kind, rows) in assessment.attribution.kinds.values().flatten() {
        *all.entry(*kind).or_default() += rows;
    }
    all
}

/// The end of the export, where as-of reaches into it.
fn late_edge(last: Option<Time>, as_of: Time) -> Option<LateEdge> {
    let to = last?;
    let from = to.minus(LATE);
    (from < as_of).then_some(LateEdge { from, to })
}

fn mixed_days(assessment: &Assessment<'_>) -> BTreeMap<String, Vec<Day>> {
    let mut days: BTreeMap<String, Vec<Day>> = BTreeMap::new();
    for (workspace, day) in &assessment.ledger.mixed {
        days.entry(assessment.ledger.text(*workspace).to_owned()).or_default().push(*day);
    }
    days
}
