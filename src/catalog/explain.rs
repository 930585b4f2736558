//! Answers "what does this need, and how do you know": for a call, an audit action, a user agent or a scope.

use super::{
    Access, Action, ActionKind, AgentNeed, AgentSpan, Catalog, Mapping, Method, Operation, Scope, ScopeId,
    ScopeKind, is_account_path,
};
use crate::input::user_agent::{self, Client};
use std::fmt::Write;

/// The answer, as text of several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whether the catalog knows it.
    pub found: bool,
    /// Lines, each with its line feed.
    pub text: String,
}

/// Explains whatever `what` is: `POST /api/2.2/jobs/run-now`, `jobs/runNow`, a user agent, a scope.
pub fn explain(catalog: &Catalog, what: &str) -> Explanation {
    let what = what.trim();
    let mut text = String::new();
    let found = find(catalog, what, &mut text);
    Explanation { found, text }
}

fn find(catalog: &Catalog, what: &str, out: &mut String) -> bool {
    let (first, rest) = what.split_once(char::is_whitespace).unwrap_or((what, ""));
    let is_call = Method::parse(first).is_some() && !rest.trim().is_empty();
    if is_call {
        return call(catalog, first, rest.trim(), out);
    }
    if what.starts_with('/') || what.contains("://") || what.starts_with("api/") {
        return path(catalog, what, out);
    }
    if let Some(id) = catalog.base_scope(what).or_else(|| catalog.scope_named(what)) {
        scope(catalog, id, what, out);
        return true;
    }
    let pair = what.split_once('/').filter(|(_, action)| !what.contains(' ') && !action.contains('/'));
    if let Some(row) = pair.and_then(|(service, name)| catalog.action(service, name)) {
        action(catalog, row, out);
        return true;
    }
    if let Some(need) = catalog.agent(what) {
        agent(catalog, what, &need, out);
        return true;
    }
    unknown(catalog, what, pair, out);
    false
}

fn call(catalog: &Catalog, method: &str, url: &str, out: &mut String) -> bool {
    let Some(found) = catalog.operation(method, url) else {
        line(out, "operation", "none matches this method and path");
        if is_account_path(url) {
            line(out, "why", "it is a path of the account API, which is closed to workspace tokens");
            return true;
        }
        considered(catalog, url, None, out);
        return false;
    };
    operation(catalog, found.row, out);
    considered(catalog, url, Some(found.row), out);
    let actions: Vec<String> = catalog
        .actions()
        .iter()
        .filter(|a| {
            a.operation.as_ref().is_some_and(|(m, t)| *m == found.row.method && *t == found.row.template)
        })
        .map(|a| format!("{}/{}", a.service, a.action))
        .collect();
    let seen =
        if actions.is_empty() { "no audit action is known for it".to_owned() } else { actions.join(", ") };
    line(out, "in the log", &seen);
    true
}

fn path(catalog: &Catalog, url: &str, out: &mut String) -> bool {
    let fitting = catalog.operations_fitting(url);
    if fitting.is_empty() && is_account_path(url) {
        line(out, "path", "belongs to the account API, which is closed to workspace tokens");
        return true;
    }
    if fitting.is_empty() {
        line(out, "path", "no template matches it");
        return false;
    }
    line(out, "path", "without a method, these operations match, the most literal first");
    for row in fitting {
        let _ = writeln!(out, "  {:6} {}  needs {}", row.method, row.template, needs(catalog, &row.mapping));
    }
    true
}

fn operation(catalog: &Catalog, row: &Operation, out: &mut String) {
    line(out, "needs", &needs(catalog, &row.mapping));
    line(
        out,
        "operation",
        &format!("{} {} ({}, group {})", row.method, row.template, row.name.replace('|', ", "), row.group),
    );
    evidence(&row.mapping, out);
    if !row.source.is_empty() {
        line(out, "source", &row.source);
    }
}

/// The other operations that fit the path: less literal templates, other methods.
fn considered(catalog: &Catalog, url: &str, chosen: Option<&Operation>, out: &mut String) {
    let others = catalog.operations_fitting(url).into_iter().filter(|row| chosen != Some(*row)).take(8);
    for row in others {
        let why = match chosen {
            Some(chosen) if chosen.method == row.method => "less literal",
            _ => "another method",
        };
        line(
            out,
            "considered",
            &format!("{} {} needs {} ({why})", row.method, row.template, needs(catalog, &row.mapping)),
        );
    }
}

