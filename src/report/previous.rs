//! This report -> the form in which earlier reports are read back, so that the two can be compared.

use super::model::{Report, ScopeRow, TokenRow};
use crate::analysis::previous_report::{
    PreviousCall, PreviousCoverage, PreviousDates, PreviousFinding, PreviousGone, PreviousMask,
    PreviousOperation, PreviousReport, PreviousRun, PreviousScope, PreviousStatus, PreviousToken,
    PreviousWorkspace,
};
use crate::assess::{Finding, Status};
use crate::attribute::Gone;
use crate::support::secret::blank_secrets;

/// The same as writing the report as JSON and reading that back.
impl From<&Report> for PreviousReport {
    fn from(report: &Report) -> Self {
        let run = &report.run;
        Self {
            run: PreviousRun {
                as_of: run.as_of,
                run_id: run.run_id.clone(),
                tool_version: run.tool_version.to_owned(),
                catalog_version: text(&run.catalog_version),
                options: run.options.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
                masked: run.masked.as_ref().map(|m| PreviousMask { key_id: m.key_id.clone() }),
            },
            findings: report.findings.iter().map(finding).collect(),
            tokens: report.tokens.iter().map(token).collect(),
            coverage: PreviousCoverage {
                rows_read: report.coverage.rows_read,
                workspaces: report
                    .coverage
                    .workspaces
                    .iter()
                    .map(|w| PreviousWorkspace { workspace_id: text(&w.workspace_id) })
                    .collect(),
            },
        }
    }
}

/// As the JSON writer shows it: without what looks like the secret value of a token.
fn text(text: &str) -> String {
    blank_secrets(text).into_owned()
}

fn finding(f: &Finding) -> PreviousFinding {
    PreviousFinding {
        finding_id: f.finding_id.clone(),
        rule: f.rule.name().to_owned(),
        severity: f.severity,
        token_id: f.token_id.as_deref().map(text),
        workspace_id: text(&f.workspace_id),
        principal: text(&f.principal),
        scope: f.scope.as_deref().map(text),
        title: text(&f.title),
        status: match &f.status {
            Status::Open => PreviousStatus::Open,
            Status::Accepted { reason, expires } => {
                PreviousStatus::Accepted { reason: text(reason), expires: *expires }
            }
        },
    }
}

fn token(t: &TokenRow) -> PreviousToken {
    PreviousToken {
        token_id: text(&t.token_id),
        workspace_id: text(&t.workspace_id),
        principal: text(&t.principal),
        principal_name: t.principal_name.as_deref().map(text),
        comment: text(&t.comment),
        gone: t.gone.map(gone),
        decided_by: t.decided_by.name().to_owned(),
        dates: PreviousDates { enforced: t.dates.enforced },
        scopes: t.scopes.iter().map(scope).collect(),
    }
}

fn gone(gone: Gone) -> PreviousGone {
    let (because, since) = match gone {
        Gone::NotListed(day) => ("not-listed", day.to_string()),
        Gone::Expired(time) => ("expired", time.to_string()),
        Gone::Revoked(time) => ("revoked", time.to_string()),
        Gone::Silent(time) => ("silent", time.to_string()),
    };
    PreviousGone { because: because.to_owned(), since }
}

fn scope(s: &ScopeRow) -> PreviousScope {
    PreviousScope {
        scope: text(&s.scope),
        verdict: s.verdict,
        reason: s.reason.name().to_owned(),
        next_call: s.next_call.map(|n| PreviousCall { earliest: n.earliest, latest: n.latest }),
        operations: s
            .operations
            .iter()
            .map(|o| PreviousOperation { tier: o.tier.name().to_owned() })
            .collect(),
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
            let read = PreviousReport::parse("this report", &json).unwrap();
            assert_eq!(format!("{:#?}", PreviousReport::from(&report)), format!("{read:#?}"));
        }
    }
}
