//! What stands around tokens and findings in the sample: replay, inputs, coverage, annotations, calibration.

use super::*;

pub(super) fn annotations() -> AnnotationsRow {
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

pub(super) fn calibration() -> Calibration {
    let fit = |end: &str, missed| WindowFit {
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
        answer: CalibrationAnswer::Found,
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

pub(super) fn replay() -> ReplayReport {
    let refused = |token: &TokenRow, scope: &str, n: u64, first: &str, last: &str, gone| ReplayRow {
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
            operations: calls("unityCatalog/updatePermissions", n, first, last, Tier::T1).operations,
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
        cannot_say_because: BTreeMap::from([
            (ByName(Uncertainty::SharedCall), 3),
            (ByName(Uncertainty::BoundaryDay), 1),
        ]),
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

pub(super) fn inputs() -> Vec<InputRow> {
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

pub(super) fn coverage(gone_tokens: usize) -> Coverage {
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
            links: BTreeMap::from([
                (ByName(Link::Sole), 900),
                (ByName(Link::Near), 80),
                (ByName(Link::None), 12),
            ]),
            login_density: Some(0.991),
            per_request_logins: true,
            unanswered_logins: 77,
            rows_by_day: (0..400).map(|n| (day("2025-08-08").plus(n), (n as u64 % 7) * 40 + 1)).collect(),
        }],
        left_out: BTreeMap::from([("internal-login", 3000), ("browser-agent", 12)]),
        tiers: BTreeMap::from([(Tier::T1, 800), (Tier::T2, 1200), (Tier::T5, 40)]),
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