fn action(catalog: &Catalog, row: &Action, out: &mut String) {
    let kind = match row.kind {
        ActionKind::ApiCall => "a client called an API that a token may call",
        ActionKind::ServiceEvent => "written by the platform: never a token's use",
        ActionKind::Login => "a sign-in; of a token it names the token, and its agent may name a scope",
        ActionKind::TokenAdmin => "tokens or client secrets were made, revoked or guarded",
        ActionKind::UiOnly => "a browser action without a public API: never a token's use",
        ActionKind::AccountApi => "the account API, closed to workspace tokens",
    };
    line(out, "action", &format!("{}/{}: {}, {kind}", row.service, row.action, row.kind.as_str()));
    match &row.need {
        Some(need) => {
            line(out, "needs", &needs(catalog, need));
            if let Some((method, template)) = &row.operation {
                line(out, "operation", &format!("{method} {template}"));
            }
            evidence(need, out);
        }
        None => line(out, "needs", "nothing that a token could lose"),
    }
    line(out, "pair", &format!("{} ({})", row.evidence.as_str(), row.evidence.meaning()));
    if row.kind_at(true) != row.kind {
        line(out, "level", "rows at account level are calls of the account API instead");
    }
    if !row.note.is_empty() {
        line(out, "note", &row.note);
    }
}

fn agent(catalog: &Catalog, text: &str, need: &AgentNeed<'_>, out: &mut String) {
    let row = need.row;
    let says = match need.span {
        AgentSpan::Exact => needs(catalog, &need.mapping),
        AgentSpan::Families if need.mapping.scopes().is_empty() => {
            "any scope; none can be told from the agent".to_owned()
        }
        AgentSpan::Families => {
            format!("possibly {}; none of them for sure", list(catalog, need.mapping.scopes(), ", "))
        }
        AgentSpan::None => "no scope".to_owned(),
        AgentSpan::Account => "the account API, which is closed to workspace tokens".to_owned(),
    };
    line(out, "needs", &says);
    let name = [row.kind.as_str(), &row.name, &row.verb].join(" ");
    line(out, "agent", &format!("row '{}'", name.trim_end()));
    if let Some(operation) = need.operation {
        line(out, "operation", &format!("{} {} ({})", operation.method, operation.template, operation.name));
    }
    evidence(&need.mapping, out);
    if !row.note.is_empty() {
        line(out, "note", &row.note);
    }
    client(text, out);
}

fn client(text: &str, out: &mut String) {
    let counts = match user_agent::client(text) {
        Client::Client => "a client that may hold a token",
        Client::Platform => "the platform itself: never a token's use",
        Client::Browser => "a browser: not a token",
        Client::OtherCredential => "another credential than a personal access token: left out",
    };
    let auth = user_agent::auth_kind(text).map_or(String::new(), |kind| format!(" (auth/{kind})"));
    line(out, "client", &format!("{counts}{auth}"));
    if let Some(id) = user_agent::strip_run_id(text).1 {
        line(out, "run id", id);
    }
}

