//! The inventory beside the logs: tokens as an administrator lists them, and who the ids in it are.

use super::cast::{PRINCIPALS, Principal, Token};
use super::{Row, Story};
use crate::time::Time;
use serde::Serialize;
use std::fs;
use std::io;
use std::path::Path;

pub(super) fn write(story: &Story, dir: &Path) -> io::Result<()> {
    let tokens: Vec<_> =
        story.tokens.iter().filter(|t| t.revoked.is_none()).map(|t| listed(t, story)).collect();
    let (services, users): (Vec<&Principal>, Vec<&Principal>) = PRINCIPALS.iter().partition(|p| p.service);
    let users: Vec<_> = users.into_iter().map(user).collect();
    let services: Vec<_> = services.into_iter().map(service).collect();
    list(&dir.join("tokens.json"), &tokens)?;
    list(&dir.join("users.json"), &users)?;
    list(&dir.join("service-principals.json"), &services)
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
    let login = |row: &&Row| row.action == "tokenLogin" && row.params.iter().any(names);
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
