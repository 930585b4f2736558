//! The report: every number and every order, worked out once. Writers only render it.
//!
//! Its JSON form is a contract with a version; fields are added, never renamed or removed within one.

mod cadence_rows;

pub use crate::analysis::coverage::{
    Coverage, ExampleRow, FormatCoverage, LateEdge, UnattributedRow, UnmappedRow, WorkspaceCoverage,
};
pub use crate::assess::readiness::{BadSample, InputRow};
pub use cadence_rows::*;

use crate::analysis::compare::Comparison;
use crate::analysis::cross_check::CrossCheck;
use crate::assess::{AsOfSource, Dates, DecidedBy, Finding, KeepAliveCall, NextCall, Profile};
use crate::attribute::{Gone, Tier};
use crate::catalog::confidence::Confidence;
use crate::support::time::{Day, Time};
use crate::timeline::verdict::{Reason, Verdict};
use crate::timeline::window::WindowSource;
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the JSON report.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The options, versions and inputs behind it.
    pub run: Run,
    /// What was read, in order of path.
    pub inputs: Vec<InputRow>,
    /// Totals, for the first lines of every report.
    pub summary: Summary,
    /// Findings, worst first.
    pub findings: Vec<Finding>,
    /// In order of workspace and token id.
    pub tokens: Vec<TokenRow>,
    /// What was read and what could not be seen.
    pub coverage: Coverage,
    /// What past calls would have met.
    pub replay: crate::analysis::replay::ReplayReport,
    /// What changed since an earlier report, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// The annotations file, for tools that attach findings to its lines.
    pub annotations: Option<AnnotationsRow>,
}

/// An annotations file.
#[derive(Clone, Debug, Serialize)]
pub struct AnnotationsRow {
    /// The path, as it was given.
    pub path: String,
    /// Its entries, in order of line.
    pub entries: Vec<AnnotationEntryRow>,
}

/// An entry of an annotations file.
#[derive(Clone, Debug, Serialize)]
pub struct AnnotationEntryRow {
    /// The line on which it starts.
    pub line: u64,
    /// `token` or `accept`.
    pub entry: &'static str,
    /// Ids of the living tokens that a `token` entry matches, in order.
    pub tokens: Vec<String>,
}

/// How the report was made.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Everything at or after this moment was left out of judgement.
    pub as_of: Time,
    /// Where as-of comes from.
    pub as_of_from: AsOfSource,
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
    /// Set when names are pseudonyms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked: Option<Masked>,
}

/// Marks a report whose names are pseudonyms.
#[derive(Clone, Debug, Serialize)]
pub struct Masked {
    /// Identifies the key without giving it away.
    pub key_id: String,
}

/// Totals over the whole report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Tokens judged.
    pub tokens: usize,
    /// Tokens that are gone: no finding, no odds.
    pub gone_tokens: usize,
    /// Tokens with at least one scope lost.
    pub tokens_losing: usize,
    /// Tokens that lose no scope for certain, but have at least one scope whose fate is unknown.
    pub tokens_unknown: usize,
    /// Tokens all of whose scopes are kept.
    pub tokens_keeping: usize,
    /// Tokens without any known scope: none used, granted or declared.
    pub tokens_without_scopes: usize,
    /// Tokens that took over from another one whose history counts for them.
    pub tokens_with_predecessor: usize,
    /// Tokens that may have taken over from another one, where it is not clear which one; no history is carried over.
    pub tokens_with_undecided_predecessor: usize,
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
    /// The principal's display name, from a list of users or service principals.
    pub principal_name: Option<String>,
    /// Its workspace.
    pub workspace_id: String,
    /// The comment its owner gave it.
    pub comment: String,
    /// The state of auto-scoping that Databricks reports, as a short name.
    pub state: Option<String>,
    /// Why it is gone, if it is; such a token has no scopes here.
    pub gone: Option<Gone>,
    /// The observation window that decides about it.
    pub window: WindowRow,
    /// What decides which scopes are left.
    pub decided_by: DecidedBy,
    /// Time of creation.
    pub created: Option<Time>,
    /// Time of expiry.
    pub expires: Option<Time>,
    /// First login or call seen.
    pub first_seen: Option<Time>,
    /// Last login or call seen.
    pub last_seen: Option<Time>,
    /// Day of last use according to the inventory.
    pub last_used_day: Option<Day>,
    /// Granted scopes as reported.
    pub granted_scopes: Option<Vec<String>>,
    /// Inferred scopes as reported.
    pub inferred_scopes: Option<Vec<String>>,
    /// Backfilled scopes as reported.
    pub backfill_scopes: Option<Vec<String>>,
    /// All scopes it needs, by its history and by declaration, sorted.
    pub needed_scopes: Vec<String>,
    /// The comparison with Databricks' own list for it; `None` where there is no such list.
    pub cross_check: Option<CrossCheck>,
    /// What it is used for.
    pub profile: Profile,
    /// Purpose, owner and plans, from the annotations.
    pub workload: Workload,
    /// What to do with it, by the decision rule.
    pub advice: String,
    /// Dates to keep: window, reminder mail, enforcement, revocation, expiry.
    pub dates: Dates,
    /// The tokens it took over from, and the one that took over from it.
    pub lineage: LineageRow,
    /// Scopes, in order of name.
    pub scopes: Vec<ScopeRow>,
    /// Calls that no catalog row maps.
    pub unmapped_calls: u64,
    /// Logins without a following call, from clients whose user agent names no operation.
    pub silent_logins: u64,
}