fn scope(catalog: &Catalog, id: ScopeId, name: &str, out: &mut String) {
    let Some(row) = catalog.scope(id) else { return };
    line(out, "scope", &format!("{}: {}", row.name, row.description));
    line(out, "family", &format!("{}, {}", row.family, row.sensitivity.as_str()));
    match (row.kind, name.split_once(':').map(|(_, modifiers)| modifiers)) {
        (ScopeKind::Oauth, _) => {
            line(out, "kind", "a name of OAuth clients; no personal access token has it")
        }
        (ScopeKind::Name, _) => {
            line(out, "kind", "a name seen somewhere; whether tokens have it is not known")
        }
        (ScopeKind::Marker, _) => line(out, "kind", "a marker of the catalog, not a scope"),
        (ScopeKind::Scope, Some("read")) => line(out, "modifier", "read: only what GET and HEAD do"),
        (ScopeKind::Scope, Some(_)) => {
            line(out, "modifier", "restricted-query: only statements, not warehouses")
        }
        (ScopeKind::Scope, None) => {}
    }
    if !row.may_open.is_empty() {
        line(out, "may open", &format!("{} as well; not settled", list(catalog, &row.may_open, ", ")));
    }
    line(out, "seen", &seen(row));
    if !row.note.is_empty() {
        line(out, "note", &row.note);
    }
    let opens = |need: &Mapping| need.scopes().contains(&id);
    let _ = writeln!(out, "operations");
    for o in catalog.operations().iter().filter(|o| opens(&o.mapping)) {
        let _ = writeln!(
            out,
            "  {:6} {}  {}, {}",
            o.method,
            o.template,
            o.mapping.confidence,
            o.mapping.evidence.as_str()
        );
    }
    let _ = writeln!(out, "audit actions");
    for a in catalog.actions() {
        if let Some(need) = a.need.as_ref().filter(|need| opens(need)) {
            let _ = writeln!(out, "  {}/{}  {}", a.service, a.action, need.confidence);
        }
    }
    let _ = writeln!(out, "agents");
    for a in catalog.agents().iter().filter(|a| opens(&a.mapping)) {
        let name = [a.kind.as_str(), &a.name, &a.verb].join(" ");
        let _ = writeln!(out, "  {}  {}, {}", name.trim_end(), a.span.as_str(), a.mapping.confidence);
    }
}

fn seen(row: &Scope) -> String {
    let o = row.observability;
    format!(
        "{} operations ({} read); {} of them ({} reads) leave a row in the audit log, under {} actions",
        o.operations, o.reads, o.audited_operations, o.audited_reads, o.audited_actions
    )
}

fn unknown(catalog: &Catalog, what: &str, pair: Option<(&str, &str)>, out: &mut String) {
    line(
        out,
        "unknown",
        &format!("no operation, audit action, agent or scope matches '{}'", what.escape_debug()),
    );
    if let Some(near) = pair.and_then(|(service, name)| catalog.nearest_action(service, name)) {
        line(out, "near", &format!("{}/{}; a suggestion, not a mapping", near.service, near.action));
    }
    if let Some(candidates) =
        pair.map(|(service, _)| catalog.service_scopes(service)).filter(|c| !c.is_empty())
    {
        let text = format!("other actions of the service need {}", list(catalog, candidates, ", "));
        line(out, "candidates", &text);
    }
    if let Some(near) = catalog.nearest_scope(what) {
        line(out, "near", &format!("scope {near}"));
    }
    if what.contains(' ') || what.contains('/') {
        line(out, "as agent", "it names no command, resource or driver");
        client(what, out);
    }
}

fn needs(catalog: &Catalog, mapping: &Mapping) -> String {
    if mapping.is_any() {
        return "no scope: every scoped token may do it".to_owned();
    }
    if mapping.is_all_apis() {
        return "all-apis: no narrower scope is known to open it".to_owned();
    }
    let read = match (mapping.need.access, mapping.is_ambiguous()) {
        (Access::Read, false) => format!(" (or {}:read)", catalog.scope_name(mapping.primary())),
        (Access::Read, true) => " (to read)".to_owned(),
        (Access::Write, _) => String::new(),
    };
    let query = if mapping.need.query { " (or sql:restricted-query)" } else { "" };
    let one_of = if mapping.is_ambiguous() { "one of " } else { "" };
    format!("{one_of}{}{read}{query}", list(catalog, mapping.scopes(), ", "))
}

fn evidence(mapping: &Mapping, out: &mut String) {
    line(out, "confidence", mapping.confidence.as_str());
    line(out, "evidence", &format!("{} ({})", mapping.evidence.as_str(), mapping.evidence.meaning()));
    if let Some(conflict) = &mapping.conflict {
        line(out, "conflict", conflict);
    }
}

fn list(catalog: &Catalog, ids: &[ScopeId], separator: &str) -> String {
    ids.iter().map(|id| catalog.scope_name(*id)).collect::<Vec<_>>().join(separator)
}

fn line(out: &mut String, label: &str, text: &str) {
    let text = text.replace(|c: char| c.is_control(), "\u{FFFD}");
    let _ = writeln!(out, "{label:12}{text}");
}
