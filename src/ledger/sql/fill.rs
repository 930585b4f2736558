//! Fills in a template: `{{name}}` is a value, `{{name:text}}` an expression applied to a text. They nest.

use super::dialect::SqlDialect;
use super::{COLUMNS, SYSTEM_TABLE, patterns};
use crate::input::decode::keys::params_names;
use crate::input::decode::moment::OF_A_LOG;
use crate::input::user_agent::{RUN_ID_RULES, RUN_ID_RULES_VERSION, RunIdRule};
use crate::ledger::link::{DAY, NEAR, SAME_REQUEST, SAME_RUN};
use crate::ledger::table::{SCHEMA_VERSION, TALLIES};
use crate::ledger::{EXTERNAL_TOKEN, OTHER_LOGINS};
use std::path::Path;

pub(super) struct Fill {
    dialect: SqlDialect,
    input: String,
    into: Option<String>,
}

impl Fill {
    pub(super) fn new(dialect: SqlDialect, input: &str, into: Option<&str>) -> Result<Self, String> {
        let into = into.map(|path| plain(path, "the folder to write into")).transpose()?;
        Ok(Self { dialect, input: source(dialect, input)?, into })
    }

    /// Fills in everything in a template.
    pub(super) fn expand(&self, template: &str) -> String {
        let mut text = template.to_owned();
        // The first closing braces belong to an innermost placeholder.
        while let Some(end) = text.find("}}")
            && let Some(start) = text[..end].rfind("{{")
        {
            let inner = &text[start + 2..end];
            let value = match inner.split_once(':') {
                None => self.value(inner),
                Some((name, of)) => self.applied(name, of),
            };
            text.replace_range(start..end + 2, &value);
        }
        text
    }

    fn value(&self, name: &str) -> String {
        let d = self.dialect;
        let agent = "coalesce(user_agent, '')";
        let [exec, legacy] = &RUN_ID_RULES;
        let without_exec = || self.keep(agent, exec);
        match name {
            "table" => self.input.clone(),
            "into" => self.into.as_ref().map(|path| d.say("into", path) + "\n").unwrap_or_default(),
            "end" => self.into.as_ref().map(|path| d.say("end", path)).unwrap_or_default(),
            "afterwards" if d == SqlDialect::Databricks => {
                "\n-- Afterwards: DROP TABLE scopecast_events; DROP TABLE scopecast_names; DROP TABLE scopecast_ids;\n".to_owned()
            }
            "afterwards" => String::new(),
            "columns" => COLUMNS.join(", "),
            "params" => list(params_names()),
            "other_logins" => list(OTHER_LOGINS.iter().map(|l| l.to_ascii_lowercase())),
            "external_token" => EXTERNAL_TOKEN.to_owned(),
            "schema_version" => SCHEMA_VERSION.to_string(),
            "rules_version" => RUN_ID_RULES_VERSION.to_string(),
            "near" => NEAR.0.to_string(),
            "a_day" => DAY.0.to_string(),
            "before_midnight" => (DAY.0 - NEAR.0).to_string(),
            "same_run" => SAME_RUN.0.to_string(),
            "same_request" => SAME_REQUEST.0.to_string(),
            "first_of_a_log" => OF_A_LOG.start.0.to_string(),
            "end_of_a_log" => OF_A_LOG.end.0.to_string(),
            "agent" => self.keep(&without_exec(), legacy),
            "run" => {
                let (of_exec, of_legacy) =
                    (self.group(agent, exec.pattern, exec.id_group), self.group(&without_exec(), legacy.pattern, legacy.id_group));
                format!("coalesce(nullif({of_exec}, ''), {of_legacy})")
            }
            "is_no_client" => format!(
                "({} OR {} AND NOT {})",
                self.found("agent", &patterns::no_client()),
                self.found("agent", patterns::SIGNS_IN),
                self.found("agent", patterns::BY_TOKEN)
            ),
            "is_cut" => {
                let (key, value) = (d.say("has_key", "TRUNCATED"), d.say("any_value", "... truncated"));
                format!("coalesce({key} OR {value}, false)")
            }
            "refusal_credential" => self.group("error", &patterns::refusal(), 1),
            "refusal_rest" => {
                self.group(&self.group("error", &patterns::refusal(), 2), &patterns::behind_colon(), 1)
            }
            "refusal_list" => self.group("refusal", &patterns::list(), 0),
            "names_token" => self.names_token(),
            "scope_list" => {
                let plain = self.replace("scopes", patterns::BETWEEN, "");
                let first = d.say("joined", &d.say("split", &plain));
                let whole = self.replace(&first, patterns::TOO_LONG, "");
                d.say("joined", &d.say("sorted", &d.say("split", &whole)))
            }
            "owner" => self.owner(),
            "tallies" => TALLIES.map(|t| format!("UNION ALL SELECT 'tally', '{t}'")).join("\n  "),
            "tally_values" => {
                let value = |t| match t {
                    "rows" => "events",
                    "id_reused" => "has_id",
                    t => t,
                };
                TALLIES.map(|t| format!("WHEN '{t}' THEN f.{}", value(t))).join("\n      ")
            }
            word => d.word(word).unwrap_or_default().to_owned(),
        }
    }

