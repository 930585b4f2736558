//! The query does what this program does: its lists, columns and patterns are compared with the code.

use super::*;
use crate::input::decode::keys::params_names;
use crate::input::denial::{self, DeniedCredential};
use crate::input::user_agent::{Client, RUN_ID_RULES, client};
use crate::ledger::table::{COLUMNS as OF_THE_TABLE, TALLIES};
use crate::ledger::{EXTERNAL_TOKEN, OTHER_LOGINS};
use proptest::prelude::*;
use regex::Regex;

fn all(into: Option<&str>) -> Vec<(SqlDialect, String)> {
    SqlDialect::ALL.into_iter().map(|d| (d, ledger(d, SYSTEM_TABLE, into).unwrap())).collect()
}

#[test]
fn nothing_is_left_to_fill_in_and_every_name_in_the_templates_means_something() {
    let name = Regex::new(r"\{\{([a-z_]+)([:}])").unwrap();
    for (template, dialect) in [LEDGER, EXPORT].iter().flat_map(|t| SqlDialect::ALL.map(|d| (t, d))) {
        let fill = Fill::new(dialect, SYSTEM_TABLE, Some("here")).unwrap();
        for found in name.captures_iter(template) {
            let made = if &found[2] == ":" {
                format!("{{{{{}:of}}}}", &found[1])
            } else {
                format!("{{{{{}}}}}", &found[1])
            };
            let empty = ["afterwards", "end"].contains(&&found[1]);
            assert!(empty || !fill.expand(&made).is_empty(), "{made} of {dialect:?}");
        }
        assert!(!fill.expand(template).contains("{{") && !fill.expand(template).contains("}}"));
    }
}

#[test]
fn every_list_in_code_stands_in_the_query() {
    for (dialect, sql) in all(None) {
        let quoted = OTHER_LOGINS.iter().map(|l| l.to_ascii_lowercase()).chain([EXTERNAL_TOKEN.to_owned()]);
        for text in quoted.chain(TALLIES.map(str::to_owned)) {
            assert!(sql.contains(&format!("'{text}'")), "{dialect:?} {text}");
        }
        for pattern in RUN_ID_RULES.map(|r| r.pattern).into_iter().chain([&*patterns::no_client()]) {
            assert!(sql.contains(&dialect.pattern(pattern)), "{dialect:?} {pattern}");
        }
        let last = sql.rsplit_once("\nSELECT\n  kind,").unwrap().1;
        let last = last.split_once("\nUNION ALL").unwrap().0;
        for column in OF_THE_TABLE.iter().filter(|c| c.name != "kind") {
            let is_there =
                Regex::new(&format!(r"(?m)( AS |^  |, ){}(,|$)", column.name)).unwrap().is_match(last);
            assert!(is_there, "{dialect:?} {}", column.name);
        }
    }
}

#[test]
fn an_export_keeps_every_column_and_parameter_that_is_read() {
    for dialect in SqlDialect::ALL {
        let sql = export(dialect, SYSTEM_TABLE, None).unwrap();
        for name in params_names() {
            assert!(sql.contains(&format!("'{name}'")), "{dialect:?} {name}");
        }
        for name in COLUMNS {
            assert!(sql.contains(name), "{dialect:?} {name}");
        }
    }
}

#[test]
fn an_input_is_a_table_or_a_path_and_nothing_else() {
    let from =
        |input| ledger(SqlDialect::Spark, input, None).map(|sql| sql.contains(&format!("FROM {input}\n")));
    assert_eq!(from("main.logs.audit_2026"), Ok(true));
    assert_eq!(from("main.`my-logs`.audit"), Ok(true));
    let path = ledger(SqlDialect::Spark, "/Volumes/main/logs/", None).unwrap();
    assert!(path.contains("FROM parquet.`/Volumes/main/logs/`"));
    let path = ledger(SqlDialect::Duckdb, "logs/*.parquet", None).unwrap();
    assert!(path.contains("FROM read_parquet('logs/*.parquet')"));
    for bad in ["", "audit; DROP TABLE x", "a..b", "my-logs", "logs/'x", "logs/`x`", "x\n/y", "{{table}}/"] {
        for dialect in SqlDialect::ALL {
            assert!(ledger(dialect, bad, None).is_err(), "{bad}");
        }
    }
    assert!(ledger(SqlDialect::Duckdb, SYSTEM_TABLE, Some("it's")).is_err());
}

