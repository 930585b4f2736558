//! A report made by hand: every rule, every verdict, every reason, and text that tries to break out of each format. The
//! common input of the writers' tests.

use super::model::{
    AnnotationEntryRow, AnnotationsRow, BadSample, Coverage, ExampleRow, FormatCoverage, InputRow, LateEdge,
    LineageRow, OperationRow, PredecessorRow, Report, Run, SCHEMA_VERSION, ScopeRow, Summary, TokenRow,
    UnattributedRow, UnmappedRow, WindowRow, Workload, WorkspaceCoverage,
};
use super::replay::{DateRow, EveryDate, ReplayReport, Replayed, ReplayedScope, ReplayedToken};
use super::rhythm::{CadenceRow, ChangedRow, OperationCadence};
use crate::assess::{Dates, Evidence, Finding, NextCall, OperationUse, Remedy, Severity, Status, finding_id};
use crate::attribute::Gone;
use crate::calibration::{Anchor, Answer, Calibration, Fit, Misfit};
use crate::confidence::Confidence;
use crate::cross_check::{CrossCheck, ListSource, Needed, Says, ScopeCheck, totals};
use crate::time::{Day, Span, Time};
use crate::timeline::cadence::{Claim, Label};
use crate::timeline::verdict::{Reason, Verdict};
use std::collections::BTreeMap;

/// Every reason.
pub const REASONS: [Reason; 25] = [
    Reason::NotNarrowed,
    Reason::HoldsAll,
    Reason::ApiNotCovered,
    Reason::Granted,
    Reason::PlatformKeeps,
    Reason::SeenInWindow,
    Reason::AlternativeKept,
    Reason::NoWindowMisses,
    Reason::NotGranted,
    Reason::NotInPlatformSet,
    Reason::NotSeenInWindow,
    Reason::NextCallAfterWindow,
    Reason::WindowOpen,
    Reason::WindowUnknown,
    Reason::BoundaryDay,
    Reason::SharedPrincipal,
    Reason::HistoryStartsLate,
    Reason::LogGap,
    Reason::Unmapped,
    Reason::NotObservable,
    Reason::NoHistory,
    Reason::ShortHistory,
    Reason::ScopesNotReported,
    Reason::ScopeNameUnknown,
    Reason::NeedsAllApis,
];

/// Every rule.
pub const RULES: [&str; 21] = [
    "scope-denied",
    "scope-missing-now",
    "scope-lost-at-enforcement",
    "inactivity-revocation",
    "platform-missed-scope",
    "expiry-before-need",
    "needs-all-apis",
    "authentication-scope",
    "account-level-use",
    "scope-at-risk",
    "shared-principal",
    "log-gap",
    "declared-need-unseen",
    "annotation-expired",
    "annotation-unmatched",
    "lifetime-over-limit",
    "stale-token",
    "unused-scope",
    "token-sprawl",
    "short-history",
    "annotation-contradicted",
];

/// Text that a comment or a name may hold.
pub const HOSTILE: &str = "<script>alert('x')</script> =cmd()|'/C calc'!A0 \u{1b}[31m]0;own\u{7}\u{202e}evil\u{202c} \
    [click](javascript:alert(1)) | `tick` \"quote\" ]]> --> ${HOME} $(id) \\ \r\nBEGIN:VEVENT\n# EOF\n@everyone";

/// The secret value of a token, as pasted into a comment.
pub fn pasted_secret() -> String {
    format!("dapi{}", "0123456789abcdef".repeat(2))
}

/// The report.
pub fn report() -> Report {
    let mut tokens = vec![
        quarter_close(),
        fiscal_catalog(),
        terraform(),
        orders(),
        broker(),
        every_reason(),
        hostile(),
        exporter(),
        gone(),
    ];
    tokens.sort_by(|a, b| (&a.workspace_id, &a.token_id).cmp(&(&b.workspace_id, &b.token_id)));
    of(tokens, findings())
}

