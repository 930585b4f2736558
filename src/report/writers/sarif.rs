//! Findings as SARIF 2.1.0, pinned to lines of the annotations file, the one input that people edit line by line. A finding about a token that no entry matches is counted in a notification, not pinned to a made-up place.

use super::{RenderOptions, Writer};
use crate::assess::RuleId;
use crate::assess::{Finding, Severity, Status};
use crate::report::escape;
use crate::report::model::{AnnotationsRow, Report};
use crate::support::by_name::ByName;
use crate::support::format;
use crate::support::hash::Map;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes SARIF.
pub(super) struct SarifWriter;

impl Writer for SarifWriter {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn help(&self) -> &'static str {
        "Findings beside the lines of the annotations file, for code review tools"
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let lines = lines(report.annotations.as_ref());
        let (mut results, mut rules, mut unpinned) = (Vec::new(), BTreeSet::new(), 0);
        for finding in &report.findings {
            match (&report.annotations, line(finding, &lines)) {
                (Some(annotations), Some(line)) => {
                    rules.insert(ByName(finding.rule));
                    results.push(result(finding, annotations, line));
                }
                _ => unpinned += 1,
            }
        }
        let rules: Vec<Value> = rules.into_iter().map(rule).collect();
        let notification = match (&report.annotations, unpinned) {
            (None, n) => Some(format!(
                "There is no annotations file to pin findings to, so none of the {} is here. Name one with --annotations, or \
                 read another format.",
                format::count(n, "finding", "findings")
            )),
            (Some(_), 0) => None,
            (Some(_), n) => Some(format!(
                "{} no entry of the annotations file and stand only in the other formats.",
                format::count(n, "finding concerns", "findings concern")
            )),
        };
        let notifications: Vec<Value> = notification
            .into_iter()
            .map(|text| json!({"level": "note", "message": {"text": text}, "descriptor": {"id": "not-pinned"}}))
            .collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "scopecast",
                    "version": report.run.tool_version,
                    "rules": rules,
                    "notifications": [{"id": "not-pinned", "shortDescription": {"text": "Findings that no line can be named for."}}],
                }},
                "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notifications}],
                "automationDetails": {"id": format!("scopecast/{}", report.run.run_id)},
                "results": results,
            }],
        });
        let text = serde_json::to_string_pretty(&log)?;
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")
    }
}

/// The line of the first, most telling entry of each token.
fn lines(annotations: Option<&AnnotationsRow>) -> Map<&str, u64> {
    let mut lines = Map::default();
    for entry in annotations.iter().flat_map(|a| &a.entries) {
        for token in &entry.tokens {
            lines.entry(token.as_str()).or_insert(entry.line);
        }
    }
    lines
}

/// Where a finding stands: the entry of its token; what is wrong with the file itself stands at its top.
fn line(finding: &Finding, lines: &Map<&str, u64>) -> Option<u64> {
    let of_token = finding.token_id.as_deref().and_then(|token| lines.get(token)).copied();
    of_token.or_else(|| finding.rule.rule().is_about_annotations().then_some(1))
}

fn result(finding: &Finding, annotations: &AnnotationsRow, line: u64) -> Value {
    let mut text = format!("{} {}", message(&finding.title), message(&finding.advice));
    for (name, when) in finding.dates.named() {
        text.push_str(&format!("\n{name}: {when}"));
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&annotations.path)},
            "region": {"startLine": line},
        }}],
        "partialFingerprints": {"findingId/v1": finding.finding_id},
        "properties": {"severity": finding.severity.name(), "confidence": finding.confidence.as_str()},
    });
    if let Status::Accepted { reason, .. } = &finding.status {
        result["suppressions"] =
            json!([{"kind": "external", "status": "accepted", "justification": escape::visible(reason)}]);
    }
    result
}

fn rule(ByName(id): ByName<RuleId>) -> Value {
    let text = id.text();
    let full = format!("{}.", text.summary);
    json!({"id": id, "shortDescription": {"text": text.one}, "fullDescription": {"text": full}})
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Foreign text in a message, where square brackets would make a link.
fn message(text: &str) -> String {
    const LONGEST: usize = 600;
    let text = escape::clip(&escape::visible(text), LONGEST).into_owned();
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// A path as a relative reference, or as a file URI where it is absolute.
fn uri(path: &str) -> String {
    let path = escape::visible(path).replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                uri.push(byte as char)
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn log(report: &Report) -> Value {
        let mut out = Vec::new();
        SarifWriter.write(report, &RenderOptions::default(), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn findings_stand_at_the_entry_of_their_token() {
        let report = sample::report();
        let log = log(&report);
        let results = log["runs"][0]["results"].as_array().unwrap();
        let lost = results.iter().find(|r| r["ruleId"] == "scope-lost-at-enforcement").unwrap();
        assert_eq!(lost["level"], "error");
        assert_eq!(lost["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
        assert_eq!(
            lost["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "conf/my%20notes.toml"
        );
        assert!(results.iter().any(|r| r["ruleId"] == "annotation-unmatched"));
        let accepted = results.iter().find(|r| r["ruleId"] == "declared-need-unseen").unwrap();
        assert_eq!(accepted["suppressions"][0]["kind"], "external");
        let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        let unpinned = report.findings.len() - results.len();
        assert!(
            unpinned > 0 && notes[0]["message"]["text"].as_str().unwrap().starts_with(&unpinned.to_string())
        );
    }

    #[test]
    fn without_annotations_it_is_empty_and_says_so() {
        let mut report = sample::report();
        report.annotations = None;
        let log = log(&report);
        assert_eq!(log["runs"][0]["results"], json!([]));
        let note =
            log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
        assert!(note.unwrap().contains("--annotations"));
    }

    #[test]
    fn a_hostile_title_makes_no_link_and_a_path_no_other_scheme() {
        assert_eq!(message("[click](javascript:x) \u{1b}"), "\\[click\\](javascript:x) <U+001B>");
        assert_eq!(uri("./a b/c.toml"), "a%20b/c.toml");
        assert_eq!(uri("/etc/x"), "file:///etc/x");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
    }
}
