//! The verdicts as JUnit XML for CI systems: a test for each scope of each token; lost fails, unknown and accepted skip.

use super::{RenderOptions, Writer};
use crate::assess::OperationUse;
use crate::assess::{Finding, Status};
use crate::report::escape;
use crate::report::model::{Report, ScopeRow, TokenRow};
use crate::support::format;
use crate::support::hash::Map;
use crate::timeline::verdict::Verdict;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes JUnit XML.
pub(super) struct JunitWriter;

enum TestOutcome<'a> {
    Passed,
    Failed(Option<&'a Finding>),
    Skipped(String),
}

type Findings<'a> = Map<(&'a str, &'a str), Vec<&'a Finding>>;

impl Writer for JunitWriter {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn help(&self) -> &'static str {
        "For CI systems: lost fails, unknown skips"
    }

    fn pack_file(&self) -> Option<&'static str> {
        Some("junit.xml")
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let mut findings: Findings<'_> = Map::default();
        // A finding about an entry of the annotations says nothing about the scope itself.
        for f in report.findings.iter().filter(|f| f.annotation.is_none()) {
            if let (Some(token), Some(scope)) = (&f.token_id, &f.scope) {
                findings.entry((token, scope)).or_default().push(f);
            }
        }
        let mut suites: BTreeMap<&str, Vec<(&TokenRow, &ScopeRow, TestOutcome<'_>)>> = BTreeMap::new();
        for token in report.tokens.iter().filter(|t| t.gone.is_none()) {
            for scope in &token.scopes {
                let outcome = outcome(token, scope, &findings);
                suites.entry(&token.workspace_id).or_default().push((token, scope, outcome));
            }
        }
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(out, "<testsuites name=\"scopecast\">")?;
        for (workspace, cases) in &suites {
            suite(report, workspace, cases, out)?;
        }
        writeln!(out, "</testsuites>")
    }
}

fn suite(
    report: &Report,
    workspace: &str,
    cases: &[(&TokenRow, &ScopeRow, TestOutcome<'_>)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let failures = cases.iter().filter(|c| matches!(c.2, TestOutcome::Failed(_))).count();
    let skipped = cases.iter().filter(|c| matches!(c.2, TestOutcome::Skipped(_))).count();
    let as_of = report.run.as_of.to_string();
    writeln!(
        out,
        "  <testsuite name=\"workspace {}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" timestamp=\"{}\">",
        escape::xml(workspace),
        cases.len(),
        as_of.trim_end_matches('Z')
    )?;
    for (token, scope, outcome) in cases {
        let class = escape::xml(&token.token_id);
        let name = escape::xml(&scope.scope);
        write!(out, "    <testcase classname=\"{class}\" name=\"{name}\"")?;
        match outcome {
            TestOutcome::Passed => writeln!(out, "/>")?,
            TestOutcome::Skipped(why) => {
                writeln!(out, "><skipped message=\"{}\"/></testcase>", escape::xml(why))?
            }
            TestOutcome::Failed(finding) => failure(scope, *finding, out)?,
        }
    }
    writeln!(out, "  </testsuite>")
}

fn outcome<'a>(token: &TokenRow, scope: &ScopeRow, findings: &Findings<'a>) -> TestOutcome<'a> {
    let about: &[&Finding] =
        findings.get(&(token.token_id.as_str(), scope.scope.as_str())).map_or(&[], Vec::as_slice);
    let accepted = about.iter().find_map(|f| match &f.status {
        Status::Accepted { reason, expires } => {
            Some(format!("accepted until {}: {reason}", format::moment(*expires)))
        }
        Status::Open => None,
    });
    let open = about.iter().copied().find(|f| f.status == Status::Open);
    match (scope.verdict, accepted) {
        (Verdict::Kept, _) => TestOutcome::Passed,
        (_, Some(accepted)) if open.is_none() => TestOutcome::Skipped(accepted),
        (Verdict::Lost, _) => TestOutcome::Failed(open),
        (Verdict::Unknown, _) => {
            let odds = scope
                .loss_odds
                .map_or_else(String::new, |o| format!(" {} windows would lose it.", format::odds(o)));
            TestOutcome::Skipped(format!(
                "unknown, {}: {}{odds}",
                scope.reason.name(),
                scope.reason.sentence()
            ))
        }
    }
}

fn failure(scope: &ScopeRow, finding: Option<&Finding>, out: &mut dyn Write) -> io::Result<()> {
    let kind = finding.map_or(scope.reason.name(), |f| f.rule.name());
    let message = finding.map_or(scope.reason.sentence(), |f| f.title.as_str());
    write!(out, "><failure type=\"{kind}\" message=\"{}\">", escape::xml(message))?;
    let mut lines = vec![scope.reason.sentence().to_owned()];
    if let Some(finding) = finding {
        lines.extend(finding.dates.named().into_iter().map(|(name, when)| format!("{name}: {when}")));
        lines.extend(finding.evidence.operations.iter().map(OperationUse::sentence));
        lines.push(finding.advice.clone());
        lines.extend(finding.remedy.as_ref().map(|r| r.admin_command.clone()));
    }
    let lines: Vec<_> = lines.iter().map(|l| escape::xml(l)).collect();
    writeln!(out, "{}</failure></testcase>", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn lost_fails_and_unknown_skips() {
        let mut out = Vec::new();
        let report = sample::report();
        JunitWriter.write(&report, &RenderOptions::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let count = |what: &str| text.matches(what).count();
        assert_eq!(count("<failure "), report.summary.verdicts["lost"]);
        assert_eq!(count("<skipped "), report.summary.verdicts["unknown"]);
        assert_eq!(count("<testcase "), report.summary.verdicts.values().sum::<usize>());
        assert!(!text.contains("<script>") && !text.contains('\u{1b}'));
    }

    #[test]
    fn accepted_is_skipped_with_its_reason() {
        let mut report = sample::report();
        for finding in report.findings.iter_mut().filter(|f| f.scope.as_deref() == Some("secrets")) {
            finding.status = Status::Accepted { reason: "moving to OAuth".into(), expires: report.run.as_of };
        }
        let mut out = Vec::new();
        JunitWriter.write(&report, &RenderOptions::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains(
                r#"name="secrets"><skipped message="accepted until 2026-09-12: moving to OAuth"/>"#
            )
        );
    }
}