/// A report on a large workspace: `tokens` tokens with `days` days each, a third of them losing a scope.
pub fn large(tokens: u32, days: i32) -> Report {
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for n in 0..tokens {
        let id = format!("{:064x}", u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut row = token(&id, &format!("sp-{n}"), &format!("job number {n}"));
        let used =
            |step: i32| (1..days / step).map(move |d| (at("2026-09-12").day().plus(-d * step), 3)).rev();
        row.scopes.push(scope("jobs", Verdict::Kept, Reason::SeenInWindow, used(1).collect()));
        row.scopes.push(scope("sql", Verdict::Kept, Reason::SeenInWindow, used(3).collect()));
        row.scopes.push(scope("clusters", Verdict::Unknown, Reason::WindowUnknown, used(41).collect()));
        if n % 3 == 0 {
            row.scopes.push(scope(
                "unity-catalog",
                Verdict::Lost,
                Reason::NotSeenInWindow,
                used(91).collect(),
            ));
            let mut finding = finding("scope-lost-at-enforcement", Severity::High, &row, "unity-catalog");
            if n % 9 != 0 {
                finding.severity = Severity::Low;
            }
            found.push(finding);
        }
        rows.push(row);
    }
    rows.sort_by(|a, b| a.token_id.cmp(&b.token_id));
    found.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.token_id.cmp(&b.token_id)));
    of(rows, found)
}

fn of(tokens: Vec<TokenRow>, findings: Vec<Finding>) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        run: Run {
            as_of: at("2026-09-12"),
            as_of_from: "option",
            run_id: "00112233445566aa".into(),
            tool_version: "0.1.0",
            catalog_version: "2026-09-01".into(),
            options: BTreeMap::from([("as_of", "2026-09-12".to_owned()), ("risk_floor", "0.01".to_owned())]),
            notes: vec![
                "Workspace 7002 has no token list: tokens that exist but never log in are not seen.".into(),
            ],
            masked: None,
        },
        inputs: inputs(),
        summary: Summary::of(&tokens, &findings),
        findings,
        coverage: Coverage {
            cross_check: totals(tokens.iter().filter_map(|t| t.cross_check.as_ref())).unwrap_or_default(),
            ..coverage(tokens.iter().filter(|t| t.gone.is_some()).count())
        },
        replay: replay(),
        tokens,
        comparison: None,
        annotations: Some(annotations()),
    }
}

fn annotations() -> AnnotationsRow {
    let entry = |line, entry, tokens: &[&str]| AnnotationEntryRow {
        line,
        entry,
        tokens: tokens.iter().map(|t| id(t)).collect(),
    };
    AnnotationsRow {
        path: "conf/my notes.toml".into(),
        entries: vec![
            entry(3, "token", &["ea3febad"]),
            entry(12, "token", &["d32a50e9", "ea3febad"]),
            entry(30, "accept", &[]),
        ],
    }
}

fn at(text: &str) -> Time {
    Time::parse(text).unwrap_or(Time(0))
}

fn day(text: &str) -> Day {
    at(text).day()
}

fn id(start: &str) -> String {
    format!("{start:0<64}")
}

fn token(token_id: &str, principal: &str, comment: &str) -> TokenRow {
    TokenRow {
        token_id: token_id.to_owned(),
        principal: principal.to_owned(),
        principal_name: None,
        workspace_id: "7001".into(),
        comment: comment.to_owned(),
        state: None,
        gone: None,
        window: WindowRow::default(),
        decided_by: "window-unknown",
        created: Some(at("2025-06-01T08:00:00Z")),
        expires: Some(at("2027-05-01T08:00:00Z")),
        first_seen: Some(at("2025-08-08T01:00:00Z")),
        last_seen: Some(at("2026-09-11T01:00:00Z")),
        last_used_day: Some(day("2026-09-11")),
        granted_scopes: None,
        inferred_scopes: None,
        backfill_scopes: None,
        needed_scopes: Vec::new(),
        cross_check: None,
        profile: "automation",
        workload: Workload::default(),
        advice: "Give it explicit scopes and watch for failures.".into(),
        dates: Dates { expiry: Some(at("2027-05-01T08:00:00Z")), ..Dates::default() },
        lineage: LineageRow::default(),
        scopes: Vec::new(),
        unmapped_calls: 0,
        silent_logins: 0,
    }
}

