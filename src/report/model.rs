//! The report: every number and every order, worked out once. Writers only render it.
//!
//! Its JSON form is a contract with a version; fields are added, never renamed or removed within one.

use crate::assess::{Dates, Finding, NextCall};
use crate::attribute::Gone;
use crate::confidence::Confidence;
use crate::time::{Day, Time};
use crate::timeline::verdict::{Reason, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the JSON report.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything a run found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// How it was made.
    pub run: Run,
    /// What was read, in order of path.
    pub inputs: Vec<InputRow>,
    /// Totals, for the first lines of every report.
    pub summary: Summary,
    /// Worst first.
    pub findings: Vec<Finding>,
    /// In order of workspace and token id.
    pub tokens: Vec<TokenRow>,
    /// What was read and what could not be seen.
    pub coverage: Coverage,
}

/// How the report was made.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Everything at or after this moment was left out of judgement.
    pub as_of: Time,
    /// Where as-of comes from: `option`, `logs` or `inventory`.
    pub as_of_from: &'static str,
    /// The same for the same inputs, options and versions: first 16 hex digits of a SHA-256 over them.
    pub run_id: String,
    /// scopecast's version.
    pub tool_version: &'static str,
    /// The catalog's version.
    pub catalog_version: String,
    /// The options that shape judgement, by name.
    pub options: BTreeMap<&'static str, String>,
    /// Reservations about the run as a whole, as sentences.
    pub notes: Vec<String>,
}

/// One input.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InputRow {
    /// Its path, escaped.
    pub path: String,
    /// What it was taken as: a log format, `token inventory`, `annotations`, ...
    pub taken_as: String,
    /// Its compression, if any.
    pub compression: Option<String>,
    /// Its size in bytes as stored, where known.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes as stored, in hex, where it was taken.
    pub sha256: Option<String>,
    /// Good rows.
    pub rows: u64,
    /// Rows that could not be read.
    pub bad_rows: u64,
    /// The first few of them.
    pub samples: Vec<BadSample>,
    /// First event.
    pub first_time: Option<Time>,
    /// Last event.
    pub last_time: Option<Time>,
    /// Why it could not be read to its end, or at all.
    pub problem: Option<String>,
}

/// A row that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct BadSample {
    /// Where it starts, in bytes of the unpacked text.
    pub offset: u64,
    /// Why.
    pub reason: String,
    /// Its beginning, escaped.
    pub excerpt: String,
}

/// Totals.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Tokens judged.
    pub tokens: usize,
    /// Tokens that are gone: no finding, no odds.
    pub gone_tokens: usize,
    /// Tokens with at least one scope lost.
    pub tokens_losing: usize,
    /// Tokens that lose nothing for certain, but with at least one scope of which nobody can know.
    pub tokens_unknown: usize,
    /// Tokens all of whose scopes are kept.
    pub tokens_keeping: usize,
    /// Tokens of which no scope is known: neither used, nor granted, nor declared.
    pub tokens_without_scopes: usize,
    /// Open findings by severity name.
    pub findings: BTreeMap<&'static str, usize>,
    /// Scopes of judged tokens by verdict name.
    pub verdicts: BTreeMap<&'static str, usize>,
}

