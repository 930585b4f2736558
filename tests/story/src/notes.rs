//! What people write beside the logs: annotations, a client's error log, and the README that explains the story.

use super::cast::Token;
use super::expected::{self, Expectation};
use super::{DAYS, Story};
use crate::time::{Span, Time};
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
    fs::write(dir.join("annotations.toml"), annotations(story))?;
    fs::write(dir.join("client-errors.log"), client_errors(story))?;
    fs::write(dir.join("README.txt"), readme(story))
}

/// The date the reminder mail names for the token of the quarter close: before its next call, after the end of the logs.
const ENFORCED_IN: i32 = 8;

fn annotations(story: &Story) -> String {
    let mut text =
        "# What no log shows: who runs a workload, and which date a reminder mail named.\n".to_owned();
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
         What a report as of {TOLD_FOR} must say of each token, and why:\n",
        story.as_of
    );
    if story.as_of.to_string() != TOLD_FOR {
        text.push_str(
            "(This story ends on another day: the dates below do not fit it, and some verdicts may not.)\n",
        );
    }
    for token in &story.tokens {
        explain(token, &mut text);
    }
    text
}

/// The date that the expectations are written for.
const TOLD_FOR: &str = "2026-09-12";

fn explain(token: &Token, text: &mut String) {
    let Token { name, id, owner, comment, .. } = token;
    let _ = write!(text, "\n{name}  {}\n  {}, \"{comment}\"\n", &id[..12], owner.display);
    for Expectation { scope, verdict, finding, why, .. } in expected::of(name) {
        let verdict = match (scope, verdict, finding) {
            (Some(scope), Some(verdict), None) => format!("{scope} {verdict}"),
            (Some(scope), Some(verdict), Some(finding)) => format!("{scope} {verdict}, finding {finding}"),
            (_, _, Some(finding)) => format!("finding {finding}"),
            (_, _, None) => "no finding".to_owned(),
        };
        wrap(&format!("- {verdict}: {why}"), text);
    }
}

/// Adds a list entry in lines of at most 100 columns.
fn wrap(entry: &str, text: &mut String) {
    let mut line = "  ".to_owned();
    for word in entry.split_whitespace() {
        if line.len() + word.len() >= 100 {
            let _ = writeln!(text, "{}", line.trim_end());
            line = "    ".to_owned();
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(text, "{}", line.trim_end());
}