fn scope(name: &str, verdict: Verdict, reason: Reason, days: Vec<(Day, u64)>) -> ScopeRow {
    let uses = days.iter().map(|(_, n)| n).sum();
    ScopeRow {
        scope: name.to_owned(),
        verdict,
        reason,
        confidence: Confidence::High,
        sure: true,
        needed: true,
        declared: false,
        uses,
        first_used: days.first().map(|(d, _)| d.start().plus(Span::hours(6))),
        last_used: days.last().map(|(d, _)| d.start().plus(Span::hours(6))),
        loss_odds: None,
        loss_odds_since_start: None,
        likeliest_window_keeps: None,
        inherited: None,
        cadence: None,
        occurrences: days.len() as u32,
        cadence_detail: None,
        sweep: None,
        priming: None,
        next_call: None,
        days,
        operations: vec![OperationRow {
            operation: format!("{name}/example"),
            count: uses,
            tier: "T2",
            cadence: None,
        }],
    }
}

/// A list that has some scopes, lacks others, and of some nobody can say.
fn cross_check(list: ListSource, scopes: &[(&str, Says)]) -> Option<CrossCheck> {
    let check = |(scope, says): &(&str, Says)| {
        let is_listed = matches!(says, Says::Agrees | Says::BeyondNeed | Says::CannotSay);
        ScopeCheck {
            scope: (*scope).to_owned(),
            needed: if *says == Says::BeyondNeed { Needed::No } else { Needed::History },
            listed_as: is_listed.then(|| (*scope).to_owned()),
            granted: None,
            says: *says,
            why: (*says == Says::CannotSay).then_some("the catalog does not know a scope of that name"),
        }
    };
    let growing = list == ListSource::InferredScopes;
    Some(CrossCheck { list, growing, scopes: scopes.iter().map(check).collect() })
}

fn calibration() -> Calibration {
    let fit = |end: &str, missed| Fit {
        anchor: Anchor::Calendar,
        length_days: 30,
        end: Some(day(end)),
        end_range: Some((day(end).plus(-1), day(end))),
        lag_range: None,
        counts_failed: false,
        explained: 40 - missed,
        missed,
        extra: 1,
    };
    Calibration {
        list: ListSource::BackfillScopes,
        answer: Answer::Found,
        tokens: 12,
        deciding_tokens: 7,
        published: 40,
        never_logged: 3,
        candidates: 60_000,
        best: Some(fit("2026-06-18", 1)),
        runners_up: vec![fit("2026-06-30", 4)],
        misfits: vec![Misfit {
            token_id: id("5ce1"),
            workspace_id: "7001".into(),
            missed: vec!["secrets".into()],
            extra: vec![HOSTILE.into()],
        }],
        option: fit("2026-06-18", 1).option(),
    }
}

fn daily() -> Vec<(Day, u64)> {
    (0..400).map(|n| (day("2025-08-08").plus(n), 2)).collect()
}

fn quarterly() -> Vec<(Day, u64)> {
    ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"].map(|d| (day(d), 3)).to_vec()
}

const NEXT: NextCall =
    NextCall { earliest: Day(20_727).start(), latest: Time(Day(20_727).start().0 + 3_600_000_000) };

fn quarter_close() -> TokenRow {
    let mut row = token(
        &id("ea3febad"),
        "5d3b0f1e-0000-4000-8000-00000000c105",
        "finance: daily positions and quarter close",
    );
    row.principal_name = Some("sp-finance-close".into());
    row.state = Some("RUNNING".into());
    row.window = WindowRow {
        start: Some(at("2026-08-21")),
        end: Some(at("2026-09-20")),
        known: true,
        source: Some("annotation"),
    };
    row.decided_by = "window-open";
    row.dates = Dates {
        window_start: row.window.start,
        window_end: row.window.end,
        reminder: Some(at("2026-09-13")),
        enforced: row.window.end,
        next_call: Some(NEXT),
        ..row.dates
    };
    row.inferred_scopes = Some(vec!["jobs".into()]);
    row.needed_scopes = vec!["jobs".into(), "unity-catalog".into()];
    row.cross_check =
        cross_check(ListSource::InferredScopes, &[("jobs", Says::Agrees), ("unity-catalog", Says::NotYet)]);
    row.workload.owner = Some("finance platform".into());
    row.scopes.push(scope("jobs", Verdict::Kept, Reason::SeenInWindow, daily()));
    let mut lost = scope("unity-catalog", Verdict::Lost, Reason::NextCallAfterWindow, quarterly());
    lost.cadence = Some("quarterly on the 1st".into());
    lost.next_call = Some(NEXT);
    lost.cadence_detail = Some(quarterly_cadence());
    for operation in &mut lost.operations {
        operation.cadence = Some(OperationCadence {
            text: "quarterly on the 1st".into(),
            detail: quarterly_cadence(),
            occurrences: 5,
            next_call: Some(NEXT),
        });
    }
    row.scopes.push(lost);
    row
}