/// One token.
#[derive(Clone, Debug, Serialize)]
pub struct TokenRow {
    /// Its id.
    pub token_id: String,
    /// The principal it acts as; empty when unknown.
    pub principal: String,
    /// What a list of users or service principals calls it.
    pub principal_name: Option<String>,
    /// Its workspace.
    pub workspace_id: String,
    /// What its owner wrote about it.
    pub comment: String,
    /// Reported state of auto-scoping, short name.
    pub state: Option<String>,
    /// Why it is gone, if it is; such a token has no scopes here.
    pub gone: Option<Gone>,
    /// Its window.
    pub window: WindowRow,
    /// What decides: `not-narrowed`, `holds-all`, `api-not-covered`, `granted`, `platform`, `window-open`, `window-over`,
    /// `window-unknown`, `not-reported`.
    pub decided_by: &'static str,
    /// Creation.
    pub created: Option<Time>,
    /// Expiry.
    pub expires: Option<Time>,
    /// First login or call seen.
    pub first_seen: Option<Time>,
    /// Last login or call seen.
    pub last_seen: Option<Time>,
    /// Day of last use, as the inventory tells.
    pub last_used_day: Option<Day>,
    /// Granted scopes as reported.
    pub granted_scopes: Option<Vec<String>>,
    /// Inferred scopes as reported.
    pub inferred_scopes: Option<Vec<String>>,
    /// Backfilled scopes as reported.
    pub backfill_scopes: Option<Vec<String>>,
    /// Everything it needs, by history and declaration, in order.
    pub needed_scopes: Vec<String>,
    /// What it is used for: `automation`, `bi`, `exploratory`, `human` or `unknown`.
    pub profile: &'static str,
    /// Who is who, from the annotations.
    pub workload: Workload,
    /// What to do with it, by the decision rule.
    pub advice: String,
    /// The dates that matter.
    pub dates: Dates,
    /// In order of scope name.
    pub scopes: Vec<ScopeRow>,
    /// Calls that no catalog row maps.
    pub unmapped_calls: u64,
    /// Logins that no call answered and whose agent says nothing.
    pub silent_logins: u64,
}

/// What people wrote about a token.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Workload {
    /// What the token is for.
    pub name: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How long it is meant to live.
    pub lifetime: Option<String>,
    /// What is to replace it.
    pub migration: Option<String>,
}

/// An observation window.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct WindowRow {
    /// Start, included.
    pub start: Option<Time>,
    /// End, not included.
    pub end: Option<Time>,
    /// Whether it is known.
    pub known: bool,
    /// Where it is known from: `annotation`, `creation`, `creation-assumed`, `option`.
    pub source: Option<&'static str>,
}

/// One scope of one token.
#[derive(Clone, Debug, Serialize)]
pub struct ScopeRow {
    /// Its name.
    pub scope: String,
    /// kept, lost or unknown.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// How sure.
    pub confidence: Confidence,
    /// Whether any use is this token's and no other's.
    pub sure: bool,
    /// Whether the token needs it, as far as firm evidence or a declaration goes.
    pub needed: bool,
    /// Uses; possible ones where no firm one is known.
    pub uses: u64,
    /// First use.
    pub first_used: Option<Time>,
    /// Last use.
    pub last_used: Option<Time>,
    /// Share of windows since the first use that miss it; only where the window is unknown.
    pub loss_odds: Option<f64>,
    /// The same since the history began.
    pub loss_odds_since_start: Option<f64>,
    /// Where the window is unknown: whether the 30 days before as-of would keep it.
    pub likeliest_window_keeps: Option<bool>,
    /// How regularly it is used, in words.
    pub cadence: Option<String>,
    /// Occurrences in the history.
    pub occurrences: u32,
    /// The next expected or declared call.
    pub next_call: Option<NextCall>,
    /// Days with uses and how many, for pictures; firm ones, or possible ones where there is no firm one.
    pub days: Vec<(Day, u64)>,
    /// What was called.
    pub operations: Vec<OperationRow>,
}

/// One operation under a scope.
#[derive(Clone, Debug, Serialize)]
pub struct OperationRow {
    /// `service/action`, `METHOD path-template`, or `login cmd/jobs_list`.
    pub operation: String,
    /// How often.
    pub count: u64,
    /// Best tier of attribution.
    pub tier: &'static str,
}

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
    /// Per workspace.
    pub workspaces: Vec<WorkspaceCoverage>,
    /// Events left out, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Events by attribution tier.
    pub tiers: BTreeMap<String, u64>,
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
    pub inventories: Vec<crate::inventory::DumpSummary>,
    /// Problems with inventories, annotations and client logs, as sentences.
    pub problems: Vec<String>,
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
    /// First event.
    pub first_time: Option<Time>,
    /// Last day with rows.
    pub last_day: Option<Day>,
    /// Days without rows where some were to be expected: first and last day of each stretch.
    pub gaps: Vec<(Day, Day)>,
    /// API calls by link.
    pub links: BTreeMap<&'static str, u64>,
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
}
