//! This report -> the form in which earlier reports are read back, so that the two can be compared.

use super::model::{Report, ScopeRow, TokenRow};
use super::{summary, words};
use crate::analysis::past::{
    PastCall, PastCoverage, PastDates, PastFinding, PastGone, PastMask, PastOperation, PastReport, PastRun,
    PastScope, PastStatus, PastToken, PastWorkspace,
};
use crate::assess::{Finding, Status};
use crate::attribute::Gone;
use crate::support::secret::blank_secrets;

/// The same as writing the report as JSON and reading that back.
impl From<&Report> for PastReport {
    fn from(report: &Report) -> Self {
        let run = &report.run;
        Self {
            run: PastRun {
                as_of: run.as_of,
                run_id: run.run_id.clone(),
                tool_version: run.tool_version.to_owned(),
                catalog_version: text(&run.catalog_version),
                options: run.options.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
                masked: run.masked.as_ref().map(|m| PastMask { key_id: m.key_id.clone() }),
            },
            findings: report.findings.iter().map(finding).collect(),
            tokens: report.tokens.iter().map(token).collect(),
            coverage: PastCoverage {
                rows_read: report.coverage.rows_read,
                workspaces: report
                    .coverage
                    .workspaces
                    .iter()
                    .map(|w| PastWorkspace { workspace_id: text(&w.workspace_id) })
                    .collect(),
            },
        }
    }
}

/// As the JSON writer shows it: without what looks like the secret value of a token.
fn text(text: &str) -> String {
    blank_secrets(text).into_owned()
}

fn finding(f: &Finding) -> PastFinding {
    PastFinding {
        finding_id: f.finding_id.clone(),
        rule: f.rule.to_owned(),
        severity: f.severity,
        token_id: f.token_id.as_deref().map(text),
        workspace_id: text(&f.workspace_id),
        principal: text(&f.principal),
        scope: f.scope.as_deref().map(text),
        title: text(&f.title),
        status: match &f.status {
            Status::Open => PastStatus::Open,
            Status::Accepted { reason, expires } => {
                PastStatus::Accepted { reason: text(reason), expires: *expires }
            }
        },
    }
}

fn token(t: &TokenRow) -> PastToken {
    PastToken {
        token_id: text(&t.token_id),
        workspace_id: text(&t.workspace_id),
        principal: text(&t.principal),
        principal_name: t.principal_name.as_deref().map(text),
        comment: text(&t.comment),
        gone: t.gone.map(gone),
        decided_by: t.decided_by.to_owned(),
        dates: PastDates { enforced: t.dates.enforced },
        scopes: t.scopes.iter().map(scope).collect(),
    }
}

fn gone(gone: Gone) -> PastGone {
    let (because, since) = match gone {
        Gone::NotListed(day) => ("not-listed", day.to_string()),
        Gone::Expired(time) => ("expired", time.to_string()),
        Gone::Revoked(time) => ("revoked", time.to_string()),
        Gone::Silent(time) => ("silent", time.to_string()),
    };
    PastGone { because: because.to_owned(), since }
}

fn scope(s: &ScopeRow) -> PastScope {
    PastScope {
        scope: text(&s.scope),
        verdict: summary::name(s.verdict).to_owned(),
        reason: words::reason_name(s.reason).to_owned(),
        next_call: s.next_call.map(|n| PastCall { earliest: n.earliest, latest: n.latest }),
        operations: s.operations.iter().map(|o| PastOperation { tier: o.tier.to_owned() }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::super::{Format, RenderOptions, write};
    use super::*;

    #[test]
    fn a_report_is_the_same_as_one_read_back_from_its_json() {
        for mut report in [sample::report(), sample::large(20, 40)] {
            report.tokens[0].gone = Some(Gone::Silent(report.run.as_of));
            report.tokens[0].principal_name = Some("\u{202e}\"x\"\n\\".into());
            report.findings[0].status =
                Status::Accepted { reason: sample::pasted_secret(), expires: report.run.as_of };
            let mut json = Vec::new();
            write(Format::Json, &report, &RenderOptions::default(), &mut json).unwrap();
            let read = PastReport::parse("this report", &json).unwrap();
            assert_eq!(format!("{:#?}", PastReport::from(&report)), format!("{read:#?}"));
        }
    }
}