fn quarterly_cadence() -> CadenceRow {
    CadenceRow {
        label: Label::Quarterly,
        claim: Claim::Claimed,
        period_days: Some(91.31),
        hits: 5,
        misses: 0,
        extras: 0,
        jitter_hours: 0.0,
        confidence: Confidence::High,
        lapsed: false,
        changed: Some(ChangedRow { at: day("2025-07-01"), before: Label::HalfYearly }),
    }
}

fn fiscal_catalog() -> TokenRow {
    let mut row = token(&id("d32a50e9"), "5d3b0f1e-0000-4000-8000-00000000f15c", "lake maintenance");
    row.principal_name = Some("sp-lake-admin".into());
    row.needed_scopes = vec!["jobs".into(), "unity-catalog".into()];
    row.scopes.push(scope("jobs", Verdict::Kept, Reason::NoWindowMisses, daily()));
    let yearly = ["2025-08-11", "2026-08-10"].map(|d| (day(d), 1)).to_vec();
    let mut risk = scope("unity-catalog", Verdict::Unknown, Reason::WindowUnknown, yearly);
    risk.loss_odds = Some(0.918);
    risk.loss_odds_since_start = Some(0.92);
    risk.likeliest_window_keeps = Some(false);
    risk.confidence = Confidence::Medium;
    row.scopes.push(risk);
    row
}

fn terraform() -> TokenRow {
    let mut row = token(&id("293fa3d2"), "5d3b0f1e-0000-4000-8000-0000000007f0", "terraform, main branch");
    row.principal_name = Some("sp-terraform-ci".into());
    row.state = Some("BACKFILLED".into());
    row.decided_by = "platform";
    row.backfill_scopes = Some(vec!["clusters".into(), "jobs".into()]);
    row.needed_scopes = vec!["clusters".into(), "jobs".into(), "secrets".into()];
    let says = [("clusters", Says::Agrees), ("jobs", Says::Agrees), ("secrets", Says::PlatformMisses)];
    row.cross_check = cross_check(ListSource::BackfillScopes, &says);
    row.scopes.push(scope("clusters", Verdict::Kept, Reason::PlatformKeeps, daily()));
    row.scopes.push(scope("jobs", Verdict::Kept, Reason::PlatformKeeps, daily()));
    row.scopes.push(scope("secrets", Verdict::Lost, Reason::NotInPlatformSet, quarterly()));
    row
}

fn orders() -> TokenRow {
    let mut row =
        token(&id("3aec012e"), "5d3b0f1e-0000-4000-8000-00000000dead", "orders: start the pipeline");
    row.principal_name = Some("sp-orders-pipeline".into());
    row.state = Some("COMPLETED".into());
    row.decided_by = "granted";
    row.granted_scopes = Some(vec!["jobs".into(), "pipelines".into()]);
    row.needed_scopes = vec!["jobs".into(), "pipelines".into(), "sql".into()];
    row.scopes.push(scope("jobs", Verdict::Kept, Reason::Granted, daily()));
    row.scopes.push(scope("pipelines", Verdict::Kept, Reason::Granted, daily()));
    row.scopes.push(scope(
        "sql",
        Verdict::Lost,
        Reason::NotGranted,
        vec![(day("2026-09-01"), 1), (day("2026-09-08"), 1)],
    ));
    row
}

