//! A finding: what is wrong or about to be, for whom, how bad, how sure, and what to do.

use super::rule_id::RuleId;
use crate::attribute::Tier;
use crate::catalog::confidence::Confidence;
use crate::support::hash::hex;
use crate::support::time::{Day, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// How bad.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// A single call, or small odds.
    Low,
    /// A recurring call that is not due soon, or even odds.
    Medium,
    /// Denied now, or a recurring call lost within 90 days.
    High,
}

impl Severity {
    /// All, worst first.
    pub const WORST_FIRST: [Self; 4] = [Self::High, Self::Medium, Self::Low, Self::Info];

    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What one operation contributes to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationUse {
    /// `service/action`, `METHOD path-template`, or `login cmd/jobs_list`.
    pub operation: String,
    pub count: u64,
    pub first: Time,
    pub last: Time,
    /// The best tier of attribution.
    pub tier: Tier,
    /// User agents, most calls first; at most three.
    pub agents: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// What was called, most recent first; at most eight.
    pub operations: Vec<OperationUse>,
    pub more_operations: usize,
    /// Source addresses, most calls first; at most three.
    pub addresses: Vec<String>,
    /// Facts and reservations, as sentences.
    pub notes: Vec<String>,
}

/// A stretch of time in which a call is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NextCall {
    /// Not before.
    pub earliest: Time,
    /// Not after.
    pub latest: Time,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dates {
    /// Start of the observation window.
    pub window_start: Option<Time>,
    pub window_end: Option<Time>,
    /// Seven days before enforcement, when Databricks sends its mail.
    pub reminder: Option<Time>,
    /// When the scopes are narrowed.
    pub enforced: Option<Time>,
    /// When the next call is expected.
    pub next_call: Option<NextCall>,
    /// When the token is revoked for lack of use.
    pub idle_revocation: Option<Time>,
    pub expiry: Option<Time>,
    /// The last whole day on which acting prevents harm, until 23:50 UTC since a change of scopes takes up to ten minutes to
    /// spread: the day before the earliest of enforcement (where a needed scope is not kept), revocation (where no call is
    /// expected before) and expiry (where calls are expected after). It does not wait for the reminder mail.
    pub last_safe_day: Option<Day>,
    /// Which of them that is.
    pub hurt_by: Option<HurtBy>,
}

/// What hurts a token first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HurtBy {
    /// Its scopes are narrowed.
    Enforcement,
    /// It is revoked for lack of use.
    Revocation,
    /// It expires.
    Expiry,
}

/// A harmless read that may make a window see a scope. Whether Databricks counts it is not verified, nor whether it keeps
/// more than the reading form of the scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeepAliveCall {
    pub scope: String,
    /// The call, as `GET /api/2.1/unity-catalog/catalogs`.
    pub operation: String,
    /// The command that makes it, to be run with this token.
    pub command: Option<String>,
    /// When the window begins, where that lies ahead: an earlier call does not count.
    pub not_before: Option<Time>,
    /// When the window ends, where that is known.
    pub before: Option<Time>,
    /// Where the window is not known: at least this often, in days, so that none misses it.
    pub every_days: Option<u32>,
    /// Always false: that it works is not verified.
    pub verified: bool,
}

/// A fix, ready to be read and run by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// Every scope the token is to hold, in order: the request replaces the whole list.
    pub scopes: Vec<String>,
    /// The list before, for the way back; `None` when it holds all APIs or it is not known.
    pub previous: Option<Vec<String>>,
    /// What the token's owner runs.
    pub owner_command: String,
    /// What a workspace admin runs.
    pub admin_command: String,
    /// What else must be known before running it.
    pub notes: Vec<String>,
    /// For tokens that Terraform calls with: the same list as an argument of the resource that makes the token.
    pub terraform: Option<String>,
}

/// Whether somebody decided to live with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Status {
    #[default]
    Open,
    Accepted {
        reason: String,
        expires: Time,
    },
}

/// A place in the annotations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AnnotationLine {
    /// The file, as it was named.
    pub file: String,
    /// The line on which the entry starts, from 1.
    pub line: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// First 16 hex digits of SHA-256 over rule, token (else workspace and principal), scope and start day.
    pub finding_id: String,
    pub rule: RuleId,
    pub severity: Severity,
    pub confidence: Confidence,
    /// Token id, if it is about one.
    pub token_id: Option<String>,
    pub workspace_id: String,
    /// Principal; empty when it is about a workspace.
    pub principal: String,
    /// Scope, if it is about one.
    pub scope: Option<String>,
    /// One sentence that says what is wrong.
    pub title: String,
    /// Share of possible windows that lose the scope; only where the window is unknown.
    pub loss_odds: Option<f64>,
    pub evidence: Evidence,
    pub dates: Dates,
    /// Who gets Databricks' mail, for findings with an enforcement date.
    pub reminder_goes_to: Option<String>,
    /// What to do, in a sentence.
    pub advice: String,
    /// How, where a change of scopes is the cure.
    pub remedy: Option<Remedy>,
    /// A call that may prevent the loss without a change of scopes; not verified.
    #[serde(rename = "priming")]
    pub keep_alive: Option<KeepAliveCall>,
    /// Whether somebody decided to live with it.
    pub status: Status,
    /// The entry of the annotations it is about.
    pub annotation: Option<AnnotationLine>,
}

/// The public id of a finding.
pub(crate) fn finding_id(
    rule: RuleId,
    token: Option<&str>,
    workspace: &str,
    principal: &str,
    scope: &str,
    day: Option<Day>,
) -> String {
    let who = token.map_or_else(|| format!("{workspace}\u{1f}{principal}"), str::to_owned);
    let day = day.map(|d| d.to_string()).unwrap_or_default();
    let text = [rule.name(), &who, scope, &day].join("\u{1f}");
    hex(&Sha256::digest(text.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_rule_token_scope_and_day_alone() {
        let day = Day::parse("2026-08-21");
        let id = finding_id(RuleId::ScopeLostAtEnforcement, Some("abc"), "1", "x", "jobs", day);
        assert_eq!(id, finding_id(RuleId::ScopeLostAtEnforcement, Some("abc"), "2", "y", "jobs", day));
        assert_eq!(id.len(), 16);
        assert_ne!(id, finding_id(RuleId::ScopeLostAtEnforcement, Some("abc"), "1", "x", "jobs", None));
        // A contract: printf 'log-gap\0371\037\037\0372026-08-21' | sha256sum
        assert_eq!(finding_id(RuleId::LogGap, None, "1", "", "", day), "9eb1645cf749d6bb");
    }
}