impl TokenRow {
    /// The principal it acts as, by display name where one is known.
    pub fn acts_as(&self) -> &str {
        self.principal_name.as_ref().unwrap_or(&self.principal)
    }
}

/// What people wrote about a token.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Workload {
    /// What the token is for.
    pub name: Option<String>,
    /// Who is responsible for it.
    pub owner: Option<String>,
    /// How long it is meant to live.
    pub lifetime: Option<String>,
    /// What is to replace it.
    pub migration: Option<String>,
}

/// A token's place in a chain of tokens that took over from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LineageRow {
    /// The token it took over from, the one before that, and so on. Their history counts as a need of this token, never as a
    /// use by it.
    pub predecessors: Vec<PredecessorRow>,
    /// Candidates for its predecessor that could not be told apart, or that another token may have taken over from: none was taken.
    /// `succeeds` in the annotations decides.
    pub undecided: Vec<String>,
    /// The token that took over from this one.
    pub successor: Option<String>,
}

/// A token that another one took over from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PredecessorRow {
    /// Its id.
    pub token_id: String,
    /// How sure it is that its history belongs to the younger token.
    pub confidence: Confidence,
    /// Whether the annotations declare it.
    pub declared: bool,
    /// The evidence for it, as phrases.
    pub evidence: Vec<String>,
    /// Why it is gone, if it is.
    pub gone: Option<Gone>,
}

/// How the predecessors of a token used a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InheritedRow {
    /// The tokens that made the calls, the latest first.
    pub tokens: Vec<String>,
    /// Calls, including refused ones that name the scope.
    pub uses: u64,
    /// First call.
    pub first_used: Time,
    /// Last call.
    pub last_used: Time,
    /// How sure it is that they count as a need of this token.
    pub confidence: Confidence,
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
    /// Where it is known from.
    pub source: Option<WindowSource>,
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
    /// Whether the token needs it, as far as firm evidence, a declaration or the history of its predecessors goes.
    pub needed: bool,
    /// Whether annotations declare it.
    pub declared: bool,
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
    /// What the tokens it took over from did with it; not among the uses.
    pub inherited: Option<InheritedRow>,
    /// How regularly it is used, in words; by its predecessors too, where the token's own uses are too few to say.
    pub cadence: Option<String>,
    /// Occurrences in the history.
    pub occurrences: u32,
    /// The cadence in numbers.
    pub cadence_detail: Option<CadenceRow>,
    /// What windows without a known date would see of it.
    pub sweep: Option<SweepRow>,
    /// A harmless read that may keep it, where it is needed and not sure to be kept; not verified.
    #[serde(rename = "priming")]
    pub keep_alive: Option<KeepAliveCall>,
    /// The next expected or declared call.
    pub next_call: Option<NextCall>,
    /// Days with uses and how many, for pictures; firm ones, or possible ones where there is no firm one.
    pub days: Vec<(Day, u64)>,
    /// Operations that need it.
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
    pub tier: Tier,
    /// Its own cadence, where that is rarer than the scope's as a whole.
    pub cadence: Option<OperationCadence>,
}
