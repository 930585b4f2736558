//! The findings of the sample: one of every rule.

use super::*;

pub(super) fn finding(rule: RuleId, severity: Severity, token: &TokenRow, scope: &str) -> Finding {
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
        keep_alive: None,
        status: Status::Open,
        annotation: None,
        scope,
    }
}

pub(super) fn calls(operation: &str, count: u64, first: &str, last: &str, tier: Tier) -> Evidence {
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

pub(super) fn remedy(token: &TokenRow, scopes: &[&str], previous: Option<&[&str]>) -> Remedy {
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

pub(super) fn findings() -> Vec<Finding> {
    let (quarter, fiscal, terraform, orders) = (quarter_close(), fiscal_catalog(), terraform(), orders());
    let (broker, every, hostile, exporter) = (broker(), every_reason(), hostile(), exporter());
    let mut all = Vec::new();
    for (n, rule) in RULES.into_iter().enumerate() {
        let severity = Severity::WORST_FIRST[(n / 5).min(3)];
        all.push(match rule {
            RuleId::ScopeLostAtEnforcement => Finding {
                title: "Loses unity-catalog on 2026-09-20; the call expected on 2026-10-01 will be refused.".into(),
                evidence: Evidence {
                    notes: vec!["Quarterly on the 1st, 4 times so far.".into()],
                    ..calls("unityCatalog/updatePermissions", 12, "2025-10-01T06:00:00Z", "2026-07-01T06:10:00Z", Tier::T1)
                },
                reminder_goes_to: Some("a service principal, which reads no mail: an admin must act".into()),
                remedy: Some(remedy(&quarter, &["jobs", "unity-catalog"], None)),
                ..finding(rule, severity, &quarter, "unity-catalog")
            },
            RuleId::ScopeAtRisk => Finding {
                title: "92 in 100 windows since the first use miss unity-catalog; the last call was on 2026-08-10.".into(),
                loss_odds: Some(0.918),
                confidence: Confidence::Medium,
                evidence: calls("unityCatalog/createCatalog", 2, "2025-08-11T06:00:00Z", "2026-08-10T06:00:00Z", Tier::T2),
                remedy: Some(remedy(&fiscal, &["jobs", "unity-catalog"], None)),
                severity: Severity::Medium,
                ..finding(rule, severity, &fiscal, "unity-catalog")
            },
            RuleId::PlatformMissedScope => Finding {
                title: "Databricks' own list lacks secrets, which this token calls every quarter.".into(),
                evidence: calls("secrets/putSecret", 12, "2025-10-01T06:00:00Z", "2026-07-01T06:00:00Z", Tier::T2),
                remedy: Some(Remedy {
                    terraform: Some(r#"scopes = ["clusters", "jobs", "secrets"]"#.into()),
                    ..remedy(&terraform, &["clusters", "jobs", "secrets"], Some(&["clusters", "jobs"]))
                }),
                ..finding(rule, severity, &terraform, "secrets")
            },
            RuleId::ScopeMissingNow | RuleId::ScopeDenied => Finding {
                title: match rule {
                    RuleId::ScopeDenied => "Refused 2 times for want of sql, last on 2026-09-08.".into(),
                    _ => "Needs sql and holds only jobs and pipelines.".to_owned(),
                },
                evidence: calls("databrickssql/startEndpoint", 2, "2026-09-01T06:00:00Z", "2026-09-08T06:00:00Z", Tier::T1),
                remedy: Some(remedy(&orders, &["jobs", "pipelines", "sql"], Some(&["jobs", "pipelines"]))),
                ..finding(rule, severity, &orders, "sql")
            },
            RuleId::InactivityRevocation | RuleId::ExpiryBeforeNeed => finding(rule, severity, &exporter, ""),
            RuleId::AuthenticationScope => finding(rule, severity, &broker, "authentication"),
            RuleId::UnusedScope => finding(rule, severity, &broker, "scim"),
            RuleId::SharedPrincipal | RuleId::StaleToken => finding(rule, severity, &every, ""),
            RuleId::LogGap | RuleId::ShortHistory | RuleId::TokenSprawl | RuleId::AnnotationUnmatched => Finding {
                token_id: None,
                principal: if rule == RuleId::TokenSprawl { "jonas@example.com".into() } else { String::new() },
                finding_id: finding_id(rule, None, "7001", "", "", None),
                dates: Dates::default(),
                ..finding(rule, severity, &quarter, "")
            },
            RuleId::DeclaredNeedUnseen => Finding {
                status: Status::Accepted { reason: HOSTILE.into(), expires: at("2027-01-01") },
                ..finding(rule, severity, &fiscal, "pipelines")
            },
            RuleId::NeedsAllApis => Finding {
                title: format!("Hostile: {HOSTILE}"),
                advice: HOSTILE.into(),
                evidence: Evidence {
                    addresses: vec![HOSTILE.into()],
                    notes: vec![HOSTILE.into()],
                    more_operations: 2,
                    ..calls(HOSTILE, 7, "2026-09-01T06:00:00Z", "2026-09-08T06:00:00Z", Tier::T3)
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
