//! The tokens of the sample: one for every verdict and reason.

use super::*;

pub(super) fn daily() -> Vec<(Day, u64)> {
    (0..400).map(|n| (day("2025-08-08").plus(n), 2)).collect()
}

pub(super) fn quarterly() -> Vec<(Day, u64)> {
    ["2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01"].map(|d| (day(d), 3)).to_vec()
}

pub(super) const NEXT: NextCall =
    NextCall { earliest: Day(20_727).start(), latest: Time(Day(20_727).start().0 + 3_600_000_000) };

pub(super) fn quarter_close() -> TokenRow {
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
        source: Some(WindowSource::Annotation),
    };
    row.decided_by = DecidedBy::WindowOpen;
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

pub(super) fn quarterly_cadence() -> CadenceRow {
    CadenceRow {
        label: CadenceLabel::Quarterly,
        claim: Claim::Claimed,
        period_days: Some(91.31),
        hits: 5,
        misses: 0,
        extras: 0,
        jitter_hours: 0.0,
        confidence: Confidence::High,
        lapsed: false,
        changed: Some(ChangedRow { at: day("2025-07-01"), before: CadenceLabel::HalfYearly }),
    }
}

pub(super) fn fiscal_catalog() -> TokenRow {
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

pub(super) fn terraform() -> TokenRow {
    let mut row = token(&id("293fa3d2"), "5d3b0f1e-0000-4000-8000-0000000007f0", "terraform, main branch");
    row.principal_name = Some("sp-terraform-ci".into());
    row.state = Some("BACKFILLED".into());
    row.decided_by = DecidedBy::Platform;
    row.backfill_scopes = Some(vec!["clusters".into(), "jobs".into()]);
    row.needed_scopes = vec!["clusters".into(), "jobs".into(), "secrets".into()];
    let says = [("clusters", Says::Agrees), ("jobs", Says::Agrees), ("secrets", Says::PlatformMisses)];
    row.cross_check = cross_check(ListSource::BackfillScopes, &says);
    row.scopes.push(scope("clusters", Verdict::Kept, Reason::PlatformKeeps, daily()));
    row.scopes.push(scope("jobs", Verdict::Kept, Reason::PlatformKeeps, daily()));
    row.scopes.push(scope("secrets", Verdict::Lost, Reason::NotInPlatformSet, quarterly()));
    row
}

pub(super) fn orders() -> TokenRow {
    let mut row =
        token(&id("3aec012e"), "5d3b0f1e-0000-4000-8000-00000000dead", "orders: start the pipeline");
    row.principal_name = Some("sp-orders-pipeline".into());
    row.state = Some("COMPLETED".into());
    row.decided_by = DecidedBy::Granted;
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

pub(super) fn broker() -> TokenRow {
    let mut row = token(&id("ea699a48"), "amina@example.com", "makes tokens for service principals");
    row.state = Some("USER_SELECTED".into());
    row.decided_by = DecidedBy::Granted;
    row.granted_scopes = Some(vec!["authentication".into(), "scim".into()]);
    row.profile = Profile::Human;
    row.scopes.push(scope("authentication", Verdict::Kept, Reason::Granted, quarterly()));
    row.scopes.push(scope("scim", Verdict::Kept, Reason::Granted, Vec::new()));
    row
}

pub(super) fn every_reason() -> TokenRow {
    let mut row = token(&id("b50a148f"), "sp-ingest", "ingest: retention");
    for (n, reason) in Reason::iter().enumerate() {
        let mut one = scope(&format!("scope-{n:02}"), reason.verdict(), reason, quarterly());
        one.sure = n % 2 == 0;
        one.confidence = [Confidence::Low, Confidence::Medium, Confidence::High, Confidence::Exact][n % 4];
        row.scopes.push(one);
    }
    row.unmapped_calls = 3;
    row.silent_logins = 12;
    row
}

pub(super) fn hostile() -> TokenRow {
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

pub(super) fn exporter() -> TokenRow {
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

pub(super) fn gone() -> TokenRow {
    let mut row = token(&id("ff46266e"), "sp-reporting", "reporting, rotated twice a year");
    row.gone = Some(Gone::NotListed(day("2026-09-11")));
    row
}
