//! Reads a user agent: its run id, what kind of client sent it, and the words that name a command, a resource or a product.
//!
//! An agent is evidence, not proof: clients may pose as others. Everything here is a pure function of the text.

use crate::support::text::{UUID, is_uuid};
use memchr::memmem::Finder;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Where a client writes an id that is new on every run.
#[derive(Clone, Copy, Debug)]
pub struct RunIdRule {
    /// A pattern in the syntax that Rust, Java and RE2 share, so that an SQL engine strips the same bytes.
    pub pattern: &'static str,
    /// The group that holds the run id.
    pub id_group: usize,
    /// The group that replaces each match.
    pub keep_group: usize,
}

/// Changes whenever [`RUN_ID_RULES`] does: it decides which rows share a ledger key.
pub const RUN_ID_RULES_VERSION: u32 = 1;

/// All run ids that [`strip_run_id`] knows: every match of each rule is replaced, one rule after the other. The run id is that
/// of the first match of the first rule that has one.
pub const RUN_ID_RULES: [RunIdRule; 2] = [
    RunIdRule {
        pattern: "(^| )cmd-exec-id/([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9A-Za-z]{7})( |\\z)",
        id_group: 2,
        keep_group: 3,
    },
    RunIdRule {
        pattern: "^(databricks-cli-[^ ]*)-([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\\z",
        id_group: 2,
        keep_group: 1,
    },
];

/// The agent without its run id, and the run id.
pub fn strip_run_id(agent: &str) -> (Cow<'_, str>, Option<&str>) {
    let (text, id) = strip_exec_id(agent);
    match text {
        Cow::Borrowed(text) => match strip_legacy_id(text) {
            Some((text, legacy)) => (Cow::Borrowed(text), id.or(Some(legacy))),
            None => (Cow::Borrowed(text), id),
        },
        // A run id was cut out of the middle of it.
        Cow::Owned(text) => match strip_legacy_id(&text) {
            Some((short, _)) => (Cow::Owned(short.to_owned()), id),
            None => (Cow::Owned(text), id),
        },
    }
}

const EXEC_ID: &str = "cmd-exec-id/";
static EXEC_ID_FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(EXEC_ID));

fn strip_exec_id(agent: &str) -> (Cow<'_, str>, Option<&str>) {
    let bytes = agent.as_bytes();
    let mut cut: Option<(String, &str)> = None;
    let (mut copied, mut from) = (0, 0);
    while let Some(at) = EXEC_ID_FINDER.find(&bytes[from..]).map(|n| from + n) {
        let value = at + EXEC_ID.len();
        let end = memchr::memchr(b' ', &bytes[value..]).map_or(bytes.len(), |n| value + n);
        // The blank after one match cannot be the blank before the next.
        let start = if at > from && bytes[at - 1] == b' ' { Some(at - 1) } else { (at == 0).then_some(0) };
        let (Some(start), true) = (start, is_run_id(&bytes[value..end])) else {
            from = value;
            continue;
        };
        let id = &agent[value..end];
        if cut.is_none() && end == bytes.len() {
            return (Cow::Borrowed(&agent[..start]), Some(id));
        }
        cut.get_or_insert_with(|| (String::with_capacity(agent.len()), id)).0.push_str(&agent[copied..start]);
        copied = end;
        from = (end + 1).min(bytes.len());
    }
    match cut {
        None => (Cow::Borrowed(agent), None),
        Some((mut text, id)) => {
            text.push_str(&agent[copied..]);
            (Cow::Owned(text), Some(id))
        }
    }
}

fn strip_legacy_id(agent: &str) -> Option<(&str, &str)> {
    let at = agent.len().checked_sub(UUID)?;
    if !agent.starts_with(LEGACY_CLI)
        || at <= LEGACY_CLI.len()
        || !is_uuid(&agent.as_bytes()[at..])
        || agent.contains(' ')
    {
        return None;
    }
    // The bytes of an id are ASCII, so `at` is a boundary of characters.
    Some((agent[..at].strip_suffix('-')?, &agent[at..]))
}

const LEGACY_CLI: &str = "databricks-cli-";

fn is_run_id(id: &[u8]) -> bool {
    is_uuid(id) || (id.len() == 7 && id.iter().all(u8::is_ascii_alphanumeric))
}

