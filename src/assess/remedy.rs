//! The full list of scopes a token is to hold, and the commands that set it.

use super::assessment::TokenAssessment;
use super::finding::Remedy;
use crate::catalog::Catalog;
use crate::input::user_agent;
use crate::timeline::enforcement::Enforcement;
use crate::timeline::verdict::{Reason, Verdict};
use std::collections::BTreeSet;

/// Everything a token needs, by firm use, refusal or declaration, in order.
pub(crate) fn needed_scopes(assessed: &TokenAssessment<'_>, catalog: &Catalog) -> Vec<String> {
    let needed = assessed
        .scopes
        .iter()
        .filter(|(_, (h, _))| h.is_needed())
        .map(|(s, _)| catalog.scope_name(*s).to_owned());
    let mut names: Vec<String> = needed.filter(|n| !n.is_empty()).collect();
    names.sort();
    names
}

/// The scopes to set: what it needs, what it is granted, and what may be its own among calls of a shared principal. Never
/// all APIs; what mints tokens only where it holds it already.
fn union(assessed: &TokenAssessment<'_>, catalog: &Catalog) -> Vec<String> {
    let mut all: BTreeSet<String> = needed_scopes(assessed, catalog).into_iter().collect();
    let known = match &assessed.enforcement {
        Enforcement::Granted(s) | Enforcement::Platform { scopes: s, .. } => s.as_slice(),
        Enforcement::Dated { so_far, .. } | Enforcement::Undated { so_far } => so_far.as_slice(),
        _ => &[],
    };
    let granted = assessed.token.scopes.iter().flatten();
    all.extend(known.iter().chain(granted).cloned());
    for (scope, (_, judgement)) in &assessed.scopes {
        if judgement.verdict == Verdict::Unknown && judgement.reason == Reason::SharedPrincipal {
            all.insert(catalog.scope_name(*scope).to_owned());
        }
    }
    let holds_authentication = known.iter().any(|s| s == "authentication");
    all.retain(|s| s != "all-apis" && !s.is_empty() && (s != "authentication" || holds_authentication));
    // The scope itself covers its reading form.
    let whole = all.clone();
    all.retain(|s| s.split_once(':').is_none_or(|(base, _)| !whole.contains(base)));
    all.into_iter().collect()
}

/// The commands that keep every scope the token needs; `None` when there is nothing to set.
pub(super) fn remedy(assessed: &TokenAssessment<'_>, catalog: &Catalog, agents: &[&str]) -> Option<Remedy> {
    let scopes = union(assessed, catalog);
    if scopes.is_empty() {
        return None;
    }
    let token = &assessed.token.id;
    let body = serde_json::json!({ "token": { "scopes": scopes }, "update_mask": "scopes" }).to_string();
    let command = |path: &str| {
        format!("databricks api patch {path}{} --json '{}'", shell_safe(token), body.replace('\'', "'\\''"))
    };
    let mut notes = vec![
        "Setting scopes by hand ends auto-scoping for this token for good.".to_owned(),
        "A change takes up to 10 minutes to spread: act before a deployment window, not during a failing run.".to_owned(),
        "The request replaces the whole list, so the list above names every scope the token needs.".to_owned(),
    ];
    let by_terraform = agents.iter().any(|a| user_agent::resources(a).next().is_some());
    let terraform = by_terraform.then(|| hcl(&scopes));
    if let Some(line) = &terraform {
        notes.push(format!(
            "Terraform calls with this token. If Terraform also made it, a change of scopes makes a new token with a new \
             window; set it there instead: {line}"
        ));
    }
    if scopes.iter().any(|s| s == "authentication") {
        notes.push(
            "It keeps authentication because it holds it; whoever has the token can mint others.".to_owned(),
        );
    }
    let previous = assessed.token.scopes.clone().filter(|s| !s.iter().any(|s| s == "all-apis"));
    Some(Remedy {
        owner_command: command("/api/2.0/token/"),
        admin_command: command("/api/2.0/token-management/tokens/"),
        scopes,
        previous,
        notes,
        terraform,
    })
}

/// `scopes = [..]` as Terraform reads it: JSON strings in which nothing is interpolated.
fn hcl(scopes: &[String]) -> String {
    let list: Vec<String> = scopes
        .iter()
        .map(|s| serde_json::Value::from(s.as_str()).to_string().replace("${", "$${").replace("%{", "%%{"))
        .collect();
    format!("scopes = [{}]", list.join(", "))
}

/// A token id that is safe inside a path and a shell word; anything else is percent-encoded.
fn shell_safe(id: &str) -> String {
    let mut out = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{hcl, shell_safe};

    #[test]
    fn terraform_interpolates_nothing() {
        assert_eq!(hcl(&["jobs".into(), "sql".into()]), r#"scopes = ["jobs", "sql"]"#);
        assert_eq!(hcl(&["a\"${x}%{y}".into()]), r#"scopes = ["a\"$${x}%%{y}"]"#);
    }

    #[test]
    fn a_hostile_token_id_cannot_leave_its_word() {
        assert_eq!(shell_safe("5f1c9a"), "5f1c9a");
        assert_eq!(shell_safe("a'; rm -rf /"), "a%27%3B%20rm%20-rf%20%2F");
    }
}
