//! The part of the report that says what was read and what could not be seen.

use crate::analysis::calibrate::Calibration;
use crate::analysis::cross_check::Totals;
use crate::attribute::Tier;
use crate::ledger::link::Link;
use crate::support::by_name::ByName;
use crate::support::time::{Day, Time};
use serde::Serialize;
use std::collections::BTreeMap;

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
    /// Days of a ledger, by workspace, of which a later export held other rows; the rows first read count.
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

/// The log of one workspace.
#[derive(Clone, Debug, Serialize)]
pub struct WorkspaceCoverage {
    /// Its id, or Azure name.
    pub workspace_id: String,
    /// Rows.
    pub rows: u64,
    /// Days with rows.
    pub days: u32,
    /// Rows at least 60 days from all others, and fewer than one in a thousand: a clock was wrong. Their uses count, but they do
    /// not say where the history starts or ends, and are not among `rows`.
    pub stray_rows: u64,
    /// First event.
    pub first_time: Option<Time>,
    /// Last day with rows.
    pub last_day: Option<Day>,
    /// Days without rows where some were to be expected: first and last day of each stretch.
    pub gaps: Vec<(Day, Day)>,
    /// Rows before as-of by what they are; see `kinds` of [`Coverage`].
    pub kinds: BTreeMap<&'static str, u64>,
    /// Tokens that signed in from outside, or that an access log names.
    pub tokens: u64,
    /// Principals with a row.
    pub principals: u64,
    /// API calls by link.
    pub links: BTreeMap<ByName<Link>, u64>,
    /// Share of linked calls with a login within ten seconds.
    pub login_density: Option<f64>,
    /// Whether clients log in for each request, as measured.
    pub per_request_logins: bool,
    /// Logins no call answered.
    pub unanswered_logins: u64,
    /// Rows of each day, for pictures.
    pub rows_by_day: Vec<(Day, u64)>,
}

/// An action the catalog does not know.
#[derive(Clone, Debug, Serialize)]
pub struct UnmappedRow {
    /// `service/action` or `METHOD path`.
    pub action: String,
    /// Events.
    pub events: u64,
    /// The known action it may be a spelling of; never used as a mapping.
    pub nearest: Option<String>,
    /// The first of these events.
    pub example: Option<ExampleRow>,
}

/// One event, to find it again in the logs.
#[derive(Clone, Debug, Serialize)]
pub struct ExampleRow {
    /// When.
    pub time: Time,
    /// Workspace.
    pub workspace_id: String,
    /// Who.
    pub principal: String,
    /// User agent without its run id.
    pub agent: String,
}

/// A principal with calls no token can be named for.
#[derive(Clone, Debug, Serialize)]
pub struct UnattributedRow {
    /// Workspace.
    pub workspace_id: String,
    /// Principal.
    pub principal: String,
    /// Calls that may be any of its live tokens'.
    pub shared: u64,
    /// Calls while no token of it was known.
    pub without_token: u64,
    /// Calls tied to one token.
    pub tied: u64,
    /// Share of its calls that no token can be named for.
    pub share: f64,
}
