//! Audit rows written by hand, for stories too small for the demo.

use scopecast_story::{Day, Time};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Who calls, from where, with what.
#[derive(Clone, Copy)]
pub(crate) struct Client {
    pub(crate) principal: &'static str,
    pub(crate) token: char,
    pub(crate) agent: &'static str,
    pub(crate) address: &'static str,
}

/// A client of token `a`, `b`, ...
pub(crate) const fn client(token: char) -> Client {
    Client {
        principal: "etl@example.com",
        token,
        agent: "etl/1.0 databricks-sdk-py/0.67.0 auth/pat",
        address: "203.0.113.7",
    }
}

/// The id of token `a`, `b`, ...: 64 hex digits.
pub(crate) fn id(token: char) -> String {
    token.to_string().repeat(64)
}

/// A log in the making.
#[derive(Default)]
pub(crate) struct Log(Vec<String>);

impl Log {
    fn row(&mut self, time: &str, who: &Client, action: (&str, &str), params: &Value) {
        let row = json!({
            "workspace_id": "77", "event_time": time, "source_ip_address": who.address, "user_agent": who.agent,
            "user_identity": {"email": who.principal}, "service_name": action.0, "action_name": action.1,
            "request_params": params, "response": {"status_code": 200}, "audit_level": "WORKSPACE_LEVEL",
        });
        self.0.push(row.to_string());
    }

    /// A login and a call at the same moment.
    pub(crate) fn call(mut self, time: &str, who: &Client, service: &str, action: &str) -> Self {
        let login = json!({"user": who.principal, "tokenId": id(who.token), "authenticationMethod": "API_EXT_PAT_TOKEN"});
        self.row(time, who, ("accounts", "tokenLogin"), &login);
        self.row(time, who, (service, action), &json!({}));
        self
    }

    /// The same at 05:00 on every day of a stretch, the last day included.
    pub(crate) fn daily(mut self, from: &str, to: &str, who: &Client, service: &str, action: &str) -> Self {
        let (from, to) = (Day::parse(from).unwrap(), Day::parse(to).unwrap());
        for day in from.0..=to.0 {
            self = self.call(&format!("{}T05:00:00.000Z", Day(day)), who, service, action);
        }
        self
    }

    /// A token is made, or revoked, by somebody else.
    pub(crate) fn about(mut self, time: &str, token: char, action: &str) -> Self {
        let admin = Client { principal: "admin@example.com", ..client(token) };
        let params = match action {
            "generateDbToken" => {
                json!({"tokenHash": id(token), "tokenExpirationTime": "1893456000000", "userId": "9"})
            }
            _ => json!({"tokenId": id(token), "userId": "9"}),
        };
        self.row(time, &admin, ("accounts", action), &params);
        self
    }

    /// Writes it and gives its path.
    pub(crate) fn write(self, dir: &Path) -> PathBuf {
        let path = dir.join("audit.json");
        fs::write(&path, self.0.join("\n") + "\n").unwrap();
        path
    }
}

/// A token in a list of a workspace.
pub(crate) fn listed(token: char, comment: &str, created: &str, more: &Value) -> Value {
    let mut listed = json!({
        "token_id": id(token), "comment": comment, "workspace_id": 77, "created_by_username": "etl@example.com",
        "created_by_id": 9, "owner_id": 9, "creation_time": Time::parse(created).unwrap().0 / 1000,
    });
    for (key, value) in more.as_object().unwrap() {
        listed[key] = value.clone();
    }
    listed
}

/// A token list of a day.
pub(crate) fn list(dir: &Path, day: &str, tokens: &[Value]) -> PathBuf {
    let path = dir.join(format!("tokens-{day}.json"));
    fs::write(&path, Value::from(tokens.to_vec()).to_string()).unwrap();
    path
}

/// The JSON report on everything in a folder, as of 2026-09-12.
#[track_caller]
pub(crate) fn report(dir: &Path, more: &[&str]) -> Value {
    let args = ["scan", "--format", "json", "--as-of", "2026-09-12"];
    let ran = super::common::scopecast(args.iter().chain(more)).arg(dir).run();
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr))
}

/// One token of a report.
#[track_caller]
pub(crate) fn token(report: &Value, token: char) -> &Value {
    let all = report["tokens"].as_array().unwrap();
    all.iter().find(|t| t["token_id"] == id(token)).unwrap_or_else(|| panic!("no token {token}"))
}

/// One scope of a token of a report.
pub(crate) fn scope<'r>(report: &'r Value, of: char, name: &str) -> Option<&'r Value> {
    token(report, of)["scopes"].as_array().unwrap().iter().find(|s| s["scope"] == name)
}

/// The findings of a rule.
pub(crate) fn findings<'r>(report: &'r Value, rule: &str) -> Vec<&'r Value> {
    report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == rule).collect()
}

/// The text of a field that must be one.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