fn broker() -> TokenRow {
    let mut row = token(&id("ea699a48"), "amina@example.com", "makes tokens for service principals");
    row.state = Some("USER_SELECTED".into());
    row.decided_by = "granted";
    row.granted_scopes = Some(vec!["authentication".into(), "scim".into()]);
    row.profile = "human";
    row.scopes.push(scope("authentication", Verdict::Kept, Reason::Granted, quarterly()));
    row.scopes.push(scope("scim", Verdict::Kept, Reason::Granted, Vec::new()));
    row
}

fn every_reason() -> TokenRow {
    let mut row = token(&id("b50a148f"), "sp-ingest", "ingest: retention");
    for (n, reason) in REASONS.into_iter().enumerate() {
        let verdict = match n {
            0..=7 => Verdict::Kept,
            8..=11 => Verdict::Lost,
            _ => Verdict::Unknown,
        };
        let mut one = scope(&format!("scope-{n:02}"), verdict, reason, quarterly());
        one.sure = n % 2 == 0;
        one.confidence = [Confidence::Low, Confidence::Medium, Confidence::High, Confidence::Exact][n % 4];
        row.scopes.push(one);
    }
    row.unmapped_calls = 3;
    row.silent_logins = 12;
    row
}

fn hostile() -> TokenRow {
    let mut row = token("\u{1b}]8;;http://x\u{7}<b>id", &format!("=1+1{HOSTILE}"), HOSTILE);
    row.comment = format!("{HOSTILE} {} {}", pasted_secret(), "x".repeat(10_000));
    row.workspace_id = "7002".into();
    row.state = Some(HOSTILE.into());
    row.cross_check =
        cross_check(ListSource::Scopes, &[(HOSTILE, Says::CannotSay), ("scim", Says::BeyondNeed)]);
    row.workload = Workload {
        name: Some(HOSTILE.into()),
        owner: Some(HOSTILE.into()),
        lifetime: Some(HOSTILE.into()),
        migration: Some(HOSTILE.into()),
    };
    row.lineage.predecessors.push(PredecessorRow {
        token_id: HOSTILE.into(),
        confidence: Confidence::Low,
        declared: false,
        evidence: vec!["same agent".into(), HOSTILE.into()],
        gone: Some(Gone::Revoked(at("2026-08-25"))),
    });
    row.scopes.push(scope(HOSTILE, Verdict::Lost, Reason::NotGranted, quarterly()));
    row
}

fn exporter() -> TokenRow {
    let mut row = token(&id("915acf99"), "jonas@example.com", "regulatory export, every quarter");
    row.principal_name = Some("Jonas Berg".into());
    row.dates.idle_revocation = Some(at("2026-09-22"));
    row.dates.next_call =
        Some(NextCall { earliest: at("2026-09-24T05:00:00Z"), latest: at("2026-09-24T07:00:00Z") });
    row.scopes.push(scope(
        "sql",
        Verdict::Unknown,
        Reason::WindowUnknown,
        vec![(day("2026-03-24"), 1), (day("2026-06-24"), 1)],
    ));
    row
}

fn gone() -> TokenRow {
    let mut row = token(&id("ff46266e"), "sp-reporting", "reporting, rotated twice a year");
    row.gone = Some(Gone::NotListed(day("2026-09-11")));
    row
}

fn finding(rule: &'static str, severity: Severity, token: &TokenRow, scope: &str) -> Finding {
    let scope = (!scope.is_empty()).then(|| scope.to_owned());
    Finding {
        finding_id: finding_id(rule, Some(&token.token_id), "", "", scope.as_deref().unwrap_or(""), None),
        rule,
        severity,
        confidence: Confidence::High,
        token_id: Some(token.token_id.clone()),
        workspace_id: token.workspace_id.clone(),
        principal: token.principal.clone(),
        title: format!("An example of {rule}."),
        loss_odds: None,
        evidence: Evidence::default(),
        dates: token.dates,
        reminder_goes_to: None,
        advice: token.advice.clone(),
        remedy: None,
        priming: None,
        status: Status::Open,
        annotation: None,
        scope,
    }
}

fn calls(operation: &str, count: u64, first: &str, last: &str, tier: &'static str) -> Evidence {
    Evidence {
        operations: vec![OperationUse {
            operation: operation.to_owned(),
            count,
            first: at(first),
            last: at(last),
            tier,
            agents: vec!["cli/0.280.0 databricks-sdk-go/0.90.0 cmd/grants_update auth/pat".into()],
        }],
        more_operations: 0,
        addresses: vec!["203.0.113.7".into()],
        notes: Vec::new(),
    }
}