    fn applied(&self, name: &str, of: &str) -> String {
        let d = self.dialect;
        let of_day = |of: &str| format!("(({of} % {day} + {day}) % {day})", day = DAY.0);
        match name {
            "lower" => {
                format!("translate({of}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')")
            }
            "trim" => format!("trim(BOTH concat(' ', chr(9), chr(10), chr(12), chr(13)) FROM {of})"),
            // A text of digits that fits into 64 bits.
            "number" => format!(
                "CASE WHEN translate({of}, '0123456789', '') = '' AND (length({of}) BETWEEN 1 AND 18 OR length({of}) = 19 AND {of} <= '{}') THEN CAST({of} AS BIGINT) END",
                i64::MAX
            ),
            // A sample of the same size as when logs are read here, though not of the same request ids.
            "in_sample" => format!(
                "(length({of}) > 1 AND (16 * ascii(substr({of}, length({of}) - 1, 1)) + ascii(substr({of}, length({of}), 1))) % 64 = 0)"
            ),
            "micros_of_day" => of_day(of),
            "day_number" => format!("CAST(({of} - {}) / {} AS INT)", of_day(of), DAY.0),
            word => d.say(word, of),
        }
    }

    /// Whether the refused credential may be a token.
    fn names_token(&self) -> String {
        let tail = self.dialect.pattern(patterns::NEXT);
        let tail = format!("regexp_replace(refusal_tail, {tail}, '')");
        let kind = self.group(&tail, patterns::AUTH_TYPE, 1);
        let kind = format!("regexp_replace({kind}, {}, '')", self.dialect.pattern(patterns::STOPS));
        format!(
            "scopes <> '' AND NOT {} AND ({} OR {kind} IN ('', 'pat', 'runtime', 'metadata-service'))",
            self.found("refused", "(?i)^oauth"),
            self.found("refused", "(?i)pat|personal")
        )
    }

    /// The order in which a token that was seen with several workspaces or principals keeps one: those with a login first, then by
    /// first login, workspace and principal.
    fn owner(&self) -> String {
        let (open, close) = (
            self.dialect.say("struct", "CASE WHEN f.is_login THEN 0 ELSE 1 END"),
            self.dialect.say("struct_end", ""),
        );
        let field = |name: &str, of: &str| match self.dialect {
            SqlDialect::Duckdb => format!(", '{name}': {of}"),
            _ => format!(", '{name}', {of}"),
        };
        let first = field("first_login", "CASE WHEN f.is_login THEN f.first_time END");
        let (workspace, principal) = (field("workspace", "f.workspace"), field("principal", "f.principal"));
        format!("{open}{first}{workspace}{principal}{close}")
    }

    fn keep(&self, of: &str, rule: &RunIdRule) -> String {
        self.replace(of, rule.pattern, &self.dialect.say("group", &rule.keep_group.to_string()))
    }

    fn replace(&self, of: &str, pattern: &str, by: &str) -> String {
        let (pattern, everywhere) = (self.dialect.pattern(pattern), self.dialect.say("everywhere", ""));
        format!("regexp_replace({of}, {pattern}, '{by}'{everywhere})")
    }

    fn group(&self, of: &str, pattern: &str, group: usize) -> String {
        format!("regexp_extract({of}, {}, {group})", self.dialect.pattern(pattern))
    }

    fn found(&self, of: &str, pattern: &str) -> String {
        format!("{}, {})", self.dialect.say("found", of), self.dialect.pattern(pattern))
    }
}

fn list(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    names.map(|n| format!("'{}'", n.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The SQL for a table by its name, or for files by their path.
fn source(dialect: SqlDialect, input: &str) -> Result<String, String> {
    let part = |p: &str| {
        let bare = p.strip_prefix('`').and_then(|p| p.strip_suffix('`')).unwrap_or(p);
        !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-' && bare != p)
    };
    let is_file = input.contains('/') || Path::new(input).extension().is_some_and(|e| e == "parquet");
    if is_file {
        return Ok(dialect.say("file", &plain(input, "the input")?));
    }
    if input != SYSTEM_TABLE && !input.split('.').all(part) {
        return Err(format!(
            "the input {input:?} is no name of a table. Write it as catalog.schema.table, names with other signs in backticks; \
             files as a path with a slash in it or ending in .parquet."
        ));
    }
    Ok(input.to_owned())
}

/// Checks that a path means the same between quotes in every engine.
fn plain(path: &str, what: &str) -> Result<String, String> {
    match path.chars().find(|c| c.is_control() || "'`\"\\{}".contains(*c)) {
        Some(c) => Err(format!(
            "{what} has the sign {c:?}, which no SQL text can hold safely. Use a path without it."
        )),
        None => Ok(path.to_owned()),
    }
}
