//! What a report on the story must say: a verdict for each token and scope, the finding it gives, and why.

/// One thing the report must say of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The token's short name.
    pub token: &'static str,
    /// The scope, where the statement is about one.
    pub scope: Option<&'static str>,
    /// `kept`, `lost` or `unknown REASON`; `None` where only the finding counts.
    pub verdict: Option<&'static str>,
    /// The finding.
    pub finding: Option<&'static str>,
    /// Why.
    pub why: &'static str,
}

const fn verdict(
    token: &'static str,
    scope: &'static str,
    verdict: &'static str,
    finding: Option<&'static str>,
    why: &'static str,
) -> Expectation {
    Expectation { token, scope: Some(scope), verdict: Some(verdict), finding, why }
}

const fn finding(token: &'static str, finding: &'static str, why: &'static str) -> Expectation {
    Expectation { token, scope: None, verdict: None, finding: Some(finding), why }
}

const fn silence(token: &'static str, why: &'static str) -> Expectation {
    Expectation { token, scope: None, verdict: None, finding: None, why }
}

pub(super) fn of(token: &str) -> impl Iterator<Item = &'static Expectation> {
    ALL.iter().filter(move |e| e.token == token)
}

pub(super) const ALL: &[Expectation] = &[
    verdict("nightly-etl", "jobs", "kept", None, "Called every night: no 30 days miss it."),
    verdict("nightly-etl", "clusters", "kept", None, "The same."),
    verdict(
        "quarter-close",
        "jobs",
        "kept",
        None,
        "Called every night, inside the window 2026-08-21 to 2026-09-20 too.",
    ),
    verdict(
        "quarter-close",
        "unity-catalog",
        "lost",
        Some("scope-lost-at-enforcement"),
        "Called on the first day of each of the last four quarters, not since 2026-07-01. annotations.toml names 2026-09-20 \
         as the date of enforcement; the next call, 2026-10-01, comes eleven days later. High: dated, recurring, soon.",
    ),
    verdict(
        "regulatory-export",
        "sql",
        "unknown window-unknown",
        Some("inactivity-revocation"),
        "Used on the 24th of every third month; the checks by hand that kept it alive in between have stopped. Idle since \
         2026-06-24, it is revoked 90 days later, on 2026-09-22, two days before it is needed. That replaces scope findings.",
    ),
    verdict(
        "regulatory-export",
        "workspace",
        "unknown window-unknown",
        None,
        "The same two calls; the token goes first.",
    ),
    verdict("fiscal-catalog", "jobs", "kept", None, "Every weekday."),
    verdict(
        "fiscal-catalog",
        "unity-catalog",
        "unknown window-unknown",
        Some("scope-at-risk"),
        "Two calls 364 days apart, on 2025-08-11 and 2026-08-10, and no date of enforcement: of all windows since the first \
         use that could have been observed, 92 in 100 miss it. The likeliest, the 30 days before 2026-09-12, would lose it.",
    ),
    silence(
        "reporting-2025",
        "Rotated away in February 2026: gone, no finding; its calls explain its successors'.",
    ),
    silence("reporting-spring", "Rotated away in August 2026: the same."),
    verdict(
        "reporting-autumn",
        "jobs",
        "kept",
        None,
        "Made on 2026-08-24, observed until 2026-09-23, used every weekday.",
    ),
    verdict(
        "reporting-autumn",
        "secrets",
        "lost",
        Some("scope-lost-at-enforcement"),
        "By lineage only: the two tokens before it set a secret on the first day of each quarter, it did not exist on \
         2026-07-01 and is narrowed on 2026-09-23, before 2026-10-01. Without lineage the report is silent on this scope.",
    ),
    verdict("terraform-ci", "jobs", "kept", None, "In the platform's own set."),
    verdict("terraform-ci", "clusters", "kept", None, "In the platform's own set."),
    verdict(
        "terraform-ci",
        "secrets",
        "lost",
        Some("platform-missed-scope"),
        "Five calls in the middle of each quarter, the last on 2026-08-15; backfill_scopes hold clusters and jobs only.",
    ),
    verdict("orders-pipeline", "pipelines", "kept", None, "Granted."),
    verdict("orders-pipeline", "jobs", "kept", None, "Granted."),
    verdict(
        "orders-pipeline",
        "sql",
        "lost",
        Some("scope-missing-now"),
        "Narrowed to jobs and pipelines, refused on 2026-09-01 and 2026-09-08 while starting a warehouse.",
    ),
    finding(
        "orders-pipeline",
        "scope-denied",
        "The same two refusals name sql, in the audit log and in client-errors.log.",
    ),
    verdict(
        "dbt-studio",
        "jobs",
        "kept",
        Some("needs-all-apis"),
        "The platform says that it uses an API no scope covers.",
    ),
    finding(
        "token-broker",
        "authentication-scope",
        "It holds authentication and makes tokens for service principals.",
    ),
    finding("token-broker", "unused-scope", "It holds scim and no row shows a use."),
    verdict(
        "dbt-marts",
        "sql",
        "kept",
        None,
        "Only logins of a SQL driver, every weekday; sessions leave no row of their own. Medium confidence.",
    ),
    verdict(
        "amina-laptop",
        "jobs",
        "kept",
        Some("expiry-before-need"),
        "Lives for 14 days: not narrowed, whatever it calls. It expires on 2026-09-16 and is used every weekday.",
    ),
    verdict(
        "ingest-load",
        "files",
        "unknown shared-principal",
        Some("shared-principal"),
        "Two tokens of one principal, agent and address, logins kept for ten minutes: any call could be either's.",
    ),
    verdict(
        "ingest-load",
        "jobs",
        "unknown shared-principal",
        None,
        "The other token calls it; never sure here.",
    ),
    verdict("ingest-load", "workspace", "unknown shared-principal", None, "The same, once a quarter."),
    verdict(
        "ingest-retention",
        "files",
        "unknown shared-principal",
        Some("shared-principal"),
        "Never sure here.",
    ),
    verdict("ingest-retention", "jobs", "unknown shared-principal", None, "Its own, and still not provable."),
    verdict("ingest-retention", "workspace", "unknown shared-principal", None, "The same, once a quarter."),
    verdict(
        "archive",
        "files",
        "kept",
        None,
        "Logs in before midnight and calls after it, four times a week: linked across the day, medium confidence.",
    ),
];
