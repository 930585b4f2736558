//! What lies beside the logs: the token inventory, name lists, annotations, a client's error log and a README.

use super::cast::{PRINCIPALS, Principal, Token};
use super::expected::{self, Expectation};
use super::{DAYS, Story};
use crate::time::{Span, Time};
use serde::Serialize;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// A refusal that a client wrote into its own log.
#[derive(Clone, Debug)]
pub(super) struct Denial {
    pub(super) time: Time,
    pub(super) scope: &'static str,
    pub(super) request_id: String,
}

pub(super) fn write(story: &Story, dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let tokens: Vec<_> =
        story.tokens.iter().filter(|t| t.revoked.is_none()).map(|t| listed(t, story)).collect();
    let (services, users): (Vec<&Principal>, Vec<&Principal>) = PRINCIPALS.iter().partition(|p| p.service);
    let users: Vec<_> = users.into_iter().map(user).collect();
    let services: Vec<_> = services.into_iter().map(service).collect();
    list(&dir.join("tokens.json"), &tokens)?;
    list(&dir.join("users.json"), &users)?;
    list(&dir.join("service-principals.json"), &services)?;
    fs::write(dir.join("annotations.toml"), annotations(story))?;
    fs::write(dir.join("client-errors.log"), client_errors(story))?;
    fs::write(dir.join("README.txt"), readme(story))
}

fn list<T: Serialize>(path: &Path, entries: &[T]) -> io::Result<()> {
    fs::write(path, serde_json::to_string_pretty(entries)? + "\n")
}

/// One entry of `databricks token-management list -o json`.
#[derive(Serialize)]
struct TokenInfo<'a> {
    token_id: &'a str,
    comment: &'static str,
    created_by_id: u64,
    created_by_username: &'static str,
    owner_id: u64,
    workspace_id: u64,
    creation_time: i64,
    expiry_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_day: Option<i64>,
    scopes: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscope_state: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    inferred_scopes: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    backfill_scopes: &'static [&'static str],
}

fn listed<'a>(token: &'a Token, story: &Story) -> TokenInfo<'a> {
    TokenInfo {
        token_id: &token.id,
        comment: token.comment,
        created_by_id: token.creator.id,
        created_by_username: token.creator.name,
        owner_id: token.owner.id,
        workspace_id: token.workspace.parse().unwrap_or_default(),
        creation_time: token.created.0 / 1000,
        expiry_time: token.expires.0 / 1000,
        last_used_day: last_login(token, story).map(|time| time.day().start().0 / 1000),
        scopes: token.scopes,
        autoscope_state: token.state.map(|state| format!("AUTOSCOPE_STATE_{state}")),
        inferred_scopes: token.inferred,
        backfill_scopes: token.backfill,
    }
}

fn last_login(token: &Token, story: &Story) -> Option<Time> {
    let names = |(k, v): &(&str, String)| *k == "tokenId" && *v == token.id;
    let login = |row: &&super::Row| row.action == "tokenLogin" && row.params.iter().any(names);
    story.rows.iter().rev().find(login).map(|row| row.time)
}

/// One entry of `databricks users list -o json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    active: bool,
    display_name: &'static str,
    emails: [Email; 1],
    id: String,
    user_name: &'static str,
}

#[derive(Serialize)]
struct Email {
    primary: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'static str,
}

fn user(p: &Principal) -> User {
    let email = Email { primary: true, kind: "work", value: p.name };
    User { active: true, display_name: p.display, emails: [email], id: p.id.to_string(), user_name: p.name }
}

/// One entry of `databricks service-principals list -o json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServicePrincipal {
    active: bool,
    application_id: &'static str,
    display_name: &'static str,
    id: String,
}

fn service(p: &Principal) -> ServicePrincipal {
    ServicePrincipal { active: true, application_id: p.name, display_name: p.display, id: p.id.to_string() }
}

/// The date the reminder mail names for the token of the quarter close: before its next call, after the end of the logs.
const ENFORCED_IN: i32 = 8;

fn annotations(story: &Story) -> String {
    let mut text = String::from(
        "# What the logs cannot know: who runs a workload, and which date a reminder mail named.\n",
    );
    if let Some(token) = story.token("quarter-close") {
        let prefix = &token.id[..12];
        let _ = write!(
            text,
            "\n[[token]]\nmatch = \"{prefix}\"\nenforced_on = {}\nworkload = \"daily positions and quarter close\"\nworkload_owner = \"finance-platform@harbor.example\"\n",
            story.as_of.plus(ENFORCED_IN)
        );
    }
    if let Some(token) = story.token("nightly-etl") {
        let _ = write!(
            text,
            "\n[[token]]\nmatch = {{ comment = \"airflow*\", workspace = \"{}\" }}\nworkload = \"nightly load\"\nworkload_owner = \"data-engineering@harbor.example\"\n",
            token.workspace
        );
    }
    text
}

/// Refusals as clients print them: the text of an SDK, a JSON body, and one that no audit row belongs to.
fn client_errors(story: &Story) -> String {
    let mut text = String::new();
    for (n, denial) in story.denials.iter().enumerate() {
        let Denial { time, scope, request_id } = denial;
        let message =
            format!("Provided access token does not have required scopes: {scope} [ReqId: {request_id}]");
        let time = time.plus(Span(120_000));
        let _ = if n % 2 == 0 {
            writeln!(text, "{time} ERROR orders.warehouse databricks.sdk.errors.PermissionDenied: {message}")
        } else {
            writeln!(
                text,
                "{time} ERROR orders.warehouse 403 {{\"error_code\":403,\"message\":\"{message}\"}}"
            )
        };
    }
    let time = story.as_of.plus(-2).start().plus(Span::seconds(11 * 3600 + 7 * 60));
    let _ = writeln!(
        text,
        "{time} WARN dashboards.refresh Provided access token does not have required scopes: query-history [ReqId: 6f0d2c4e-1b77-4a5e-8a55-0d9c3e7b2f10]"
    );
    text
}

fn readme(story: &Story) -> String {
    let mut text = format!(
        "A synthetic workspace: {DAYS} days that end on {}. Nothing in it is real.\n\n\
         tokens.json              databricks token-management list -o json\n\
         users.json               databricks users list -o json\n\
         service-principals.json  databricks service-principals list -o json\n\
         annotations.toml         what only people know\n\
         client-errors.log        refusals a client has logged\n\
         all else                 the logs\n\n\
         One refusal in client-errors.log, of query-history, belongs to no audit row: it concerns the workspace.\n\n\
         What a report as of 2026-09-12 must say of each token, and why:\n",
        story.as_of
    );
    for token in &story.tokens {
        let _ = write!(
            text,
            "\n{}  {}\n  {}, \"{}\"\n",
            token.name,
            &token.id[..12],
            token.owner.display,
            token.comment
        );
        for Expectation { scope, verdict, finding, why, .. } in expected::of(token.name) {
            let verdict = match (scope, verdict, finding) {
                (Some(scope), Some(verdict), None) => format!("{scope} {verdict}"),
                (Some(scope), Some(verdict), Some(finding)) => {
                    format!("{scope} {verdict}, finding {finding}")
                }
                (_, _, Some(finding)) => format!("finding {finding}"),
                (_, _, None) => "no finding".to_owned(),
            };
            let _ = writeln!(text, "  - {verdict}: {why}");
        }
    }
    text
}