/// The scopes of a refusal, by the steps of the query.
fn named_by_query(error: &str) -> String {
    let at = |pattern: &str, text: &str, group: usize| {
        let pattern = Regex::new(pattern).unwrap();
        let found = pattern.captures(text).and_then(|c| c.get(group)).map(|m| m.as_str().to_owned());
        found.unwrap_or_default()
    };
    let refused = at(&patterns::refusal(), error, 1).to_ascii_lowercase();
    let after = at(&patterns::behind_colon(), &at(&patterns::refusal(), error, 2), 1);
    let is_id = |after: &str| after.get(1..6).is_some_and(|id| id.eq_ignore_ascii_case("reqid"));
    let refusal = if after.starts_with('[') && !is_id(&after) { &after[1..] } else { &after };
    let scopes = at(&patterns::list(), refusal, 0);
    let tail: String = refusal[scopes.len()..].chars().take(600).collect();
    let tail = Regex::new(patterns::NEXT).unwrap().replace(&tail, "").into_owned();
    let kind = at(patterns::AUTH_TYPE, &tail, 1);
    let kind = kind.trim_end_matches('.');
    let of_a_token = !refused.starts_with("oauth")
        && (refused.contains("pat")
            || refused.contains("personal")
            || ["", "pat", "runtime", "metadata-service"].contains(&kind));
    if scopes.is_empty() || !of_a_token {
        return String::new();
    }
    let plain = Regex::new(patterns::BETWEEN).unwrap().replace_all(&scopes, "").into_owned();
    let first = plain.split(',').take(32).collect::<Vec<_>>().join(",");
    let whole = Regex::new(patterns::TOO_LONG).unwrap().replace(&first, "").into_owned();
    let mut names: Vec<&str> = whole.split(',').collect();
    names.sort_unstable();
    names.dedup();
    names.join(",")
}

fn named_by_code(error: &str) -> String {
    let Some(mut denial) = denial::scopes_named(error).filter(|d| d.credential != DeniedCredential::OAuth)
    else {
        return String::new();
    };
    denial.scopes.sort_unstable();
    denial.scopes.dedup();
    denial.scopes.join(",")
}

#[test]
fn a_name_too_long_to_be_one_ends_the_list_in_both() {
    let long = "x".repeat(101);
    let said = format!("Provided token does not have required scopes: sql, {long}, jobs");
    assert_eq!((named_by_query(&said).as_str(), named_by_code(&said).as_str()), ("sql", "sql"));
}

const AGENT: [&str; 22] = [
    " ",
    "/",
    "auth/",
    "pat",
    "basic",
    "oauth",
    "-m2m",
    "Mozilla/",
    "Delta-Sharing-",
    "feature-store",
    "wsfs/",
    "dbr:",
    "obsSDK-scala",
    "Databricks-Runtime",
    "DBHttpClient/",
    "Compute-Gateway (client)",
    "x",
    "auth/PAT ",
    " auth/azure-cli",
    "kube-probe/",
    "\u{e9}",
    "(",
];
const ERROR: [&str; 34] = [
    " ",
    "\n",
    "\\n",
    ":",
    ": ",
    ",",
    ", ",
    "'",
    "`",
    "[",
    "]",
    ".",
    "provided ",
    "token",
    " does not have",
    " the",
    "required scopes",
    "required scope",
    "OAuth ",
    "access ",
    "personal ",
    "PAT",
    "invalid",
    " scope,",
    "your token is missing",
    "sql",
    "jobs:read",
    "9x",
    "unity-catalog",
    "reqid",
    "auth_type=",
    "pat",
    "provided access token does not have required scopes: ",
    "oauth-m2m",
];

proptest! {
    #[test]
    fn an_agent_is_a_client_in_the_query_as_in_code(parts in prop::collection::vec(prop::sample::select(AGENT.to_vec()), 0..6)) {
        let agent = parts.concat();
        let found = |pattern: &str| Regex::new(pattern).unwrap().is_match(&agent);
        let no_client = found(&patterns::no_client()) || found(patterns::SIGNS_IN) && !found(patterns::BY_TOKEN);
        prop_assert_eq!(!no_client, client(&agent) == Client::Client, "{:?}", agent);
    }

    #[test]
    fn a_refusal_names_the_same_scopes_in_the_query_as_in_code(
        before in prop::collection::vec(prop::sample::select(ERROR.to_vec()), 0..4),
        whole in prop::bool::ANY,
        after in prop::collection::vec(prop::sample::select(ERROR.to_vec()), 0..9),
    ) {
        let sentence = if whole { "Provided access token does not have required scopes:" } else { "" };
        let error = before.concat() + sentence + &after.concat();
        prop_assert_eq!(named_by_query(&error), named_by_code(&error), "{:?}", error);
    }
}
