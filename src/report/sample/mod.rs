//! A report made by hand: every rule, every verdict, every reason, and text that tries to break out of each format. The
//! common input of the writers' tests.

mod findings;
mod sections;
mod tokens;

use findings::*;
use sections::*;
use tokens::*;

use super::model::{
    AnnotationEntryRow, AnnotationsRow, BadSample, Coverage, ExampleRow, FormatCoverage, InputRow, LateEdge,
    LineageRow, OperationRow, PredecessorRow, Report, Run, SCHEMA_VERSION, ScopeRow, Summary, TokenRow,
    UnattributedRow, UnmappedRow, WindowRow, Workload, WorkspaceCoverage,
};
use super::model::{CadenceRow, ChangedRow, OperationCadence};
use crate::analysis::calibrate::{Anchor, Calibration, CalibrationAnswer, Misfit, WindowFit};
use crate::analysis::cross_check::{CrossCheck, ListSource, Needed, Says, ScopeCheck, totals};
use crate::analysis::replay::Uncertainty;
use crate::analysis::replay::{DateRow, EveryDate, ReplayReport, ReplayRow, Replayed, ReplayedScope};
use crate::assess::{
    AsOfSource, Dates, DecidedBy, Evidence, Finding, NextCall, OperationUse, Profile, Remedy, RuleId,
    Severity, Status, finding_id,
};
use crate::attribute::{Gone, Tier};
use crate::catalog::confidence::Confidence;
use crate::ledger::link::Link;
use crate::support::by_name::ByName;
use crate::support::time::{Day, Span, Time};
use crate::timeline::cadence::{CadenceLabel, Claim};
use crate::timeline::verdict::{Reason, Verdict};
use crate::timeline::window::WindowSource;
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

/// Every rule.
pub(super) const RULES: [RuleId; 21] = [
    RuleId::ScopeDenied,
    RuleId::ScopeMissingNow,
    RuleId::ScopeLostAtEnforcement,
    RuleId::InactivityRevocation,
    RuleId::PlatformMissedScope,
    RuleId::ExpiryBeforeNeed,
    RuleId::NeedsAllApis,
    RuleId::AuthenticationScope,
    RuleId::AccountLevelUse,
    RuleId::ScopeAtRisk,
    RuleId::SharedPrincipal,
    RuleId::LogGap,
    RuleId::DeclaredNeedUnseen,
    RuleId::AnnotationExpired,
    RuleId::AnnotationUnmatched,
    RuleId::LifetimeOverLimit,
    RuleId::StaleToken,
    RuleId::UnusedScope,
    RuleId::TokenSprawl,
    RuleId::ShortHistory,
    RuleId::AnnotationContradicted,
];

/// Text that a comment or a name may hold.
pub(super) const HOSTILE: &str = "<script>alert('x')</script> =cmd()|'/C calc'!A0 \u{1b}[31m]0;own\u{7}\u{202e}evil\u{202c} \
    [click](javascript:alert(1)) | `tick` \"quote\" ]]> --> ${HOME} $(id) \\ \r\nBEGIN:VEVENT\n# EOF\n@everyone";

/// The secret value of a token, as pasted into a comment.
pub(super) fn pasted_secret() -> String {
    format!("dapi{}", "0123456789abcdef".repeat(2))
}

/// The report.
pub(super) fn report() -> Report {
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
pub(super) fn large(tokens: u32, days: i32) -> Report {
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
            let mut finding = finding(RuleId::ScopeLostAtEnforcement, Severity::High, &row, "unity-catalog");
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
            as_of_from: AsOfSource::Option,
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
        decided_by: DecidedBy::WindowUnknown,
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
        profile: Profile::Automation,
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
        keep_alive: None,
        next_call: None,
        days,
        operations: vec![OperationRow {
            operation: format!("{name}/example"),
            count: uses,
            tier: Tier::T2,
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
