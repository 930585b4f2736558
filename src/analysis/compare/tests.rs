use super::*;
use crate::analysis::previous_report::{PreviousFinding, PreviousStatus};
use serde_json::{Value, json};

/// A report with one token that has one finding about one scope.
fn report(id: &str, rule: &str, severity: &str, verdict: &str) -> Value {
    json!({
        "schema_version": 1,
        "run": {"as_of": "2026-06-12T00:00:00Z", "run_id": "a", "tool_version": "1", "catalog_version": "c", "options": {}},
        "findings": [{
            "finding_id": id, "rule": rule, "severity": severity, "token_id": "t1", "workspace_id": "1", "principal": "p",
            "scope": "jobs", "title": "loses jobs", "status": {"state": "open"},
        }],
        "tokens": [{
            "token_id": "t1", "workspace_id": "1", "principal": "p", "principal_name": null, "comment": "", "gone": null,
            "decided_by": "window-open", "dates": {"enforced": null},
            "scopes": [{"scope": "jobs", "verdict": verdict, "reason": "because", "next_call": null, "operations": []}],
        }],
        "coverage": {"rows_read": 5, "workspaces": [{"workspace_id": "1"}]},
    })
}

fn past(value: &Value) -> PreviousReport {
    PreviousReport::parse("test", value.to_string().as_bytes()).unwrap()
}

/// The kinds of all changes between two reports.
fn kinds(old: &Value, new: &Value) -> Vec<ChangeKind> {
    Comparison::of(&past(old), &past(new)).unwrap().changes.iter().map(|c| c.kind).collect()
}

fn without_findings(mut report: Value) -> Value {
    report["findings"] = json!([]);
    report
}

#[test]
fn every_kind_of_change_is_told_apart() {
    let at_risk = || report("x", "scope-at-risk", "medium", "unknown");
    let lost = |severity| report("y", "scope-lost-at-enforcement", severity, "lost");
    let mut accepted = lost("high");
    accepted["findings"][0]["status"] =
        json!({"state": "accepted", "reason": "r", "expires": "2027-01-01T00:00:00Z"});
    let kept = without_findings(report("", "", "high", "kept"));
    let unknown = without_findings(report("", "", "high", "unknown"));
    let mut revoked = kept.clone();
    revoked["tokens"][0]["gone"] = json!({"because": "revoked", "since": "2026-08-01T00:00:00Z"});
    for (old, new, want) in [
        (&at_risk(), &at_risk(), vec![]),
        (&kept, &lost("high"), vec![ChangeKind::New]),
        (&lost("low"), &lost("high"), vec![ChangeKind::Worse]),
        (&lost("high"), &lost("low"), vec![ChangeKind::Better]),
        // Another rule, another id: still the same loss of the same scope.
        (&at_risk(), &lost("high"), vec![ChangeKind::Worse]),
        (&at_risk(), &lost("medium"), vec![ChangeKind::Worse]),
        (&lost("high"), &accepted, vec![ChangeKind::Accepted]),
        (&kept, &accepted, vec![ChangeKind::Accepted]),
        (&accepted, &lost("high"), vec![ChangeKind::Reopened]),
        (&accepted, &accepted, vec![]),
        (&lost("high"), &kept, vec![ChangeKind::Resolved]),
        // What can no longer be judged is not resolved.
        (&lost("high"), &unknown, vec![ChangeKind::Unsure]),
        (&lost("high"), &revoked, vec![ChangeKind::Vanished]),
    ] {
        assert_eq!(kinds(old, new), want, "{} -> {}", old["findings"], new["findings"]);
    }
}

#[test]
fn new_means_new_reopened_or_become_that_bad() {
    let lost = |severity| past(&report("y", "scope-lost-at-enforcement", severity, "lost"));
    let none = past(&without_findings(report("", "", "high", "kept")));
    let has = |old: &PreviousReport, new: &PreviousReport| {
        Comparison::of(old, new).unwrap().has_new(Severity::Medium)
    };
    assert!(has(&none, &lost("medium")) && !has(&none, &lost("low")));
    assert!(has(&lost("low"), &lost("medium")) && !has(&lost("medium"), &lost("high")));
    assert!(!has(&lost("high"), &lost("high")));
    let mut accepted = lost("high");
    accepted.findings[0].status = PreviousStatus::Accepted { reason: String::new(), expires: Time(0) };
    assert!(has(&accepted, &lost("high")) && !has(&none, &accepted));
    let open = |f: &PreviousFinding| f.is_open();
    assert!(!accepted.findings.iter().any(open));
}

#[test]
fn what_makes_two_reports_unlike_is_told() {
    let mut new = report("x", "scope-at-risk", "medium", "unknown");
    new["run"] = json!({
        "as_of": "2026-06-01T00:00:00Z", "run_id": "b", "tool_version": "1", "catalog_version": "d",
        "options": {"enforcement_lag_days": "7"},
    });
    new["coverage"] = json!({"rows_read": 0, "workspaces": []});
    let old = past(&report("x", "scope-at-risk", "medium", "unknown"));
    let said = Comparison::of(&old, &past(&new)).unwrap().reservations.join("\n");
    for words in ["are they swapped?", "catalogs c and d", "was not set and is 7", "has no logs"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    new["run"]["masked"] = json!({"key_id": "12"});
    let error = Comparison::of(&old, &past(&new)).unwrap_err().to_string();
    assert!(error.contains("cannot be compared") && error.contains("--mask-key"), "{error}");
}

#[test]
fn a_token_that_is_gone_or_missing_is_told_with_its_reason() {
    let old = report("x", "scope-at-risk", "medium", "unknown");
    let mut new = without_findings(old.clone());
    new["tokens"][0]["token_id"] = json!("t2");
    let c = Comparison::of(&past(&old), &past(&new)).unwrap();
    assert_eq!((c.new_tokens.len(), c.vanished_tokens.len()), (1, 1));
    assert!(c.vanished_tokens[0].why.contains("no trace of it"));
    assert_eq!(c.changes[0].kind, ChangeKind::Vanished);
    new["coverage"]["workspaces"] = json!([]);
    let c = Comparison::of(&past(&old), &past(&new)).unwrap();
    assert!(c.vanished_tokens[0].why.contains("no log of workspace 1"));
}