fn remedy(token: &TokenRow, scopes: &[&str], previous: Option<&[&str]>) -> Remedy {
    let list: Vec<_> = scopes.iter().map(|s| format!("\"{s}\"")).collect();
    let body = format!("{{\"token\":{{\"scopes\":[{}]}},\"update_mask\":\"scopes\"}}", list.join(","));
    Remedy {
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        previous: previous.map(|p| p.iter().map(|s| (*s).to_owned()).collect()),
        owner_command: format!("databricks api patch /api/2.0/token/{} --json '{body}'", token.token_id),
        admin_command: format!(
            "databricks api patch /api/2.0/token-management/tokens/{} --json '{body}'",
            token.token_id
        ),
        notes: vec!["A list set by hand ends auto-scoping for this token for good.".into()],
        terraform: None,
    }
}

fn findings() -> Vec<Finding> {
    let (quarter, fiscal, terraform, orders) = (quarter_close(), fiscal_catalog(), terraform(), orders());
    let (broker, every, hostile, exporter) = (broker(), every_reason(), hostile(), exporter());
    let mut all = Vec::new();
    for (n, rule) in RULES.into_iter().enumerate() {
        let severity = Severity::WORST_FIRST[(n / 5).min(3)];
        all.push(match rule {
            "scope-lost-at-enforcement" => Finding {
                title: "Loses unity-catalog on 2026-09-20; the call expected on 2026-10-01 will be refused.".into(),
                evidence: Evidence {
                    notes: vec!["Quarterly on the 1st, 4 times so far.".into()],
                    ..calls("unityCatalog/updatePermissions", 12, "2025-10-01T06:00:00Z", "2026-07-01T06:10:00Z", "T1")
                },
                reminder_goes_to: Some("a service principal, which reads no mail: an admin must act".into()),
                remedy: Some(remedy(&quarter, &["jobs", "unity-catalog"], None)),
                ..finding(rule, severity, &quarter, "unity-catalog")
            },
            "scope-at-risk" => Finding {
                title: "92 in 100 windows since the first use miss unity-catalog; the last call was on 2026-08-10.".into(),
                loss_odds: Some(0.918),
                confidence: Confidence::Medium,
                evidence: calls("unityCatalog/createCatalog", 2, "2025-08-11T06:00:00Z", "2026-08-10T06:00:00Z", "T2"),
                remedy: Some(remedy(&fiscal, &["jobs", "unity-catalog"], None)),
                severity: Severity::Medium,
                ..finding(rule, severity, &fiscal, "unity-catalog")
            },
            "platform-missed-scope" => Finding {
                title: "Databricks' own list lacks secrets, which this token calls every quarter.".into(),
                evidence: calls("secrets/putSecret", 12, "2025-10-01T06:00:00Z", "2026-07-01T06:00:00Z", "T2"),
                remedy: Some(Remedy {
                    terraform: Some(r#"scopes = ["clusters", "jobs", "secrets"]"#.into()),
                    ..remedy(&terraform, &["clusters", "jobs", "secrets"], Some(&["clusters", "jobs"]))
                }),
                ..finding(rule, severity, &terraform, "secrets")
            },
            "scope-missing-now" | "scope-denied" => Finding {
                title: match rule {
                    "scope-denied" => "Refused 2 times for want of sql, last on 2026-09-08.".into(),
                    _ => "Needs sql and holds only jobs and pipelines.".to_owned(),
                },
                evidence: calls("databrickssql/startEndpoint", 2, "2026-09-01T06:00:00Z", "2026-09-08T06:00:00Z", "T1"),
                remedy: Some(remedy(&orders, &["jobs", "pipelines", "sql"], Some(&["jobs", "pipelines"]))),
                ..finding(rule, severity, &orders, "sql")
            },
            "inactivity-revocation" | "expiry-before-need" => finding(rule, severity, &exporter, ""),
            "authentication-scope" => finding(rule, severity, &broker, "authentication"),
            "unused-scope" => finding(rule, severity, &broker, "scim"),
            "shared-principal" | "stale-token" => finding(rule, severity, &every, ""),
            "log-gap" | "short-history" | "token-sprawl" | "annotation-unmatched" => Finding {
                token_id: None,
                principal: if rule == "token-sprawl" { "jonas@example.com".into() } else { String::new() },
                finding_id: finding_id(rule, None, "7001", "", "", None),
                dates: Dates::default(),
                ..finding(rule, severity, &quarter, "")
            },
            "declared-need-unseen" => Finding {
                status: Status::Accepted { reason: HOSTILE.into(), expires: at("2027-01-01") },
                ..finding(rule, severity, &fiscal, "pipelines")
            },
            "needs-all-apis" => Finding {
                title: format!("Hostile: {HOSTILE}"),
                advice: HOSTILE.into(),
                evidence: Evidence {
                    addresses: vec![HOSTILE.into()],
                    notes: vec![HOSTILE.into()],
                    more_operations: 2,
                    ..calls(HOSTILE, 7, "2026-09-01T06:00:00Z", "2026-09-08T06:00:00Z", "T3")
                },
                reminder_goes_to: Some(HOSTILE.into()),
                remedy: Some(remedy(&hostile, &[HOSTILE], None)),
                ..finding(rule, severity, &hostile, HOSTILE)
            },
            _ => finding(rule, severity, &hostile, ""),
        });
    }
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    all
}

fn replay() -> ReplayReport {
    let refused = |token: &TokenRow, scope: &str, n: u64, first: &str, last: &str, gone| ReplayedToken {
        token_id: token.token_id.clone(),
        workspace_id: token.workspace_id.clone(),
        principal: token.principal.clone(),
        gone,
        refused: n,
        cannot_say: 2,
        first_refusal: Some(at(first)),
        scopes: vec![ReplayedScope {
            scope: scope.to_owned(),
            refused: n,
            first: at(first),
            last: at(last),
            operations: calls("unityCatalog/updatePermissions", n, first, last, "T1").operations,
            addresses: vec!["203.0.113.7".into(), HOSTILE.into()],
        }],
    };
    let worst = Replayed {
        enforced: Some(at("2025-10-02")),
        enforced_to_the_day: true,
        window_start: Some(at("2025-09-02")),
        window_end: Some(at("2025-10-02")),
        until: at("2026-09-12"),
        allowed: 1_200,
        refused: 15,
        cannot_say: 4,
        cannot_say_because: BTreeMap::from([("shared-call", 3), ("boundary-day", 1)]),
        tokens_replayed: 7,
        tokens_untouched: 1,
        tokens_left_out: 1,
        tokens_refused: 2,
        first_refusal: Some(at("2026-01-01T02:10:00Z")),
        tokens: vec![
            refused(
                &quarter_close(),
                "unity-catalog",
                12,
                "2026-01-01T02:10:00Z",
                "2026-07-01T02:10:00Z",
                false,
            ),
            refused(&hostile(), HOSTILE, 3, "2026-02-01T02:10:00Z", "2026-02-01T02:10:00Z", true),
        ],
    };
    let typical = Replayed {
        enforced: Some(at("2026-02-20")),
        refused: 0,
        tokens_refused: 0,
        first_refusal: None,
        tokens: Vec::new(),
        ..worst.clone()
    };
    let row = |text, refused, tokens| DateRow { day: day(text), refused, cannot_say: 4, tokens };
    ReplayReport {
        lists: Some(Replayed {
            enforced: None,
            window_start: None,
            window_end: None,
            first_refusal: Some(at("2025-11-15T13:25:00Z")),
            refused: 5,
            tokens_refused: 1,
            tokens: vec![refused(
                &terraform(),
                "secrets",
                5,
                "2025-11-15T13:25:00Z",
                "2026-08-15T13:25:00Z",
                false,
            )],
            ..worst.clone()
        }),
        date: None,
        dates: Some(EveryDate {
            from: day("2025-09-07"),
            to: day("2026-09-11"),
            dates: 370,
            refusing: 61,
            worst: Some(worst),
            typical: Some(typical),
            typical_to: day("2026-06-12"),
            changes: vec![row("2025-09-07", 0, 0), row("2025-10-02", 15, 2), row("2026-07-02", 0, 0)],
        }),
    }
}

fn inputs() -> Vec<InputRow> {
    vec![
        InputRow {
            path: "audit/2026-09.jsonl.gz".into(),
            taken_as: "system table, JSON lines".into(),
            compression: Some("gzip".into()),
            bytes: Some(1_234_567),
            sha256: Some("ab".repeat(32)),
            rows: 41_234,
            bad_rows: 3,
            samples: vec![BadSample { offset: 512, reason: "no JSON".into(), excerpt: HOSTILE.into() }],
            lossy_rows: 1,
            first_time: Some(at("2025-08-08T00:10:00Z")),
            last_time: Some(at("2026-09-11T23:58:00Z")),
            problem: None,
        },
        InputRow {
            path: "audit/broken.gz".into(),
            taken_as: "system table, JSON lines".into(),
            compression: Some("gzip".into()),
            bytes: Some(99),
            rows: 7,
            problem: Some("the gzip stream ends early; the rows before are counted".into()),
            ..InputRow::default()
        },
        InputRow {
            path: "tokens.json".into(),
            taken_as: "token inventory".into(),
            rows: 9,
            ..InputRow::default()
        },
    ]
}

fn coverage(gone_tokens: usize) -> Coverage {
    Coverage {
        rows_read: 41_241,
        bad_rows: 3,
        duplicates: 12,
        id_reused: 1,
        truncated_rows: 2,
        lossy_rows: 1,
        mixed_days: std::collections::BTreeMap::new(),
        rows_after_as_of: 40,
        first_time: Some(at("2025-08-08T00:10:00Z")),
        last_time: Some(at("2026-09-11T23:58:00Z")),
        incomplete_inputs: 1,
        skipped_files: 2,
        formats: BTreeMap::from([(
            "system table, JSON lines".to_owned(),
            FormatCoverage { inputs: 2, rows: 41_241, bad_rows: 3 },
        )]),
        kinds: BTreeMap::from([("api_call", 30_000), ("token_login", 8_189), ("internal_login", 3000)]),
        late_edge: Some(LateEdge { from: at("2026-09-10T23:58:00Z"), to: at("2026-09-11T23:58:00Z") }),
        workspaces: vec![WorkspaceCoverage {
            workspace_id: "7001".into(),
            rows: 41_000,
            days: 398,
            stray_rows: 1,
            first_time: Some(at("2025-08-08T00:10:00Z")),
            last_day: Some(day("2026-09-11")),
            gaps: vec![(day("2026-03-02"), day("2026-03-03"))],
            kinds: BTreeMap::from([("api_call", 30_000), ("token_login", 8_189), ("internal_login", 3000)]),
            tokens: 9,
            principals: 12,
            links: BTreeMap::from([("sole", 900), ("near", 80), ("none", 12)]),
            login_density: Some(0.991),
            per_request_logins: true,
            unanswered_logins: 77,
            rows_by_day: (0..400).map(|n| (day("2025-08-08").plus(n), (n as u64 % 7) * 40 + 1)).collect(),
        }],
        left_out: BTreeMap::from([("internal-login".to_owned(), 3000), ("browser-agent".to_owned(), 12)]),
        tiers: BTreeMap::from([("T1".to_owned(), 800), ("T2".to_owned(), 1200), ("T5".to_owned(), 40)]),
        unmapped: vec![UnmappedRow {
            action: HOSTILE.into(),
            events: 9,
            nearest: Some("jobs/create".into()),
            example: Some(ExampleRow {
                time: at("2026-09-01T06:00:00Z"),
                workspace_id: "7001".into(),
                principal: HOSTILE.into(),
                agent: HOSTILE.into(),
            }),
        }],
        unattributed: vec![UnattributedRow {
            workspace_id: "7001".into(),
            principal: "sp-ingest".into(),
            shared: 400,
            without_token: 2,
            tied: 30,
            share: 402.0 / 432.0,
        }],
        request_ids: (64, 0),
        run_ids: (120, 118),
        gone_tokens,
        inventories: Vec::new(),
        problems: vec![format!("tokens.json, record 3: the creation time is no time: {HOSTILE}")],
        cross_check: Default::default(),
        calibrations: vec![calibration()],
    }
}
