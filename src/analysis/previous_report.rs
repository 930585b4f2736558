//! An earlier report, read back from its JSON or from the pack it lies in: what later runs compare with and verify.
//!
//! Only the fields they need; what else a report holds is passed over, so that fields can be added to it.

use crate::assess::{DecidedBy, RuleId, Severity};
use crate::error::Error;
use crate::support::time::Time;
use crate::timeline::verdict::Verdict;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the JSON report that can be read.
pub(crate) const READABLE: u32 = 1;
/// The report within a pack.
const WITHIN: &str = "report.json";
/// A report larger than this is none.
const MOST: u64 = 4 << 30;

#[derive(Clone, Debug, Deserialize)]
pub struct PreviousReport {
    pub run: PreviousRun,
    /// Its findings, worst first.
    pub findings: Vec<PreviousFinding>,
    pub tokens: Vec<PreviousToken>,
    pub coverage: PreviousCoverage,
}

#[derive(Clone, Debug, Deserialize)]
pub struct PreviousRun {
    pub as_of: Time,
    pub run_id: String,
    pub tool_version: String,
    pub catalog_version: String,
    /// Its options, by name.
    pub options: BTreeMap<String, String>,
    /// The key its names are masked with, if they are.
    #[serde(default)]
    pub masked: Option<PreviousMask>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PreviousMask {
    /// Tells keys apart without telling the key.
    pub key_id: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct PreviousFinding {
    pub finding_id: String,
    pub rule: String,
    pub severity: Severity,
    /// Its token, if it is about one.
    pub token_id: Option<String>,
    pub workspace_id: String,
    pub principal: String,
    /// Its scope, if it is about one.
    pub scope: Option<String>,
    pub title: String,
    /// Whether somebody decided to live with it.
    pub status: PreviousStatus,
}

/// Whether somebody decided to live with a finding.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum PreviousStatus {
    Open,
    Accepted { reason: String, expires: Time },
}

#[derive(Clone, Debug, Deserialize)]
pub struct PreviousToken {
    pub token_id: String,
    pub workspace_id: String,
    /// The principal it acts as.
    pub principal: String,
    /// What a list of principals calls that.
    pub principal_name: Option<String>,
    pub comment: String,
    /// Why it is gone, if it is.
    pub gone: Option<PreviousGone>,
    pub decided_by: String,
    pub dates: PreviousDates,
    pub scopes: Vec<PreviousScope>,
}

/// Why a token is gone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PreviousGone {
    /// `not-listed`, `expired`, `revoked`, `silent`.
    pub because: String,
    /// Since which day or moment.
    pub since: String,
}

/// The dates that predictions rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PreviousDates {
    /// When the scopes are narrowed.
    pub enforced: Option<Time>,
}

/// One scope of one token.
#[derive(Clone, Debug, Deserialize)]
pub struct PreviousScope {
    pub scope: String,
    pub verdict: Verdict,
    pub reason: String,
    pub next_call: Option<PreviousCall>,
    pub operations: Vec<PreviousOperation>,
}

/// A stretch of time in which a call was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct PreviousCall {
    /// Not before.
    pub earliest: Time,
    /// Not after.
    pub latest: Time,
}

/// An operation under a scope.
#[derive(Clone, Debug, Deserialize)]
pub struct PreviousOperation {
    /// Best tier of attribution.
    pub tier: String,
}

/// What the report rests on.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PreviousCoverage {
    pub rows_read: u64,
    pub workspaces: Vec<PreviousWorkspace>,
}

/// The log of one workspace.
#[derive(Clone, Debug, Deserialize)]
pub struct PreviousWorkspace {
    pub workspace_id: String,
}

impl PreviousFinding {
    /// Its rule, where this version has one of that id.
    fn rule(&self) -> Option<RuleId> {
        self.rule.parse().ok()
    }

    /// Whether that rule finds scopes that are lost, or may be.
    pub fn is_loss(&self) -> bool {
        self.rule().is_some_and(RuleId::is_loss)
    }

    /// Whether it is about the revocation of an idle token.
    pub fn is_idle_revocation(&self) -> bool {
        self.rule() == Some(RuleId::InactivityRevocation)
    }

    /// Whether it gives odds, for want of a date.
    pub fn is_odds(&self) -> bool {
        self.rule() == Some(RuleId::ScopeAtRisk)
    }

    /// Whether the finding is open, that is, not accepted.
    pub fn is_open(&self) -> bool {
        self.status == PreviousStatus::Open
    }
}

impl PreviousToken {
    /// What decided, where this version knows it by that name.
    pub fn decided_by(&self) -> Option<DecidedBy> {
        self.decided_by.parse().ok()
    }
}

impl PreviousScope {
    /// The best tier that ties its calls to the token; `none` without any call.
    pub fn tier(&self) -> &str {
        self.operations.iter().map(|o| o.tier.as_str()).min().unwrap_or("none")
    }
}

impl PreviousReport {
    /// Reads `report.json`, or the one within a pack.
    ///
    /// # Errors
    /// When there is none, or one of another version; each says what to do.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file: PathBuf = if path.is_dir() { path.join(WITHIN) } else { path.to_owned() };
        if path.is_dir() && !file.exists() {
            return Err(Error::Usage(format!(
                "{} is a folder without {WITHIN}: no report of scopecast. Write one with scopecast scan LOGS --out DIR.",
                path.display()
            )));
        }
        let failed = |source| Error::Read { path: file.clone(), source };
        if std::fs::metadata(&file).map_err(failed)?.len() > MOST {
            return Err(Error::Usage(format!(
                "{} is larger than any report. Name a report.json or a pack.",
                file.display()
            )));
        }
        let bytes = std::fs::read(&file).map_err(failed)?;
        Self::parse(&file.display().to_string(), &bytes)
    }

    /// Reads the JSON of a report.
    ///
    /// # Errors
    /// When it is none, or one of another version.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let version = serde_json::from_slice::<Version>(bytes).map_err(|e| {
            Error::Usage(format!(
                "{name} is no report of scopecast ({e}). Name a file that scan --format json wrote, or a pack of scan --out."
            ))
        })?;
        if version.schema_version != READABLE {
            return Err(Error::Usage(format!(
                "{name} has schema_version {}, and this scopecast ({}) reads {READABLE}. Make the report again with this version, \
                 or use the version that wrote it.",
                version.schema_version,
                env!("CARGO_PKG_VERSION")
            )));
        }
        serde_json::from_slice(bytes).map_err(|e| {
            Error::Usage(format!(
                "{name} is a damaged report ({e}). Make it again with scan --format json or scan --out."
            ))
        })
    }

    /// Whether its log covers a workspace.
    pub fn covers(&self, workspace: &str) -> bool {
        self.coverage.workspaces.iter().any(|w| w.workspace_id == workspace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_of_this_version_is_refused_with_a_remedy() {
        for (text, words) in [
            ("[]", "is no report of scopecast"),
            ("{\"tool\": \"scopecast\"}", "Name a file that scan --format json wrote"),
            ("{\"schema_version\": 7}", "has schema_version 7, and this scopecast"),
            ("{\"schema_version\": 1, \"run\": {}}", "is a damaged report"),
        ] {
            let error = PreviousReport::parse("old.json", text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