/// Who sent a request, as far as its agent tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// A program that may hold a token; also an empty agent.
    #[default]
    Client,
    /// Databricks itself: compute, file system, health checks. Never a token's use.
    Platform,
    /// A browser session.
    Browser,
    /// A client that says it signed in with something other than a token.
    OtherCredential,
}

/// What marks an agent of the platform anywhere in it, and what marks one at the start of a segment.
pub(crate) const PLATFORM_ANYWHERE: [&str; 6] = [
    "Databricks-Service/",
    "Databricks-Runtime",
    "RawDBHttpClient",
    "DBHttpClient/",
    "Compute-Gateway (client)",
    "Databricks Periodic Health Check",
];
pub(crate) const PLATFORM_SEGMENT: [&str; 8] = [
    "wsfs/",
    "wsfsbackend/",
    "wsfslibrary/",
    "armeria/",
    "kube-probe/",
    "ELB-HealthChecker/",
    "obsSDK-scala",
    "dbr:",
];
/// A product whose name is too common to count as a prefix.
pub(crate) const FEATURE_STORE: &str = "feature-store";

/// What kind of client an agent belongs to.
///
/// `auth/basic` counts as a client that may hold a token: passwords are retired, and a token is accepted as the password of
/// the user `token`. An agent with several `auth/` kinds is left out only when none of them can be a token.
pub fn client(agent: &str) -> Client {
    if agent.starts_with("Mozilla/") {
        return Client::Browser;
    }
    let is_platform = PLATFORM_ANYWHERE.iter().any(|mark| agent.contains(mark))
        || segments(agent).any(|s| {
            PLATFORM_SEGMENT.iter().any(|mark| s.starts_with(mark))
                || s.strip_prefix(FEATURE_STORE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
    if is_platform {
        return Client::Platform;
    }
    let mut kinds = values(agent, "auth").peekable();
    let other = kinds.peek().is_some() && kinds.all(|kind| !is_token_kind(kind));
    if other || agent.starts_with("Delta-Sharing-") { Client::OtherCredential } else { Client::Client }
}

fn is_token_kind(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("pat") || kind.eq_ignore_ascii_case("basic")
}

/// The `auth/` kind an agent names: `pat` if it is one of several, else the last.
pub fn auth_kind(agent: &str) -> Option<&str> {
    values(agent, "auth")
        .find(|kind| kind.eq_ignore_ascii_case("pat"))
        .or_else(|| values(agent, "auth").last())
}

/// Whether the agent is an automation: CI/CD, a deployment, Terraform.
pub fn is_automation(agent: &str) -> bool {
    ["cicd", "engine"].iter().any(|key| values(agent, key).next().is_some())
        || resources(agent).next().is_some()
}

/// Whether the agent is a driver or connector that sends SQL.
pub fn is_sql_driver(agent: &str) -> bool {
    const MARKS: [&str; 6] =
        ["databrickssqlconnector", "jdbcdriver", "odbcdriver", "databricks-jdbc", "databricks-sql-", "(adbc"];
    let lower = agent.to_ascii_lowercase();
    MARKS.iter().any(|mark| lower.contains(mark))
        || segments(&lower).any(|s| s == "adbc" || s.starts_with("adbc/"))
}

/// A command of the Databricks CLI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CliCommand<'a> {
    /// The command group, as `jobs`.
    pub group: &'a str,
    /// The command within the group, as `list` or `list-scopes`; empty for a group that is a command itself.
    pub verb: &'a str,
}

/// Groups of the legacy CLI; a longer name comes before its prefix.
const LEGACY_GROUPS: [&str; 17] = [
    "cluster-policies",
    "clusters",
    "configure",
    "dbfs",
    "experiments",
    "fs",
    "groups",
    "instance-pools",
    "jobs",
    "libraries",
    "pipelines",
    "repos",
    "runs",
    "secrets",
    "stack",
    "tokens",
    "workspace",
];
const LEGACY_CATALOG_GROUP: &str = "unity-catalog";

/// The CLI command an agent names, of either CLI.
pub fn command(agent: &str) -> Option<CliCommand<'_>> {
    if let Some(command) = values(agent, "cmd").next() {
        let (group, verb) = command.split_once('_').unwrap_or((command, ""));
        return Some(CliCommand { group, verb });
    }
    // One word: what others put behind it is no part of the command.
    let word = agent.split(' ').next().unwrap_or_default();
    let (word, _) = strip_legacy_id(word).unwrap_or((word, ""));
    let (_version, words) = word.strip_prefix(LEGACY_CLI)?.split_once('-')?;
    LEGACY_GROUPS.iter().chain([&LEGACY_CATALOG_GROUP]).find_map(|group| {
        let rest = words.strip_prefix(group)?;
        let verb = if rest.is_empty() { "" } else { rest.strip_prefix('-')? };
        Some(CliCommand { group: &words[..group.len()], verb })
    })
}

/// The Terraform resources an agent names: `resource/pipeline`, and `(+dbfs_file)` of the oldest provider.
pub fn resources(agent: &str) -> impl Iterator<Item = &str> {
    let is_oldest = agent.starts_with("databricks-tf-provider/");
    values(agent, "resource").chain(segments(agent).filter_map(move |s| {
        let name = s.strip_prefix("(+")?.strip_suffix(')')?;
        (is_oldest && !name.is_empty()).then_some(name)
    }))
}

/// The Terraform data sources an agent names.
pub fn data_sources(agent: &str) -> impl Iterator<Item = &str> {
    values(agent, "data")
}

/// The names before the first slash of every segment, comments left out: `cli`, `databricks-sdk-go`, `cmd`.
pub fn products(agent: &str) -> impl Iterator<Item = &str> {
    segments(agent).filter(|s| !s.starts_with('(')).map(|s| s.split_once('/').map_or(s, |(name, _)| name))
}

fn segments(agent: &str) -> impl Iterator<Item = &str> {
    agent.split(' ').filter(|s| !s.is_empty())
}

/// The values of all segments `key/value`, in order; empty values are none.
fn values<'a>(agent: &'a str, key: &str) -> impl Iterator<Item = &'a str> {
    segments(agent)
        .filter_map(move |s| s.strip_prefix(key)?.strip_prefix('/'))
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    const CLI: &str = "cli/0.298.0 databricks-sdk-go/0.99.0 go/1.25.1 os/linux cmd/secrets_list-scopes cmd-exec-id/7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d interactive/none auth/pat";
    const LEGACY: &str = "databricks-cli-0.18.0-instance-pools-list-7d0c6b0e-0f5e-11ee-9a53-2f1f0a1b2c3d";

    #[test]
    fn the_run_id_goes_with_one_blank() {
        let (rest, id) = strip_run_id(CLI);
        assert!(rest.contains("cmd/secrets_list-scopes interactive/none auth/pat"), "{rest}");
        assert_eq!(id, Some("7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d"));
        assert_eq!(strip_run_id("cli/1 cmd-exec-id/aB3dE6g"), (Cow::Borrowed("cli/1"), Some("aB3dE6g")));
        assert_eq!(strip_run_id(LEGACY).0, "databricks-cli-0.18.0-instance-pools-list");
        for near_miss in [
            "",
            "cli/1 cmd-exec-id/aB3dE6",
            "cli/1 xcmd-exec-id/aB3dE6g",
            "cli/1 cmd-exec-id/7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3",
            "my-databricks-cli-0.18.0-jobs-7d0c6b0e-0f5e-11ee-9a53-2f1f0a1b2c3d",
            "databricks-cli-7d0c6b0e-0f5e-11ee-9a53-2f1f0a1b2c3d",
        ] {
            assert_eq!(strip_run_id(near_miss), (Cow::Borrowed(near_miss), None), "{near_miss}");
        }
    }

    /// What an SQL engine does with the rules.
    fn by_pattern(agent: &str) -> (String, Option<String>) {
        let (mut text, mut id) = (agent.to_owned(), None);
        for rule in RUN_ID_RULES {
            let pattern = Regex::new(rule.pattern).unwrap();
            id = id.or_else(|| pattern.captures(&text).map(|c| c[rule.id_group].to_owned()));
            text = pattern.replace_all(&text, format!("${}", rule.keep_group)).into_owned();
        }
        (text, id)
    }

    proptest! {
        #[test]
        fn the_rules_and_the_code_strip_the_same_bytes(agent in proptest::collection::vec(prop_oneof![
            Just(" ".to_owned()), Just("  ".to_owned()), Just("cmd-exec-id/".to_owned()), Just("aB3dE6g".to_owned()),
            Just("7d0c6b0e-0f5e-11ee-9a53-2f1f0a1b2c3d".to_owned()), Just("-7D0C6B0E-0F5E-11EE-9A53-2F1F0A1B2C3D".to_owned()),
            Just("databricks-cli-0.1-jobs".to_owned()), Just("cli/1".to_owned()), "[a-zé/ -]{0,4}",
        ], 0..8)) {
            let agent = agent.concat();
            let (text, id) = strip_run_id(&agent);
            prop_assert_eq!((text.into_owned(), id.map(str::to_owned)), by_pattern(&agent));
        }

        #[test]
        fn any_text_is_read_without_panic(agent in "\\PC{0,80}") {
            let _ = (client(&agent), command(&agent), auth_kind(&agent), is_automation(&agent), is_sql_driver(&agent));
            let _ = (resources(&agent).count(), data_sources(&agent).count(), products(&agent).count());
        }
    }

    #[test]
    fn clients_are_told_apart() {
        for (agent, expected) in [
            ("", Client::Client),
            (CLI, Client::Client),
            ("curl/8.5.0", Client::Client),
            ("unknown/0.0.0 databricks-sdk-py/0.38.0 auth/basic", Client::Client),
            ("my-feature-store-sync/1.0", Client::Client),
            ("tool/1 project/wsfs/x foo-armeria/2", Client::Client),
            ("Delta-Live-Tables/1", Client::Client),
            (
                "Apache-HttpClient/4.5.14 (Java/17) Databricks-Service/driver DBHttpClient/v2RawClient",
                Client::Platform,
            ),
            ("feature-store", Client::Platform),
            ("wsfs/1.0", Client::Platform),
            ("dbr:15.4", Client::Platform),
            ("Databricks Periodic Health Check", Client::Platform),
            ("Mozilla/5.0 (X11; Linux x86_64)", Client::Browser),
            ("Delta-Sharing-Spark/1.0", Client::OtherCredential),
            ("cli/0.2 auth/databricks-cli", Client::OtherCredential),
            ("tool/1 auth/oauth-m2m", Client::OtherCredential),
            ("tool/1 auth/oauth-m2m auth/PAT", Client::Client),
            ("tool/1 xauth/oauth-m2m auth/", Client::Client),
        ] {
            assert_eq!(client(agent), expected, "{agent}");
        }
        assert_eq!(auth_kind("a/1 auth/oauth-m2m auth/pat x/1"), Some("pat"));
        assert_eq!(auth_kind("a/1 auth/azure-cli auth/oauth-m2m"), Some("oauth-m2m"));
        assert_eq!(auth_kind("a/1"), None);
    }

    #[test]
    fn commands_of_both_clis() {
        let command = |agent| command(agent).map(|c| (c.group, c.verb));
        assert_eq!(command(CLI), Some(("secrets", "list-scopes")));
        assert_eq!(command(LEGACY), Some(("instance-pools", "list")));
        assert_eq!(command("cli/1 cmd/sync"), Some(("sync", "")));
        assert_eq!(command("databricks-cli-0.18.0-secrets-list-scopes"), Some(("secrets", "list-scopes")));
        assert_eq!(command("databricks-cli-0.18.0-jobserver-list"), None);
        assert_eq!(command("databricks-cli-0.18.0"), None);
    }

    #[test]
    fn terraform_and_drivers() {
        let agent = "databricks-tf-provider/1.90.0 databricks-sdk-go/0.80 terraform/1.9 sdk/sdkv2 resource/pipeline auth/pat";
        assert_eq!(resources(agent).collect::<Vec<_>>(), ["pipeline"]);
        assert_eq!(resources("databricks-tf-provider/0.3.0 (+dbfs_file)").collect::<Vec<_>>(), ["dbfs_file"]);
        assert_eq!(resources("tool/1 (+http://a)").count(), 0);
        assert!(
            is_automation(agent) && is_automation("x/1 cicd/github") && !is_automation("x/1 cicd/ precicd/1")
        );
        for driver in [
            "PyDatabricksSqlConnector/4.9.0 (dbt-databricks/1.10.1)",
            "NodejsDatabricksSqlConnector/1.8 (Node.js 20)",
            "godatabrickssqlconnector/1.5",
            "DatabricksJDBCDriverOSS/1.0 Java/THttpClient",
            "SimbaSparkJDBCDriver/2.6",
            "MicrosoftSparkODBCDriver/2.8",
            "databricks-jdbc-http",
            "tool/1 (ADBC)",
        ] {
            assert!(is_sql_driver(driver), "{driver}");
        }
        for other in ["", "JDBC/1", "Java/THttpClient", "databricks-sdk-py/0.1", "badbc/1"] {
            assert!(!is_sql_driver(other), "{other}");
        }
    }
}
